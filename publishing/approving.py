"""What is approved: which workflow governs a piece, the fingerprint of all that would be sent, and where it stands.

Questions only; what is asked and decided is written by delivery.asks and services.approvals.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import queries, tenancy
from accounts.models import Membership
from accounts.permissions import allows, may
from content.models import GeneratedContent
from content.pieces import takes
from publishing.models import (
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalWorkflow,
    ReviewLink,
    Revision,
    ScheduledPost,
)

# Who decides or says something: a member, or who holds a client's link.
Speaker: TypeAlias = Membership | ReviewLink
Status = ApprovalRequest.Status
WITHOUT = "without_approval"  # in a post's metadata: {"at", "by", "why"}
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
    """Return the workflow without which the piece may not go out: its client's own, else the house's for all.

    A client's member is bound by the house's, too, though they do not see it.
    """
    owner = Q(client_id=piece.client_id)
    if piece.client_id:
        owner |= Q(client=None, for_all_clients=True)
    rows = ApprovalWorkflow.objects.filter(
        owner, organization_id=piece.organization_id, is_active=True, is_required=True
    )
    with tenancy.widened():
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


def is_refused(piece: GeneratedContent) -> bool:
    """Say whether who decides said no to the piece as it stands now, or the question was taken back: nobody is asked
    again by itself.
    """
    last = ApprovalRequest.objects.filter(piece=piece).order_by("-created_at", "-pk").first()
    if last is None or last.status in LIVING or last.fingerprint != fingerprint(piece):
        return False
    return workflow_for(piece) is not None


def workflows_for(piece: GeneratedContent, membership: Membership) -> QuerySet[ApprovalWorkflow]:
    """Return the workflows in use by which the piece may be approved, its client's own first, by name."""
    owner = Q(client_id=piece.client_id) | Q(client=None)
    rows = ApprovalWorkflow.objects.visible_to(membership).filter(owner, is_active=True)
    return rows.order_by(F("client_id").asc(nulls_last=True), "name")


# What may be sent


def agreed() -> Q:
    """Return which posts the claim may take: nobody has to approve them, or they are exactly what was approved."""
    is_theirs = Q(approved_fingerprint=F("approval__approved_fingerprint")) & ~Q(approved_fingerprint="")
    return Q(approval=None) | (Q(approval__status=Status.APPROVED) & is_theirs)


def is_agreed(post: ScheduledPost) -> bool:
    """Say whether the claim may take the post as it stands, as far as approval goes; one question."""
    return ScheduledPost.objects.filter(agreed(), pk=post.pk).exists()


def post_is_without_approval(post: ScheduledPost) -> bool:
    """Say whether somebody let the post go out though it was not approved."""
    return WITHOUT in post.metadata


# Who is asked


def speaks_for_client(by: Speaker, request: ApprovalRequest) -> bool:
    """Say whether what they decide counts as their client's word: its members, and who holds a link that may."""
    if isinstance(by, Membership):
        return by.client_id is not None and by.client_id == request.client_id
    if not by.may_decide or by.organization_id != request.organization_id:
        return False
    return by.request_id == request.pk if by.request_id else by.client_id == request.client_id


def open_asks(request: ApprovalRequest) -> list[ApprovalAsk]:
    """Return who is asked at the open stage and has not decided, with their people."""
    rows = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    found = rows.filter(status=ApprovalAsk.Status.OPEN).select_related("member__user", "instead_of__user")
    return list(found.order_by("created_at"))


def ask_of(request: ApprovalRequest, by: Speaker) -> ApprovalAsk | None:
    """Return what the speaker is asked at the open stage; None when they may only read and comment."""
    if request.status != Status.PENDING:
        return None
    theirs = Q(is_client=True) if speaks_for_client(by, request) else Q(pk=None)
    if isinstance(by, Membership):
        theirs |= Q(member=by)
    rows = ApprovalAsk.objects.filter(theirs, request=request, round=request.round, stage=request.stage)
    return rows.filter(status=ApprovalAsk.Status.OPEN).first()


def decides(member: Membership, *, client_id: uuid.UUID | None) -> bool:
    """Say whether a member can be asked about a client's work (None: the house's own)."""
    is_theirs = member.client_id is None or member.client_id == client_id
    return is_theirs and allows(member.role, member.permission_overrides, "approvals.decide")


def deciders(organization_id: uuid.UUID, *, client_id: uuid.UUID | None) -> list[Membership]:
    """Return the working members who can be asked, with their people: one question. Call widened."""
    rows = queries.working_memberships().filter(organization_id=organization_id).select_related("user", "client")
    return [row for row in rows.order_by("created_at") if decides(row, client_id=client_id)]


def people_for(request: ApprovalRequest) -> list[Membership]:
    """Return who could be asked at the open stage and is not yet, by name. Call widened."""
    asked = {ask.member_id for ask in open_asks(request)}
    found = deciders(request.organization_id, client_id=request.client_id)
    return sorted((one for one in found if one.pk not in asked), key=lambda one: str(one.user).casefold())


# Lists

VIEWS = ("mine", "others", "asked", "changes", "decided", "all")


def requests_of(membership: Membership, view: str = "all") -> QuerySet[ApprovalRequest]:
    """Return the member's requests of one of VIEWS, with piece and client, without order; raise KeyError."""
    rules: Mapping[str, Q] = {
        "mine": Q(status=Status.PENDING) & _needs(membership),
        "others": Q(status=Status.PENDING) & ~_needs(membership),
        "asked": Q(requested_by=membership.user_id),
        "changes": Q(status=Status.REVISION_REQUESTED),
        "decided": Q(status__in=[Status.APPROVED, Status.REJECTED, Status.WITHDRAWN]),
        "all": Q(),
    }
    rows = ApprovalRequest.objects.visible_to(membership).filter(rules[view], piece__deleted_at=None)
    return rows.select_related("piece__asset", "client")


def is_asked(membership: Membership) -> Exists:
    """Return, as a condition on requests, whether the member has an open question at the open stage."""
    whom = Q(member=membership) | (Q(is_client=True) if membership.client_id else Q(pk=None))
    here = {"request": OuterRef("pk"), "round": OuterRef("round"), "stage": OuterRef("stage")}
    return Exists(ApprovalAsk.objects.filter(whom, status=ApprovalAsk.Status.OPEN, **here))


def _needs(membership: Membership) -> Q:
    """Return what waits for the member: an open question to them, or a stage with nobody that they can mend."""
    needed = Q(is_asked(membership))
    return needed | Q(nobody=True) if may(membership, "approvals.manage") else needed


def requests_of_link(link: ReviewLink) -> QuerySet[ApprovalRequest]:
    """Return what a link opens: one piece's request, or all of its client's that its client is or was asked about."""
    rows = ApprovalRequest.objects.filter(organization_id=link.organization_id, piece__deleted_at=None)
    rows = rows.filter(pk=link.request_id) if link.request_id else rows.filter(client_id=link.client_id)
    asked = ApprovalAsk.objects.filter(request=OuterRef("pk"), is_client=True)
    rows = rows if link.request_id else rows.filter(Exists(asked))
    return rows.exclude(status=Status.WITHDRAWN).select_related("piece__asset", "client")


def revisions_of(membership: Membership) -> QuerySet[Revision]:
    """Return the changes that the member is to make."""
    rows = Revision.objects.visible_to(membership).filter(assigned_to=membership.user_id)
    living = rows.filter(request__status=Status.REVISION_REQUESTED, request__piece__deleted_at=None)
    return living.exclude(status=Revision.Status.COMPLETED).select_related("request__piece")


# The tracker


@dataclass(frozen=True)
class Step:
    """One stage of a request as it stands: `state` is done, skipped, open, stopped or next."""

    position: int
    name: str
    needs: str
    hours: int | None
    state: str
    due_at: dt.datetime | None = None
    nobody: bool = False
    asks: list[ApprovalAsk] = field(default_factory=list)
    decisions: list[ApprovalDecision] = field(default_factory=list)


def tracker(request: ApprovalRequest) -> list[Step]:
    """Return the request's stages with who is asked and what was decided in this round: two questions."""
    asks = ApprovalAsk.objects.filter(request=request, round=request.round).order_by("created_at")
    asked = _by_stage(asks.select_related("member__user", "instead_of__user"))
    said = _by_stage(ApprovalDecision.objects.filter(request=request, round=request.round).select_related("user"))
    return [
        Step(
            position=position,
            name=str(stage.get("name") or ""),
            needs=str(stage.get("needs") or ""),
            hours=stage.get("hours"),
            state=_state(request, position, stage),
            due_at=request.due_at if position == request.stage else None,
            nobody=request.nobody and position == request.stage,
            asks=asked.get(position, []),
            decisions=said.get(position, []),
        )
        for position, stage in enumerate(request.stages)
    ]


def _by_stage(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.stage, []).append(row)
    return found


def _state(request: ApprovalRequest, position: int, stage: Mapping[str, Any]) -> str:
    if (stage.get("skipped") or {}).get("round") == request.round:
        return "skipped"
    if request.status == Status.APPROVED or position < request.stage:
        return "done"
    if position > request.stage:
        return "next"
    return "open" if request.status == Status.PENDING else "stopped"
