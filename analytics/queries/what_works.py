"""What goes with better results: hours, hashtags, kinds, formats, lengths, categories; and what the best posts were.

Only groups with enough posts are spoken of, each with the range that holds its true worth; the others say that they
are too few. Nothing here says why: what goes along with a result need not cause it.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from django.db.models import F, FloatField, Func, Max, QuerySet, Sum
from numpy.typing import NDArray

from analytics import best_times, comparing
from analytics.comparing import Interval
from analytics.queries.results import Result
from publishing.models import BestTime

FEWEST = comparing.FEWEST
MOST_TAGS, MOST_TOP, RECENT = 40, 10, dt.timedelta(days=28)
HOURS, WEEKDAYS = range(24), range(7)
EDGE = 0.98  # a score of 0 or 100 stands for no finite number
THIN = 3  # own posts of an hour below which only its neighbours speak
LEVELS = (55, 60, 66, 72)  # scores from which an hour is one step darker
SECONDS = ((15, "-15"), (30, "15-30"), (60, "30-60"), (180, "60-180"), (math.inf, "180-"))
LETTERS = ((80, "-80"), (200, "80-200"), (500, "200-500"), (900, "500-900"), (math.inf, "900-"))


@dataclass(frozen=True)
class Group:
    """Posts that have something in common: how many, their median against the usual, and against all others."""

    key: str
    posts: int
    usual: Interval | None
    lift: Interval | None

    @property
    def is_thin(self) -> bool:
        """Whether there are too few to speak of."""
        return self.lift is None


@dataclass(frozen=True)
class Tag(Group):
    """A hashtag; `now` and `before`: its posts of the last days and of as many before; `use` how that changed."""

    now: int = 0
    before: int = 0
    use: Interval | None = None
    result_now: float | None = None
    result_before: float | None = None

    @property
    def direction(self) -> str:
        """Which way its use goes; empty where that could be chance."""
        if self.use is None or not self.use.is_certain:
            return ""
        return "rising" if self.use.value > 1 else "falling"


@dataclass(frozen=True)
class Cell:
    """An hour of the week: score of 100 (None: nothing is known), as many times the usual, and its own posts."""

    weekday: int
    hour: int
    score: int | None
    times: float | None
    posts: int
    is_best: bool = False

    @property
    def level(self) -> int:
        """How dark it is drawn, 0 to 4."""
        return sum(self.score >= each for each in LEVELS) if self.score is not None else 0

    @property
    def look(self) -> str:
        """The classes it is drawn with: how dark, whether it is the best, and how little is known of it."""
        known = ["no"] if self.score is None else ["thin"] if self.posts < THIN else []
        return " ".join([f"h{self.level}", *(["best"] if self.is_best else []), *known])


@dataclass(frozen=True)
class Hours:
    """The week of one account, or of several weighed by their posts."""

    cells: Sequence[Cell]
    posts: int
    zones: Sequence[str]

    @property
    def best(self) -> Cell | None:
        """The hour that did best; None where nothing stands out."""
        return next((each for each in self.cells if each.is_best), None)

    @property
    def days(self) -> list[tuple[int, Sequence[Cell]]]:
        """Seven days of 24 hours."""
        return [(day, self.cells[day * 24 : day * 24 + 24]) for day in WEEKDAYS]

    @property
    def by_hour(self) -> list[tuple[int, Sequence[Cell]]]:
        """The same the other way round: 24 hours of seven days, as the table has them."""
        return [(hour, self.cells[hour::24]) for hour in HOURS]


@dataclass(frozen=True)
class Top:
    """The best posts of a category."""

    category: str
    posts: int
    results: Sequence[Result]


def hours(scored: QuerySet[BestTime]) -> Hours | None:
    """Return the week from the scores that the calendar uses too; None where no account has any."""
    accounts = list(scored.order_by().values_list("connection").annotate(n=Max("posts_in_all"), zone=Max("timezone")))
    if not accounts:
        return None
    by_cell = {(row["weekday"], row["hour"]): row for row in _weighed(scored)}
    cells = [_cell(day, hour, by_cell.get((day, hour))) for day in WEEKDAYS for hour in HOURS]
    best = max((each for each in cells if each.score), key=lambda each: (each.score or 0, each.posts), default=None)
    if best and (best.score or 0) >= LEVELS[0]:
        cells[best.weekday * 24 + best.hour] = replace(best, is_best=True)
    return Hours(cells, sum(n for _account, n, _zone in accounts), sorted({zone for *_ids, zone in accounts}))


def _weighed(scored: QuerySet[BestTime]) -> Iterable[Mapping[str, Any]]:
    """Return each hour of the week: its own posts, and its accounts' logarithms weighed by all their posts."""
    rows = scored.order_by().values("weekday", "hour")
    log = _LogOfScore(F("score"), output_field=FloatField())
    return rows.annotate(n=Sum("posts"), weight=Sum("posts_in_all"), log=Sum(F("posts_in_all") * log))


def _cell(day: int, hour: int, row: Mapping[str, Any] | None) -> Cell:
    if row is None or not row["weight"]:
        return Cell(day, hour, None, None, 0)
    log = row["log"] / row["weight"]
    return Cell(day, hour, best_times.to_score(log), math.exp(log), row["n"])


class _LogOfScore(Func):
    """`log_of_score` in SQL."""

    template = f"(atanh(least(greatest((%(expressions)s - 50) / 50.0, -{EDGE}), {EDGE})) / {best_times.STEEPNESS})"


def log_of_score(score: int) -> float:
    """Return the logarithm that a score of 0 to 100 stands for (analytics.best_times.to_score turned around)."""
    return math.atanh(min(max((score - 50) / 50, -EDGE), EDGE)) / best_times.STEEPNESS


def groups(results: Sequence[Result], by: Callable[[Result], str], *, order: Sequence[str] = ()) -> list[Group]:
    """Return posts grouped by what they have in common, in an order or the most frequent first."""
    told = [(key, each.log) for each in results if each.ratio is not None and (key := by(each))]
    logs = np.array([log for _key, log in told])
    of: dict[str, list[int]] = defaultdict(list)
    for place, (key, _log) in enumerate(told):
        of[key].append(place)
    found = [_group(key, logs, _among(logs, own)) for key, own in of.items()]
    places = {key: place for place, key in enumerate(order)}
    return sorted(found, key=lambda each: (places.get(each.key, len(places)), -each.posts, each.key))


def _among(logs: NDArray[np.float64], places: Sequence[int]) -> NDArray[np.bool_]:
    found = np.zeros(len(logs), dtype=bool)
    found[places] = True
    return found


def _group(key: str, logs: NDArray[np.float64], mine: NDArray[np.bool_]) -> Group:
    own = logs[mine]
    return Group(key, len(own), comparing.usual(own), comparing.lift(own, logs[~mine]))


def seconds_of(result: Result) -> str:
    """Return the range of seconds a video is in; empty where it has none."""
    return _range(result.duration, SECONDS) if result.duration else ""


def letters_of(result: Result) -> str:
    """Return the range of letters a caption is in."""
    return _range(result.caption, LETTERS) if result.caption else ""


def _range(value: float, ranges: Sequence[tuple[float, str]]) -> str:
    return next(name for limit, name in ranges if value <= limit)


def tags(results: Sequence[Result], *, until: dt.datetime) -> list[Tag]:
    """Return the hashtags that were used most, with what posts with them did against posts without, and their trend."""
    told = [each for each in results if each.ratio is not None]
    using: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(told):
        for tag in each.hashtags:
            using[tag].append(place)
    most = sorted(using, key=lambda tag: (-len(using[tag]), tag))[:MOST_TAGS]
    now, before = until - RECENT, until - 2 * RECENT
    compared = Compared(
        np.array([each.log for each in told]),
        np.array([each.published_at >= now for each in told], dtype=bool),
        np.array([before <= each.published_at < now for each in told], dtype=bool),
    )
    return [_tag(tag, using[tag], compared) for tag in most]


class Compared(NamedTuple):
    """Posts in one order: the logarithms of their results, and which are of the last days, or of as many before."""

    logs: NDArray[np.float64]
    late: NDArray[np.bool_]
    early: NDArray[np.bool_]


def _tag(tag: str, places: Sequence[int], told: Compared) -> Tag:
    mine = _among(told.logs, places)
    logs, late, early = (told.logs[which] for which in (mine, mine & told.late, mine & told.early))
    totals = int(told.late.sum()), int(told.early.sum())
    use = comparing.rate_change(len(late), totals[0], len(early), totals[1])
    return Tag(
        tag,
        len(logs),
        comparing.usual(logs),
        comparing.lift(logs, told.logs[~mine]),
        now=len(late),
        before=len(early),
        use=use if len(late) + len(early) >= FEWEST else None,
        result_now=_typical(late),
        result_before=_typical(early),
    )


def _typical(logs: NDArray[np.float64]) -> float | None:
    found = comparing.usual(logs) if len(logs) >= FEWEST else None
    return found.value if found else None


def tops(results: Sequence[Result], *, most: int = MOST_TOP) -> list[Top]:
    """Return the best posts of each category, the most used category first; those without one come last."""
    by: dict[str, list[Result]] = defaultdict(list)
    for each in results:
        if each.ratio is not None:
            by[each.category].append(each)
    order = sorted(by, key=lambda name: (not name, -len(by[name]), name))
    return [
        Top(name, len(by[name]), sorted(by[name], key=lambda each: (-(each.ratio or 0), each.post_id))[:most])
        for name in order
    ]
