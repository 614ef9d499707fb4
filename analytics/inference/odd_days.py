"""Days that the weeks before did not lead one to expect.

A day is held against the median of the weeks before it, its weekday taken into account, on a scale on which counts
stray alike. How far days stray is taken from the same weeks, robustly: one wild day neither hides the next nor makes
all others look wild. Straying has long tails everywhere, so its p is that of Student's t with few degrees of freedom.
"""

from dataclasses import dataclass

import numpy as np

from analytics.inference import series
from analytics.inference.series import Floats

PAST = 56
LEAST = 21
TAILS = 4.0
BAND = 0.99
SMALLEST = 0.25  # of what was expected: less is not worth a word
FLOOR = 0.75  # on the steadied scale: pure counting strays by half


@dataclass(frozen=True)
class Odd:
    """A day against its past: what was expected, between what it would lie 99 times in 100, and the p of it."""

    day: int
    value: float
    expected: float
    low: float
    high: float
    p: float

    @property
    def is_high(self) -> bool:
        """Whether it lies above."""
        return self.value > self.expected

    @property
    def is_worth(self) -> bool:
        """Whether it lies outside the band, and by as much as anybody would care about."""
        apart = abs(self.value - self.expected)
        outside = self.value > self.high or self.value < self.low
        return outside and apart >= max(SMALLEST * abs(self.expected), 5.0)

    @property
    def score(self) -> float:
        """0 to 1: one half is odd once in a thousand days, each tenth more is ten times as odd."""
        return float(min(1.0, max(0.0, (-np.log10(max(self.p, 1e-12)) + 2) / 10)))


def judge(values: Floats, day: int, *, first: int = 0) -> Odd | None:
    """Hold one day against the weeks before it; None where it, or too much of them, is unknown, or all is nought.

    `values` by day, NaN where nobody counted; `first` is the weekday of the first of them.
    """
    begin = max(0, day - PAST)
    past = values[begin:day]
    known = past[~np.isnan(past)]
    if np.isnan(values[day]) or known.size < LEAST or not known.any():
        return None
    steady = series.steadied(past)
    level, season = series.without_weekdays(steady, first + begin)
    weekday = (first + day) % series.WEEK
    same = season[(np.arange(past.size) + first + begin) % series.WEEK == weekday]
    late = level[-PAST // 2 :]
    recent = late if np.count_nonzero(~np.isnan(late)) >= LEAST else level
    middle = float(np.nanmedian(recent)) + (float(same[-1]) if same.size else 0.0)
    return _odd(values, day, middle, _reach(level))


def _reach(level: Floats) -> float:
    """How far a day strays, with what the median itself may be off by."""
    trend = level - series.centred(level, width=4 * series.WEEK + 1)
    stray = max(series.spread(level), series.spread(trend), FLOOR)
    known = max(int(np.count_nonzero(~np.isnan(level))), 1)
    return stray * float(np.sqrt(1 + np.pi / 2 / known))


def _odd(values: Floats, day: int, middle: float, reach: float) -> Odd:
    from scipy.stats import t as student  # noqa: PLC0415 (slow to load)

    seen = float(series.steadied(values[day : day + 1])[0])
    p = float(2 * student.sf(abs(seen - middle) / reach, TAILS))
    edge = float(student.ppf(0.5 + BAND / 2, TAILS)) * reach
    low, expected, high = series.raised(np.array([middle - edge, middle, middle + edge]))
    if np.nanmin(values) >= 0:
        low = max(0.0, float(low))
    return Odd(day, float(values[day]), float(expected), float(low), float(high), p)
