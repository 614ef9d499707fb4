"""Insights of Meta's nodes, asked in a way that survives metrics it renamed and rights that were not given.

One name Meta does not know fails a whole call, so what was refused is halved until the name is found, and not asked for
again. Days are Pacific ones; what a day's data holds may be wanting, which is not nought.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from publishing.platforms.base import Rejected
from publishing.platforms.counting import Audience, Missing
from publishing.platforms.meta.errors import GONE, UNKNOWN_METRIC, Lacking
from publishing.platforms.meta.graph import Fields, Graph

ZONE: Final = "America/Los_Angeles"
PACIFIC: Final = ZoneInfo(ZONE)
DAY: Final = timedelta(days=1)
BREAKDOWNS: Final = ("country", "city", "age", "gender")
TOO_EARLY: Final = "since param is not valid"
GENDERS: Final = {"F": "female", "M": "male"}
Value = int | float


@dataclass
class Insights:
    """Asks for one kind of node with one token; `refused` holds what is not told, with the reason."""

    graph: Graph
    token: str
    refused: dict[str, Missing] = field(default_factory=dict)
    is_locked: bool = False

    def ask(self, path: str, names: Iterable[str], **fields: Any) -> dict[str, Fields]:
        """Rows by the metric's name; a metric without data is absent."""
        alive = [name for name in names if name not in self.refused]
        if not alive or self.is_locked:
            return {}
        try:
            told = self.graph.get(path, token=self.token, metric=",".join(alive), **fields)
        except Lacking:
            self.is_locked = True
            return {}
        except Rejected as refused:
            if refused.code in {GONE, "config"}:
                raise
            if TOO_EARLY in str(refused):
                # It says nothing of the metrics: these days are no longer kept.
                return {}
            return self._one_by_one(path, alive, refused, fields)
        return {str(row.get("name")): row for row in told.get("data") or () if isinstance(row, dict)}

    def why(self, name: str, otherwise: Missing) -> Missing:
        """Why a metric was not told."""
        return Missing.NO_ACCESS if self.is_locked else self.refused.get(name, otherwise)

    def _one_by_one(
        self, path: str, names: Sequence[str], refused: Rejected, fields: Mapping[str, Any]
    ) -> dict[str, Fields]:
        if len(names) == 1:
            unknown = refused.code == UNKNOWN_METRIC
            self.refused[names[0]] = Missing.NOT_OFFERED if unknown else Missing.NO_ANSWER
            return {}
        half = len(names) // 2
        return self.ask(path, names[:half], **fields) | self.ask(path, names[half:], **fields)


def whole(row: Fields | None) -> Value | None:
    """The one value of a row: a total, the sum of its links, or its first value; None when it holds none."""
    if row is None:
        return None
    if isinstance(row.get("total_value"), dict):
        return number(row["total_value"].get("value"))
    if links := row.get("link_total_values"):
        return sum(number(one.get("value")) or 0 for one in links)
    values = row.get("values") or [{}]
    return number(values[0].get("value"))


def summed(row: Fields | None) -> Value | None:
    """The sum of a value that comes by kind ({like: 3, love: 1}), or the value itself."""
    value = ((row or {}).get("values") or [{}])[0].get("value")
    if isinstance(value, dict):
        return sum(number(one) or 0 for one in value.values())
    return number(value)


def series(row: Fields | None) -> dict[date, Value]:
    """Values by the day that ended at each `end_time`."""
    found = {}
    for one in (row or {}).get("values") or ():
        value, ended = number(one.get("value")), one.get("end_time")
        if value is not None and ended:
            found[day_of(datetime.fromisoformat(str(ended)) - timedelta(seconds=1))] = value
    return found


def parts(row: Fields | None) -> dict[str, Value]:
    """A total by the values of its one breakdown."""
    found: dict[str, Value] = {}
    for breakdown in ((row or {}).get("total_value") or {}).get("breakdowns") or ():
        for one in breakdown.get("results") or ():
            names, value = one.get("dimension_values") or [""], number(one.get("value"))
            if value is not None:
                found[str(names[-1])] = value
    return found


def number(value: Any) -> Value | None:
    """A number, None for whatever is none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def followers_by(kind: str, told: Mapping[str, Value]) -> Audience | None:
    """An account's followers by one breakdown, as parts of those Meta speaks of; None when it speaks of nobody."""
    counted = sum(told.values())
    if counted <= 0:
        return None
    shares: dict[str, float] = {}
    for name, value in told.items():
        spelled = GENDERS.get(name, "other") if kind == "gender" else name
        shares[spelled] = round(shares.get(spelled, 0) + value / counted, 6)
    return Audience(kind, _at_most_whole(shares), counted=int(counted))


def _at_most_whole(shares: dict[str, float]) -> dict[str, float]:
    """Rounding may push the sum past one; the largest share gives way."""
    over = sum(shares.values()) - 1
    if over > 0:
        largest = max(shares, key=lambda name: shares[name])
        shares[largest] = round(shares[largest] - over, 6)
    return shares


# Days


def midnight(day: date) -> int:
    """When a Pacific day begins, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC).timestamp())


def day_of(moment: datetime) -> date:
    """The Pacific day of a moment."""
    return moment.astimezone(PACIFIC).date()


def days(first: date, last: date) -> Iterator[date]:
    """All days, first to last."""
    for count in range((last - first).days + 1):
        yield first + count * DAY


def windows(first: date, last: date, *, length: int) -> Iterator[tuple[date, date]]:
    """The days cut into pieces of so many, first to last."""
    while first <= last:
        end = min(last, first + (length - 1) * DAY)
        yield first, end
        first = end + DAY
