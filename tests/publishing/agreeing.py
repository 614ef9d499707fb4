"""Workflows, requests and browsers for the tests of approvals."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from content.models import ContentAsset, GeneratedContent, PieceVersion
from publishing.models import ApprovalRequest, ApprovalWorkflow
from publishing.services.approvals import asking, workflows
from publishing.services.approvals.workflows import StageDraft, Who
from tests.cast import Cast
from tests.publishing.conftest import make_piece


def browser(member: Membership) -> Client:
    """Somebody's browser, signed in."""
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def stage(name: str, *who: Membership | str, needs: str = "any", hours: int | None = 24) -> StageDraft:
    """A stage of members, roles ("manager") or the client ("client")."""
    found = []
    for one in who:
        if isinstance(one, str):
            found.append(Who("client") if one == "client" else Who("role", role=one))
        else:
            found.append(Who("member", member=one))
    return StageDraft(name=name, approvers=found, needs=needs, hours=hours)


def make_workflow(cast: Cast, *stages: StageDraft, name: str = "House", **fields: Any) -> ApprovalWorkflow:
    """A workflow that Asha sets; call in scope."""
    return workflows.create(by=cast.asha, name=name, stages=list(stages), **fields)


def versioned(piece: GeneratedContent) -> GeneratedContent:
    """Keep the piece's words as its version, as every piece of the product has one."""
    words = {name: getattr(piece, name) for name in ("title", "text", "hashtags", "call_to_action", "alt_text")}
    PieceVersion.objects.create(
        organization_id=piece.organization_id, piece=piece, number=piece.version, made_by="test", **words
    )
    return piece


def ask(
    cast: Cast,
    workflow: ApprovalWorkflow,
    *,
    by: Membership | None = None,
    now: dt.datetime | None = None,
    **fields: Any,
) -> ApprovalRequest:
    """Ben asks for a piece; call in scope."""
    if "asset" not in fields and "client" in fields:
        fields["asset"] = ContentAsset.objects.create(
            organization=cast.kesar, client=fields["client"], kind="blog", title="Monsoon skin", status="ready"
        )
    piece = versioned(make_piece(cast.kesar, **fields))
    return asking.ask(piece, by=by or cast.ben, now=now or timezone.now(), workflow=workflow)


def ask_many(cast: Cast, workflow: ApprovalWorkflow, count: int, **fields: Any) -> Sequence[ApprovalRequest]:
    """Several of them; enters the organisation itself."""
    with tenancy.of_organization(cast.kesar.pk):
        return [ask(cast, workflow, title=f"Piece {number}", **fields) for number in range(count)]
