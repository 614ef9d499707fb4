"""Readings into hourly figures: per topic and source first, as sources count differently, then per topic.

All in flat arrays, so that a thousand topics cost what one does. Hours are whole hours since 1970, UTC.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from trends.detection.expecting import Flags, Floats
from trends.detection.tuning import Tuning

LEVEL, TOTAL, PER_DAY = 0, 1, 2  # how a source counts: right now, since it began, since midnight
LONGEST_GAP = 24  # hours a total is spread over; beyond that nothing is known
LEVEL_HOLDS = 3  # hours a level stands for when polls are missed
COUNT_HOLDS, TRAFFIC_HOLDS = 6, 30  # hours a silent source's last figure stands in a sum; views come once a day
SETTLED_MINUTE = 45  # before it, a running hour's increments would look like a fall
DAY = 24
MOST = 9.2e18  # what the database can hold

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """Readings, column by column, in order of topic, source and hour. NaN is "not said"."""

    topic: Whole
    source: Whole
    hour: Whole
    count: Floats
    traffic: Floats
    rank: Floats
    engagement: Floats
    counting: Whole

    def where(self, flags: Flags) -> "Told":
        """Return some of them."""
        return Told(*(getattr(self, field.name)[flags] for field in fields(self)))

    def in_order(self) -> "Told":
        """Return them sorted."""
        order = np.lexsort((self.hour, self.source, self.topic))
        return Told(*(getattr(self, field.name)[order] for field in fields(self)))

    @property
    def begins(self) -> Flags:
        """Say where another pair of topic and source begins."""
        return _changes(self.topic) | _changes(self.source)


@dataclass(frozen=True, slots=True)
class Strands:
    """One row per topic and source: hourly figures, oldest first (NaN unknown), and whether it counts mentions."""

    topic: Whole
    source: Whole
    figures: npt.NDArray[np.float64]
    counts: Flags


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of each topic: hourly figures over all sources, growth by source, and its last 24 hours."""

    hourly: npt.NDArray[np.float64]
    growth: Floats
    counted: Flags
    sources: Whole
    rank: Floats
    engagement: Floats
    traffic: Floats


def seen_of(told: Told, *, topics: int, now: float, tuning: Tuning) -> Seen:
    """Return what is known of `topics` topics (0 … n - 1) at `now` (seconds). What is later than now is left out."""
    until_now = told.where(told.hour * 3600 <= now)
    usable = settled(until_now, now=now)
    strands = strands_of(usable, this_hour=int(now // 3600), hours=tuning.history_hours)
    counted = _any(usable.topic[np.isfinite(usable.count)], topics)
    recent = usable.where(usable.hour * 3600 > now - DAY * 3600)
    lately = until_now.where(until_now.hour * 3600 > now - DAY * 3600)  # half an hour says enough to be a source
    newest = recent.where(np.isfinite(recent.engagement))
    newest = newest.where(np.roll(newest.begins, -1) if newest.topic.size else newest.begins)
    return Seen(
        hourly=curves(strands, counted),
        growth=growth_of(strands, topics=topics, floor=tuning.growth_floor, least=tuning.least_hours),
        counted=counted,
        sources=np.bincount(lately.topic[lately.begins], minlength=topics),
        rank=_extreme(np.fmin, recent.topic, recent.rank, topics),
        engagement=np.bincount(newest.topic, weights=newest.engagement, minlength=topics).astype(np.float64),
        traffic=np.nan_to_num(_extreme(np.fmax, recent.topic, recent.traffic, topics)),
    )


def settled(told: Told, *, now: float) -> Told:
    """Leave out running totals of the current hour until it is nearly over, unless a source has said nothing else."""
    if now % 3600 // 60 >= SETTLED_MINUTE:
        return told
    running = (told.hour == int(now // 3600)) & (told.counting != LEVEL)
    return told.where(~running | told.begins)


def strands_of(told: Told, *, this_hour: int, hours: int) -> Strands:
    """Return each source's figures per hour for the last `hours` up to this one.

    Levels stand for their hour and hold for two more; totals and day counts become increments, spread evenly over
    the hours since the reading before. The first total says nothing of when; the first day count spreads to midnight.
    """
    begins = told.begins
    pair = np.cumsum(begins) - 1
    topic, source = told.topic[begins], told.source[begins]
    counts = _any(pair[np.isfinite(told.count)], topic.size)
    figure = np.where(counts[pair], told.count, told.traffic)
    said = np.isfinite(figure)
    figures = np.full((topic.size, hours), np.nan)
    _spread(figures, pair[said], told.where(said), np.maximum(figure[said], 0), this_hour=this_hour)
    return Strands(topic, source, figures, counts)


def curves(strands: Strands, counted: Flags) -> npt.NDArray[np.float64]:
    """Return each topic's figures per hour: over all sources that count mentions, else its traffic; never both mixed.

    A source that falls silent keeps its last figure for a while, so that a missed poll is no fall.
    """
    total = np.full((counted.size, strands.figures.shape[1]), np.nan)
    used = strands.counts | ~counted[strands.topic]
    topic = strands.topic[used]
    if not topic.size:
        return total
    held = _held(strands.figures[used], np.where(counted[topic], COUNT_HOLDS, TRAFFIC_HOLDS))
    known = np.isfinite(held)
    first = np.flatnonzero(_changes(topic))
    summed = np.add.reduceat(np.where(known, held, 0.0), first, axis=0)
    total[topic[first]] = np.where(np.logical_or.reduceat(known, first, axis=0), np.minimum(summed, MOST), np.nan)
    return total


def growth_of(strands: Strands, *, topics: int, floor: float, least: int) -> Floats:
    """Return the last 24 hours against the 24 before as a ratio, NaN without `least` known hours on both days.

    Each source is compared with itself; their ratios are averaged (geometrically), the busier ones weighing more.
    """
    if strands.figures.shape[1] < 2 * DAY:
        return np.full(topics, np.nan)
    was, some = _day(strands.figures[:, -2 * DAY : -DAY], least)
    is_, others = _day(strands.figures[:, -DAY:], least)
    both = some & others
    weight = np.maximum(np.log1p(was + is_), 1e-9)[both]
    ratio = np.log((is_ + floor) / (was + floor))[both]
    weights = np.bincount(strands.topic[both], weights=weight, minlength=topics)
    told = np.bincount(strands.topic[both], weights=weight * ratio, minlength=topics)
    return np.where(weights > 0, np.exp(told / np.maximum(weights, 1e-9)), np.nan)


def _spread(figures: Floats, pair: Whole, told: Told, figure: Floats, *, this_hour: int) -> None:
    """Write each reading's figure into the hours it stands for."""
    spans, rates = _increments(pair, told, figure)
    column = figures.shape[1] - 1 - (this_hour - told.hour)
    for back in range(int(spans.max(initial=0))):
        reached = (spans > back) & (column - back >= 0)
        figures[pair[reached], column[reached] - back] = rates[reached]
    last = (np.roll(_changes(pair), -1) if pair.size else np.zeros(0, bool)) & (told.counting == LEVEL)
    for ahead in range(1, LEVEL_HOLDS):
        reached = last & (column + ahead >= 0) & (column + ahead < figures.shape[1])
        figures[pair[reached], column[reached] + ahead] = figure[reached]


def _increments(pair: Whole, told: Told, figure: Floats) -> tuple[Whole, Floats]:
    """Return how many hours each reading stands for (0: none), and its figure for each of them."""
    first = _changes(pair)
    gap = np.where(first, 1, told.hour - np.roll(told.hour, 1))
    rise = figure - np.where(first, 0.0, np.roll(figure, 1))
    hour_of_day = told.hour % DAY
    anew = (told.counting == PER_DAY) & (first | (gap > hour_of_day))
    follows = ~first & (gap > 0) & (gap <= LONGEST_GAP) & (rise >= 0)
    level = told.counting == LEVEL
    spans = np.select(
        [level & (gap > LEVEL_HOLDS), level, anew, follows], [1, np.maximum(gap, 1), hour_of_day + 1, gap], 0
    )
    amounts = np.select([level, anew], [figure * np.maximum(spans, 1), figure], rise)
    return spans, np.where(level, figure, amounts / np.maximum(spans, 1))


def _held(figures: Floats, limit: Whole) -> Floats:
    """Return the figures with each gap after a known hour filled with it, for up to `limit` (per row) hours."""
    columns = np.arange(figures.shape[1])
    latest = np.maximum.accumulate(np.where(np.isfinite(figures), columns, -1), axis=1)
    near = (latest >= 0) & (columns - latest <= limit[:, None])
    return np.where(near, np.take_along_axis(figures, np.maximum(latest, 0), axis=1), np.nan)


def _day(figures: Floats, least: int) -> tuple[Floats, Flags]:
    """Return a day's total, had it been known throughout, and where enough of it is."""
    known = np.isfinite(figures)
    hours = known.sum(axis=1)
    return np.where(known, figures, 0.0).sum(axis=1) / np.maximum(hours, 1) * DAY, hours >= least


def _changes(values: Whole) -> Flags:
    """Say where a value differs from the one before; the first one does."""
    changed: Flags = np.r_[np.ones(min(values.size, 1), bool), values[1:] != values[:-1]]
    return changed


def _any(places: Whole, size: int) -> Flags:
    found = np.zeros(size, bool)
    found[places] = True
    return found


def _extreme(of: np.ufunc, places: Whole, values: Floats, size: int) -> Floats:
    found = np.full(size, np.nan)
    of.at(found, places, values)
    return found
