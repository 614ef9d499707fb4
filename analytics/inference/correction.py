"""Keeping chance out where much is asked at once."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

RATE = 0.05  # of all that is told, what may be chance
STRICTEST = 0.9999


def q_values(p: Sequence[float]) -> list[float]:
    """Return each p as the smallest rate at which it still stands (Benjamini–Hochberg)."""
    if not p:
        return []
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    monotone = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    found = np.empty(len(values))
    found[order] = monotone
    return [float(each) for each in found]


def level(found: int, asked: int, *, rate: float = RATE) -> float:
    """Return how sure each interval must be so that of those told 95 % hold, though they were chosen for being told.

    Benjamini and Yekutieli (2005): the false coverage rate.
    """
    return min(STRICTEST, max(1 - rate * max(found, 1) / max(asked, 1), 1 - rate))


def deviations(certainty: float) -> float:
    """Return how many standard deviations a two-sided interval of so much certainty reaches to each side."""
    return NormalDist().inv_cdf(0.5 + certainty / 2)
