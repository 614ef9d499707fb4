"""The score of every live topic, from what its sources said in the last days. Reads and writes whole chunks.

A chunk's observations come as one binary COPY straight into arrays, and what is made of them goes back in one UPDATE:
memory stays what a chunk needs, whatever the number of topics.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import translation

from trends import scoring, sources, tuning
from trends.collection import storing
from trends.detection.hours import Told
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.scoring import Assessment, Life, Reading
from trends.sources.base import Counting

CHUNK = 2000
SETTLED_MINUTE = 45  # before it, a running hour's increments would look like a fall
HEADER = 19  # bytes before the first row of a binary COPY
ROW = np.dtype(
    [
        (name, kind)
        for column, kind in [
            ("topic", ">i4"), ("source", ">i4"), ("hour", ">i8"), ("count", ">f8"), ("traffic", ">f8"),
            ("rank", ">f8"), ("engagement", ">f8"),
        ]
        for name, kind in [(f"{column}_size", ">i4"), (column, kind)]
    ]
)  # fmt: skip
READ = """
COPY (
    SELECT (topic.place - 1)::int4, (source.place - 1)::int4, (extract(epoch FROM seen.hour) / 3600)::int8,
        COALESCE(seen.count::float8, 'NaN'), COALESCE(seen.traffic::float8, 'NaN'), COALESCE(seen.rank::float8, 'NaN'),
        COALESCE(seen.engagement, 'NaN')
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS topic (id, place)
    JOIN trends_trendobservation AS seen ON seen.topic_id = topic.id
    JOIN unnest(%s::uuid[]) WITH ORDINALITY AS source (id, place) ON source.id = seen.source_id
    WHERE seen.hour >= %s AND seen.hour <= %s
) TO STDOUT (FORMAT BINARY)
"""

# What was told stays told: a state that began later than now (a clock set back) is not changed, a run's burst is told
# once, and a start that the looked-at hours no longer reach is kept.
WRITE = """
UPDATE trends_trendtopic AS topic SET
    score = new.score, top_score = GREATEST(topic.top_score, new.score), score_factors = new.factors,
    status = CASE WHEN topic.state_since > %(now)s THEN topic.status ELSE new.status END,
    state_since = CASE WHEN topic.state_since IS NULL OR topic.status <> new.status AND topic.state_since <= %(now)s
        THEN %(now)s ELSE topic.state_since END,
    growth_24h = new.growth, mention_count = new.mentions, engagement_score = new.engagement,
    source_count = new.sources,
    started_at = CASE WHEN new.started > %(since)s THEN new.started ELSE LEAST(topic.started_at, new.started) END,
    peaked_at = new.peaked, observed = new.observed, expected = new.expected, burst = new.burst,
    novelty = new.novelty, alarmed_at = COALESCE(topic.alarmed_at, CASE WHEN new.alarm THEN %(now)s::timestamptz END),
    explanation = new.explanation, sparkline = new.sparkline, updated_at = %(now)s
FROM unnest(%(id)s::uuid[], %(score)s::float8[], %(factors)s::jsonb[], %(status)s::text[], %(growth)s::float8[],
    %(mentions)s::bigint[], %(engagement)s::float8[], %(sources)s::int[], %(started)s::timestamptz[],
    %(peaked)s::timestamptz[], %(observed)s::float8[], %(expected)s::float8[], %(burst)s::float8[],
    %(novelty)s::float8[], %(alarm)s::bool[], %(explanation)s::text[], %(sparkline)s::jsonb[])
    AS new (id, score, factors, status, growth, mentions, engagement, sources, started, peaked, observed, expected,
        burst, novelty, alarm, explanation, sparkline)
WHERE topic.id = new.id AND topic.status <> 'expired'
"""
# Of several countries, those whose sources fell silent about a topic go; one always stays.
STILL_TOLD_IN = """
UPDATE trends_trendtopic AS topic SET regions = ARRAY(
    SELECT country FROM unnest(topic.regions) WITH ORDINALITY AS told (country, place)
    WHERE country <> ALL (quiet.countries) ORDER BY place
)
FROM (
    SELECT id, array_agg(country) AS countries FROM (
        SELECT live.id, upper(left(source.region, 2))::varchar AS country
        FROM trends_trendtopic AS live JOIN trends_trendobservation AS seen ON seen.topic_id = live.id
        JOIN trends_trendsource AS source ON source.id = seen.source_id AND source.region ~ '^[A-Za-z]{2}([-_]|$)'
        WHERE live.id = ANY(%(id)s::uuid[]) AND cardinality(live.regions) > 1 AND seen.hour >= %(since)s
        GROUP BY live.id, country HAVING max(seen.hour) + interval '1 hour' < live.last_seen_at - interval '2 days'
    ) AS told GROUP BY id
) AS quiet
WHERE topic.id = quiet.id AND topic.regions && quiet.countries AND NOT topic.regions <@ quiet.countries
"""
COLUMNS = (
    "id", "score", "factors", "status", "growth", "mentions", "engagement", "sources", "started", "peaked", "observed",
    "expected", "burst", "novelty", "alarm", "explanation", "sparkline",
)  # fmt: skip


def rate_all(*, now: dt.datetime) -> int:
    """Rate every live topic; returns how many."""
    rated = 0
    last: UUID | None = None
    while True:
        rows = TrendTopic.objects.exclude(status=TrendTopic.Status.EXPIRED).order_by("pk")
        keys = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return rated
        rate(keys, now=now)
        rated, last = rated + len(keys), keys[-1]


def rate(keys: Sequence[UUID], *, now: dt.datetime) -> None:
    """Rate these topics: as many statements however many they are. What is over stays over."""
    if not keys:
        return
    table = tuning.current()
    since = storing.hour_of(now) - dt.timedelta(hours=table.history_hours - 1)
    lives = dict(_lives(keys))
    told = told_of(list(lives), since=since - scoring.LONGEST_GAP * scoring.HOUR, now=now)
    with translation.override("en"):  # what is stored is read by alerts and webhooks; pages say it in their own words
        made = list(scoring.assessments(told, list(lives.values()), now=now, tuning=table))
    _write(zip(lives, made, strict=True), now=now, since=since)


def told_of(keys: Sequence[UUID], *, since: dt.datetime, now: dt.datetime) -> Told:
    """Return what was observed of these topics, numbered as they are given: two statements."""
    feeds = dict(TrendSource.objects.values_list("pk", "kind"))
    with connection.cursor() as cursor, cursor.cursor.copy(READ, [list(keys), list(feeds), since, now]) as copy:
        rows = _rows(b"".join(copy))
    counting = np.array([scoring.CODES[counting_of(kind)] for kind in feeds.values()], np.int64)
    source = rows["source"].astype(np.int64)
    return Told(
        topic=rows["topic"].astype(np.int64),
        source=source,
        hour=rows["hour"].astype(np.int64),
        count=rows["count"].astype(np.float64),
        traffic=rows["traffic"].astype(np.float64),
        rank=rows["rank"].astype(np.float64),
        engagement=rows["engagement"].astype(np.float64),
        counting=counting[source] if source.size else source,
    ).in_order()


def reading_of(row: TrendObservation) -> Reading:
    """Return an observation as the score reads it; its source is loaded."""
    return Reading(
        row.hour,
        str(row.source_id),
        row.count,
        row.rank,
        row.traffic,
        row.engagement,
        counting=counting_of(row.source.kind),
    )


def settled(readings: Sequence[Reading], *, now: dt.datetime) -> Iterator[Reading]:
    """Leave out running totals of the current hour until it is nearly over, unless a source has said nothing else."""
    this_hour = storing.hour_of(now)
    earlier = {reading.source for reading in readings if reading.hour < this_hour}
    for reading in readings:
        is_half = reading.hour == this_hour and reading.counting is not Counting.LEVEL and now.minute < SETTLED_MINUTE
        if not is_half or reading.source not in earlier:
            yield reading


@cache
def counting_of(kind: str) -> Counting:
    """Return how a kind of source counts; one that is gone from the settings told levels."""
    try:
        return sources.source(kind).counting
    except KeyError:
        return Counting.LEVEL


def _lives(keys: Sequence[UUID]) -> Iterator[tuple[UUID, Life]]:
    before = TrendTopic.objects.filter(normalized=OuterRef("normalized"), run=OuterRef("run") - 1).order_by("platform")
    topics = TrendTopic.objects.filter(pk__in=keys).exclude(status=TrendTopic.Status.EXPIRED).order_by("pk")
    heard = topics.annotate(heard_before=Subquery(before.values("last_seen_at")[:1]))
    for pk, first, last, status, heard_before in heard.values_list(
        "pk", "first_detected_at", "last_seen_at", "status", "heard_before"
    ):
        yield pk, Life(first, last, scoring.Status(status), heard_before)


def _rows(data: bytes) -> Any:
    """Return the rows of a binary COPY whose columns are of fixed size and never empty."""
    wide = np.dtype([("fields", ">i2"), *((name, ROW[name]) for name in ROW.names or ())])
    return np.frombuffer(data, wide, count=(len(data) - HEADER - 2) // wide.itemsize, offset=HEADER)


def _write(found: Iterable[tuple[UUID, Assessment]], *, now: dt.datetime, since: dt.datetime) -> None:
    rows = [_row(key, made) for key, made in found]
    if not rows:
        return
    columns = {name: list(column) for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True)}
    with transaction.atomic(), connection.cursor() as cursor:
        storing.lock_topics()
        cursor.execute(WRITE, {**columns, "now": now, "since": since})
        cursor.execute(STILL_TOLD_IN, {"id": columns["id"], "since": since})


def _row(key: UUID, made: Assessment) -> tuple[Any, ...]:
    return (
        key,
        made.score,
        json.dumps([[part.name, part.value, part.weight, part.words] for part in made.factors], ensure_ascii=False),
        made.status.value,
        None if made.growth_24h is None else round(made.growth_24h - 1, 3),
        made.mention_count,
        made.engagement,
        made.source_count,
        made.started_at,
        made.peaked_at,
        made.observed,
        made.expected,
        made.burst,
        made.novelty,
        made.is_alarm,
        made.explanation[:300],
        json.dumps([point for point in made.sparkline if point is not None]),
    )
