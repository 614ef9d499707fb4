"""Entering an account's day by hand, and taking one out again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics.collection.reckoning import reckon
from analytics.collection.writing import BY_PEOPLE, Brought, Origin, told_of, write_days
from analytics.documents import DOCUMENTS
from analytics.documents.checking import check
from analytics.models import DailyMetrics, TrackedAccount
from publishing.platforms.counting import DayFigures

EARLIEST = dt.date(2004, 1, 1)


class CannotEnter(Exception):
    """The day cannot be entered so; the message says why."""

    def __init__(self, message: str, field: str = "date") -> None:
        super().__init__(message)
        self.field = field


def enter(
    account: TrackedAccount, date: dt.date, values: Mapping[str, Any], *, by: Membership, now: dt.datetime
) -> DailyMetrics:
    """Write what somebody knows of a day; None takes a field out, one not named stays. Raise CannotEnter."""
    _require_day(date, now=now)
    given = {key: value for key, value in values.items() if value is not None}
    problems = check(DOCUMENTS[account.platform], given).problems
    if problems:
        key, problem = next(iter(problems.items()))
        raise CannotEnter(_("%(name)s cannot be taken: %(why)s.") % {"name": key, "why": problem}, key)
    with transaction.atomic():
        before = account.days.filter(date=date).first()
        told = told_of(before) if before else {}
        changed = {key: value for key, value in given.items() if told.get(key) != value}
        emptied = frozenset(key for key, value in values.items() if value is None and key in told)
        if before is None and not changed:
            raise CannotEnter(_("Nothing was entered: at least one figure is needed."), "")
        if before is not None and not changed and not emptied:
            return before
        brought = Brought(Origin.HAND, by=by.user, emptied={date: emptied})
        [row] = write_days(account, [DayFigures(date, changed)], brought, now=now)
        changes = {key: [told.get(key), values[key]] for key in [*changed, *sorted(emptied)]}
        shown = {key: pair for key, pair in changes.items() if not isinstance(pair[1], list)}
        audit.record(
            "counted.day_entered", account, organization_id=account.organization_id, by=by, date=str(date),
            changes=shown,
        )  # fmt: skip
    row.refresh_from_db()
    return row


def _require_day(date: dt.date, *, now: dt.datetime) -> None:
    """A platform's day may be a day ahead of ours."""
    if date > now.date() + dt.timedelta(days=1):
        raise CannotEnter(_("That day is still to come."))
    if date < EARLIEST:
        raise CannotEnter(_("That day is before any of these platforms."))


def remove_day(row: DailyMetrics, *, by: Membership, now: dt.datetime) -> None:
    """Take a day out that people brought. Raise CannotEnter for one its platform told."""
    if row.origin not in BY_PEOPLE:
        raise CannotEnter(_("The platform told this day; it stays. Empty the figures that you entered."))
    account, date = row.account, row.date
    with transaction.atomic():
        row.delete()
        reckon(account, [date], now=now)
        audit.record(
            "counted.day_removed", account, organization_id=account.organization_id, by=by, date=str(date)
        )  # fmt: skip
