"""Hours into days, source by source: what a source said of a topic in a UTC day, made alike however it counts.

A day is rolled up when it has been over for a while, once, in one transaction with the mark of how far its source has
come (`rolled_to`); whoever is killed or comes second changes nothing. An hour that comes later marks its day (see
observing), and the next run rolls that day up again, for that topic only.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Min, Q
from numpy.typing import NDArray

from trends.collection.rating import counting_of
from trends.detection import hours
from trends.models import TrendDay, TrendObservation, TrendSource
from trends.sources.base import Counting

DAY = dt.timedelta(days=1)
BEHIND = 3 * DAY  # a day is rolled up two days after its end: most of what comes late has come
DAYS_A_RUN = 31  # of one source; also how far a clock gone astray can carry the mark
LATE_A_RUN = 2000  # marked days
BATCH = 20_000  # hours looked at together: memory stays flat
BEFORE = dt.timedelta(hours=hours.LONGEST_GAP)  # the reading before the day says what a total grew by
WRITTEN = ["hours", "count", "most", "rank", "traffic", "engagement", "is_stale"]

COUNTING = {Counting.LEVEL: hours.LEVEL, Counting.TOTAL: hours.TOTAL, Counting.DAY: hours.PER_DAY}

Row = tuple[UUID, dt.datetime, int | None, int | None, int | None, float | None]  # key, hour, count, traffic, rank, …
Floats = NDArray[np.float64]


def roll_up(*, now: dt.datetime, hours_from: dt.date) -> int:
    """Roll up each source's days that are over, and again those that an hour came late for; returns how many.

    `hours_from` is the first day whose hours are still kept whole.
    """
    until = now.astimezone(dt.UTC).date() - BEHIND
    behind = TrendSource.objects.filter(Q(rolled_to=None) | Q(rolled_to__lt=until), is_example=False)
    done = sum(_catch_up(key, until=until) for key in list(behind.order_by("pk").values_list("pk", flat=True)))
    return done + _roll_late(hours_from)


def start_of(day: dt.date) -> dt.datetime:
    """Return the first moment of a UTC day."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _catch_up(source_id: UUID, *, until: dt.date) -> int:
    done = 0
    while done < DAYS_A_RUN and _roll_next(source_id, until=until, most=DAYS_A_RUN - done):
        done += 1
    return done


@transaction.atomic
def _roll_next(source_id: UUID, *, until: dt.date, most: int) -> bool:
    """Roll up a source's next observed day; False when there is none, or somebody else is at it."""
    source = TrendSource.objects.select_for_update(skip_locked=True).filter(pk=source_id).first()
    if source is None or (source.rolled_to and source.rolled_to >= until):
        return False
    day = _next_observed(source)
    if day is None and source.rolled_to is None:
        return False
    last = until if source.rolled_to is None else min(until, source.rolled_to + most * DAY)
    found = day is not None and day <= last
    if found and day is not None:
        _write(_days(source, day))
    source.rolled_to = day if found else last
    source.save(update_fields=["rolled_to"])
    return found


def _next_observed(source: TrendSource) -> dt.date | None:
    mine = TrendObservation.objects.filter(source=source)
    if source.rolled_to:
        mine = mine.filter(hour__gte=start_of(source.rolled_to + DAY))
    first: dt.datetime | None = mine.aggregate(at=Min("hour"))["at"]
    return None if first is None else first.astimezone(dt.UTC).date()


def _roll_late(hours_from: dt.date) -> int:
    marked = TrendDay.objects.filter(is_stale=True).order_by("source", "day", "topic")
    rows = list(marked.values_list("source_id", "day", "topic_id")[:LATE_A_RUN])
    for (source_id, day), group in groupby(rows, key=itemgetter(0, 1)):
        _roll_again(source_id, day, [topic for _source, _day, topic in group], are_whole=day >= hours_from)
    return len(rows)


@transaction.atomic
def _roll_again(source_id: UUID, day: dt.date, topics: Sequence[UUID], *, are_whole: bool) -> None:
    source = TrendSource.objects.select_for_update(skip_locked=True).filter(pk=source_id).first()
    if source is None:
        return
    made = _days(source, day, topics)
    _write(made if are_whole else _joined(made))
    empty = TrendDay.objects.filter(source=source, day=day, topic__in=topics, is_stale=True)
    empty.filter(hours=0).delete()
    empty.update(is_stale=False)  # its hours are gone; what was made of them stays


def _days(source: TrendSource, day: dt.date, topics: Sequence[UUID] | None = None) -> Iterator[TrendDay]:
    """Yield a source's day, topic by topic."""
    start = start_of(day)
    told = TrendObservation.objects.filter(source=source, hour__gte=start - BEFORE, hour__lt=start + DAY)
    if topics is not None:
        told = told.filter(topic__in=topics)
    rows = told.order_by("topic_id", "hour").values_list("topic_id", "hour", "count", "traffic", "rank", "engagement")
    for part in _parts(rows.iterator(chunk_size=BATCH)):
        yield from _made(source, day, part)


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield rows by the batch, a topic's together."""
    part: list[Row] = []
    for _topic, mine in groupby(rows, key=itemgetter(0)):
        part += mine
        if len(part) >= BATCH:
            yield part
            part = []
    if part:
        yield part


def _made(source: TrendSource, day: dt.date, rows: Sequence[Row]) -> Iterator[TrendDay]:
    """Yield the day of each topic of which the source said something in it; `rows` begin a day before."""
    keys = {key: place for place, key in enumerate(dict.fromkeys(row[0] for row in rows))}
    told = _told(rows, keys, COUNTING[counting_of(source.kind)])
    first = int(start_of(day).timestamp()) // 3600
    strands = hours.strands_of(told, this_hour=first + hours.DAY - 1, hours=hours.DAY)
    figures = np.where(strands.counts[:, None], strands.figures, np.nan)
    within = told.where(told.hour >= first)
    observed = np.bincount(within.topic, minlength=len(keys))
    columns = [
        np.where(np.isfinite(figures).any(axis=1), np.nansum(figures, axis=1), np.nan),
        np.fmax.reduce(figures, axis=1),
        _over(np.fmin, within.topic, within.rank, len(keys)),
        _over(np.fmax, within.topic, within.traffic, len(keys)),
        _over(np.fmax, within.topic, within.engagement, len(keys)),
    ]
    for key, place in keys.items():
        if observed[place]:
            count, most, rank, traffic, engagement = (column[place] for column in columns)
            yield TrendDay(
                topic_id=key, source=source, day=day, hours=observed[place], count=_whole(count), most=_whole(most),
                rank=_whole(rank), traffic=_whole(traffic), engagement=None if np.isnan(engagement) else engagement,
            )  # fmt: skip


def _told(rows: Sequence[Row], keys: Mapping[UUID, int], counting: int) -> hours.Told:
    topics, moments, *figures = zip(*rows, strict=True)
    count, traffic, rank, engagement = (np.array(column, dtype=np.float64) for column in figures)  # None is NaN
    return hours.Told(
        topic=np.array([keys[topic] for topic in topics]),
        source=np.zeros(len(rows), np.int64),
        hour=np.array([int(moment.timestamp()) // 3600 for moment in moments]),
        count=count,
        traffic=traffic,
        rank=rank,
        engagement=engagement,
        counting=np.full(len(rows), counting),
    )


def _over(choose: np.ufunc, places: hours.Whole, values: NDArray[np.floating], size: int) -> Floats:
    found = np.full(size, np.nan)
    choose.at(found, places, values)
    return found


def _whole(figure: float) -> int | None:
    return None if np.isnan(figure) else round(min(float(figure), hours.MOST))


def _write(made: Iterator[TrendDay]) -> None:
    while part := list(islice(made, BATCH)):
        TrendDay.objects.bulk_create(
            part, update_conflicts=True, unique_fields=["topic", "source", "day"], update_fields=WRITTEN
        )


def _joined(made: Iterator[TrendDay]) -> Iterator[TrendDay]:
    """Yield days whose hours were dropped already: what stands, with what came late."""
    for late in made:
        stands = TrendDay.objects.get(topic=late.topic_id, source=late.source_id, day=late.day)
        for name in ("hours", "count", "most", "traffic", "engagement"):
            known = [value for value in (getattr(stands, name), getattr(late, name)) if value is not None]
            setattr(late, name, max(known, default=None))
        late.rank = min((rank for rank in (stands.rank, late.rank) if rank is not None), default=None)
        yield late
