"""One pass over all topics: what was expected, what came, where each stands, and its score with its parts."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from trends.detection import lifecycle
from trends.detection.alarms import excess
from trends.detection.expecting import Floats, burst_of, usual_of
from trends.detection.lifecycle import Codes
from trends.detection.tuning import PARTS, Tuning

CHUNK = 4096  # topics at a time: their hours stay in the processor's cache
DAY = 24
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of topics (rows) before the pass. `hourly` is oldest first, NaN unknown, and of any length ≥ 24.

    `age` and `quiet` are hours since a topic was first and last seen, `silent` the days its name was not heard before
    this run (inf: never), `rank` its best place (NaN: none), `before` its last status (0: none, 1 emerging, 2 trending,
    3 declining, 4 expired). Growth and volume are taken from the hours where not given.
    """

    hourly: Floats
    age: Floats
    quiet: Floats
    sources: npt.NDArray[np.integer]
    rank: Floats
    before: Codes
    growth: Floats | None = None
    volume: Floats | None = None
    silent: Floats | None = None

    def part(self, rows: slice) -> "Standing":
        """Return some of the topics."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: column[rows] for name, column in columns.items() if column is not None})


@dataclass(frozen=True, slots=True)
class Scores:
    """What is made of each topic. Growth is a ratio; `started` and `peaked` are columns of the hours, -1 for none.

    `values` are the parts of the score, 0–100 in the order of PARTS, NaN where nothing can be said of one.
    """

    score: Floats
    values: Floats
    status: Codes
    growth: Floats
    mentions: Floats
    observed: Floats
    expected: Floats
    burst: Floats
    novelty: Floats
    level: Floats
    slope: Floats
    started: npt.NDArray[np.int64]
    peaked: npt.NDArray[np.int64]
    alarm: npt.NDArray[np.bool_]


def scoring_pass(standing: Standing, tuning: Tuning | None = None) -> Scores:
    """Score any number of topics; in chunks, so that memory beside what comes in and goes out stays flat."""
    table, parts = tuning or Tuning(), range(0, max(len(standing.hourly), 1), CHUNK)
    made = [_score(standing.part(slice(begin, begin + CHUNK)), table) for begin in parts]
    return Scores(*(np.concatenate([getattr(one, field.name) for one in made]) for field in fields(Scores)))


def weights_of(values: Floats, tuning: Tuning) -> Floats:
    """Return what each part weighs where the unknown ones weigh nothing; each row sums up to 1."""
    weights = np.array([tuning.weights[name] for name in PARTS]) * np.isfinite(values)
    shares: Floats = weights / np.maximum(weights.sum(axis=1, keepdims=True), TINY)
    return shares


def _score(topics: Standing, tuning: Tuning) -> Scores:
    known = np.isfinite(topics.hourly)
    counts = np.where(known, np.maximum(topics.hourly, 0), 0)
    hourly, roots = np.where(known, counts, np.nan).astype(topics.hourly.dtype), np.sqrt(counts)
    usual = usual_of(roots, known, tuning)
    burst = np.where(known[:, -1], burst_of(roots, usual), np.nan)
    observed = hourly[:, -1]
    course = lifecycle.course_of(hourly, tuning)
    mentions = np.einsum("ij->i", counts[:, -DAY:])
    growth = _growth(roots, known, tuning) if topics.growth is None else topics.growth
    novelty = _novelty(topics, tuning)
    values = np.column_stack(list(_values(topics, tuning, growth, burst, novelty, mentions, course)))
    score = np.einsum("ij,ij->i", np.nan_to_num(values), weights_of(values, tuning))
    return Scores(
        score=score,
        values=values,
        status=lifecycle.status_of(course, age=topics.age, quiet=topics.quiet, before=topics.before, tuning=tuning),
        growth=growth,
        mentions=mentions,
        observed=observed,
        expected=usual.expected,
        burst=burst,
        novelty=novelty,
        level=course.level,
        slope=course.slope,
        started=course.started,
        peaked=course.peaked,
        alarm=_alarm(hourly, observed, burst, tuning),
    )


def _values(
    topics: Standing, tuning: Tuning, growth: Floats, burst: Floats, novelty: Floats, mentions: Floats,
    course: lifecycle.Course,
) -> Iterator[Floats]:  # fmt: skip
    """Give the parts of the score in the order of PARTS."""
    told = 50 + 50 * np.tanh(np.log2(np.maximum(growth, TINY)) / 2)
    yield np.where(np.isfinite(growth), told, tuning.unknown_growth)
    yield 100 * (1 - 0.55 ** topics.sources.astype(float))
    yield 50 * course.level + 50 * np.clip(np.log2(course.slope), 0, 1)
    yield 50 + 50 * np.tanh(burst / 5)
    yield 100 * 0.5 ** (np.maximum(topics.quiet, 0) / 4)
    yield 100 * novelty
    yield 100 / (1 + (topics.rank - 1) / 8)
    volume = mentions if topics.volume is None else topics.volume
    yield np.minimum(100, 100 * np.log10(1 + volume) / 6)


def _novelty(topics: Standing, tuning: Tuning) -> Floats:
    """Return 1 for what was never heard of before, less the older the run is and the fresher the one before it."""
    young = 0.5 ** (np.maximum(topics.age, 0) / max(tuning.novelty_hours, TINY))
    if topics.silent is None:
        return young
    return young * (1 - 0.5 ** (np.maximum(topics.silent, 0) / max(tuning.forgotten_days, TINY)))


def _growth(roots: Floats, known: npt.NDArray[np.bool_], tuning: Tuning) -> Floats:
    days = []
    for hours in (slice(-2 * DAY, -DAY), slice(-DAY, None)):
        some = np.einsum("ij->i", known[:, hours], dtype=roots.dtype)
        total = np.einsum("ij,ij->i", roots[:, hours], roots[:, hours])
        days.append((total / np.maximum(some, 1) * DAY + tuning.growth_floor, some >= tuning.least_hours))
    (was, some_then), (is_, some_now) = days
    return np.where(some_then & some_now, is_ / was, np.nan)


def _alarm(hourly: Floats, observed: Floats, burst: Floats, tuning: Tuning) -> npt.NDArray[np.bool_]:
    """Say which topics' last hour is an event: far from chance, and beyond nearly all they have seen themselves."""
    told = (burst >= tuning.alarm_burst) & (observed >= tuning.alarm_least)
    rows = np.flatnonzero(told)
    if rows.size:
        past = np.sort(hourly[rows, :-1], axis=1)  # what is unknown comes last
        many = np.count_nonzero(np.isfinite(past), axis=1)
        usual, reach = _quantile(past, many, 0.5), _quantile(past, many, tuning.alarm_share)
        beyond = excess(observed[rows], usual, reach, tuning.alarm_floor)
        told[rows] = (beyond >= tuning.alarm_excess) & (observed[rows] > reach)
    return told


def _quantile(ordered: Floats, many: npt.NDArray[np.integer], share: float) -> Floats:
    place = share * (np.maximum(many, 1) - 1)
    low = place.astype(int)
    high = np.minimum(low + 1, np.maximum(many, 1) - 1)
    rows = np.arange(len(ordered))
    found: Floats = ordered[rows, low] + (ordered[rows, high] - ordered[rows, low]) * (place - low)
    return found
