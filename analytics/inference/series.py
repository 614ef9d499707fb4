"""Daily series: their weekdays, their level, how far days stray; whole or with days missing (NaN)."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WEEK = 7
ROBUST = 1.4826  # a median absolute deviation in standard deviations
FEWEST_WEEKS = 3
SHRINK = 3.0  # weeks a weekday counts as having been like the others


def spread(values: Floats) -> float:
    """The median absolute deviation, in standard deviations; where most are alike, what the others make of it."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return 0.0
    distances = np.abs(known - np.median(known))
    robust = ROBUST * float(np.median(distances))
    return robust if robust > 0 else ROBUST * float(np.mean(distances)) / 2


def steadied(values: Floats) -> Floats:
    """Counts on a scale on which they stray alike wherever they stand: the root, with its sign kept."""
    found: Floats = np.sign(values) * np.sqrt(np.abs(values) + 0.375)
    return found


def raised(values: Floats) -> Floats:
    """`steadied` turned around."""
    found: Floats = np.sign(values) * np.maximum(values**2 - 0.375, 0.0)
    return found


def weekdays(values: Floats, first: int) -> Floats:
    """Return what each weekday adds (by the week that begins with `first` as 0 … 6), drawn towards nothing.

    Each day against the median of the seven days around it, so that no slope counts as a weekday.
    """
    found = np.zeros(WEEK)
    if values.size < FEWEST_WEEKS * WEEK:
        return found
    apart = values - centred(values)
    days = (np.arange(values.size) + first) % WEEK
    for day in range(WEEK):
        own = apart[(days == day) & ~np.isnan(apart)]
        if own.size >= FEWEST_WEEKS:
            found[day] = float(np.median(own)) * own.size / (own.size + SHRINK)
    return found


def centred(values: Floats, *, width: int = WEEK) -> Floats:
    """The median of the days around each day."""
    half = width // 2
    padded = np.pad(values, half, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    empty = np.isnan(windows).all(axis=1)
    found: Floats = np.full(values.size, np.nan)
    found[~empty] = np.nanmedian(windows[~empty], axis=1)
    return found


def without_weekdays(values: Floats, first: int) -> tuple[Floats, Floats]:
    """Return the values without what their weekdays add, and what each day's weekday adds."""
    season = weekdays(values, first)[(np.arange(values.size) + first) % WEEK]
    return values - season, season
