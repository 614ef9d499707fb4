"""The installation's own observations as lists to foretell from and to learn from, one per kind of source."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from trends.collection import rating
from trends.forecasting import history
from trends.forecasting.learning import Listing
from trends.models import TrendTopic
from trends.sources.base import Counting

CODES = {Counting.LEVEL: history.LEVEL, Counting.TOTAL: history.TOTAL, Counting.DAY: history.DAY}
CHUNK = 20_000

# The newest are kept when there are more than can be held.
READ = """
SELECT o.topic_id, o.source_id, s.kind, extract(epoch FROM o.hour)::bigint, o.count, o.traffic, o.rank
FROM trends_trendobservation o JOIN trends_trendsource s ON s.id = o.source_id
WHERE o.hour >= %s AND o.hour <= %s AND (s.is_example = %s OR NOT s.is_example)
ORDER BY o.hour DESC, o.topic_id, o.source_id LIMIT %s
"""


@dataclass(frozen=True)
class History:
    """Lists by kind of source; `level` is what counts as breaking out there, None where nobody knows yet."""

    listings: dict[str, Listing]
    levels: dict[str, float | None]
    keys: list[UUID]
    numbers: dict[UUID, int]


def load(
    *,
    since: dt.datetime,
    until: dt.datetime,
    most: int,
    examples: bool = False,
    known: Mapping[str, float] | None = None,
) -> History:
    """Read what was observed; `known` are levels of breaking out that were settled before."""
    kinds, keys, columns = _read(since=since, until=until, most=most, examples=examples)
    texts = _texts(keys) if keys else {}
    listings, levels = {}, {}
    for number, kind in enumerate(kinds):
        mine = columns[columns[:, 2] == number]
        topics, hours, told = _levels(mine, kind, until=until)
        level = (known or {}).get(kind) or history.breakout_level(topics, told)
        levels[kind] = level
        listings[kind] = Listing(history.panel_of(topics, hours, told, breakout=level), texts, kind)
    return History(listings, levels, keys, {key: number for number, key in enumerate(keys)})


def _levels(mine: Any, kind: str, *, until: dt.datetime) -> tuple[Any, Any, Any]:
    """Return one list's levels; what still runs up in the last hour says nothing yet."""
    order = np.lexsort((mine[:, 3], mine[:, 1], mine[:, 0]))
    rows = mine[order]
    counting = CODES[rating.counting_of(kind)]
    topics, sources, hours = (rows[:, column].astype(np.int64) for column in (0, 1, 3))
    told = history.figures(rows[:, 4], rows[:, 5], rows[:, 6])
    told = history.levels(topics, sources, hours, told, np.full(topics.size, counting))
    if counting != history.LEVEL:
        told = np.where(hours + 3600 > until.timestamp(), np.nan, told)
    return history.summed(topics, hours, told)


def _read(*, since: dt.datetime, until: dt.datetime, most: int, examples: bool) -> tuple[list[str], list[UUID], Any]:
    numbers: tuple[dict[Any, int], dict[Any, int], dict[Any, int]] = ({}, {}, {})
    parts = [np.empty((0, 7))]
    with connection.cursor() as cursor:
        cursor.execute(READ, [since, until, examples, most])
        while rows := cursor.fetchmany(CHUNK):
            parts.append(np.array([_row(row, numbers) for row in rows], dtype=np.float64))
    topics, _sources, kinds = numbers
    return list(kinds), list(topics), np.concatenate(parts)


def _row(row: tuple[Any, ...], numbers: Iterable[dict[Any, int]]) -> tuple[Any, ...]:
    told = tuple(known.setdefault(key, len(known)) for key, known in zip(row[:3], numbers, strict=True))
    return (*told, *(np.nan if one is None else one for one in row[3:]))


def _texts(keys: list[UUID]) -> dict[int, str]:
    titles: dict[UUID, str] = {}
    for start in range(0, len(keys), CHUNK):
        titles |= dict(TrendTopic.objects.filter(pk__in=keys[start : start + CHUNK]).values_list("pk", "title"))
    return {number: titles.get(key, "") for number, key in enumerate(keys)}
