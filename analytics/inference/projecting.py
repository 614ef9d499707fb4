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
LEAST_WEEKS = 8  # below, the pace is read day by day


@dataclass(frozen=True)
class Pace:
    """What a day adds at the end of the past: by how much it may wander a day, its level, how sure that is, how likely.

    Several readings of one past, weighed; `unsure` is the variance of what wild days add to the mean.
    """

    wanders: Floats
    levels: Floats
    variances: Floats
    weights: Floats
    unsure: float
    chances: Floats
    season: Floats
    first: int
    is_counting: bool

    @property
    def level(self) -> float:
        """What a day adds now, without its weekday and chance."""
        return float(self.levels @ self.weights)


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
    step = series.WEEK if capped.size >= LEAST_WEEKS * series.WEEK else 1
    steps = _means(capped, step)
    readings = [_read(steps, each) for each in WANDERING]
    weights = np.exp(-0.5 * np.array([each.unlikely for each in readings]) + 0.5 * min(e.unlikely for e in readings))
    weights /= weights.sum()
    level = sum(weight * each.levels for weight, each in zip(weights, readings, strict=True))
    before = np.repeat(level, step)[-capped.size :]
    chances = plain - before - float(np.nanmean(capped - before))
    known = chances[~np.isnan(chances)]
    return Pace(
        np.array([each.wanders * each.variance / step for each in readings]),
        np.array([each.level for each in readings]), np.array([each.unsure * each.variance for each in readings]),
        weights, float(np.nanvar(plain - capped)) / known.size, known, season,
        (first + past.size) % series.WEEK, is_counting,
    )  # fmt: skip


def _means(values: Floats, step: int) -> Floats:
    """Means of so many days, the last whole, the first perhaps of fewer: what hangs together does not wander."""
    padded = np.pad(values, (-values.size % step, 0), constant_values=np.nan).reshape(-1, step)
    known = ~np.isnan(padded).all(axis=1)
    found: Floats = np.full(len(padded), np.nan)
    found[known] = np.nanmean(padded[known], axis=1)
    return found


def _season(past: Floats, first: int) -> Floats:
    """What each weekday adds, in means: sums are to be foretold, and medians miss the long tail."""
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
    centred: Floats = found - found.mean()
    return centred


@dataclass(frozen=True)
class _Reading:
    """The past under one share of wandering: how unlikely it is, the level at its end, and the level day by day."""

    wanders: float
    unlikely: float
    variance: float
    level: float
    unsure: float
    levels: Floats


def _read(values: Floats, wanders: float) -> _Reading:
    """Follow the level through the past (Kalman, diffuse start); `unlikely` is minus twice the log likelihood."""
    level, unsure = float(values[~np.isnan(values)][0]), 1.0
    levels, total, logs, count = np.full(values.size, level), 0.0, 0.0, 0
    for at, value in enumerate(values):
        levels[at] = level
        unsure += wanders
        if np.isnan(value):
            continue
        whole = unsure + 1.0
        error, gain = value - level, unsure / whole
        if at:
            total, logs, count = total + error**2 / whole, logs + float(np.log(whole)), count + 1
        level, unsure = level + gain * error, unsure * (1 - gain)
    variance = max(total / max(count, 1), 1e-9)
    return _Reading(wanders, count * float(np.log(variance)) + logs, variance, level, unsure, levels)


def futures(found: Pace, days: int, *, seed: str = "", many: int = FUTURES) -> Futures:
    """Return what may be added in the days ahead."""
    rng = np.random.default_rng(zlib.crc32(f"{seed} {found.level:.6g} {days}".encode()))
    which = rng.choice(found.weights.size, many, p=found.weights)
    start = rng.normal(found.levels[which], np.sqrt(found.variances[which] + found.unsure))[:, None]
    steps = rng.normal(0.0, 1.0, (many, days)) * np.sqrt(found.wanders[which])[:, None]
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
