"""What is asked to be approved in Kesar Naturals, and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from content.models import GeneratedContent
from publishing import approving, linking
from publishing.models import (
    Absence,
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStage,
    ApprovalWorkflow,
    QARequest,
    ReviewComment,
    ReviewLink,
    Revision,
    StageApprover,
)
from tests.cast import Cast
from trenddrop.core.ids import uuid7

THINGS: dict[str, str] = {
    **dict.fromkeys(
        (
            "desk_look", "desk_take", "desk_assign", "desk_ask", "desk_answer", "desk_finish", "desk_hurry",
            "desk_cancel",
        ),
        "desk_look",
    ),
    "desk_request": "piece",
    **dict.fromkeys(("link", "link_mail", "link_revoke"), "review_link"),
    **dict.fromkeys(
        (
            "approval", "approval_decide", "approval_comment", "approval_hand_over", "approval_choose", "approval_skip",
            "approval_withdraw", "approval_remind", "approval_again", "approval_restore",
        ),
        "approval_request",
    ),
    **dict.fromkeys(("workflow", "workflow_remove"), "approval_workflow"),
    "comment_settle": "review_comment",
    "revision": "revision",
    "absence_back": "absence",
    "piece_approval": "piece",
    **dict.fromkeys(("post_without_approval", "post_plan"), "post"),
}  # fmt: skip
RESOURCES = {
    "api-approval-workflows-": "approval_workflow",
    "api-approval-requests-": "approval_request",
    "api-approval-asks-": "approval_ask",
    "api-review-comments-": "review_comment",
    "api-revisions-": "revision",
    "api-absences-": "absence",
    "api-qa-requests-": "desk_look",
    "api-review-links-": "review_link",
}


def agreeing(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Ask for a piece of the client's: its client is to decide, after changes were asked for and made."""
    workflow = _workflow(cast)
    piece = _piece(cast, GeneratedContent.objects.get(pk=ids["piece"]))
    request = ApprovalRequest.objects.create(
        organization=cast.kesar,
        client=cast.client,
        piece=piece,
        workflow=workflow,
        workflow_name=workflow.name,
        stages=[{"name": "KESAR client", "needs": "any", "hours": 24, "approvers": [_whom("client")]}],
        version=piece.version,
        fingerprint=approving.fingerprint(piece),
        note="KESAR note",
        requested_by=cast.ben.user,
        revision_count=1,
    )
    said = _said(cast, request)
    away = Absence.objects.create(
        organization=cast.kesar,
        member=cast.ben,
        deputy=cast.asha,
        starts_on=timezone.now().date() + dt.timedelta(days=30),
        ends_on=timezone.now().date() + dt.timedelta(days=37),
    )
    found = {"approval_workflow": workflow.pk, "approval_request": request.pk, "absence": away.pk}
    return found | said | {"desk_look": _look(cast, piece).pk, "review_link": _link(cast).pk}


def _piece(cast: Cast, other: GeneratedContent) -> GeneratedContent:
    """Beside the world's own piece, which may be planned by whoever may plan."""
    return GeneratedContent.objects.create(
        organization=cast.kesar,
        client=cast.client,
        asset=other.asset,
        is_main=False,
        platform=other.platform,
        text="KESAR words to agree to",
        made_by="person",
    )


def _whom(kind: str) -> dict[str, str]:
    return {"kind": kind, "member": "", "role": ""}


def _workflow(cast: Cast) -> ApprovalWorkflow:
    workflow = ApprovalWorkflow.objects.create(
        organization=cast.kesar, client=cast.client, name="KESAR workflow", is_required=False
    )
    stage = ApprovalStage.objects.create(organization=cast.kesar, workflow=workflow, position=0, name="KESAR client")
    StageApprover.objects.create(organization=cast.kesar, stage=stage, kind="client")
    return workflow


def _said(cast: Cast, request: ApprovalRequest) -> dict[str, uuid.UUID]:
    """One of each that hangs on a request."""
    of = {"organization": cast.kesar, "request": request}
    ask = ApprovalAsk.objects.create(**of, round=1, stage=0, is_client=True)
    ApprovalDecision.objects.create(
        **of,
        round=1,
        stage=0,
        stage_name="KESAR client",
        verdict="changes",
        words="KESAR words",
        version=1,
        fingerprint=request.fingerprint,
        user=cast.esha.user,
        name="KESAR Esha",
    )
    comment = ReviewComment.objects.create(
        **of, user=cast.esha.user, name="KESAR Esha", version=request.version, body="KESAR comment"
    )
    revision = Revision.objects.create(
        **of, number=1, requested_by=cast.esha.user, requested_name="KESAR Esha", feedback="KESAR words",
        from_version=1, assigned_to=cast.ben.user,
    )  # fmt: skip
    return {"approval_ask": ask.pk, "review_comment": comment.pk, "revision": revision.pk}


def _look(cast: Cast, piece: GeneratedContent) -> QARequest:
    """The house's desk looks at the client's piece."""
    return QARequest.objects.create(
        organization=cast.kesar,
        client=cast.client,
        piece=piece,
        version=piece.version,
        kind="copywriter",
        brief="KESAR brief",
        requested_by=cast.ben.user,
        assignee=cast.ben.user,
        sla_hours=24,
        due_at=timezone.now() + dt.timedelta(hours=24),
    )


def _link(cast: Cast) -> ReviewLink:
    """Somebody of the client approves without an account."""
    key = uuid7()
    return ReviewLink.objects.create(
        id=key,
        organization=cast.kesar,
        client=cast.client,
        token_hash=linking.digest(linking.token_of(key)),
        name="KESAR Isha",
        email="isha@chaipoint.example",
        expires_at=timezone.now() + dt.timedelta(days=14),
        created_by=cast.asha.user,
    )
