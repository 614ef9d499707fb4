"""Commands of the quality desk: ask for a look, take it, give it to somebody, ask back, answer, finish, cancel.

Each holds the row while it decides, so that of two people at once one wins and the other hears who did.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing.delivery import clocks
from publishing.models import QARequest

Status, Priority = QARequest.Status, QARequest.Priority
HOURS = {Priority.URGENT: 4, Priority.HIGH: 8, Priority.NORMAL: 24, Priority.LOW: 72}
ORDER = ("priority", "due_at", "pk")


class DeskRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


class HasMovedOn(DeskRefused):
    """Somebody was faster, or it stands elsewhere by now; `row` is how it stands."""

    def __init__(self, row: QARequest) -> None:
        self.row = row
        words = {
            Status.OPEN: _("It is free: nobody has begun. Take it first."),
            Status.IN_PROGRESS: _("%(who)s has it in hand. Nothing was changed."),
            Status.WAITING: _("It waits for an answer. Nothing was changed."),
            Status.DONE: _("It is done already. Nothing was changed; ask for another look."),
            Status.CANCELLED: _("It was cancelled. Nothing was changed; ask for another look."),
        }
        found = words[Status(row.status)]
        if row.status == Status.OPEN and row.assignee:
            found = _("It is meant for %(who)s. Nothing was changed.")
        super().__init__(found % {"who": row.assignee or _("Somebody")})


class NotOfTheDesk(DeskRefused):
    """It cannot be given to that person."""

    def __init__(self, who: object) -> None:
        words = _("%(who)s does not work at the desk. Nothing was changed; choose somebody else.")
        super().__init__(words % {"who": who})


class AlreadyAsked(DeskRefused):
    """The same look is asked for and not done yet; `row` is that one."""

    def __init__(self, row: QARequest) -> None:
        self.row = row
        words = _("A look by this kind of person is asked for already. Nothing was added; follow that one.")
        super().__init__(words)


class OnlyTheHouse(DeskRefused):
    """A client's member has no business at the desk."""

    def __init__(self) -> None:
        super().__init__(_("The desk belongs to the house. Ask for changes where the piece is approved."))


# Asking


def request_look(
    piece: GeneratedContent,
    *,
    kind: str,
    by: Membership,
    now: dt.datetime,
    priority: int = Priority.NORMAL,
    brief: str = "",
    hours: int | None = None,
    assignee: Membership | None = None,
) -> QARequest:
    """Put a piece on the desk; `hours` to look (1–720), else what its urgency gives. Raises DeskRefused."""
    if by.client_id:
        raise OnlyTheHouse
    _require_worker(assignee)
    with transaction.atomic():
        GeneratedContent.objects.select_for_update(of=("self",)).filter(pk=piece.pk).first()
        same = QARequest.objects.filter(piece=piece, kind=kind, status__in=clocks.LIVING)
        if twin := same.first():
            raise AlreadyAsked(twin)
        span = hours or HOURS[Priority(priority)]
        row = QARequest.objects.create(
            organization_id=piece.organization_id,
            client_id=piece.client_id,
            piece=piece,
            version=piece.version,
            kind=kind,
            priority=priority,
            brief=brief.strip(),
            requested_by=by.user,
            assignee=assignee.user if assignee else None,
            sla_hours=span,
            due_at=now + dt.timedelta(hours=span),
        )
        _record("desk.requested", row, by=by)
        _tell_of_new(row, by=by)
    return row


def _tell_of_new(row: QARequest, *, by: Membership) -> None:
    """Who is to do it hears of it; what is urgent and free, everybody at the desk."""
    if row.assignee_id or row.priority == Priority.URGENT:
        title, message = gettext_lazy("A look is asked for: %(piece)s"), gettext_lazy("By: %(kind)s.")
        people = [each.user for each in clocks.workers(row.organization_id)]
        chosen = [each for each in people if row.assignee_id in {None, each.pk}]
        clocks.tell(_others(chosen, by), row, title, message)


# Working


def take(row: QARequest, *, by: Membership, now: dt.datetime) -> QARequest:
    """Take it in hand: what is free, or meant for me. Raises HasMovedOn."""
    with transaction.atomic():
        held = _held(row)
        if held.status != Status.OPEN or held.assignee_id not in {None, by.user_id}:
            raise HasMovedOn(held)
        return _begin(held, by=by, now=now)


def take_next(*, by: Membership, now: dt.datetime) -> QARequest | None:
    """Take what is most urgent of all that is free or mine, whatever others take meanwhile; None: nothing is."""
    free = Q(assignee=None) | Q(assignee=by.user)
    rows = QARequest.objects.visible_to(by).filter(free, status=Status.OPEN, piece__deleted_at=None)
    with transaction.atomic():
        held = rows.select_for_update(of=("self",), skip_locked=True).order_by(*ORDER).first()
        return _begin(held, by=by, now=now) if held else None


def _begin(row: QARequest, *, by: Membership, now: dt.datetime) -> QARequest:
    _write(row, assignee=by.user, status=Status.IN_PROGRESS, started_at=row.started_at or now)
    _record("desk.taken", row, by=by)
    return row


def assign(row: QARequest, *, to: Membership | None, by: Membership) -> QARequest:
    """Give it to somebody, who has not begun then; to nobody: back to the desk. Its clock is not touched."""
    _require_worker(to)
    with transaction.atomic():
        held = _held(row)
        if held.status not in clocks.LIVING or held.assignee_id != row.assignee_id:
            raise HasMovedOn(held)
        if held.assignee_id == (to.user_id if to else None):
            return held
        status = held.status if held.status == Status.WAITING else Status.OPEN
        _write(held, assignee=to.user if to else None, status=status, started_at=None)
        _record("desk.assigned" if to else "desk.given_back", held, by=by, to=str(to.user) if to else "")
        if to:
            title, message = gettext_lazy("Yours to look at: %(piece)s"), gettext_lazy("By: %(kind)s.")
            clocks.tell(_others([to.user], by), held, title, message)
        return held


def ask(row: QARequest, *, question: str, by: Membership, now: dt.datetime) -> QARequest:
    """Ask back whoever wanted the look; the clock stands until they answer. Raises HasMovedOn."""
    with transaction.atomic():
        held = _mine(row, by=by)
        _write(held, status=Status.WAITING, paused_at=now, question=question.strip())
        _record("desk.asked", held, by=by, question=held.question)
        clocks.tell(_others([held.requested_by], by), held, gettext_lazy("A question about %(piece)s"), held.question)
        return held


def answer(row: QARequest, *, words: str, by: Membership, now: dt.datetime) -> QARequest:
    """Answer what they wait for: it becomes part of the brief, and the clock goes on, later by as long as it stood."""
    with transaction.atomic():
        held = _held(row)
        if held.status != Status.WAITING or held.paused_at is None:
            raise HasMovedOn(held)
        said = f"{held.question}\n→ {words.strip()}"
        _write(
            held,
            status=Status.IN_PROGRESS if held.started_at else Status.OPEN,
            due_at=held.due_at + max(dt.timedelta(), now - held.paused_at),
            paused_at=None,
            question="",
            brief="\n\n".join(filter(None, [held.brief, said])),
        )
        _record("desk.answered", held, by=by, words=words.strip())
        clocks.tell(_others([held.assignee], by), held, gettext_lazy("Answered: %(piece)s"), words.strip())
        return held


def finish(row: QARequest, *, score: int, feedback: str, by: Membership, now: dt.datetime) -> QARequest:
    """Say how good it is (0–100) and why; whoever asked hears of it. Raises HasMovedOn."""
    with transaction.atomic():
        held = _mine(row, by=by)
        _write(
            held,
            status=Status.DONE,
            completed_at=now,
            quality_score=score,
            feedback=feedback.strip(),
            version=held.piece.version,
        )
        _record("desk.finished", held, by=by, score=score)
        clocks.tell(_others([held.requested_by], by), held, gettext_lazy("Looked at: %(piece)s"), held.feedback)
        return held


def hurry(row: QARequest, *, priority: int, by: Membership) -> QARequest:
    """Make it more or less urgent; its hours stay as they were promised."""
    with transaction.atomic():
        held = _held(row)
        if held.status not in clocks.LIVING:
            raise HasMovedOn(held)
        if held.priority != priority:
            before = held.get_priority_display()
            _write(held, priority=priority)
            _record("desk.hurried", held, by=by, before=before, after=held.get_priority_display())
        return held


def cancel(row: QARequest, *, by: Membership) -> QARequest:
    """Nobody needs to look any more; who had it hears of it."""
    with transaction.atomic():
        held = _held(row)
        if held.status not in clocks.LIVING:
            raise HasMovedOn(held)
        _write(held, status=Status.CANCELLED, paused_at=None)
        _record("desk.cancelled", held, by=by)
        title, message = gettext_lazy("Not needed any more: %(piece)s"), gettext_lazy("The look was cancelled.")
        clocks.tell(_others([held.assignee], by), held, title, message)
        return held


# What all share


def _held(row: QARequest) -> QARequest:
    """Return the row as it stands, held until the transaction ends."""
    rows = QARequest.objects.select_for_update(of=("self",)).select_related("piece", "assignee", "requested_by")
    return rows.get(pk=row.pk)


def _mine(row: QARequest, *, by: Membership) -> QARequest:
    held = _held(row)
    if held.status != Status.IN_PROGRESS or held.assignee_id != by.user_id:
        raise HasMovedOn(held)
    return held


def _write(row: QARequest, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "updated_at"])


def _record(action: str, row: QARequest, *, by: Membership, **metadata: Any) -> None:
    audit.record(action, row, organization_id=row.organization_id, by=by, piece=str(row.piece), **metadata)


def _require_worker(member: Membership | None) -> None:
    active = Membership.Status.ACTIVE
    if member and (member.client_id or member.status != active or not clocks.works(member)):
        raise NotOfTheDesk(member.user)


def _others(people: list[User | None] | list[User], by: Membership) -> list[User]:
    return [each for each in people if each is not None and each.pk != by.user_id]
