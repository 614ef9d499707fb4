"""Where topics stand in their lives: emerging → trending → declining → expired, each left reluctantly."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trends.detection.expecting import Floats
from trends.detection.tuning import Tuning

NEVER, EMERGING, TRENDING, DECLINING, EXPIRED = range(5)
Codes = npt.NDArray[np.int8]
STARTED = 0.1  # of its peak


class Status(StrEnum):
    """Where a topic stands in its life."""

    EMERGING = "emerging"
    TRENDING = "trending"
    DECLINING = "declining"
    EXPIRED = "expired"

    @property
    def code(self) -> int:
        """Its number in arrays; 0 is "never rated"."""
        return list(Status).index(self) + 1


@dataclass(frozen=True, slots=True)
class Course:
    """The shape of each curve: last hours against its peak, and against the hours before (NaN: too little is known)."""

    level: Floats
    slope: Floats
    started: npt.NDArray[np.int64]
    peaked: npt.NDArray[np.int64]


def course_of(hourly: Floats, tuning: Tuning) -> Course:
    """Return the course of each row (hours oldest first, NaN unknown); columns are -1 where there is none."""
    recent = _aligned(hourly[:, -tuning.life_hours :])
    level, slope = _level(recent), _slope(recent)
    filled = np.where(np.isfinite(hourly), hourly, -1)
    peak, top = _peak(filled)
    above = filled >= np.maximum(STARTED * top, 0)[:, None]
    started = np.where(top > 0, above.argmax(axis=1), -1)
    return Course(level, slope, started, peaked=np.where(level >= tuning.peak_behind, -1, peak))


def status_of(course: Course, *, age: Floats, quiet: Floats, before: Codes, tuning: Tuning) -> Codes:
    """Return each topic's status; `age` and `quiet` are hours since it was first and last seen.

    Going down takes a fall below half of the peak, coming back a rise above 0.7; what is over stays over.
    """
    level, slope = course.level, course.slope
    over = (before == EXPIRED) | (quiet >= tuning.expires_after)
    back = (level >= tuning.comes_back_above) & (slope > tuning.comes_back_rising)
    falls = (level < tuning.falls_below) & (slope < 1.0)
    settled = (age >= tuning.settles_after) & (slope < tuning.still_rising)
    grown = (before == TRENDING) | (age >= tuning.old_after) | settled
    down = np.where(before == DECLINING, ~back, falls)
    returns = (before == DECLINING) & back
    return np.select([over, down, returns | grown], [EXPIRED, DECLINING, TRENDING], EMERGING).astype(np.int8)


def _aligned(figures: Floats) -> Floats:
    """Return the figures with what is known moved to the end of each row, in order."""
    known = np.isfinite(figures)
    gappy = np.unique(np.nonzero(known[:, :-1] & ~known[:, 1:])[0])
    if not gappy.size:
        return figures
    moved = figures.copy()
    order = np.argsort(known[gappy], axis=1, kind="stable")
    moved[gappy] = np.take_along_axis(figures[gappy], order, axis=1)
    return moved


def _level(aligned: Floats) -> Floats:
    smooth = (aligned[:, :-2] + aligned[:, 1:-1] + aligned[:, 2:]) / 3
    few = ~np.isfinite(smooth[:, -1])
    _column, top = _peak(np.where(np.isfinite(smooth), smooth, -1))
    last = smooth[:, -1].copy()
    top[few], last[few] = np.fmax.reduce(aligned[few], axis=1), aligned[few, -1]
    some = top > 0
    return np.where(some, last / np.where(some, top, 1), 1.0)


def _slope(aligned: Floats) -> Floats:
    """Four hours against the four before; NaN where eight are not known."""
    now, before = (np.einsum("ij->i", aligned[:, hours]) / 4 for hours in (slice(-4, None), slice(-8, -4)))
    slope: Floats = (now + 1) / (before + 1)
    return slope


def _peak(filled: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the first highest column of each row, and its value: quicker than asking for the value alone."""
    column = filled.argmax(axis=1)
    return column, filled[np.arange(len(filled)), column]
