"""What a tool looked up: a table of typed cells, kept as JSON beside the answer that was made of it.

Columns and notes are named by codes, so that the page says them in the reader's language.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

Cell = str | int | float | None


class Unit(StrEnum):
    """What a column holds. MIXED: each row says for itself (`Looked.units`)."""

    TEXT = "text"  # words of ours: a code that the page names
    NAME = "name"  # words of others: a title, an account
    DATE = "date"
    MOMENT = "moment"
    WEEKDAY = "weekday"
    HOUR = "hour"  # of the day
    COUNT = "count"
    SHARE = "share"  # 0 to 1
    RATIO = "ratio"  # times something
    CHANGE = "change"  # in percent: 18.2
    POINTS = "points"  # of percent
    SECONDS = "seconds"
    HOURS = "hours"
    DAYS = "days"
    MONEY = "money"
    SCORE = "score"
    MIXED = "mixed"


NUMBERS = frozenset(Unit) - {Unit.TEXT, Unit.NAME, Unit.DATE, Unit.MOMENT, Unit.WEEKDAY, Unit.HOUR, Unit.MIXED}

SPOKEN = frozenset({"insights", "anomalies", "suggestions", "meaning"})  # rows are sentences


@dataclass(frozen=True)
class Column:
    """A column: its code and what it holds."""

    key: str
    unit: Unit


@dataclass(frozen=True)
class Fact:
    """A number about the whole table: a sum, how many posts there were, the hours after which posts are compared."""

    key: str
    value: float
    unit: Unit


@dataclass(frozen=True)
class Looked:
    """One look into the numbers. `of`: what it was narrowed to; `notes`: codes of what must be said beside it."""

    tool: str
    asked: Mapping[str, Any]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    units: Sequence[Unit] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    of: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    notes: Sequence[str] = ()
    currency: str = ""
    chart: str = ""
    is_made_up: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """How many days it is about; 0 where it is about none."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0

    @property
    def is_empty(self) -> bool:
        """Whether it found nothing at all."""
        if self.tool in SPOKEN:
            return not self.rows
        measures = [place for place, column in enumerate(self.columns) if column.unit in NUMBERS | {Unit.MIXED}]
        return not any(row[place] is not None for row in self.rows for place in measures)

    def unit_of(self, row: int, column: int) -> Unit:
        """What a cell holds."""
        unit = self.columns[column].unit
        return self.units[row] if unit is Unit.MIXED else unit

    def place(self, key: str) -> int:
        """Where a column stands."""
        return next(place for place, column in enumerate(self.columns) if column.key == key)

    def cell(self, row: int, key: str) -> Cell:
        """The cell of a row."""
        return self.rows[row][self.place(key)]

    def fact(self, key: str) -> float | None:
        """A number about the whole of it."""
        return next((each.value for each in self.facts if each.key == key), None)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "tool": self.tool,
            "asked": dict(self.asked),
            "columns": [[column.key, column.unit.value] for column in self.columns],
            "rows": [list(row) for row in self.rows],
            "units": [unit.value for unit in self.units],
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "of": list(self.of),
            "facts": [[each.key, each.value, each.unit.value] for each in self.facts],
            "notes": list(self.notes),
            "currency": self.currency,
            "chart": self.chart,
            "is_made_up": self.is_made_up,
            "details": dict(self.details),
        }


def restored(kept: Mapping[str, Any]) -> Looked:
    """Return what was stored."""
    return Looked(
        tool=kept["tool"],
        asked=kept["asked"],
        columns=[Column(key, Unit(unit)) for key, unit in kept["columns"]],
        rows=kept["rows"],
        units=[Unit(unit) for unit in kept["units"]],
        first=dt.date.fromisoformat(kept["first"]) if kept["first"] else None,
        last=dt.date.fromisoformat(kept["last"]) if kept["last"] else None,
        of=kept["of"],
        facts=[Fact(key, value, Unit(unit)) for key, value, unit in kept["facts"]],
        notes=kept["notes"],
        currency=kept["currency"],
        chart=kept["chart"],
        is_made_up=kept["is_made_up"],
        details=kept["details"],
    )


def columns(**units: Unit) -> list[Column]:
    """Name columns."""
    return [Column(key, unit) for key, unit in units.items()]


def plain(value: Any) -> Cell:
    """Return a value as a cell: whole numbers whole, fractions to six places, dates as ISO writes them."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    number = float(value) if isinstance(value, Decimal) else value
    return int(number) if float(number).is_integer() else round(float(number), 6)


def rows_of(rows: Iterable[Sequence[Any]]) -> list[list[Cell]]:
    """Return rows as cells."""
    return [[plain(value) for value in row] for row in rows]
