"""Commands of who wants a piece approved: ask, ask again after changes, remind, take the question back."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing import approving, outgoing
from publishing.delivery import asks, releasing
from publishing.models import ApprovalAsk, ApprovalRequest, ApprovalWorkflow, Revision

Status = ApprovalRequest.Status
REMINDS_AFTER = dt.timedelta(hours=1)


class CannotAsk(Exception):
    """Nobody was asked; the message says why and what to do."""


class AlreadyAsked(CannotAsk):
    """The piece has a living request. `request` is that one."""

    def __init__(self, request: ApprovalRequest) -> None:
        self.request = request
        words = {
            Status.PENDING: _("This piece waits for approval already. Nobody was asked again."),
            Status.REVISION_REQUESTED: _("Changes were asked for. Say that they are made, then everybody is asked."),
            Status.APPROVED: _("This piece is approved as it stands. Nobody was asked again."),
        }
        super().__init__(words[Status(request.status)])


class NoWorkflow(CannotAsk):
    """There is no workflow by which it could be approved."""

    def __init__(self) -> None:
        super().__init__(_("There is no workflow to approve it by. Set one up, or choose another. Nobody was asked."))


class NothingToSend(CannotAsk):
    """There is nothing to look at."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing in this piece yet. Write it first; nobody was asked."))


class NothingChanged(CannotAsk):
    """Changes were asked for, and the piece is as it was."""

    def __init__(self) -> None:
        super().__init__(
            _("The piece is as it was when changes were asked for. Change it, or say in a word why it stays.")
        )


class NotOpen(CannotAsk):
    """The request is not in a state for this."""

    def __init__(self, request: ApprovalRequest) -> None:
        self.request = request
        words = {
            Status.PENDING: _("It waits for a decision. Nothing was changed."),
            Status.REVISION_REQUESTED: _("Changes were asked for. Nothing was changed."),
            Status.APPROVED: _("It is approved already. Nothing was changed."),
            Status.REJECTED: _("It was rejected. Ask for approval anew, if you want to try again."),
            Status.WITHDRAWN: _("The request was taken back. Ask anew, if you want it approved."),
        }
        super().__init__(words[Status(request.status)])


class TooSoon(CannotAsk):
    """They were reminded within the hour."""

    def __init__(self) -> None:
        super().__init__(_("They were reminded within the last hour. Nobody was told again."))


def ask(
    piece: GeneratedContent,
    *,
    by: Membership,
    now: dt.datetime,
    workflow: ApprovalWorkflow | None = None,
    note: str = "",
    needed_by: dt.datetime | None = None,
) -> ApprovalRequest:
    """Ask for the approval of a piece: by the workflow it must pass, else by the given one; planned posts wait for it.

    `needed_by`: when a post goes out that is about to be planned. Raises AlreadyAsked, NoWorkflow, NothingToSend.
    """
    with tenancy.widened(), transaction.atomic():
        held = _held(piece, by)
        chosen = _chosen(held, workflow)
        if outgoing.is_empty(held):
            raise NothingToSend
        request = _begin(held, chosen, by=by, note=note)
        releasing.hold_back(request, by=by, now=now)
        asks.open_stage(request, now=now, needed_by=needed_by)
        asks.record("approval.requested", request, by=by, workflow=request.workflow_name)
        return request


def _held(piece: GeneratedContent, by: Membership) -> GeneratedContent:
    """Return the piece, held, without a living request. Raises AlreadyAsked."""
    rows = GeneratedContent.objects.select_for_update(of=("self",)).select_related("asset")
    held = rows.get(pk=piece.pk, organization_id=by.organization_id)
    if living := approving.standing(held).request:
        raise AlreadyAsked(living)
    return held


def _chosen(piece: GeneratedContent, wanted: ApprovalWorkflow | None) -> ApprovalWorkflow:
    """Return the workflow to ask by: what must be passed is not chosen. Raises NoWorkflow."""
    chosen = approving.workflow_for(piece) or wanted
    theirs = {None, piece.client_id}
    if chosen is None or not chosen.is_active or chosen.client_id not in theirs or not chosen.stages.exists():
        raise NoWorkflow
    return chosen


def _begin(piece: GeneratedContent, workflow: ApprovalWorkflow, *, by: Membership, note: str) -> ApprovalRequest:
    request = ApprovalRequest(
        organization_id=piece.organization_id,
        client_id=piece.client_id,
        piece=piece,
        workflow=workflow,
        workflow_name=workflow.name,
        auto_publish=workflow.auto_publish,
        stages=stages_of(workflow),
        version=piece.version,
        fingerprint=approving.fingerprint(piece),
        note=note[:500],
        requested_by=by.user,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        living = ApprovalRequest.objects.filter(piece=piece, status__in=approving.LIVING).first()
        raise AlreadyAsked(living) if living else error from error
    return request


def stages_of(workflow: ApprovalWorkflow) -> list[dict[str, Any]]:
    """Return a workflow's stages as a request keeps them."""
    return [
        {
            "name": stage.name,
            "needs": stage.needs,
            "hours": stage.hours,
            "approvers": [
                {"kind": one.kind, "member": str(one.member_id or ""), "role": one.role}
                for one in stage.approvers.all()
            ],
        }
        for stage in workflow.stages.prefetch_related("approvers").order_by("position")
    ]


def ask_again(request: ApprovalRequest, *, by: Membership, now: dt.datetime, note: str = "") -> ApprovalRequest:
    """Say that the changes are made: a new round begins with the first stage, for nobody agreed to these words yet.

    Raises NotOpen, and NothingChanged where the piece is as it was and no word says why.
    """
    with tenancy.widened(), transaction.atomic():
        held = asks.hold(request.pk)
        if held.status != Status.REVISION_REQUESTED:
            raise NotOpen(held)
        _take_version(held, note=note)
        Revision.objects.filter(request=held).exclude(status=Revision.Status.COMPLETED).update(
            status=Revision.Status.COMPLETED, to_version=held.version, completed_at=now, updated_at=now
        )
        releasing.hold_back(held, by=by, now=now)
        asks.new_round(held, now=now)
        asks.record("approval.asked_again", held, by=by, round=held.round, version=held.version)
        return held


def _take_version(request: ApprovalRequest, *, note: str) -> None:
    """Ask about the piece as it stands now. Raises NothingChanged."""
    print_ = approving.fingerprint(request.piece)
    if print_ == request.fingerprint and not note.strip():
        raise NothingChanged
    request.status, request.version, request.fingerprint = Status.PENDING, request.piece.version, print_
    request.decided_at, request.note = None, note[:500] or request.note
    request.save(update_fields=["status", "version", "fingerprint", "decided_at", "note", "updated_at"])


def withdraw(request: ApprovalRequest, *, by: Membership | User, now: dt.datetime) -> ApprovalRequest:
    """Take the question back; posts that waited for it become drafts. Raises NotOpen."""
    with tenancy.widened(), transaction.atomic():
        held = asks.hold(request.pk)
        if held.status not in {Status.PENDING, Status.REVISION_REQUESTED}:
            raise NotOpen(held)
        asks.end(held, Status.WITHDRAWN, by=by.user if isinstance(by, Membership) else by, now=now)
        releasing.put_aside(held, why=_("The request for approval was taken back."), by=by)
        asks.record("approval.withdrawn", held, by=by)
        return held


def remind(request: ApprovalRequest, *, by: Membership, now: dt.datetime) -> int:
    """Tell those who have not decided once more; return how many are asked. Raises NotOpen, TooSoon."""
    with tenancy.widened(), transaction.atomic():
        held = asks.hold(request.pk)
        if held.status != Status.PENDING:
            raise NotOpen(held)
        rows = ApprovalAsk.objects.filter(request=held, round=held.round, stage=held.stage, status="open")
        if rows.filter(reminded_at__gt=now - REMINDS_AFTER).exists():
            raise TooSoon
        asked = [asks.Asked(ask.member) for ask in rows.select_related("member__user")]
        rows.update(reminded_at=now, updated_at=now)
        asks.tell(held, asked, title=gettext_lazy("Still to be approved: %(piece)s"))
        asks.record("approval.reminded", held, by=by)
        return len(asked)


def ask_for_post(
    piece: GeneratedContent, *, by: Membership, now: dt.datetime, needed_by: dt.datetime
) -> ApprovalRequest | None:
    """Ask for a piece that is about to be planned, where it must be approved and nobody was asked yet."""
    workflow = approving.workflow_for(piece)
    if workflow is None:
        return None
    try:
        return ask(piece, by=by, now=now, workflow=workflow, needed_by=needed_by)
    except AlreadyAsked as error:
        return error.request
