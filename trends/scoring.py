"""A first honest score of a topic from what sources said of it, hour by hour. Pure functions.

Sources count differently (base.Counting), so readings become hourly figures first; growth compares each source with
itself only. What isn't known stays None: a topic an hour old has no growth yet, and the score says so.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from trends.polling import age
from trends.sources.base import Counting

HOUR = dt.timedelta(hours=1)
DAY_HOURS = 24
WINDOW_HOURS = 48
FLOOR = 5.0  # added to both days: 1 → 4 mentions is no 4×
LEAST_HOURS = 6  # hours known on each day before growth is told
LONGEST_GAP = 24  # hours a total is spread over; beyond that nothing is known
LEVEL_HOLDS = 3  # hours a level stands for when polls are missed
SILENCE_HOLDS = {"count": 6, "traffic": 30}  # hours a source's last figure stands in a sum; views come once a day
YOUNG = dt.timedelta(hours=36)
SETTLED = dt.timedelta(hours=6)
QUIET = dt.timedelta(hours=2)
PEAK_BEHIND = 0.85
EXPIRES_AFTER = dt.timedelta(hours=24)
WEIGHTS = {
    "growth": 0.30,
    "breadth": 0.20,
    "momentum": 0.20,
    "freshness": 0.10,
    "novelty": 0.08,
    "rank": 0.08,
    "volume": 0.04,
}
UNKNOWN_GROWTH = 30.0  # below "as yesterday": what can't be compared must not outrun what rises

Hours: TypeAlias = npt.NDArray[np.float64]  # one figure per hour, oldest first, NaN is "not known"


class Status(StrEnum):
    """Where a topic stands in its life."""

    EMERGING = "emerging"
    TRENDING = "trending"
    DECLINING = "declining"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source said of a topic in one hour (`hour` is that hour's start, UTC)."""

    hour: dt.datetime
    source: str
    count: int | None = None
    rank: int | None = None
    traffic: int | None = None
    engagement: float | None = None
    counting: Counting = Counting.LEVEL


@dataclass(frozen=True, slots=True)
class Factor:
    """A named part of the score: value 0–100, weight 0–1, and the words that explain it."""

    name: str
    value: float
    weight: float
    words: str

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is made of a topic now. Growth is a ratio (2.0 is twice yesterday); the sparkline's None is "not known"."""

    score: float
    factors: tuple[Factor, ...]
    status: Status
    growth_24h: float | None
    mention_count: int
    engagement: float
    source_count: int
    started_at: dt.datetime | None
    peaked_at: dt.datetime | None
    sparkline: tuple[float | None, ...] = field(default=())

    @property
    def words(self) -> tuple[str, ...]:
        """The explanation, weightiest part first."""
        told = sorted(self.factors, key=lambda factor: -factor.points)
        return tuple(factor.words for factor in told if factor.words)


def assess(
    readings: Iterable[Reading],
    *,
    now: dt.datetime,
    first_seen: dt.datetime,
    last_seen: dt.datetime,
    before: Status | None = None,
) -> Assessment:
    """Assess a topic from its readings; `before` is its status at the last assessment, which it leaves reluctantly."""
    known = [reading for reading in readings if reading.hour <= now]
    curve, growth = curve_of(known, now=now), growth_24h(by_source(known, now=now, hours=WINDOW_HOURS))
    recent = [reading for reading in known if reading.hour > now - DAY_HOURS * HOUR]
    sources = {reading.source for reading in recent}
    mentions = total_of(curve[-DAY_HOURS:]) if _counted(known) else 0
    factors = _factors(
        growth=growth,
        curve=curve,
        age_=now - first_seen,
        quiet=now - last_seen,
        sources=len(sources),
        rank=min((reading.rank for reading in recent if reading.rank), default=None),
        volume=_volume(mentions, recent),
    )
    peak = _peaked(curve)
    return Assessment(
        score=round(sum(factor.points for factor in factors), 1),
        factors=factors,
        status=status_of(curve, now=now, first_seen=first_seen, last_seen=last_seen, before=before),
        growth_24h=growth,
        mention_count=mentions,
        engagement=_engagement(recent),
        source_count=len(sources),
        started_at=_started(curve, now=now) or first_seen,
        peaked_at=None if peak is None else _hour_at(peak, now=now),
        sparkline=tuple(None if np.isnan(one) else round(float(one), 1) for one in curve[-DAY_HOURS:]),
    )


def by_source(readings: Sequence[Reading], *, now: dt.datetime, hours: int) -> dict[str, Hours]:
    """Return each source's hourly figures for the last `hours` up to the current one."""
    sorted_in: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        sorted_in[reading.source].append(reading)
    return {
        source: hourly(sorted(own, key=lambda reading: reading.hour), now=now, hours=hours)
        for source, own in sorted_in.items()
    }


def hourly(readings: Sequence[Reading], *, now: dt.datetime, hours: int) -> Hours:
    """Return one source's figures per hour from its readings in order of time.

    Levels stand for their hour and hold for two more; totals and day counts become increments, spread evenly over
    the hours since the reading before. The first total says nothing of when; the first day count spreads to midnight.
    """
    figures = np.full(hours, np.nan)
    last: Reading | None = None
    for reading in readings:
        figure = _figure(reading)
        if figure is None:
            continue
        span, amount = _increment(reading, figure, last)
        if span:
            end = hours - _hours_ago(reading.hour, now)
            figures[max(0, end - span) : max(0, end)] = amount / (1 if reading.counting is Counting.LEVEL else span)
        last = reading
    if last is not None and last.counting is Counting.LEVEL:
        end = hours - _hours_ago(last.hour, now)
        figures[max(0, end) : max(0, end + LEVEL_HOLDS - 1)] = _figure(last)
    return figures


def curve_of(readings: Sequence[Reading], *, now: dt.datetime, hours: int = WINDOW_HOURS) -> Hours:
    """Return a topic's mentions per hour over all sources that count mentions, else its traffic; never both mixed.

    A source that falls silent keeps its last figure for a while, so that a missed poll is no fall.
    """
    counted = _counted(readings)
    used = [reading for reading in readings if not counted or reading.count is not None]
    series = by_source(used, now=now, hours=hours)
    if not series:
        return np.full(hours, np.nan)
    limit = SILENCE_HOLDS["count" if counted else "traffic"]
    stack = np.vstack([_held(figures, limit) for figures in series.values()])
    known = np.isfinite(stack)
    return np.where(known.any(axis=0), np.where(known, stack, 0.0).sum(axis=0), np.nan)


def growth_24h(series: dict[str, Hours]) -> float | None:
    """Return the last 24 hours against the 24 before as a ratio, None without enough known hours on both days.

    Each source is compared with itself; their ratios are averaged (geometrically), the busier ones weighing more.
    """
    ratios, weights = [], []
    for figures in series.values():
        day_before, day = figures[-2 * DAY_HOURS : -DAY_HOURS], figures[-DAY_HOURS:]
        if min(np.isfinite(day_before).sum(), np.isfinite(day).sum()) < LEAST_HOURS:
            continue
        was, is_ = float(np.nanmean(day_before)) * DAY_HOURS, float(np.nanmean(day)) * DAY_HOURS
        ratios.append(np.log((is_ + FLOOR) / (was + FLOOR)))
        weights.append(np.log1p(was + is_) or 1e-9)
    return round(float(np.exp(np.average(ratios, weights=weights))), 3) if ratios else None


def status_of(
    curve: Hours, *, now: dt.datetime, first_seen: dt.datetime, last_seen: dt.datetime, before: Status | None
) -> Status:
    """Return the life-cycle status. Going down takes a fall below half of the peak, coming back a rise above 0.7."""
    if before is Status.EXPIRED or now - last_seen >= EXPIRES_AFTER:
        return Status.EXPIRED
    level, slope = _level(curve), _slope(curve)
    if before is Status.DECLINING:
        back = level >= 0.7 and slope is not None and slope > 1.2
        return Status.TRENDING if back else Status.DECLINING
    if level < 0.5 and slope is not None and slope < 1.0:
        return Status.DECLINING
    old = now - first_seen
    settled = old >= SETTLED and slope is not None and slope < 1.15
    return Status.TRENDING if before is Status.TRENDING or old >= YOUNG or settled else Status.EMERGING


def total_of(figures: Hours) -> int:
    """Return the sum of what is known."""
    return int(np.nansum(figures))


def _figure(reading: Reading) -> float | None:
    number = reading.count if reading.count is not None else reading.traffic
    return None if number is None else float(number)


def _increment(reading: Reading, figure: float, last: Reading | None) -> tuple[int, float]:
    if reading.counting is Counting.LEVEL:
        gap = 1 if last is None else _between(last.hour, reading.hour)
        return (1 if gap > LEVEL_HOLDS else max(1, gap)), figure
    midnight = reading.hour.replace(hour=0)
    begins_anew = reading.counting is Counting.DAY and (last is None or last.hour < midnight)
    if begins_anew:
        return reading.hour.hour + 1, figure
    before = None if last is None else _figure(last)
    gap = 0 if last is None else _between(last.hour, reading.hour)
    if before is None or gap == 0 or gap > LONGEST_GAP or figure < before:
        return 0, 0.0
    return gap, figure - before


def _counted(readings: Sequence[Reading]) -> bool:
    return any(reading.count is not None for reading in readings)


def _held(figures: Hours, limit: int) -> Hours:
    """Return the figures with each gap after a known hour filled with it, for up to `limit` hours."""
    places = np.where(np.isfinite(figures), np.arange(figures.size), -1)
    latest = np.maximum.accumulate(places)
    near = (latest >= 0) & (np.arange(figures.size) - latest <= limit)
    return np.where(near, figures[np.maximum(latest, 0)], np.nan)


def _volume(mentions: int, recent: Sequence[Reading]) -> tuple[int, str]:
    if mentions:
        return mentions, f"{mentions:,} mentions in a day"
    traffic = max((reading.traffic for reading in recent if reading.traffic), default=0)
    return traffic, f"about {traffic:,} searches or views in a day" if traffic else ""


def _between(earlier: dt.datetime, later: dt.datetime) -> int:
    return int((later - earlier) // HOUR)


def _hours_ago(hour: dt.datetime, now: dt.datetime) -> int:
    return int((now - hour) // HOUR)


def _hour_at(place: int, *, now: dt.datetime) -> dt.datetime:
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return this_hour - (WINDOW_HOURS - 1 - place) * HOUR


def _engagement(recent: Sequence[Reading]) -> float:
    newest: dict[str, Reading] = {}
    for reading in recent:
        if reading.engagement is not None and (
            reading.source not in newest or reading.hour >= newest[reading.source].hour
        ):
            newest[reading.source] = reading
    return float(sum(reading.engagement or 0.0 for reading in newest.values()))


def _smooth(curve: Hours) -> Hours:
    known = curve[np.isfinite(curve)]
    return np.convolve(known, np.ones(3) / 3, mode="valid") if known.size >= 3 else known


def _level(curve: Hours) -> float:
    smooth = _smooth(curve)
    return float(smooth[-1] / smooth.max()) if smooth.size and smooth.max() > 0 else 1.0


def _slope(curve: Hours) -> float | None:
    known = curve[np.isfinite(curve)]
    if known.size < 8:
        return None
    return float((known[-4:].mean() + 1.0) / (known[-8:-4].mean() + 1.0))


def _peaked(curve: Hours) -> int | None:
    if _level(curve) >= PEAK_BEHIND:
        return None
    return int(np.nanargmax(curve))


def _started(curve: Hours, *, now: dt.datetime) -> dt.datetime | None:
    if not np.isfinite(curve).any() or np.nanmax(curve) <= 0:
        return None
    above = np.flatnonzero(np.nan_to_num(curve) >= 0.1 * np.nanmax(curve))
    return _hour_at(int(above[0]), now=now)


def _factors(
    *,
    growth: float | None,
    curve: Hours,
    age_: dt.timedelta,
    quiet: dt.timedelta,
    sources: int,
    rank: int | None,
    volume: tuple[int, str],
) -> tuple[Factor, ...]:
    values: dict[str, tuple[float | None, str]] = {
        "growth": _growth_value(growth),
        "momentum": _momentum_value(curve),
        "freshness": (_halving(quiet, hours=4), f"last seen {age(quiet)} ago" if quiet >= QUIET else ""),
        "breadth": (100 * (1 - 0.55**sources), _in_sources(sources)),
        "novelty": (_halving(age_, hours=24), f"first seen {age(age_)} ago"),
        "rank": (None, "") if rank is None else (100 / (1 + (rank - 1) / 8), f"place {rank} in its list"),
        "volume": (min(100.0, 100 * np.log10(1 + volume[0]) / 6), volume[1]),
    }
    total = sum(WEIGHTS[name] for name, (value, _) in values.items() if value is not None)
    return tuple(
        Factor(name, round(float(value), 1), round(WEIGHTS[name] / total, 4), words)
        for name, (value, words) in values.items()
        if value is not None
    )


def _growth_value(growth: float | None) -> tuple[float, str]:
    if growth is None:
        return UNKNOWN_GROWTH, "no yesterday to compare with yet"
    value = 50 + 50 * np.tanh(np.log2(max(growth, 1e-6)) / 2)
    if growth >= 1.95:
        times = f"{growth:.0f}" if growth >= 10 else f"{growth:.1f}".removesuffix(".0")
        return value, f"{times}× yesterday"
    change = round((growth - 1) * 100)
    words = "as much as yesterday" if abs(change) < 3 else f"{change:+d} % on yesterday".replace("-", "−")
    return value, words


def _momentum_value(curve: Hours) -> tuple[float | None, str]:
    level, slope = _level(curve), _slope(curve)
    if slope is None:
        return None, ""
    value = 50 * level + 50 * float(np.clip(np.log2(slope), 0, 1))
    if level < PEAK_BEHIND:
        return value, f"at {100 * level:.0f} % of its peak"
    return value, "still rising" if slope >= 1.15 else ""


def _in_sources(number: int) -> str:
    if number == 0:
        return "in no source today"
    return "seen in one source" if number == 1 else f"seen in {number} sources"


def _halving(span: dt.timedelta, *, hours: float) -> float:
    return float(100 * 0.5 ** (max(0.0, span.total_seconds()) / 3600 / hours))
