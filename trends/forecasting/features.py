"""What is known of a reading when it is made: its own course, its place in the list, and how the list moves.

Every column of a row is made of readings up to that row's moment. Times are in hours, levels logarithms relative to
breaking out; what isn't known is NaN.
"""

import numpy as np

from trends.forecasting.panel import HOUR, Floats, Ints, Panel, Table

LAGS = (1, 2, 3, 4)
PLACES = {"top": 0.0, "p04": 0.04, "p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "low": 1.0}
RISES, STEP_LIMIT = 0.14, 2.0  # a step that counts as up (log 1.15); beyond the limit a step says no more
LONGEST_AGE, MOST_READINGS = 72.0, 60
SHORTEST = 0.2  # hours: two readings closer than this make no rate
BACK = (3, 24)
OFFSET = 1e3  # between episodes, so that one running maximum serves them all


def of(panel: Panel) -> Table:
    """Return the features of every reading of a panel, in its order."""
    course = _course(panel)
    market = _market(panel, course)
    return course | _place(panel) | market | _clock(panel)


def _lag(column: Floats, position: Ints, by: int) -> Floats:
    result = np.full(column.size, np.nan)
    known = np.flatnonzero(position >= by)
    result[known] = column[known - by]
    return result


def _course(panel: Panel) -> Table:
    """A topic's own course in this episode."""
    height, hours, first = panel.heights, panel.times / HOUR, panel.starts[panel.episode]
    position = np.arange(len(panel)) - first
    table: Table = {"level": height}
    for by in LAGS:
        table[f"step{by}"] = height - _lag(height, position, by)
        table[f"hours{by}"] = hours - _lag(hours, position, by)
    table["step_before"] = _lag(height, position, 1) - _lag(height, position, 2)
    table["slope"] = table["step1"] / np.maximum(0.1, table["hours1"])
    table["bend"] = table["step1"] - table["step_before"]
    table["age"] = np.minimum(LONGEST_AGE, hours - hours[first])
    table["readings"] = np.minimum(position + 1.0, MOST_READINGS)
    table["first_level"] = height[first]
    table["since_first"] = height - height[first]
    peak = np.maximum.accumulate(height + panel.episode * OFFSET) - panel.episode * OFFSET
    at_peak = np.maximum.accumulate(np.where(height >= peak - 1e-9, np.arange(len(panel)), 0))
    table |= {"peak": peak, "from_peak": height - peak, "hours_since_peak": hours - hours[at_peak]}
    before = _lag(panel.snapshot.astype(np.float64), position, 1)
    table["missed"] = panel.snapshot - 1 - before
    table["last_peak"] = _last_peak(panel, peak)
    return table


def _last_peak(panel: Panel, peak: Floats) -> Floats:
    """How high the topic's episode before this one came, NaN in its first."""
    reached = np.r_[np.nan, peak[panel.ends - 1][:-1]]
    reached[panel.opens_topic[panel.starts]] = np.nan
    return np.asarray(reached[panel.episode])


def _ranked(panel: Panel) -> tuple[Ints, Ints, Ints]:
    """Return rows by snapshot and falling level, the number in each snapshot, and where each begins."""
    order = np.lexsort((-panel.heights, panel.snapshot))
    count = np.bincount(panel.snapshot, minlength=panel.snapshots.size)
    return order, count, np.r_[0, np.cumsum(count)][:-1]


def _place(panel: Panel) -> Table:
    """Its place in the list, and how far its neighbours are."""
    order, count, begins = _ranked(panel)
    group = panel.snapshot[order]
    rank = np.empty(len(panel))
    rank[order] = np.arange(len(panel)) - begins[group]
    position = np.arange(len(panel)) - panel.starts[panel.episode]
    table: Table = {"rank": rank, "listed": count[panel.snapshot].astype(np.float64)}
    for name, by in (("above", 1), ("above3", 3)):
        table[name] = _distance(panel.heights, order, group, by=by)
    table["below"] = _distance(panel.heights, order[::-1], group[::-1], by=1)
    for by in (1, 2):
        table[f"climb{by}"] = _lag(rank, position, by) - rank
    return table


def _distance(height: Floats, order: Ints, group: Ints, *, by: int) -> Floats:
    """Return how far the neighbour `by` places before in this order is away."""
    result = np.full(height.size, np.nan)
    near = np.abs(height[order[:-by]] - height[order[by:]])
    result[order[by:]] = np.where(group[by:] == group[:-by], near, np.nan)
    return result


def _market(panel: Panel, course: Table) -> Table:
    """How high the list stands at this snapshot, and how it moved since the one before."""
    order, count, begins = _ranked(panel)
    stands = {name: _at(panel.heights[order], count, begins, share) for name, share in PLACES.items()}
    snapshot = panel.snapshot
    table: Table = {f"to_{name}": panel.heights - level[snapshot] for name, level in stands.items()}
    for name in ("median", "top", "p10", "low"):
        table[f"list_{name}"] = stands[name][snapshot]
    table["hot"] = _mean(panel, (panel.heights >= 0).astype(np.float64))[snapshot]
    for hours in BACK:
        table[f"median_since{hours}"] = _since(panel, stands["median"], hours=hours)[snapshot]
    moves = _moves(panel, course, count)
    table |= {name: column[snapshot] for name, column in moves.items()}
    table["against_list"] = course["step1"] - table["list_move"]
    table["list_age"] = _mean(panel, np.log1p(course["age"]))[snapshot]
    return table


def _at(heights: Floats, count: Ints, begins: Ints, share: float) -> Floats:
    """Return the level at a share of each snapshot's list, NaN where it is empty."""
    if not heights.size:
        return np.full(count.size, np.nan)
    places = begins + (share * np.maximum(count - 1, 0)).astype(np.int64)
    return np.where(count > 0, heights[np.minimum(places, heights.size - 1)], np.nan)


def _mean(panel: Panel, column: Floats) -> Floats:
    """Return the mean per snapshot of what is known."""
    known, size = np.isfinite(column), panel.snapshots.size
    number = np.bincount(panel.snapshot[known], minlength=size)
    total = np.bincount(panel.snapshot[known], weights=column[known], minlength=size)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _since(panel: Panel, level: Floats, *, hours: int) -> Floats:
    """Return how a level of the list changed in so many hours."""
    before = np.searchsorted(panel.snapshots, panel.snapshots - hours * HOUR, "right") - 1
    return np.where(before >= 0, level - level[np.maximum(before, 0)], np.nan)


def _moves(panel: Panel, course: Table, count: Ints) -> Table:
    """How the list turned over from snapshot to snapshot."""
    stayed = course["missed"] == 0
    step = np.where(stayed, np.clip(course["step1"], -STEP_LIMIT, STEP_LIMIT), np.nan)
    spacing = np.r_[np.nan, np.diff(panel.snapshots) / HOUR][: panel.snapshots.size]
    kept = np.bincount(panel.snapshot[stayed], minlength=count.size)
    before = np.r_[0, count[:-1]][: count.size]
    move, left = _mean(panel, step), 1 - kept / np.maximum(1, before)
    table: Table = {
        "spacing": spacing,
        "spacing_before": np.r_[np.nan, spacing[:-1]][: spacing.size],
        "list_move": move,
        "list_rate": move / np.maximum(spacing, SHORTEST),
        "list_rises": _mean(panel, np.where(stayed, (course["step1"] > RISES).astype(np.float64), np.nan)),
        "list_left": left,
        "list_new": 1 - kept / np.maximum(1, count),
    }
    for number in (3, 6):
        table[f"list_rate{number}"] = _rate(panel, np.nan_to_num(move), number)
        table[f"list_left{number}"] = _rate(panel, left, number)
    return table


def _rate(panel: Panel, column: Floats, number: int) -> Floats:
    """Return the sum over the last `number` snapshots per hour."""
    total, after = np.r_[0.0, np.cumsum(column)], np.arange(1, column.size + 1)
    first = np.maximum(0, after - number)
    hours = (panel.snapshots - panel.snapshots[np.maximum(0, first - 1)]) / HOUR
    return np.asarray((total[after] - total[first]) / np.maximum(SHORTEST, hours))


def _clock(panel: Panel) -> Table:
    """The hour and weekday, in UTC: models learn what they mean where a list comes from."""
    hour = (panel.times / HOUR) % 24
    turn = hour * np.pi / 12
    weekday = (panel.times // (24 * HOUR)) % 7
    return {"hour": hour, "sine": np.sin(turn), "cosine": np.cos(turn), "weekday": weekday.astype(np.float64)}
