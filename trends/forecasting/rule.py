"""The rule: what is foretold before there is history enough to learn from, and what every model has to beat. Pure."""

import numpy as np

from trends.forecasting.panel import Floats, Ints, Table

LOOKS_AHEAD = 2.0  # hours a rise is carried on
STEEPNESS = 2.0
HABIT = 1.5  # how far below breaking out, in logarithms, chances are even when nothing rises
STEP = 0.14  # a last change of log 1.15 goes on
LOW_PLACE = 0.9  # so far down in the list, what falls leaves it


def breakout(table: Table) -> Floats:
    """Return chances to break out from the level beside the one that counts, and the slope per hour."""
    slope = np.clip(np.nan_to_num(table["slope"]), -1.0, 1.0)
    reach = table["level"] + LOOKS_AHEAD * slope
    return np.asarray(1 / (1 + np.exp(-STEEPNESS * (reach + HABIT - 2.0))))


def breakout_of_topic(*, burst: float | None, growth: float | None, sources: int) -> float:
    """Return the chance of a topic of which only the scores are known: burst, growth a day (a rate), breadth."""
    told = -3.0 + 0.25 * min(max(burst or 0.0, 0.0), 10.0) + 0.4 * min(max(growth or 0.0, 0.0), 4.0)
    return float(1 / (1 + np.exp(-(told + 0.3 * max(sources - 1, 0)))))


def states(table: Table) -> Ints:
    """Return what comes next, as its number in STATES: the last change goes on; low and falling leaves the list."""
    step = np.nan_to_num(table["step1"])
    place = table["rank"] / np.maximum(table["listed"] - 1, 1)
    told = np.select([step > STEP, step < -STEP], [0, 2], default=1)
    return np.where((place >= LOW_PLACE) & (step <= 0) & (table["listed"] > 1), 3, told)


def state_chances(table: Table) -> Floats:
    """Return the rule's states as chances, rows × 4: it is never surer than this."""
    told = states(table)
    chances = np.full((told.size, 4), 0.5 / 3)
    chances[np.arange(told.size), told] = 0.5
    return chances
