"""Writing an account's days: one row for each date, whatever comes how often and in which order."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from accounts.models import User
from analytics.collection.reckoning import ENTERED, RECKONED, reckon
from analytics.documents import DOCUMENTS
from analytics.documents.checking import OTHER, check
from analytics.models import DailyMetrics, MetricImport, TrackedAccount
from publishing.platforms.counting import DayFigures

log = structlog.get_logger(__name__)
Origin = DailyMetrics.Origin
OWN_KEYS = frozenset({OTHER, ENTERED, RECKONED})
BY_PEOPLE = frozenset({Origin.HAND, Origin.CSV})
WRITTEN = [
    "document", "missing", "origin", "is_settled", "taken_at", "entered_by", "source_file", "updated_at",
]  # fmt: skip


@dataclass(frozen=True)
class Brought:
    """How days came: from the platform, from a person, from a file."""

    origin: str
    by: User | None = None
    file: MetricImport | None = None
    emptied: Mapping[dt.date, frozenset[str]] = field(default_factory=dict)

    @property
    def is_by_people(self) -> bool:
        """Whether somebody entered it."""
        return self.origin in BY_PEOPLE


def write_days(
    account: TrackedAccount, days: Sequence[DayFigures], brought: Brought, *, now: dt.datetime
) -> list[DailyMetrics]:
    """Write days of an account over those that are there; a null takes nothing away. Call in the organisation's scope.

    What the platform tells of a field replaces what stood there; what it does not tell leaves a person's entry alone.
    """
    if not days:
        return []
    by_date = {each.day: each for each in days}
    TrackedAccount.objects.select_for_update().get(pk=account.pk)  # one writer of an account's days at a time
    there = {row.date: row for row in account.days.filter(date__in=by_date)}
    new: list[DailyMetrics] = []
    old: list[DailyMetrics] = []
    for day, told in sorted(by_date.items()):
        row = there.get(day)
        is_new = row is None
        row = row or _row(account, day)
        _take(row, told, brought, is_new=is_new, now=now)
        (new if is_new else old).append(row)
    DailyMetrics.objects.bulk_create(new, batch_size=200)
    DailyMetrics.objects.bulk_update(old, WRITTEN, batch_size=200)
    reckon(account, list(by_date), now=now)
    return new + old


def _row(account: TrackedAccount, day: dt.date) -> DailyMetrics:
    return DailyMetrics(
        organization_id=account.organization_id,
        client_id=account.client_id,
        account=account,
        platform=account.platform,
        date=day,
    )


def _take(row: DailyMetrics, told: DayFigures, brought: Brought, *, is_new: bool, now: dt.datetime) -> None:
    checked = check(DOCUMENTS[row.platform], told.figures, told.missing)
    if checked.problems:
        log.warning("figures that do not fit", platform=row.platform, date=str(row.date), problems=checked.problems)
    row.document = _merged(row, checked.document, brought)
    figures = figures_of(row)
    reasons = checked.missing if is_new or not brought.is_by_people else {**checked.missing, **row.missing}
    row.missing = {key: why for key, why in reasons.items() if key not in figures}
    if is_new or not brought.is_by_people or row.origin in BY_PEOPLE:
        row.origin = _origin(row, brought, is_new=is_new)
        row.is_settled = told.settled
    row.taken_at = row.updated_at = now
    if brought.is_by_people:
        row.entered_by, row.source_file = brought.by, brought.file


def _origin(row: DailyMetrics, brought: Brought, *, is_new: bool) -> str:
    """A day that the platform told at its time stays so when a correction comes."""
    if not is_new and brought.origin == Origin.BACKFILL and row.origin in {Origin.API, Origin.PRACTICE}:
        return row.origin
    return brought.origin


def figures_of(row: DailyMetrics) -> dict[str, Any]:
    """Return a day's figures by field, those that follow from other days included."""
    return {key: value for key, value in row.document.items() if key not in OWN_KEYS}


def told_of(row: DailyMetrics) -> dict[str, Any]:
    """Return what was told or entered of a day, without what follows from other days."""
    reckoned = row.document.get(RECKONED, [])
    return {key: value for key, value in figures_of(row).items() if key not in reckoned}


def _merged(row: DailyMetrics, new: Mapping[str, Any], brought: Brought) -> dict[str, Any]:
    """Return the document with what is new in it, and which of its fields people entered."""
    figures = told_of(row)
    entered = set(row.document.get(ENTERED, []))
    given = {key: value for key, value in new.items() if key not in OWN_KEYS}
    for key in brought.emptied.get(row.date, frozenset()):
        figures.pop(key, None)
        entered.discard(key)
    if brought.is_by_people:
        entered |= {key for key, value in given.items() if figures.get(key) != value}
    else:
        entered -= given.keys()
    other = {**row.document.get(OTHER, {}), **new.get(OTHER, {})}
    merged = {**figures, **given}
    return (
        merged
        | ({OTHER: other} if other else {})
        | ({ENTERED: sorted(entered & merged.keys())} if entered & merged.keys() else {})
    )
