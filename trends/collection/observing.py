"""What sources said of topics, hour by hour, into the partitions: by COPY, as many statements for ten as for a million.

The rows go into a table of this transaction only, where forms of a topic that one answer told twice become one, and
from there into their hour in one step. What an answer says of its own hour stands in place of what was said of it
before; an hour already past gives only its count. Where a day is rolled up already, it is marked to be rolled up again.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

TYPES = ("uuid", "uuid", "timestamptz", "int8", "int4", "int8", "float8", "bool")
FIGURES = ("count", "rank", "traffic", "engagement")

TOLD = """
CREATE TEMPORARY TABLE trends_told (
    topic_id uuid, source_id uuid, hour timestamptz, count bigint, rank int, traffic bigint, engagement float8,
    is_past bool
) ON COMMIT DROP
"""
TAKE_IN = "COPY pg_temp.trends_told FROM STDIN (FORMAT BINARY)"
MERGED = """
WITH written AS (
    INSERT INTO trends_trendobservation AS stood (topic_id, source_id, hour, count, rank, traffic, engagement)
    SELECT topic_id, source_id, hour, max(count), min(rank), max(traffic), max(engagement)
    FROM pg_temp.trends_told WHERE is_past = {past} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (topic_id, source_id, hour) DO UPDATE SET ({names}) = ROW ({new})
    WHERE ROW ({old}) IS DISTINCT FROM ROW ({new})
    RETURNING topic_id, source_id, hour
)
INSERT INTO trends_trendday (topic_id, source_id, day, hours, is_stale)
SELECT DISTINCT topic_id, source_id, (hour AT TIME ZONE 'UTC')::date, 0, true
FROM written JOIN trends_trendsource AS source ON source.id = source_id
WHERE (hour AT TIME ZONE 'UTC')::date <= source.rolled_to
ON CONFLICT (topic_id, source_id, day) DO UPDATE SET is_stale = true
"""


def _merged(names: tuple[str, ...], *, past: bool) -> str:
    old, new = (", ".join(f"{place}.{name}" for name in names) for place in ("stood", "EXCLUDED"))
    return MERGED.format(past=past, names=", ".join(names), old=old, new=new)


WRITE = "; ".join([_merged(FIGURES[:1], past=True), _merged(FIGURES, past=False), "DROP TABLE pg_temp.trends_told"])


class Observed(NamedTuple):
    """What one source said of one topic in one hour (UTC); `is_past` when it was told later, and only counted."""

    topic_id: UUID
    source_id: UUID
    hour: dt.datetime
    count: int | None = None  # type: ignore[assignment]  # the column is named so; a tuple counts too
    rank: int | None = None
    traffic: int | None = None
    engagement: float | None = None
    is_past: bool = False


def observe(rows: Iterable[Observed]) -> None:
    """Write what was said; of what was told twice the most, and the best rank."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(TOLD)
        with cursor.copy(TAKE_IN) as copy:
            copy.set_types(TYPES)
            for row in rows:
                copy.write_row(row)
        cursor.execute(WRITE)
