"""What a live topic does next: up, flat, down or gone at the first look about one, or six, hours later."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from trends.forecasting import features
from trends.forecasting.panel import HOUR, Floats, Ints, Panel, Table, rows

MINUTE = 60
UP, DOWN = 1.15, 0.8696


class State(StrEnum):
    """What can become of a topic, in the order of the models' columns."""

    UP = "up"
    FLAT = "flat"
    DOWN = "down"
    GONE = "gone"


STATES = tuple(State)


@dataclass(frozen=True)
class Ahead:
    """How far ahead: the first snapshot at least `least` seconds later, if it is at most `most` later."""

    least: int
    most: int


IN_AN_HOUR = Ahead(45 * MINUTE, 95 * MINUTE)
IN_SIX_HOURS = Ahead(5 * HOUR + 30 * MINUTE, 7 * HOUR)


@dataclass(frozen=True)
class Live:
    """Cases: rows of a panel, and the snapshot each is asked about (-1: not looked at yet) with its distance in s."""

    rows: Ints
    targets: Ints
    horizons: Ints


def cases(panel: Panel, ahead: Ahead) -> Live:
    """Return every reading for which a later look exists, with the moment it is asked about."""
    target = np.searchsorted(panel.snapshots, panel.snapshots + ahead.least)
    last = np.minimum(target, panel.snapshots.size - 1)
    distance = panel.snapshots[last] - panel.snapshots
    read = np.bincount(panel.snapshot, minlength=panel.snapshots.size) > 0
    usable = (target < panel.snapshots.size) & (distance <= ahead.most) & read[last]
    chosen = np.flatnonzero(usable[panel.snapshot])
    seen = panel.snapshot[chosen]
    return Live(chosen, last[seen], distance[seen])


def now(panel: Panel, ahead: Ahead, *, since: int) -> Live:
    """Return each topic's newest reading since a moment, asked about the nearest moment so far ahead."""
    newest = np.flatnonzero(np.r_[panel.topics[1:] != panel.topics[:-1], True][: len(panel)])
    chosen = newest[panel.times[newest] >= since]
    distance = max(HOUR, ahead.least // HOUR * HOUR + (HOUR if ahead.least % HOUR else 0))
    return Live(chosen, np.full(chosen.size, -1), np.full(chosen.size, distance))


def outcomes(panel: Panel, live: Live) -> Ints:
    """Return what became of each case, as its number in STATES."""
    later = panel.find(panel.topics[live.rows], live.targets)
    ratio = panel.levels[later] / panel.levels[live.rows]
    state = np.select([ratio > UP, ratio < DOWN], [0, 2], default=1)
    return np.where(later < 0, 3, state)


def table(panel: Panel, live: Live) -> Table:
    """Return the features of each case; how far ahead it is asked about is one."""
    result = rows(features.of(panel), live.rows)
    horizon: Floats = live.horizons / HOUR
    return result | {"horizon": horizon, "hour_then": (result["hour"] + horizon) % 24}
