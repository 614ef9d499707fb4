"""An account's days as its page, its file and its table show them: a missing day is a gap, a null has its reason."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership
from analytics.collection.reckoning import ENTERED, RECKONED
from analytics.collection.writing import OWN_KEYS
from analytics.documents import DOCUMENTS
from analytics.documents.fields import Document, Field, Kind
from analytics.documents.reasons import FELL, words
from analytics.models import DailyMetrics, MetricImport, TrackedAccount
from analytics.queries import days as reading
from analytics.span import Span
from analytics.tables import Table
from trenddrop.core.charts import LineChart, Mark, Series

MOST_COLUMNS = 7
TICKS = 6
ROWS = 400
ORIGINS: Mapping[str, str | Promise] = {
    DailyMetrics.Origin.API: gettext_lazy("Platform"),
    DailyMetrics.Origin.BACKFILL: gettext_lazy("Platform, later"),
    DailyMetrics.Origin.HAND: gettext_lazy("By hand"),
    DailyMetrics.Origin.CSV: gettext_lazy("File"),
    DailyMetrics.Origin.PRACTICE: gettext_lazy("Practice"),
}


@dataclass(frozen=True)
class Cell:
    """A figure of a day; None with the reason."""

    kind: Kind
    value: Any
    why: str = ""
    is_entered: bool = False
    is_reckoned: bool = False
    fell: bool = False


@dataclass(frozen=True)
class Line:
    """A day of the table; `row` None: nothing is known of it."""

    date: dt.date
    row: DailyMetrics | None
    cells: Sequence[Cell] = ()
    origin: str | Promise = ""


@dataclass(frozen=True)
class Listing:
    """A list that a day holds: cities, tracks, posts."""

    field: Field
    date: dt.date
    items: Sequence[tuple[str, str, Any, bool]]


@dataclass(frozen=True)
class Days:
    """Everything an account's page says of its days."""

    account: TrackedAccount
    span: Span
    document: Document
    columns: Sequence[Field]
    lines: Sequence[Line]
    figure: Field
    figures: Sequence[Field]
    chart: LineChart | None
    gaps: int
    never: Sequence[tuple[Field, str]]
    listings: Sequence[Listing]
    last: DailyMetrics | None
    files: Sequence[MetricImport]

    @property
    def state(self) -> str:
        """How counting stands."""
        return reading.state_of(self.account)

    @property
    def shown(self) -> Sequence[Line]:
        """The latest days, as many as a page holds; a file has them all."""
        return self.lines[:ROWS]

    @property
    def older(self) -> int:
        """How many days only the file has."""
        return max(0, len(self.lines) - ROWS)

    @property
    def table(self) -> Table:
        """Every figure of every day, as a file."""
        fields = [one for one in self.document.fields if one.kind != Kind.ITEMS]
        changes = (_("Change 24 h"), _("Change 7 d"), _("Change 30 d"))
        rows = [_written(line, fields) for line in reversed(self.lines)]
        return Table("days", _("Days"), [_("Date"), *(one.key for one in fields), *changes, _("Origin")], rows)


def _written(line: Line, fields: Sequence[Field]) -> list[object]:
    if line.row is None:
        return [line.date, *([None] * (len(fields) + 3)), ""]
    row = line.row
    told = [row.document.get(one.key) for one in fields]
    return [line.date, *told, row.change_24h, row.change_7d, row.change_30d, str(line.origin)]


def shown(account: TrackedAccount, span: Span, *, figure: str, member: Membership) -> Days:
    """Return the days of a span; four statements, however many days."""
    del member  # the account was found among those the member sees
    document = DOCUMENTS[account.platform]
    rows = reading.days_between(account, span.first, span.last)
    by_date = {row.date: row for row in rows}
    first, last = reading.edge_days(account)
    dates = [day for day in span.dates if first is not None and last is not None and first <= day <= last]
    told = _told(document, rows)
    columns = told[:MOST_COLUMNS]
    chosen = next((one for one in told if one.key == figure), None) or _main(document, told)
    return Days(
        account=account,
        span=span,
        document=document,
        columns=columns,
        lines=[_line(day, by_date.get(day), columns) for day in reversed(dates)],
        figure=chosen,
        figures=told,
        chart=_chart(chosen, dates, by_date),
        gaps=sum(day not in by_date for day in dates),
        never=_never(document, told, rows),
        listings=_listings(document, rows),
        last=rows[-1] if rows else None,
        files=reading.files_of(account),
    )


def _told(document: Document, rows: Sequence[DailyMetrics]) -> list[Field]:
    """Return the figures that any of the days has, in the document's order."""
    plain = (Kind.COUNT, Kind.SHARE, Kind.SECONDS)
    return [
        one for one in document.fields
        if one.kind in plain and any(row.document.get(one.key) is not None for row in rows)
    ]  # fmt: skip


def _main(document: Document, told: Sequence[Field]) -> Field:
    followers = document.field(document.followers) if document.followers else None
    return followers if followers in told and followers else (told[0] if told else document.fields[0])


def _line(day: dt.date, row: DailyMetrics | None, columns: Sequence[Field]) -> Line:
    if row is None:
        return Line(day, None)
    entered, reckoned = row.document.get(ENTERED, ()), row.document.get(RECKONED, ())
    cells = [
        Cell(
            kind=one.kind,
            value=row.document.get(one.key),
            why=words(row.missing.get(one.key, "")) if row.document.get(one.key) is None else "",
            is_entered=one.key in entered,
            is_reckoned=one.key in reckoned,
            fell=row.missing.get(one.key) == FELL,
        )
        for one in columns
    ]
    return Line(day, row, cells, ORIGINS.get(row.origin, row.origin))


def _never(document: Document, told: Sequence[Field], rows: Sequence[DailyMetrics]) -> list[tuple[Field, str]]:
    """Return the figures that no day has, with the latest reason."""
    missing = rows[-1].missing if rows else {}
    known = {one.key for one in told} | {
        one.key for one in document.fields if any(one.key in row.document for row in rows)
    }
    return [
        (one, words(missing.get(one.key) or (one.usually or ""))) for one in document.fields if one.key not in known
    ]


def _listings(document: Document, rows: Sequence[DailyMetrics]) -> list[Listing]:
    """Return the latest of every list that is told."""
    found = []
    for one in document.fields:
        row = next((row for row in reversed(rows) if row.document.get(one.key)), None)
        if one.kind == Kind.ITEMS and row is not None:
            found.append(Listing(one, row.date, [_item(item) for item in row.document[one.key][:10]]))
    return found


NUMBERS = ("share", "streams", "plays", "views", "likes", "count", "position", "popularity", "rank")


def _item(item: Mapping[str, Any]) -> tuple[str, str, Any, bool]:
    """Return an item's name, its link, its most telling number, and whether that is a share."""
    name = next((str(item[key]) for key in ("name", "title", "chart", "id") if item.get(key)), "–")
    if item.get("chart") and item.get("country"):
        name = f"{item['chart']} ({item['country']})"
    url = str(item.get("url") or "")
    key = next((key for key in NUMBERS if item.get(key) is not None), "")
    return name[:120], url if url.startswith("https://") else "", item.get(key) if key else None, key == "share"


def _chart(figure: Field, dates: Sequence[dt.date], rows: Mapping[dt.date, DailyMetrics]) -> LineChart | None:
    """Return the figure by day; a missing day breaks the line."""
    values = [_value(rows.get(day), figure) for day in dates]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    numbers = list(range(len(dates)))
    return LineChart(
        title=str(figure.name),
        summary=_summary(figure, dates, values),
        x=numbers,
        labels=[date_format(day, "j M Y") for day in dates],
        series=[Series(str(figure.name), values)],
        ticks=_ticks(dates),
        marks=_falls(figure, dates, values),
        x_name=_("Day"),
    )


def _value(row: DailyMetrics | None, figure: Field) -> float | None:
    value = row.document.get(figure.key) if row else None
    if value is None:
        return None
    return value * 100 if figure.kind == Kind.SHARE else float(value)


def _summary(figure: Field, dates: Sequence[dt.date], values: Sequence[float | None]) -> str:
    known = [(day, value) for day, value in zip(dates, values, strict=True) if value is not None]
    gaps = len(dates) - len(known)
    said = _("%(name)s by day: %(first)s on %(from)s, %(last)s on %(to)s.") % {
        "name": figure.name,
        "first": f"{known[0][1]:g}",
        "from": date_format(known[0][0], "j M"),
        "last": f"{known[-1][1]:g}",
        "to": date_format(known[-1][0], "j M"),
    }
    told = ngettext("%(n)s day is missing.", "%(n)s days are missing.", gaps) % {"n": gaps}
    return f"{said} {told}" if gaps else said


def _ticks(dates: Sequence[dt.date]) -> list[tuple[float, str]]:
    step = max(1, (len(dates) - 1) // TICKS)
    return [(float(place), date_format(dates[place], "j M")) for place in range(0, len(dates), step)][: TICKS + 1]


def _falls(figure: Field, dates: Sequence[dt.date], values: Sequence[float | None]) -> list[Mark]:
    """Name the one steepest fall of a total to under half: a reset, or many accounts cleared away."""
    if not figure.total:
        return []
    steps = [
        (after / before, place) for place, (before, after) in enumerate(pairwise(values), start=1)
        if before and after is not None and after < before / 2
    ]  # fmt: skip
    if not steps:
        return []
    place = min(steps)[1]
    return [Mark(float(place), _("fell"), date_format(dates[place], "j M"))]


def figures_shown(row: DailyMetrics | None) -> dict[str, Any]:
    """Return what a day's form begins with: what was told or entered."""
    if row is None:
        return {}
    reckoned = row.document.get(RECKONED, ())
    return {key: value for key, value in row.document.items() if key not in OWN_KEYS and key not in reckoned}
