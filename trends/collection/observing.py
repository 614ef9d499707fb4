"""What sources said of topics, hour by hour, into the partitions: by COPY, as many statements for ten as for a million.

The rows go into a table of this transaction only, where forms of a topic that one answer told twice become one, and
from there into their hour in one step. What an answer says of its own hour stands in place of what was said of it
before; an hour already past gives only its count.
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
INSERT INTO trends_trendobservation (topic_id, source_id, hour, count, rank, traffic, engagement)
SELECT topic_id, source_id, hour, max(count), min(rank), max(traffic), max(engagement)
FROM pg_temp.trends_told WHERE is_past = {} GROUP BY topic_id, source_id, hour ORDER BY topic_id, source_id, hour
ON CONFLICT (topic_id, source_id, hour) DO UPDATE SET {}
"""
WRITE = "; ".join(
    [
        MERGED.format("true", "count = EXCLUDED.count"),
        MERGED.format("false", ", ".join(f"{name} = EXCLUDED.{name}" for name in FIGURES)),
        "DROP TABLE pg_temp.trends_told",
    ]
)


class Observed(NamedTuple):
    """What one source said of one topic in one hour (UTC); `is_past` when it was told later, and only counted."""

    topic_id: UUID
    source_id: UUID
    hour: dt.datetime
    count: int | None = None
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
