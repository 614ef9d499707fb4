"""Taking events in: any number in one transaction, each counted once, whoever tells it how often and in which month.

The rows go by COPY into a table of this session only. One statement then notes the keys that nobody noted before
(`EventKey`, unique over all months: a second telling with another time, a month later or by another worker at this
very moment finds the key taken), writes the events of those keys alone, and notes the hours they touched. All of it
or nothing is committed, so that a worker killed at any point leaves neither a key without its event nor an event
without its hour.

Keys are noted in their own order: two batches that hold the same events wait for one another, and never in a circle.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts import tenancy

COLUMNS = (
    "id, organization_id, post_id, connection_id, happened_at, received_at, person, followers, type, country,"
    " age_range, gender, person_name, value, metadata"
)
TOLD = """
CREATE TEMPORARY TABLE IF NOT EXISTS events_told (
    id uuid, organization_id uuid, post_id uuid, connection_id uuid, happened_at timestamptz, received_at timestamptz,
    person bigint, followers int, type varchar, country varchar, age_range varchar, gender varchar,
    person_name varchar, value numeric, metadata jsonb
) ON COMMIT DELETE ROWS
"""
COPY = f"COPY pg_temp.events_told ({COLUMNS}) FROM STDIN"
WRITE = f"""
WITH fresh AS MATERIALIZED (
    SELECT noted.id FROM (
        SELECT array_agg(id) AS keys, array_agg(date_trunc('month', happened_at, 'UTC')::date) AS months
        FROM pg_temp.events_told
    ) given, analytics_note_event_keys(given.keys, given.months) AS noted (id)
), written AS (
    INSERT INTO analytics_engagementevent ({COLUMNS})
    SELECT {COLUMNS} FROM pg_temp.events_told WHERE id IN (SELECT id FROM fresh)
), touched AS (
    INSERT INTO analytics_touchedhour (organization_id, hour)
    SELECT DISTINCT organization_id, date_trunc('hour', happened_at, 'UTC')
    FROM pg_temp.events_told WHERE id IN (SELECT id FROM fresh)
)
SELECT id FROM pg_temp.events_told WHERE id NOT IN (SELECT id FROM fresh)
"""  # noqa: S608 (names of our own columns)
AT_ONCE = 2000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Told(NamedTuple):
    """An event as it is written. `metadata` is JSON text."""

    id: UUID
    organization_id: UUID
    post_id: UUID
    connection_id: UUID
    happened_at: dt.datetime
    received_at: dt.datetime
    type: str
    person: int | None = None
    followers: int | None = None
    country: str = ""
    age_range: str = ""
    gender: str = ""
    person_name: str = ""
    value: object = None
    metadata: str | None = None


def take(rows: Sequence[Told]) -> set[UUID]:
    """Write events, each that was never told before once; return the keys of those told before.

    Call in the organisation's scope (or the operator's, for many). Of two rows with one key the first is taken.
    """
    first = {row.id: row for row in reversed(rows)}
    if not first:
        return set()
    kept: Iterable[Told] = rows if len(first) == len(rows) else (row for row in rows if first[row.id] is row)
    with transaction.atomic(savepoint=False), tenancy.widened(), connection.cursor() as cursor:
        fill(kept)
        cursor.execute(WRITE)
        repeated = {key for (key,) in cursor.fetchall()}
        cursor.execute("DELETE FROM pg_temp.events_told")
    return repeated


def fill(rows: Iterable[Told]) -> None:
    """Put rows into the session's own table; call in a transaction."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(TOLD)
        with cursor.copy(COPY) as copy:
            for lines in _chunks(rows):
                copy.write(lines)


def _chunks(rows: Iterable[Told]) -> Iterator[str]:
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        yield "".join(map(line_of, batch))


def line_of(row: Told) -> str:
    """Return a row as COPY reads it."""
    person = "\\N" if row.person is None else row.person
    followers = "\\N" if row.followers is None else row.followers
    value = "\\N" if row.value is None else row.value
    words = row.person_name.translate(ESCAPES) if row.person_name else ""
    metadata = "\\N" if row.metadata is None else row.metadata.translate(ESCAPES)
    return (
        f"{row.id.hex}\t{row.organization_id.hex}\t{row.post_id.hex}\t{row.connection_id.hex}\t"
        f"{row.happened_at.isoformat()}\t{row.received_at.isoformat()}\t{person}\t{followers}\t{row.type}\t"
        f"{row.country}\t{row.age_range}\t{row.gender}\t{words}\t{value}\t{metadata}\n"
    )
