"""The score of every live topic, from what its sources said in the last two days. Reads and writes in bulk."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trends import scoring, sources
from trends.collection import storing
from trends.models import TrendObservation, TrendTopic
from trends.scoring import Assessment, Reading
from trends.sources.base import Counting

CHUNK = 1000
SEEN_BACK = dt.timedelta(hours=scoring.WINDOW_HOURS + scoring.LONGEST_GAP)  # totals need the reading before
SETTLED_MINUTE = 45  # before it, a running hour's increments would look like a fall

WRITE = """
UPDATE trends_trendtopic AS topic SET
    score = new.score, score_factors = new.factors, status = new.status, growth_24h = new.growth,
    mention_count = new.mentions, engagement_score = new.engagement, source_count = new.sources,
    started_at = new.started, peaked_at = new.peaked, sparkline = new.sparkline, updated_at = %s
FROM unnest(%s::uuid[], %s::float8[], %s::jsonb[], %s::text[], %s::float8[], %s::bigint[], %s::float8[], %s::int[],
    %s::timestamptz[], %s::timestamptz[], %s::jsonb[])
    AS new (id, score, factors, status, growth, mentions, engagement, sources, started, peaked, sparkline)
WHERE topic.id = new.id AND topic.status <> 'expired'
"""


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
    """Rate these topics: three statements however many they are. What is over stays over."""
    if not keys:
        return
    topics = TrendTopic.objects.filter(pk__in=keys).exclude(status=TrendTopic.Status.EXPIRED)
    standing = list(topics.values_list("pk", "first_detected_at", "last_seen_at", "status"))
    told = readings_of([pk for pk, *_ in standing], since=now - SEEN_BACK, now=now)
    found = {
        pk: scoring.assess(
            told.get(pk, []),
            now=now,
            first_seen=first_seen,
            last_seen=last_seen,
            before=scoring.Status(status),
        )
        for pk, first_seen, last_seen, status in standing
    }
    _write(found, now=now)


def readings_of(keys: Sequence[UUID], *, since: dt.datetime, now: dt.datetime) -> dict[UUID, list[Reading]]:
    """Return each topic's readings in order of time, without what a running hour has only half of."""
    rows = (
        TrendObservation.objects.filter(topic_id__in=keys, hour__gte=since, hour__lte=now)
        .select_related("source")
        .only("hour", "count", "rank", "traffic", "engagement", "source__kind")
        .order_by("hour")
    )
    told: dict[UUID, list[Reading]] = defaultdict(list)
    for row in rows.iterator(chunk_size=5000):
        told[row.topic_id].append(reading_of(row))
    return {topic: list(settled(readings, now=now)) for topic, readings in told.items()}


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


def _write(found: dict[UUID, Assessment], *, now: dt.datetime) -> None:
    if not found:
        return
    columns: list[list[Any]] = [list(column) for column in zip(*map(_row, found.items()), strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        storing.lock_topics()
        cursor.execute(WRITE, [now, *columns])


def _row(one: tuple[UUID, Assessment]) -> tuple[Any, ...]:
    key, made = one
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
        json.dumps([point for point in made.sparkline if point is not None]),
    )
