"""What is approved: which workflow governs a piece, the fingerprint of all that would be sent, and where it stands."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from content.models import GeneratedContent
from content.pieces import takes
from publishing.models import ApprovalRequest, ApprovalWorkflow

LIVING = (
    ApprovalRequest.Status.PENDING,
    ApprovalRequest.Status.REVISION_REQUESTED,
    ApprovalRequest.Status.APPROVED,
)


@dataclass(frozen=True)
class Standing:
    """The workflow a piece must pass (None: none is required), and its living request, if it was asked for."""

    workflow: ApprovalWorkflow | None
    request: ApprovalRequest | None
    is_approved: bool

    @property
    def must_wait(self) -> bool:
        """Say whether it may not go out yet: somebody was asked, or must be, and has not agreed to this very piece."""
        return (self.workflow is not None or self.request is not None) and not self.is_approved


def fingerprint(piece: GeneratedContent) -> str:
    """Return a hash of everything of the piece that would be sent: words, options, pictures and files."""
    sent: dict[str, Any] = {
        "platform": piece.platform,
        "kind": piece.kind,
        "title": piece.title,
        "text": piece.text,
        "hashtags": piece.hashtags,
        "call_to_action": piece.call_to_action,
        "mentions": piece.mentions,
        "alt_text": piece.alt_text,
        "options": piece.options,
        "ai_label": piece.ai_label,
        "language": piece.language,
        "category": piece.category,
        "include_media": piece.include_media,
        "thumbnail": str(piece.thumbnail_id or ""),
        "cover": str(piece.cover_id or ""),
        "file": piece.file.name if piece.file else "",
        "slides": [one.file.name for one in takes.current(piece)] if piece.file else [],
        "asset": str(piece.asset_id),
    }
    written = json.dumps(sent, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def workflow_for(piece: GeneratedContent) -> ApprovalWorkflow | None:
    """Return the workflow without which the piece may not go out: its client's own, else the house's for all."""
    owner = Q(client_id=piece.client_id)
    if piece.client_id:
        owner |= Q(client=None, for_all_clients=True)
    rows = ApprovalWorkflow.objects.filter(
        owner, organization_id=piece.organization_id, is_active=True, is_required=True
    )
    return rows.order_by("client_id").first()  # NULL sorts last: a client's own comes before the house's


def standing(piece: GeneratedContent) -> Standing:
    """Return where the piece stands as it is now."""
    request = ApprovalRequest.objects.filter(piece=piece, status__in=LIVING).first()
    is_approved = (
        request is not None
        and request.status == ApprovalRequest.Status.APPROVED
        and request.approved_fingerprint == fingerprint(piece)
    )
    return Standing(workflow_for(piece), request, is_approved)
