"""How good alarms are, against windows people marked: the standard profile of the Numenta Anomaly Benchmark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FALSE_ALARM = 0.11
UNJUDGED_SHARE, UNJUDGED_MOST = 0.15, 750  # leading rows: nothing can be known yet


@dataclass(frozen=True, slots=True)
class Judgement:
    """What alarms on one series earned: raw score, windows there are, windows found, alarms outside of any."""

    raw: float
    windows: int
    found: int
    false_alarms: int


def judge(alarms: npt.NDArray[np.bool_], windows: Sequence[tuple[int, int]]) -> Judgement:
    """Judge alarms (one flag a row) by windows of rows, both ends included.

    The first alarm in a window earns up to 1, the earlier the more; a missed window costs 1, an alarm outside 0.11,
    less when a window has just ended.
    """
    unjudged = min(int(UNJUDGED_SHARE * alarms.size), UNJUDGED_MOST)
    earned: dict[int, float] = {}
    raw, false_alarms = 0.0, 0
    for row in np.flatnonzero(alarms):
        if row < unjudged:
            continue
        inside = next((place for place, (begin, end) in enumerate(windows) if begin <= row <= end), None)
        if inside is None:
            raw += FALSE_ALARM * _sigmoid(_behind(int(row), windows))
            false_alarms += 1
        else:
            begin, end = windows[inside]
            worth = _sigmoid(-(end - row + 1) / (end - begin + 1)) / _sigmoid(-1.0)
            earned[inside] = max(worth, earned.get(inside, -np.inf))
    missed = len(windows) - len(earned)
    return Judgement(raw + sum(earned.values()) - missed, len(windows), len(earned), false_alarms)


def quality(judgements: Iterable[Judgement]) -> float:
    """Return the score over several series: 0 is never an alarm, 100 is perfect; NaN without any window."""
    all_ = list(judgements)
    windows = sum(one.windows for one in all_)
    return 100 * (sum(one.raw for one in all_) + windows) / (2 * windows) if windows else float("nan")


def _behind(row: int, windows: Sequence[tuple[int, int]]) -> float:
    """Return how many lengths of the last window lie between its end and this row."""
    before = [(begin, end) for begin, end in windows if end < row]
    if not before:
        return np.inf
    begin, end = before[-1]
    return (row - end) / max(end - begin, 1)


def _sigmoid(position: float) -> float:
    return -1.0 if position > 3 else float(2 / (1 + np.exp(5 * position)) - 1)
