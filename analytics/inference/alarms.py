"""Alarms row by row on any series with a season (hours of a day, days of a week), once per event.

The same reckoning as for odd days, on the logarithm and for any season: each row against the median of the periods
before it, its place in the season taken into account, in robust deviations with long tails. An event is told at its
first row; then it is quiet for two periods, unless something far beyond comes.
"""

import numpy as np
from scipy.special import stdtrit

from analytics.inference import series
from analytics.inference.series import Floats

PERIODS = 14  # of the past a row is held against
LEAST = 3  # periods known before anything is said
TAILS = 4.0
ODDS = 0.01  # what is told comes about as seldom, of rows that nothing happened in
QUIET = 2  # periods after an alarm
BEYOND = 1.5  # times as far as the last alarm: told all the same
TINY = 1e-9
SMALLEST = 1.25  # times, either way
EDGE = -float(stdtrit(TAILS, ODDS / 2))


def scores(values: Floats, *, period: int, smooth: int = 1) -> Floats:
    """Return each row's alarm score, 0 to 1: from one half on it is an alarm. Row n is made of rows up to n."""
    apart = deviations(values, period=period, smooth=smooth)
    strength = np.abs(apart) / EDGE
    found = np.minimum(strength / 2, 0.49)
    since, height = -np.inf, 0.0
    for row in np.flatnonzero(strength >= 1):
        is_quiet = row - since <= QUIET * period
        if is_quiet and strength[row] < BEYOND * height:
            continue
        since, height = float(row), float(strength[row])
        found[row] = min(1.0, 0.5 + (strength[row] - 1) / 10)
    return found


def deviations(values: Floats, *, period: int, smooth: int = 1) -> Floats:
    """Return how many robust deviations each row lies from what its past leads one to expect."""
    logs = np.log(np.maximum(values, 0) + TINY + _floor(values, period))
    level = _trailing(logs, smooth)
    found = np.zeros(values.size)
    for row in range(LEAST * period, values.size):
        past = level[max(0, row - PERIODS * period) : row - smooth + 1]
        found[row] = _deviation(past, float(level[row]), row, period)
    return found


def _floor(values: Floats, period: int) -> Floats:
    """A hundredth of the usual so far: from nought to little is no event."""
    usual = np.zeros(values.size)
    middle = 0.0
    for row in range(values.size):
        if row % period == 0:
            middle = float(np.median(values[: row + 1]))
        usual[row] = middle
    found: Floats = np.abs(usual) / 100
    return found


def _trailing(values: Floats, width: int) -> Floats:
    if width == 1:
        return values
    total = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, values.size + 1)
    begins = np.maximum(0, ends - width)
    found: Floats = (total[ends] - total[begins]) / (ends - begins)
    return found


def _deviation(past: Floats, now: float, row: int, period: int) -> float:
    ages = (row - np.arange(row - past.size, row)) % period
    near = np.minimum(ages, period - ages) <= max(0, period // 12 if period >= 12 else 0)
    middle = float(np.median(past))
    same = past[near]
    weight = same.size / (same.size + period / 2)
    expected = weight * float(np.median(same)) + (1 - weight) * middle if same.size else middle
    stray = max(series.spread(past), 0.05)
    apart = (now - expected) / stray
    return apart if abs(now - expected) >= float(np.log(SMALLEST)) else 0.0
