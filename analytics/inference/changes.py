"""Days from which on a series stands higher or lower than before.

The split that parts a series best is found by ranks, so that a single wild day splits nothing; whether it is more than
chance is asked by shuffling weeks, which keeps what days have in common with the days around them. Then both sides are
asked again.
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.inference import series
from analytics.inference.series import Floats

FEWEST = 14  # days on each side
LONGEST = 180
SHUFFLES = 999
SURE = 0.01
MOST = 3
SMALLEST = 0.2  # of what it was before


@dataclass(frozen=True)
class Change:
    """The first day of another level, the median before and after, the p of chance, and the range for the new level."""

    day: int
    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def is_rise(self) -> bool:
        """Whether it stands higher."""
        return self.after > self.before

    @property
    def is_worth(self) -> bool:
        """Whether anybody would care."""
        return abs(self.after - self.before) >= max(SMALLEST * abs(self.before), 1.0)


def find(values: Floats, *, first: int = 0, shuffles: int = SHUFFLES) -> tuple[list[Change], int]:
    """Return the changes of level in order, and how many splits were asked about."""
    there = np.flatnonzero(~np.isnan(values))
    if there.size < 2 * FEWEST or not np.nan_to_num(values).any():
        return [], 0
    begin, values = int(there[0]), values[there[0] : there[-1] + 1]
    level, _season = series.without_weekdays(series.steadied(values), first + begin)
    found: list[Change] = []
    asked = _split(values, _filled(level), 0, values.size, found, shuffles)
    return [replace(each, day=each.day + begin) for each in sorted(found, key=lambda each: each.day)], asked


def _filled(level: Floats) -> Floats:
    """Days nobody counted stand where the days around them do: they part nothing."""
    around = series.centred(level, width=2 * series.WEEK + 1)
    found: Floats = np.where(np.isnan(level), around, level)
    return np.where(np.isnan(found), np.nanmedian(level), found)


def _split(values: Floats, level: Floats, begin: int, end: int, found: list[Change], shuffles: int) -> int:
    from scipy.stats import rankdata  # noqa: PLC0415 (slow to load)

    if end - begin < 2 * FEWEST or len(found) >= MOST:
        return 0
    part = level[begin:end]
    ranks = rankdata(part) - (part.size + 1) / 2
    at, seen = _best(ranks[None, :])
    p = _chance(ranks, float(seen[0]), shuffles)
    if p > SURE:
        return 1
    day = begin + int(at[0])
    if not _known(values, begin, day, end):
        return 1
    found.append(_change(values, begin, day, end, p))
    left = _split(values, level, begin, day, found, shuffles)
    return 1 + left + _split(values, level, day, end, found, shuffles)


def _best(ranks: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return of each row where it parts best, and by how much: the rank sum in standard deviations."""
    n = ranks.shape[1]
    left = np.arange(FEWEST, n - FEWEST + 1)
    sums = np.cumsum(ranks, axis=1)[:, left - 1]
    deviations = np.abs(sums) / np.sqrt(left * (n - left) * (n + 1) / 12)
    best = deviations.argmax(axis=1)
    return left[best], deviations[np.arange(len(best)), best]


def _chance(ranks: Floats, seen: float, shuffles: int) -> float:
    """How often shuffled weeks part as well; the week that is not whole goes along as it is."""
    rng = np.random.default_rng(zlib.crc32(ranks.tobytes()))
    whole = ranks.size // series.WEEK
    weeks = ranks[-whole * series.WEEK :].reshape(whole, series.WEEK)
    rest = ranks[: ranks.size - whole * series.WEEK]
    orders = rng.random((shuffles, whole)).argsort(axis=1)
    shuffled = weeks[orders].reshape(shuffles, -1)
    if rest.size:
        shuffled = np.hstack([np.tile(rest, (shuffles, 1)), shuffled])
    _at, found = _best(shuffled)
    return (int((found >= seen - 1e-9).sum()) + 1) / (shuffles + 1)


def _known(values: Floats, begin: int, day: int, end: int) -> bool:
    """Whether both sides are known on half their days: a level read from gaps is none."""
    sides = (values[begin:day], values[day:end])
    return all(np.count_nonzero(~np.isnan(side)) >= max(FEWEST // 2, side.size / 2) for side in sides)


def _change(values: Floats, begin: int, day: int, end: int, p: float) -> Change:
    before, after = values[begin:day], np.sort(values[day:end][~np.isnan(values[day:end])])
    n = after.size
    step = 1.96 * np.sqrt(n) / 2
    low, high = after[max(0, int(n / 2 - step))], after[min(n - 1, int(np.ceil(n / 2 + step)))]
    return Change(day, float(np.nanmedian(before)), float(np.median(after)), float(low), float(high), p)
