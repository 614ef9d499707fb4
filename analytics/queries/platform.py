"""A platform's own page: every figure of its document over the days, told for all its accounts or for one."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.documents import DOCUMENTS
from analytics.documents.fields import Document, Field, Kind
from analytics.models import DailyMetrics
from analytics.queries import account_days
from analytics.queries.account_days import Days, Told
from analytics.queries.narrowing import Account, Wish
from analytics.span import DAY, Span


@dataclass(frozen=True)
class Counted:
    """An account of the platform: its last day of the span, the last that tells its followers, and the missing ones."""

    account: Account
    last: DailyMetrics | None
    stood: DailyMetrics | None
    missing: Sequence[dt.date]
    days: int

    @property
    def moved(self) -> Mapping[str, int | None]:
        """Its followers, and how they moved."""
        names = ("followers", "change_24h", "change_7d", "change_30d")
        return {name: getattr(self.stood, name) if self.stood else None for name in names}


@dataclass(frozen=True)
class FieldTold:
    """A field over the span; `reason` is the code of why it is null."""

    field: Field
    told: Told
    reason: str | None


@dataclass(frozen=True)
class Line:
    """A figure day by day, the days before it, and the accounts that are counted only from a day on."""

    field: Field
    now: Mapping[dt.date, float]
    before: Mapping[dt.date, float]
    joined: Sequence[tuple[dt.date, str]]


@dataclass(frozen=True)
class PlatformNumbers:
    """Everything the page says."""

    wish: Wish
    platform: str
    document: Document
    is_practice: bool
    has_both: bool
    accounts: Sequence[Counted]
    fields: Sequence[FieldTold]
    lists: Mapping[str, Sequence[tuple[Account, Sequence[Mapping[str, object]]]]]
    line: Line | None

    @property
    def is_empty(self) -> bool:
        """Whether no day was counted."""
        return all(each.last is None for each in self.accounts) and self.line is None

    def told(self, key: str) -> FieldTold | None:
        """The field of this name."""
        return next((each for each in self.fields if each.field.key == key), None)


def of(platform: str, wish: Wish, accounts: Sequence[Account], *, metric: str = "") -> PlatformNumbers:
    """Return a platform's numbers; raise KeyError for one whose days nobody counts."""
    document = DOCUMENTS[platform]
    taken = [each for each in accounts if each.platform == platform and wish.takes(each)]
    kinds = {each.is_simulated for each in taken}
    is_practice = wish.practice if wish.practice is not None and len(kinds) > 1 else kinds == {True}
    mine = [each for each in taken if each.tracked_id and each.is_simulated == is_practice]
    last, stood = account_days.latest(mine, wish.span), account_days.latest_known(mine, wish.span)
    counted = account_days.counted_days(mine, wish.span)
    fields = _fields(document, mine, list(last.values()), wish.span)
    return PlatformNumbers(
        wish=wish,
        platform=platform,
        document=document,
        is_practice=is_practice,
        has_both=len(kinds) > 1,
        accounts=[_counted(each, (last, stood), counted, wish) for each in mine],
        fields=fields,
        lists=_lists(document, mine, wish.span),
        line=_line(document, fields, mine, wish.span, metric),
    )


Latest = Mapping[uuid.UUID, DailyMetrics]


def _counted(
    account: Account, latest: tuple[Latest, Latest], counted: Mapping[uuid.UUID, set[dt.date]], wish: Wish
) -> Counted:
    key = account.tracked_id
    days = counted.get(key, set()) if key else set()
    begun = min(days, default=None)
    until = min(wish.span.last, wish.today - DAY)
    missing = [date for date in wish.span.dates if begun and begun < date <= until and date not in days]
    last, stood = (rows.get(key) if key else None for rows in latest)
    return Counted(account, last, stood, missing, len(days))


def _fields(
    document: Document, accounts: Sequence[Account], last: Sequence[DailyMetrics], span: Span
) -> list[FieldTold]:
    numbers = account_days.numeric(document)
    parts = account_days.parts(accounts, [each.key for each in numbers], span)
    found = []
    for field in numbers:
        told = Told()
        known = [parts[key, field.key] for each in accounts if (key := each.tracked_id) and (key, field.key) in parts]
        for part in known:
            told = told.plus(account_days.told(field, part))
        if field.kind is not Kind.COUNT and len(known) > 1:
            told = _mean(told, known)
        found.append(FieldTold(field, told, _reason(field, last) if told.now is None else None))
    return found


def _mean(told: Told, known: Sequence[Mapping[str, account_days.Part]]) -> Told:
    """Of several accounts a share is the mean of all their days, not the sum of their means."""

    def of_part(name: str) -> float | None:
        days = sum(part[name].days for part in known if name in part)
        return sum(part[name].total for part in known if name in part) / days if days else None

    before = of_part("before") if told.before is not None else None
    return Told(of_part("now"), before, told.days, told.days_before, is_uneven=told.is_uneven)


def _reason(field: Field, last: Sequence[DailyMetrics]) -> str | None:
    """Why the last day that was counted did not tell it; before any, why it usually does not."""
    told = [row.missing[field.key] for row in last if field.key in row.missing]
    return told[0] if told else field.usually


def _lists(
    document: Document, accounts: Sequence[Account], span: Span
) -> dict[str, list[tuple[Account, Sequence[Mapping[str, object]]]]]:
    found: dict[str, list[tuple[Account, Sequence[Mapping[str, object]]]]] = {}
    keys = [field.key for field in document.fields if field.kind is Kind.ITEMS]
    latest = account_days.latest_lists(accounts, keys, span)
    for key in keys:
        for account in accounts:
            if account.tracked_id and (items := latest.get((account.tracked_id, key))):
                told = [each for each in items if isinstance(each, dict)]
                found.setdefault(key, []).append((account, told))
    return found


def _line(
    document: Document, fields: Sequence[FieldTold], accounts: Sequence[Account], span: Span, metric: str
) -> Line | None:
    """Choose what to draw: what was asked for, else followers, else streams, else the first that is told."""
    known = {each.field.key: each.field for each in fields if each.told.now is not None or each.told.before is not None}
    plays = account_days.plays_of(document)
    wanted = [metric, document.followers, plays.key if plays else "", *known]
    field = next((known[key] for key in wanted if key in known), None)
    if field is None:
        return None
    daily = account_days.daily(accounts, field.key, span.before.first, span.last)
    values, joined = together(daily, is_total=field.total, is_mean=field.kind is not Kind.COUNT)
    names = {each.tracked_id: each.name for each in accounts}
    return Line(
        field,
        {date: value for date, value in values.items() if date >= span.first},
        {date: value for date, value in values.items() if date < span.first},
        [(date, names[key]) for key, date in joined if date >= span.first],
    )


Joined = list[tuple[uuid.UUID, dt.date]]


def together(daily: Mapping[uuid.UUID, Days], *, is_total: bool, is_mean: bool = False) -> tuple[Days, Joined]:
    """Add accounts up day by day. A total is told only for days on which every account that began was counted.

    So a day that one account misses is a gap, not a fall; who begins later is named with the day.
    """
    begun = {key: min(days) for key, days in daily.items() if days}
    dates = sorted({date for days in daily.values() for date in days})
    found: Days = {}
    for date in dates:
        told = [days[date] for days in daily.values() if date in days]
        due = sum(start <= date for start in begun.values())
        if is_total and len(told) < due:
            continue
        found[date] = sum(told) / len(told) if is_mean else sum(told)
    first = min(begun.values(), default=None)
    return found, sorted(((key, start) for key, start in begun.items() if start != first), key=lambda pair: pair[1])
