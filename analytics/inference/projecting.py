"""Where a count will be: what each day adds, how its pace wanders, and how far it may come, as many thousand futures.

Each day adds the pace of the moment, its weekday's share, and chance. How fast the pace itself wanders is read from the
past (a local level: the share of wandering that makes the past days most likely); futures then wander alike, and draw
their chances from the weeks that were, a week at a time. The band is where eight of ten futures end.
"""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.inference import series
from analytics.inference.series import Floats

LEAST = 14
PAST = 180
FUTURES = 2000
BAND = (0.1, 0.9)
WANDERING = (0.0, 0.0005, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # of the variance of chance, a day
CAP = 6.0  # straying beyond this many deviations tells the pace no more than this
RECENT = 7


@dataclass(frozen=True)
class Pace:
    """What a day adds at the end of the past: its level, how sure that is, and how it wanders."""

    level: float
    variance: float
    wanders: float
    chances: Floats
    season: Floats
    first: int
    is_counting: bool


@dataclass(frozen=True)
class Futures:
    """What may be added from the day after the past on: one row each, summed from day to day."""

    sums: Floats

    @property
    def days(self) -> int:
        """How many days ahead."""
        return int(self.sums.shape[1])

    def at(self, share: float) -> Floats:
        """What this share of futures stays under, by day."""
        found: Floats = np.quantile(self.sums, share, axis=0)
        return found

    def chance(self, needed: float) -> float:
        """The share of futures that have added so much by the last day, or on any day before it."""
        return float((self.sums.max(axis=1) >= needed).mean())

    def day_of(self, needed: float, share: float = 0.5) -> int | None:
        """The day (0: the first ahead) by which this share of futures has added so much; None if not in this time."""
        reached = (np.maximum.accumulate(self.sums, axis=1) >= needed).mean(axis=0) >= share
        return int(reached.argmax()) if reached.any() else None


def pace(values: Floats, *, first: int = 0, is_counting: bool = True) -> Pace | None:
    """Read the pace from what each day added; None where too little is known.

    `is_counting`: no day adds less than nothing (views); not so for what may be lost again (followers).
    """
    past = values[-PAST:]
    first = (first + max(0, values.size - PAST)) % series.WEEK
    if np.count_nonzero(~np.isnan(past)) < LEAST:
        return None
    season = _season(past, first)
    days = (np.arange(past.size) + first) % series.WEEK
    plain = past - season[days]
    known = plain[~np.isnan(plain)]
    noise = max(series.spread(np.diff(known)) / np.sqrt(2), series.spread(known) / 4, 1e-9)
    middle = series.centred(plain, width=29)
    capped = np.clip(plain, middle - CAP * noise, middle + CAP * noise)
    wanders, variance = _likeliest(capped)
    level, unsure, levels = _filtered(capped, wanders, variance)
    chances = plain - levels
    return Pace(
        level, unsure, wanders * variance, chances[~np.isnan(chances)], season, (first + past.size) % series.WEEK,
        is_counting,
    )  # fmt: skip


def _season(past: Floats, first: int) -> Floats:
    """What each weekday adds in means (sums are to be foretold, and medians miss the long tail); nothing of few weeks."""
    found = np.zeros(series.WEEK)
    if past.size < series.FEWEST_WEEKS * series.WEEK:
        return found
    apart = past - series.centred(past, width=15)
    reach = CAP * max(series.spread(apart), 1e-9)
    apart = np.clip(apart, -reach, reach)
    days = (np.arange(past.size) + first) % series.WEEK
    for day in range(series.WEEK):
        own = apart[(days == day) & ~np.isnan(apart)]
        found[day] = own.mean() * own.size / (own.size + series.SHRINK) if own.size else 0.0
    return found - found.mean()


def _likeliest(values: Floats) -> tuple[float, float]:
    """Return the wandering that makes the days most likely, and the variance of chance that goes with it."""
    scored = [(_unlikely(values, each), each) for each in WANDERING]
    (_worst, variance), wanders = min(scored, key=lambda each: each[0][0])
    return wanders, max(variance, 1e-9)


def _unlikely(values: Floats, wanders: float) -> tuple[float, float]:
    """Minus twice the logarithm of the likelihood, with the variance that fits best (Kalman, diffuse start)."""
    level, unsure, total, logs, count = np.nan, 0.0, 0.0, 0.0, 0
    for value in values:
        if np.isnan(value):
            unsure += wanders
            continue
        if np.isnan(level):
            level, unsure = value, 1.0
            continue
        unsure += wanders
        error, whole = value - level, unsure + 1.0
        total += error**2 / whole
        logs += float(np.log(whole))
        count += 1
        gain = unsure / whole
        level, unsure = level + gain * error, unsure * (1 - gain)
    variance = max(total / max(count, 1), 1e-12)
    return count * float(np.log(variance)) + logs, variance


def _filtered(values: Floats, wanders: float, variance: float) -> tuple[float, float, Floats]:
    """Return the level at the end, its variance, and the level of every day as it was known the evening before."""
    level, unsure = float(np.nanmedian(values[: 2 * series.WEEK])), 1.0 / series.WEEK
    levels = np.full(values.size, level)
    for at, value in enumerate(values):
        levels[at] = level
        unsure += wanders
        if not np.isnan(value):
            gain = unsure / (unsure + 1.0)
            level, unsure = level + gain * (value - level), unsure * (1 - gain)
    return level, unsure * variance, levels


def futures(found: Pace, days: int, *, seed: str = "", many: int = FUTURES) -> Futures:
    """Return what may be added in the days ahead."""
    rng = np.random.default_rng(zlib.crc32(f"{seed} {found.level:.6g} {days}".encode()))
    start = rng.normal(found.level, np.sqrt(found.variance), (many, 1))
    steps = rng.normal(0.0, np.sqrt(found.wanders), (many, days)) if found.wanders else np.zeros((many, days))
    added = start + np.cumsum(steps, axis=1) + _chances(found, days, many, rng)
    added += found.season[(np.arange(days) + found.first) % series.WEEK]
    if found.is_counting:
        added = np.maximum(added, 0.0)
    return Futures(np.cumsum(added, axis=1))


def _chances(found: Pace, days: int, many: int, rng: np.random.Generator) -> Floats:
    """Chances out of the past, a week in a row at a time, so that what hangs together stays together."""
    past = found.chances
    weeks = -(-days // series.WEEK)
    begins = rng.integers(0, max(1, past.size - series.WEEK + 1), (many, weeks))
    places = (begins[:, :, None] + np.arange(series.WEEK)) % past.size
    drawn: Floats = past[places].reshape(many, -1)[:, :days]
    return drawn


def best_week(values: Floats) -> float | None:
    """The most any seven days in a row ever added, a day; None where no whole week is known."""
    if values.size < RECENT:
        return None
    sums = np.lib.stride_tricks.sliding_window_view(values, RECENT).mean(axis=1)
    known: npt.NDArray[np.float64] = sums[~np.isnan(sums)]
    return float(known.max()) if known.size else None
