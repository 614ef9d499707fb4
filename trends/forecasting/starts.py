"""Will a new topic break out? Decided one hour after its first reading, for what happens within twelve."""

from dataclasses import dataclass

import numpy as np

from trends.forecasting import features
from trends.forecasting.panel import HOUR, Flags, Floats, Ints, Panel, Table, rows

DECIDE_AFTER = HOUR
WITHIN = 12 * HOUR  # from the first reading
START_GAP = 2 * HOUR  # the list was looked at so shortly before the first reading: it is really new
WARM_UP = 24 * HOUR
FIRST = ("rank", "to_median", "to_p04", "above", "below", "list_move", "list_new", "list_left", "list_rate")
RECENT = (6, 24)  # hours
LEAVES_OUT = frozenset({"step3", "step4", "hours3", "hours4"})  # nobody has these one hour after first sight


@dataclass(frozen=True)
class Starts:
    """Cases: an episode's number, its topic and first moment, the last row known when it is decided."""

    episodes: Ints
    topics: Ints
    begins: Ints
    known: Ints

    @property
    def decided(self) -> Ints:
        """Return when each case is decided."""
        return self.begins + DECIDE_AFTER


def cases(panel: Panel, *, gap: int = START_GAP, warm_up: int = WARM_UP, settled: bool = True) -> Starts:
    """Return the new topics that have not broken out when they are decided.

    `settled` leaves out those whose twelve hours are not over at the last snapshot.
    """
    begins = panel.times[panel.starts]
    before = np.searchsorted(panel.snapshots, begins)
    is_new = (before > 0) & (begins - panel.snapshots[np.maximum(before - 1, 0)] <= gap)
    is_new &= begins - panel.snapshots[:1].sum() > warm_up
    if settled:
        is_new &= panel.snapshots[-1:].sum() - begins > WITHIN
    known = _last_before(panel, begins + DECIDE_AFTER)
    quiet = _most(panel, panel.starts, known + 1) < 0
    chosen = np.flatnonzero(is_new & quiet)
    return Starts(chosen, panel.topics[panel.starts[chosen]], begins[chosen], known[chosen])


def broke_out(panel: Panel, found: Starts) -> Flags:
    """Say which of the cases broke out after they were decided, within twelve hours of their beginning."""
    last = _last_before(panel, panel.times[panel.starts] + WITHIN)[found.episodes]
    return _most(panel, found.known + 1, last + 1) >= 0


def table(panel: Panel, found: Starts) -> Table:
    """Return the features of each case: the last reading, the first, and what the list did since."""
    known = features.of(panel)
    result = {name: column for name, column in rows(known, found.known).items() if name not in LEAVES_OUT}
    first = panel.starts[found.episodes]
    result |= {f"first_{name}": known[name][first] for name in FIRST}
    looked = np.searchsorted(panel.snapshots, found.decided, "right") - 1
    before = np.maximum(np.searchsorted(panel.snapshots, found.begins) - 1, 0)
    result["unseen"] = (looked - panel.snapshot[found.known]).astype(np.float64)
    result["stale"] = (found.decided - panel.times[found.known]) / HOUR
    result["blind"] = (found.decided - panel.snapshots[looked]) / HOUR
    result["new_within"] = (found.begins - panel.snapshots[before]) / HOUR
    return result | _company(panel, found)


def _company(panel: Panel, found: Starts) -> Table:
    """How many of those that began lately broke out by now, and how high this one came in beside them."""
    begins, reached = np.sort(panel.times[panel.starts]), np.sort(_reached(panel))
    result: Table = {}
    for hours in RECENT:
        since = found.decided - hours * HOUR
        began = np.searchsorted(begins, found.decided) - np.searchsorted(begins, since)
        hot = np.searchsorted(reached, found.decided, "right") - np.searchsorted(reached, since)
        result[f"broke_out{hours}"] = hot / np.maximum(1, began)
        result[f"came_in{hours}"] = _came_in(panel, found, hours=hours)
    return result


def _came_in(panel: Panel, found: Starts, *, hours: int) -> Floats:
    """Return the share of those that began in the last hours which came in lower."""
    order = np.argsort(panel.times[panel.starts], kind="stable")
    begins, height = panel.times[panel.starts][order], panel.heights[panel.starts][order]
    low = np.searchsorted(begins, found.begins - hours * HOUR)
    high = np.searchsorted(begins, found.begins, "right")
    own = panel.heights[panel.starts[found.episodes]]
    shares = [np.mean(height[a:b] < mine) for a, b, mine in zip(low, high, own, strict=True)]
    return np.array(shares, dtype=np.float64)


def _reached(panel: Panel) -> Ints:
    """Return when each episode broke out first, of those that did."""
    hot = np.flatnonzero(panel.heights >= 0)
    _, first = np.unique(panel.episode[hot], return_index=True)
    return panel.times[hot[first]]


def _last_before(panel: Panel, moments: Ints) -> Ints:
    """Return each episode's last row up to its moment."""
    span = int(panel.snapshots[-1:].sum()) + 2 * WITHIN + 2
    keys = panel.episode * span + panel.times
    number = np.arange(panel.starts.size)
    return np.searchsorted(keys, number * span + np.minimum(moments, span - 1), "right") - 1


def _most(panel: Panel, first: Ints, after: Ints) -> Floats:
    """Return the highest level of rows first … after - 1, minus infinity where there is none."""
    result = np.full(first.size, -np.inf)
    some = after > first
    if some.any():
        bounds = np.column_stack([first[some], after[some]]).ravel()
        padded = np.r_[panel.heights, -np.inf]
        result[some] = np.maximum.reduceat(padded, bounds)[::2]
    return result
