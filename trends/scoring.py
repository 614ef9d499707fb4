"""What is made of one topic's readings, in words of the product: the detection's arrays with names to them.

Sources count differently (base.Counting), so readings become hourly figures first; growth compares each source with
itself only. What isn't known stays None: a topic an hour old has no growth yet, and the score says so.
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from trends.detection import Scores, Standing, Status, Tuning, explaining, hours, scoring_pass
from trends.detection.hours import LONGEST_GAP, MOST, Seen, Told
from trends.detection.lifecycle import NEVER
from trends.detection.passing import weights_of
from trends.detection.tuning import PARTS
from trends.sources.base import Counting

__all__ = [
    "HOUR", "LONGEST_GAP", "WEIGHTS", "WINDOW_HOURS", "Assessment", "Factor", "Hours", "Reading", "Status", "assess",
    "assessments", "by_source", "curve_of", "hourly",
]  # fmt: skip

HOUR = dt.timedelta(hours=1)
DAY_HOURS = 24
WINDOW_HOURS = 48
WEIGHTS = Tuning().weights
CODES = {Counting.LEVEL: hours.LEVEL, Counting.TOTAL: hours.TOTAL, Counting.DAY: hours.PER_DAY}
STATES = list(Status)

Hours: TypeAlias = npt.NDArray[np.float64]  # one figure per hour, oldest first, NaN is "not known"


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
    """What is made of a topic now. Growth is a ratio (2.0 is twice yesterday); the sparkline's None is "not known".

    `observed` and `expected` are mentions in the last hour, `burst` the deviations between them, `is_alarm` whether
    that hour is an event, `novelty` 0–1. `started_at` is None where it began before what is looked at.
    """

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
    observed: float | None = None
    expected: float | None = None
    burst: float | None = None
    novelty: float = 0.0
    is_alarm: bool = False
    explanation: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The explanation, weightiest part first."""
        told = sorted(self.factors, key=lambda factor: -factor.points)
        return tuple(factor.words for factor in told if factor.words)


@dataclass(frozen=True, slots=True)
class Life:
    """What a topic has behind it: seen first and last, its status before, and when its name was last heard before."""

    first_seen: dt.datetime
    last_seen: dt.datetime
    before: Status | None = None
    heard_before: dt.datetime | None = None


def assess(
    readings: Iterable[Reading],
    *,
    now: dt.datetime,
    first_seen: dt.datetime,
    last_seen: dt.datetime,
    before: Status | None = None,
    heard_before: dt.datetime | None = None,
    tuning: Tuning | None = None,
) -> Assessment:
    """Assess a topic from its readings; `before` is its status at the last assessment, which it leaves reluctantly."""
    life = Life(first_seen, last_seen, before, heard_before)
    (made,) = assessments(told_of(list(readings)), [life], now=now, tuning=tuning or Tuning())
    return made


def assessments(told: Told, lives: Sequence[Life], *, now: dt.datetime, tuning: Tuning) -> Iterator[Assessment]:
    """Assess topics together: `told` numbers them as `lives` has them. Readings from the future are not used."""
    seen = hours.seen_of(told, topics=len(lives), now=now.timestamp(), tuning=tuning)
    scores = scoring_pass(_standing(seen, lives, now=now), tuning)
    weights = weights_of(scores.values, tuning)
    for row, life in enumerate(lives):
        yield _assessment(row, life, seen, scores, weights[row], now=now, tuning=tuning)


def by_source(readings: Sequence[Reading], *, now: dt.datetime, hours: int) -> dict[str, Hours]:
    """Return each source's hourly figures for the last `hours` up to the current one."""
    names = _names(readings)
    made = _strands(readings, now=now, size=hours)
    return {names[source]: figures for source, figures in zip(made.source.tolist(), made.figures, strict=True)}


def hourly(readings: Sequence[Reading], *, now: dt.datetime, hours: int) -> Hours:
    """Return one source's figures per hour, as by_source does for several."""
    found = by_source(readings, now=now, hours=hours)
    return next(iter(found.values()), np.full(hours, np.nan))


def curve_of(readings: Sequence[Reading], *, now: dt.datetime, hours: int = WINDOW_HOURS) -> Hours:
    """Return a topic's mentions per hour over all sources that count mentions, else its traffic; never both mixed."""
    made = _strands(readings, now=now, size=hours)
    return _curves(made)


def told_of(readings: Sequence[Reading]) -> Told:
    """Return one topic's readings as arrays; numbers that no column holds are cut to what one holds."""
    names = {name: place for place, name in enumerate(_names(readings))}
    return Told(
        topic=np.zeros(len(readings), np.int64),
        source=np.array([names[reading.source] for reading in readings], np.int64),
        hour=np.array([reading.hour.timestamp() // 3600 for reading in readings], np.int64),
        count=_column([reading.count for reading in readings]),
        traffic=_column([reading.traffic for reading in readings]),
        rank=_column([reading.rank for reading in readings]),
        engagement=_column([reading.engagement for reading in readings]),
        counting=np.array([CODES[reading.counting] for reading in readings], np.int64),
    ).in_order()


def _strands(readings: Sequence[Reading], *, now: dt.datetime, size: int) -> hours.Strands:
    return hours.strands_of(told_of(readings), this_hour=int(now.timestamp() // 3600), hours=size)


def _curves(made: hours.Strands) -> Hours:
    curve: Hours = hours.curves(made, np.array([bool(made.counts.any())]))[0]
    return curve


def _names(readings: Sequence[Reading]) -> list[str]:
    return sorted({reading.source for reading in readings})


def _column(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else float(min(value, MOST)) for value in values], np.float64)


def _standing(seen: Seen, lives: Sequence[Life], *, now: dt.datetime) -> Standing:
    silent = [(life.first_seen - life.heard_before) / DAY if life.heard_before else math.inf for life in lives]
    mentions = np.nansum(seen.hourly[:, -DAY_HOURS:], axis=1)
    return Standing(
        hourly=seen.hourly,
        age=np.array([(now - life.first_seen) / HOUR for life in lives]),
        quiet=np.array([(now - life.last_seen) / HOUR for life in lives]),
        sources=seen.sources,
        rank=seen.rank,
        before=np.array([life.before.code if life.before else NEVER for life in lives], np.int8),
        growth=seen.growth,
        volume=np.where(seen.counted & (mentions > 0), mentions, seen.traffic),
        silent=np.array(silent),
    )


DAY = dt.timedelta(days=1)


def _assessment(
    row: int, life: Life, seen: Seen, scores: Scores, weights: Hours, *, now: dt.datetime, tuning: Tuning
) -> Assessment:
    growth, observed, expected, burst = (
        _or_none(column[row]) for column in (scores.growth, scores.observed, scores.expected, scores.burst)
    )
    factors = tuple(_factors(row, life, seen, scores, weights, now=now, tuning=tuning))
    sources = int(seen.sources[row])
    return Assessment(
        score=round(sum(factor.points for factor in factors), 1),
        factors=factors,
        status=STATES[scores.status[row] - 1],
        growth_24h=None if growth is None else round(growth, 3),
        mention_count=int(min(scores.mentions[row], MOST)) if seen.counted[row] else 0,
        engagement=float(seen.engagement[row]),
        source_count=sources,
        started_at=_hour_at(scores.started[row], seen, now=now) or life.first_seen,
        peaked_at=_hour_at(scores.peaked[row], seen, now=now),
        sparkline=tuple(None if math.isnan(one) else round(one, 1) for one in seen.hourly[row, -DAY_HOURS:].tolist()),
        observed=observed,
        expected=expected,
        burst=burst,
        novelty=round(float(scores.novelty[row]), 4),
        is_alarm=bool(scores.alarm[row]),
        explanation=explaining.sentence(
            observed=observed, expected=expected, burst=burst, growth=None if growth is None else growth - 1,
            sources=sources, age=now - life.first_seen,
        ),
    )  # fmt: skip


def _factors(
    row: int, life: Life, seen: Seen, scores: Scores, weights: Hours, *, now: dt.datetime, tuning: Tuning
) -> Iterator[Factor]:
    words = _words(row, life, seen, scores, now=now, tuning=tuning)
    for place, name in enumerate(PARTS):
        value = float(scores.values[row, place])
        if not math.isnan(value):
            yield Factor(name, round(value, 1), round(float(weights[place]), 4), words[name])


def _words(row: int, life: Life, seen: Seen, scores: Scores, *, now: dt.datetime, tuning: Tuning) -> dict[str, str]:
    level, slope = float(scores.level[row]), float(scores.slope[row])
    rank = seen.rank[row]
    mentions = float(scores.mentions[row]) if seen.counted[row] else 0.0
    return {
        "growth": explaining.growth_words(float(scores.growth[row])),
        "breadth": explaining.breadth_words(int(seen.sources[row])),
        "momentum": explaining.momentum_words(
            level, slope, peak_behind=tuning.peak_behind, still_rising=tuning.still_rising
        ),
        "burst": explaining.burst_words(*(float(x[row]) for x in (scores.observed, scores.expected, scores.burst))),
        "freshness": explaining.quiet_words(now - life.last_seen),
        "novelty": explaining.novelty_words(now - life.first_seen),
        "rank": "" if math.isnan(rank) else f"place {rank:.0f} in its list",
        "volume": explaining.volume_words(mentions, float(seen.traffic[row])),
    }


def _hour_at(column: int, seen: Seen, *, now: dt.datetime) -> dt.datetime | None:
    if column < 0:
        return None
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return this_hour - dt.timedelta(hours=seen.hourly.shape[1] - 1 - int(column))


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
