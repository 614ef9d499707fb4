"""Somebody else decides: a question handed over, a stage given to others, or passed by."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notifications, tenancy
from accounts.models import Membership
from publishing import approving
from publishing.delivery import asks, releasing
from publishing.models import ApprovalAsk, ApprovalRequest

Status = ApprovalRequest.Status
AskStatus = ApprovalAsk.Status


class CannotHandOver(Exception):
    """Nobody else was asked; the message says why and what to do."""


class NotYours(CannotHandOver):
    """Only who is asked hands the question over."""

    def __init__(self) -> None:
        super().__init__(_("You are not asked to decide this now, so there is nothing to hand over."))


class NotTheirs(CannotHandOver):
    """They may not decide it."""

    def __init__(self, who: object) -> None:
        super().__init__(
            _("%(who)s may not decide this, or does not work here any more. Choose somebody else.") % {"who": who}
        )


class AskedAlready(CannotHandOver):
    """They are asked already, or have decided."""

    def __init__(self, who: object) -> None:
        super().__init__(_("%(who)s is asked already. Choose somebody else.") % {"who": who})


class NotWaiting(CannotHandOver):
    """No stage is open."""

    def __init__(self) -> None:
        super().__init__(_("This waits for nobody’s decision now. Nothing was changed."))


def hand_over(request: ApprovalRequest, *, to: Membership, by: Membership, now: dt.datetime) -> ApprovalRequest:
    """Have somebody else of the house, or of the client's own people, decide in one's place.

    Raises NotYours, NotTheirs, AskedAlready, NotWaiting.
    """
    with tenancy.widened(), transaction.atomic():
        held = _open(request)
        mine = approving.ask_of(held, by)
        if mine is None or mine.is_client:
            raise NotYours
        _require(held, to)
        if ApprovalAsk.objects.filter(request=held, round=held.round, stage=held.stage, member=to).exists():
            raise AskedAlready(to.user)
        mine.status = AskStatus.OVER
        mine.save(update_fields=["status", "updated_at"])
        asks.add(held, [asks.Asked(to, by)], now=now)
        asks.record("approval.handed_over", held, by=by, to=str(to.user))
        return held


def choose(request: ApprovalRequest, *, to: Sequence[Membership], by: Membership, now: dt.datetime) -> ApprovalRequest:
    """Say who decides the open stage from now on; who was asked and has not decided need not any more.

    Raises NotTheirs, NotWaiting; AskedAlready when that would change nothing.
    """
    with tenancy.widened(), transaction.atomic():
        held = _open(request)
        for member in to:
            _require(held, member)
        rows = ApprovalAsk.objects.filter(request=held, round=held.round, stage=held.stage)
        names = ", ".join(str(member.user) for member in to)
        others = rows.filter(status=AskStatus.OPEN).exclude(member__in=list(to))
        gone = others.update(status=AskStatus.OVER, updated_at=now)
        fresh = asks.add(held, [asks.Asked(member) for member in to], now=now)
        if not to or not (gone or fresh):
            raise AskedAlready(names or by.user)
        asks.record("approval.reassigned", held, by=by, to=names)
        return held


def skip(request: ApprovalRequest, *, why: str, by: Membership, now: dt.datetime) -> ApprovalRequest:
    """Pass the open stage by; the tracker and the log say so. After the last stage the piece is approved.

    Raises NotWaiting.
    """
    with tenancy.widened(), transaction.atomic():
        held = _open(request)
        stage = held.stages[held.stage]
        stage["skipped"] = {"round": held.round, "why": why.strip()[:300], "by": str(by.user)}
        held.save(update_fields=["stages", "updated_at"])
        if asks.go_on(held, by=by.user, now=now):
            releasing.let_go(held, by=by, now=now)
        if held.requested_by and held.requested_by != by.user:
            message = notifications.words(
                gettext_lazy("%(who)s passed “%(stage)s” by. %(why)s"), who=by.user, stage=stage["name"], why=why
            )
            asks.say(held, [held.requested_by], title=gettext_lazy("A stage was passed by: %(piece)s"), message=message)
        asks.record("approval.stage_skipped", held, by=by, stage=stage["name"], why=why.strip()[:300])
        return held


def _open(request: ApprovalRequest) -> ApprovalRequest:
    """Return the request, held, while a stage of it is open. Raises NotWaiting."""
    held = asks.hold(request.pk)
    if held.status != Status.PENDING:
        raise NotWaiting
    return held


def _require(request: ApprovalRequest, member: Membership) -> None:
    people = approving.deciders(request.organization_id, client_id=request.client_id)
    if member.pk not in {one.pk for one in people}:
        raise NotTheirs(member.user)
