"""What was to be expected: the usual level with its season, and how far counts stray from it.

Counts are compared as square roots, where chance is about alike at every level: a count of mean m whose variance is
φ·m (quasi-Poisson: φ = 1 is pure chance, people are rarely under 2) has a root of variance φ/4.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from trends.detection.tuning import Tuning

Floats: TypeAlias = npt.NDArray[np.floating]
Flags: TypeAlias = npt.NDArray[np.bool_]
DAY, WEEK = 24, 168


@dataclass(frozen=True, slots=True)
class Usual:
    """Per topic, for its last hour: the expected root, the roots' deviation, and whether enough is known to say."""

    root: Floats
    spread: Floats
    known: Flags

    @property
    def expected(self) -> Floats:
        """Expected count; NaN where too little is known."""
        return np.where(self.known, self.root**2, np.nan)


@dataclass(frozen=True, slots=True)
class Band:
    """Per hour: what was expected of it by the hours before, and from where to where is usual. NaN is "not known"."""

    expected: Floats
    low: Floats
    high: Floats


def usual_of(roots: Floats, known: Flags, tuning: Tuning) -> Usual:
    """Return what is usual for the last column. `roots` (topics × hours) are square roots of counts, 0 if unknown."""
    before, seen = roots[:, :-1], known[:, :-1]
    hours = np.einsum("ij->i", seen, dtype=roots.dtype)
    some = np.maximum(hours, 1)
    level = np.einsum("ij->i", before) / some
    variance = np.maximum(np.einsum("ij,ij->i", before, before) / some - level**2, 0)
    shrink = tuning.dispersion_shrink
    dispersion = (hours * 4 * variance + shrink * tuning.dispersion) / (hours + shrink)
    root = _seasonal(roots, known, level, tuning)
    return Usual(root, np.sqrt(np.maximum(dispersion, 1)) / 2, hours >= tuning.least_hours)


def burst_of(roots: Floats, usual: Usual) -> Floats:
    """Return how far the last hour lies beyond the expected one, in deviations; NaN where too little is known."""
    return np.where(usual.known, (roots[:, -1] - usual.root) / usual.spread, np.nan)


def expected_band(figures: npt.NDArray[np.float64], *, tuning: Tuning | None = None) -> Band:
    """Return what each hour was expected to bring by the hours before it (one per hour, oldest first, NaN unknown)."""
    table = tuning or Tuning()
    known = np.isfinite(figures)
    roots = np.sqrt(np.where(known, np.maximum(figures, 0), 0))
    reach = table.history_hours + 1
    padded, padded_known = np.r_[np.zeros(reach - 1), roots], np.r_[np.zeros(reach - 1, bool), known]
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)
    usual = usual_of(windows, np.lib.stride_tricks.sliding_window_view(padded_known, reach), table)
    wide = table.band * usual.spread
    low, high = np.maximum(usual.root - wide, 0) ** 2, (usual.root + wide) ** 2
    return Band(usual.expected, np.where(usual.known, low, np.nan), np.where(usual.known, high, np.nan))


def _seasonal(roots: Floats, known: Flags, level: Floats, tuning: Tuning) -> Floats:
    """Return the level drawn towards the same hour of other days, then of other weeks, the more the more are known."""
    here = _drawn(roots, known, level, DAY, tuning.season_days, tuning.season_shrink)
    return _drawn(roots, known, here, WEEK, 1, tuning.week_shrink)


def _drawn(roots: Floats, known: Flags, towards: Floats, period: int, least: int, shrink: float) -> Floats:
    same = slice(-1 - period, None, -period)
    times = np.count_nonzero(known[:, same], axis=1) if roots.shape[1] > period else np.zeros(len(roots), int)
    if not (times >= least).any():
        return towards
    total = roots[:, same].sum(axis=1)
    return np.where(times >= least, (total + shrink * towards) / (times + shrink), towards)
