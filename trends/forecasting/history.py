"""Observations of sources that count differently into levels an hour, and what counts as breaking out. Pure."""

import numpy as np

from trends.forecasting.panel import HOUR, Floats, Ints, Panel

LEVEL, TOTAL, DAY = 0, 1, 2
LONGEST_GAP = 24 * HOUR  # a total is spread over so long at most; beyond that nothing is known
OF_A_RANK = 100.0  # a list without counts: first place stands for this, second for half of it
SHARE = 95.0  # percentile of the peaks that counts as breaking out
LEAST_PEAKS = 50


def levels(topics: Ints, sources: Ints, hours: Ints, figures: Floats, counting: Ints) -> Floats:
    """Return each row's mentions an hour, NaN where unknown. Rows are in order of topic, source and hour (unix s).

    Totals become the rise since the reading before, per hour; day counts too, and the first of a day per hour of it.
    """
    same = np.r_[False, (topics[1:] == topics[:-1]) & (sources[1:] == sources[:-1])][: topics.size]
    before = np.r_[np.nan, figures[:-1]][: topics.size]
    gap = np.r_[0, np.diff(hours)][: topics.size].astype(np.float64)
    rise = np.where(same & (gap > 0) & (gap <= LONGEST_GAP) & (figures >= before), (figures - before), np.nan)
    per_hour = rise / np.maximum(gap / HOUR, 1)
    of_day = hours % (24 * HOUR)
    begins_day = ~same | (of_day < gap)
    day = np.where(begins_day, figures / (of_day / HOUR + 1), per_hour)
    return np.select([counting == LEVEL, counting == TOTAL], [figures, per_hour], default=day)


def figures(counts: Floats, traffic: Floats, ranks: Floats) -> Floats:
    """Return what a reading says: its count, else its traffic, else its place turned into a number."""
    known = np.where(np.isfinite(counts), counts, traffic)
    return np.where(np.isfinite(known), known, OF_A_RANK / np.maximum(ranks, 1))


def summed(topics: Ints, hours: Ints, levels: Floats) -> tuple[Ints, Ints, Floats]:
    """Return one level per topic and hour, added over the sources of a kind; unknown ones left out."""
    known = np.isfinite(levels)
    pairs, place = np.unique(np.column_stack([topics[known], hours[known]]), axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=levels[known], minlength=pairs.shape[0])
    return pairs[:, 0], pairs[:, 1], total.astype(np.float64)


def breakout_level(topics: Ints, levels: Floats) -> float | None:
    """Return the level that the highest twentieth of the topics reached, None where there are too few to say."""
    if not topics.size:
        return None
    _, place = np.unique(topics, return_inverse=True)
    peaks = np.zeros(int(place.max()) + 1)
    np.maximum.at(peaks, place.ravel(), levels)
    told = float(np.percentile(peaks, SHARE)) if peaks.size >= LEAST_PEAKS else 0.0
    return told if told > 0 else None


def panel_of(topics: Ints, hours: Ints, levels: Floats, *, breakout: float | None) -> Panel:
    """Return the panel of a list; where nobody knows what breaking out is, its highest level stands in."""
    highest = float(levels.max()) if levels.size else 1.0
    return Panel.of(topics, hours, levels, breakout=breakout or max(highest, 1.0))
