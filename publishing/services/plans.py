"""What a plan's state does to publishing: all is held while it is unpaid, accounts it has no place for are paused."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Membership, User
from accounts.notifications import Kind, Notice, notify_each, people_who_may, words
from publishing import holding
from publishing.delivery import handing
from publishing.metering import TAKING_A_PLACE
from publishing.models import PlatformConnection, PostingHold, ScheduledPost
from publishing.resting import BY_PLAN
from publishing.services import holds

Status, Cause = PlatformConnection.Status, PostingHold.Cause
WHY = {
    "unpaid": _("The plan is not paid. Everything goes on once it is."),
    "ended": _("The plan has ended. Everything goes on once one is chosen."),
}


def hold(organization_id: uuid.UUID, *, reason: str, now: dt.datetime) -> None:
    """Let nothing go out; asked again, it says the newer reason. Call in the organisation's scope."""
    why = str(WHY.get(reason, WHY["unpaid"]))
    made = PostingHold(organization_id=organization_id, cause=Cause.PLAN, reason=why)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        _standing(organization_id).update(reason=why, updated_at=now)
        return
    taken_back = handing.take_back(holding.under(made), now=now)
    audit.record(
        "hold.made", made, organization_id=organization_id, by=None, of=holds.what(made), taken_back=taken_back
    )


def release(organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Let it go out again. What came late meanwhile gets the next free places. Call in the organisation's scope."""
    found = _standing(organization_id).first()
    if found is None:
        return
    late = holds.late_under(found, now=now)
    _standing(organization_id).update(ended_at=now, updated_at=now)
    owner = Membership.objects.filter(organization_id=organization_id, role=Membership.Role.OWNER).first()
    placed = holds.place_all(late, by=owner, now=now) if owner is not None else 0
    told = {"of": holds.what(found), "moved": placed, "left": len(late) - placed}
    audit.record("hold.ended", found, organization_id=organization_id, by=None, **told)


def fit(organization_id: uuid.UUID, *, most: int | None, keeps: Sequence[str], now: dt.datetime) -> None:
    """Pause accounts above the plan's number, those last that were chosen or used lately; resume those it paused.

    Call in the organisation's scope.
    """
    rows = PlatformConnection.objects.filter(organization_id=organization_id).exclude(platform="practice")
    standing = list(rows.filter(status__in=TAKING_A_PLACE).order_by(F("last_used_at").desc(nulls_last=True), "pk"))
    standing.sort(key=lambda row: str(row.pk) not in keeps)
    if most is not None and len(standing) > most:
        for row in standing[most:]:
            _pause(row, now=now)
        _tell(organization_id, standing[most:])
        return
    room = None if most is None else most - len(standing)
    waiting = rows.filter(status=Status.PAUSED, extra__has_key=BY_PLAN).order_by("pk")
    for row in list(waiting)[:room]:
        _resume(row, now=now)


def _pause(row: PlatformConnection, *, now: dt.datetime) -> None:
    row.extra = {**row.extra, BY_PLAN: row.status}
    row.status = Status.PAUSED
    row.save(update_fields=["extra", "status", "updated_at"])
    taken_back = handing.take_back(ScheduledPost.objects.filter(connection=row), now=now)
    told = {"at": now.isoformat(), "taken_back": taken_back}
    audit.record("connection.paused", row, organization_id=row.organization_id, by=None, **told)


def _tell(organization_id: uuid.UUID, paused: Sequence[PlatformConnection]) -> None:
    """Tell who may see to these accounts, each person once."""
    theirs: dict[User, list[str]] = {}
    for row in paused:
        may = people_who_may("connections.manage", organization_id=organization_id, client_id=row.client_id)
        for person in may:
            theirs.setdefault(person, []).append(row.handle)
    message = _(
        "Their planned posts wait; one whose time passes meanwhile is kept, not sent late. "
        "Choose a larger plan, or pause other accounts and resume these."
    )
    title = _("Paused, for the plan has no place for them: %(accounts)s")
    notices = [
        Notice([person], organization_id, words(title, accounts=", ".join(handles)), message, reverse("connections"))
        for person, handles in theirs.items()
    ]
    notify_each(notices, Kind.PLAN)


def _resume(row: PlatformConnection, *, now: dt.datetime) -> None:
    row.status = row.extra.get(BY_PLAN) or Status.ACTIVE
    row.extra = {name: value for name, value in row.extra.items() if name != BY_PLAN}
    row.save(update_fields=["extra", "status", "updated_at"])
    audit.record("connection.resumed", row, organization_id=row.organization_id, by=None, at=now.isoformat())


def _standing(organization_id: uuid.UUID) -> QuerySet[PostingHold]:
    return PostingHold.objects.filter(organization_id=organization_id, cause=Cause.PLAN, ended_at=None)
