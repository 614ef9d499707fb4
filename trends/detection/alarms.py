"""Alarms on a stream: what goes beyond nearly all that the past days have seen, told once.

Not how many deviations (streams of mentions have tails no formula knows), but how far beyond what this very stream
reaches once in two hundred rows: the past says itself how rare an alarm is.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trends.detection.expecting import Floats
from trends.detection.tuning import Watch

BLOCK = 512
TINY = 1e-3  # a price of nothing has a logarithm then


def excess(level: Floats, usual: Floats, reach: Floats, floor: float) -> Floats:
    """Return how far a level is above the usual, against how far the past reached: 1 is as far, 0 is not above it."""
    found: Floats = np.where(level > usual, (level - usual + floor) / np.maximum(reach - usual + floor, 1e-9), 0)
    return found


def excesses(values: npt.NDArray[np.float64], watch: Watch, *, spacing: float) -> npt.NDArray[np.float64]:
    """Return each row's excess over its past (0 while too little is known); `spacing` is seconds between rows.

    Causal: row n is made of the rows up to n. The smallest over the spans counts: a lone spike is none of the hour.
    """
    figures = np.log(np.maximum(values, 0) + TINY) if watch.by_ratio else np.maximum(values, 0)
    widths = sorted({max(1, round(span / spacing)) for span in watch.spans})
    past = max(watch.least, round(watch.past / spacing))
    found = [_over_past(figures, width, past, watch) for width in widths]
    least: npt.NDArray[np.float64] = np.array(found).min(axis=0)
    return least


def first_of(
    scores: npt.NDArray[np.float64], moments: npt.NDArray[np.float64], watch: Watch, *, threshold: float | None = None
) -> npt.NDArray[np.bool_]:
    """Return the rows that tell an event: the first to cross, and within the quiet time only a record.

    The means over the spans climb for as long as these are: until then a rise is the same event. `moments` are
    seconds; a row from before the last alarm (a clock set back) tells nothing.
    """
    told = np.zeros(scores.size, bool)
    since, height = -np.inf, 0.0
    for row in np.flatnonzero(scores >= (watch.threshold if threshold is None else threshold)):
        apart = moments[row] - since
        if apart > watch.refractory:
            since, height, told[row] = moments[row], scores[row], True
        elif 0 <= apart <= max(watch.spans):
            height = max(height, scores[row])
        elif apart > 0 and scores[row] > height * watch.record:
            height, told[row] = scores[row], True
    return told


def trailing_mean(values: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """Return the mean of each row and the up to `width - 1` before it."""
    total = np.cumsum(np.r_[0.0, values])
    ends = np.arange(1, values.size + 1)
    begins = np.maximum(0, ends - width)
    means: npt.NDArray[np.float64] = (total[ends] - total[begins]) / (ends - begins)
    return means


def _over_past(figures: npt.NDArray[np.float64], width: int, past: int, watch: Watch) -> npt.NDArray[np.float64]:
    level = trailing_mean(figures, width)
    before = level[:-width] if level.size > width else level[:0]  # what does not overlap with the rows now judged
    shares = [1 - watch.share, 0.5, watch.share] if watch.two_sided else [0.5, watch.share]
    known = _quantiles(before, past, watch.least, shares)
    score = np.zeros(level.size)
    rows = slice(width, width + known.shape[1])
    up = excess(level[rows], known[-2], known[-1], watch.floor)
    down = excess(-level[rows], -known[1], -known[0], watch.floor) if watch.two_sided else up
    score[rows] = np.nan_to_num(np.maximum(up, down))
    if watch.chance:
        score[rows][_beyond_chance(level[rows] * width, known[-2] * width) < watch.chance] = 0
    return score


def _beyond_chance(counted: Floats, usual: Floats) -> Floats:
    """Return how many deviations of pure chance a count is beyond the usual one; 0 while that is not known."""
    beyond: Floats = 2 * (np.sqrt(counted + 0.375) - np.sqrt(np.nan_to_num(usual) + 0.375))
    return beyond


def _quantiles(
    values: npt.NDArray[np.float64], past: int, least: int, shares: Sequence[float]
) -> npt.NDArray[np.float64]:
    """Return (shares × rows) quantiles of each row and the `past - 1` before it; NaN with fewer than `least`."""
    found = np.full((len(shares), values.size), np.nan)
    for row in range(least - 1, min(past - 1, values.size)):
        found[:, row] = np.quantile(values[: row + 1], shares)
    if values.size >= past:
        windows = np.lib.stride_tricks.sliding_window_view(values, past)
        for begin in range(0, len(windows), BLOCK):
            rows = slice(past - 1 + begin, past - 1 + min(begin + BLOCK, len(windows)))
            found[:, rows] = np.quantile(windows[begin : begin + BLOCK], shares, axis=1)
    return found
