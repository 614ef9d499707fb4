"""Did a clip lift the streams? What was to be expected without it, how sure that is, and what was seen.

Expected is the median of the same weekday over the eight weeks before the clip; how far days usually stray from it is
their median absolute deviation, over all weekdays together. Both stand still when a few days went wild. For the sum of
several days the usual straying of such sums before the clip counts, so that good weeks in a row widen the range.

What this cannot do: tell a clip from anything else that began on the same day, nor from another clip in the same days;
and where streams were rising anyway, the eight weeks before promise too little. The last is looked for and said.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

DAY = dt.timedelta(days=1)
WEEKS = 8
BEFORE = 7 * WEEKS
FEWEST_DAYS = 28  # of those before, with a number
FEWEST_OF_WEEKDAY = 3
FEWEST_AFTER = 3  # days of the window, or all of it where it is shorter
WINDOW = 7
LONGEST_WINDOW = 28
SURE = 1.645  # standard deviations of a range that holds nine of ten
ROBUST = 1.4826  # a median absolute deviation in standard deviations
OF_MEDIAN = math.pi / 2  # the variance of a median beside that of a mean
RECENT = 14
RISING = 1.0  # standard deviations by which the last two weeks stood above the eight

Days = Mapping[dt.date, float]


@dataclass(frozen=True)
class Baseline:
    """What the weeks before a day promise: by weekday, how far days stray, and sums of so many days in a row."""

    by_weekday: Mapping[int, float]
    counts: Mapping[int, int]
    spread: float
    residuals: Mapping[dt.date, float]

    def expected(self, day: dt.date) -> float | None:
        """What that day was to bring; None for a weekday that is too little known."""
        return self.by_weekday.get(day.weekday())

    def band(self, day: dt.date) -> tuple[float, float] | None:
        """The range that holds nine of ten such days."""
        middle = self.expected(day)
        if middle is None:
            return None
        reach = SURE * self.spread * math.sqrt(1 + OF_MEDIAN / self.counts[day.weekday()])
        return max(0.0, middle - reach) if middle >= 0 else middle - reach, middle + reach

    @property
    def was_rising(self) -> bool:
        """Whether the last two weeks already stood well above the eight."""
        last = sorted(self.residuals)[-RECENT:]
        found = [self.residuals[day] for day in last]
        return self.spread > 0 and len(found) >= RECENT // 2 and median(found) > RISING * self.spread


@dataclass(frozen=True)
class Thin:
    """Too little is known to say anything: how many days there are, and how many there should be."""

    known: int
    needed: int
    is_after: bool = False


@dataclass(frozen=True)
class Lift:
    """What the days from a clip on brought, beside what they were to bring; `low` and `high` hold nine of ten."""

    first: dt.date
    last: dt.date
    days: int
    seen: float
    expected: float
    low: float
    high: float
    is_over: bool
    was_rising: bool

    @property
    def excess(self) -> float:
        """How much more than expected; less is below nought."""
        return self.seen - self.expected

    @property
    def verdict(self) -> str:
        """Say `more` or `less` where chance alone hardly explains it, else `usual`."""
        return "more" if self.low > 0 else "less" if self.high < 0 else "usual"


def baseline(days: Days, before: dt.date) -> Baseline | Thin:
    """Return what the eight weeks before a day promise, or that they are too thin."""
    known = {day: value for day, value in days.items() if before - BEFORE * DAY <= day < before}
    if len(known) < FEWEST_DAYS:
        return Thin(len(known), FEWEST_DAYS)
    of: dict[int, list[float]] = {}
    for day, value in known.items():
        of.setdefault(day.weekday(), []).append(value)
    middles = {weekday: median(values) for weekday, values in of.items() if len(values) >= FEWEST_OF_WEEKDAY}
    residuals = {day: value - middles[day.weekday()] for day, value in known.items() if day.weekday() in middles}
    # Each median took one day's freedom; what is left is too small by that.
    free = len(residuals) / max(1, len(residuals) - len(middles))
    spread = deviation(list(residuals.values())) * math.sqrt(free)
    floor = math.sqrt(max(1.0, abs(median(known.values()))))  # counting alone strays as much
    return Baseline(middles, {key: len(of[key]) for key in middles}, max(spread, floor), residuals)


def deviation(values: Sequence[float]) -> float:
    """The median absolute deviation, in standard deviations; nought of nothing."""
    if not values:
        return 0.0
    middle = median(values)
    return ROBUST * median([abs(value - middle) for value in values])


def lift(days: Days, clip: dt.date, *, window: int = WINDOW, today: dt.date) -> Lift | Thin:
    """Hold the days from a clip on against the weeks before it; days that nobody counted are left out on both sides."""
    found = baseline(days, clip)
    if isinstance(found, Thin):
        return found
    last = clip + (window - 1) * DAY
    ahead = [clip + number * DAY for number in range(window)]
    pairs = {day: found.expected(day) for day in ahead if day in days}
    counted = {day: middle for day, middle in pairs.items() if middle is not None}
    needed = min(FEWEST_AFTER, window)
    if len(counted) < needed:
        return Thin(len(counted), needed, is_after=True)
    seen, expected = sum(days[day] for day in counted), sum(counted.values())
    reach = SURE * _spread_of_sum(found, list(counted))
    excess = seen - expected
    return Lift(
        clip, last, len(counted), seen, expected, excess - reach, excess + reach, last < today, found.was_rising
    )


def _spread_of_sum(found: Baseline, counted: Sequence[dt.date]) -> float:
    """How far a sum over these days strays: by the days' own straying, by that of such sums, and by the medians'."""
    n = len(counted)
    alone = found.spread * math.sqrt(n)
    together = deviation(_sums(found.residuals, n))
    weekdays = [day.weekday() for day in counted]
    medians = sum(weekdays.count(key) ** 2 / found.counts[key] for key in set(weekdays)) * OF_MEDIAN * found.spread**2
    return math.sqrt(max(alone, together) ** 2 + medians)


def _sums(residuals: Mapping[dt.date, float], n: int) -> list[float]:
    """Sums over every n days in a row of which all are known."""
    found = []
    for day in residuals:
        stretch = [residuals.get(day + number * DAY) for number in range(n)]
        if None not in stretch:
            found.append(sum(value for value in stretch if value is not None))
    return found


def growth(totals: Days) -> dict[dt.date, float]:
    """What a total grew by each day; only from one day to the next, so that no gap is taken for one day's growth."""
    return {day: value - totals[day - DAY] for day, value in totals.items() if day - DAY in totals}
