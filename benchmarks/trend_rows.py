"""A million live topics and ten million hours, written the quick way: by the tables' owner, past our own code."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from trenddrop.core.embeddings import HashedEmbedder
from trends.collection.keeping import month_away
from trends.models import TrendTopic

WORDS = 20_000
LONGEST = 7  # words of a title
LONG, WEEK, LONG_SOURCES = 100, 168, 3  # one topic in a hundred was told of for a week, by three sources
SHORT = 5  # hours of each other topic
SYLLABLES = ["ka", "ri", "mo", "ta", "len", "sho", "per", "dim", "gar", "ul", "ne", "vi", "sto", "pra", "bel"]
COLUMNS = "topic_id, source_id, hour, count, rank, traffic, engagement"
TOLD = """
INSERT INTO {} (topic_id, source_id, hour, count, rank, traffic, engagement)
SELECT topic.id, source.id, moment, mod(n + extract(hour FROM moment)::int, 500), mod(n, 50) + 1, NULL, mod(n, 90)
FROM bench_key AS topic
CROSS JOIN unnest(%s::uuid[]) WITH ORDINALITY AS source (id, place)
CROSS JOIN LATERAL (
    SELECT %s::timestamptz + step * interval '1 hour' FROM generate_series(0, %s) AS step
) AS at (moment)
WHERE {} AND moment >= %s AND moment < %s
"""
AS_NORMAL = {
    "created_at": "now()", "updated_at": "now()", "kind": "'keyword'", "status": "'trending'",
    "first_detected_at": "now() - (n % 100) * interval '1 hour'", "last_seen_at": "now()", "embedder": "'hashed-256-1'",
    "score": "mod(n::bigint * 7919, 10007) / 100.1", "growth_24h": "(n % 700) / 100.0", "mention_count": "n % 5000",
    "burst": "(n % 90) / 10.0", "source_count": "3", "source_kinds": "ARRAY['mastodon', 'bluesky']::varchar[]",
    "sparkline": "'[4, 5, 7, 9, 8, 12, 14, 13, 15, 18, 21, 22, 24, 20, 26, 28, 31, 30, 34, 36, 40, 44, 47, 52]'",
    "started_at": "now() - interval '9 hours'",
    "regions": "(ARRAY['{IN}', '{US}', '{DE}', '{}'])[1 + n % 4]::varchar[]",
    "language": "(ARRAY['hi', 'en', 'de', ''])[1 + n % 4]", "id": "id", "title": "title",
    "normalized": "replace(title, ' ', '') || n", "embedding": "embedding::vector",
}  # fmt: skip


@dataclass(frozen=True)
class Seeded:
    """What was written: the topics' vectors by number, their titles, their keys, the sources, the number of hours."""

    vectors: NDArray[np.float16]
    titles: list[str]
    keys: list[uuid.UUID]
    sources: list[uuid.UUID]
    hours: int


def owner() -> psycopg.Connection[Any]:
    """Return a connection of the tables' owner to the database in use."""
    name = str(connection.settings_dict["NAME"])
    opened = psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name, autocommit=True)
    register_vector(opened)
    return opened


def seed(topics: int, sources: list[uuid.UUID], *, now: dt.datetime) -> Seeded:
    """Write so many topics, told of up to `now`."""
    vectors, titles = _named(topics)
    keys = [uuid.UUID(int=(7 << 76) | (2 << 62) | number) for number in range(topics)]
    with owner() as base:
        base.execute("ALTER TABLE trends_trendtopic DISABLE TRIGGER USER")
        _stage(base, keys, titles, vectors)
        _topics(base)
        base.execute("ALTER TABLE trends_trendtopic ENABLE TRIGGER USER")
        hours = sum(_month(base, month, sources, now=now) for month in _months(now))
        base.execute("DROP TABLE bench_topic, bench_key")
        for table in ("trends_trendtopic", "trends_topicwords", "trends_topicvector", "trends_trendobservation"):
            base.execute(f"VACUUM ANALYZE {table}")
    return Seeded(vectors, titles, keys, sources, hours)


def clear() -> None:
    """Take all of it away."""
    with owner() as base:
        base.execute("DROP TABLE IF EXISTS bench_topic, bench_key")
        base.execute("TRUNCATE trends_trendtopic, trends_trendobservation, trends_trendsource CASCADE")


def words_of(rng: np.random.Generator) -> list[str]:
    """Return a vocabulary of invented words."""
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made.setdefault("".join(rng.choice(SYLLABLES, int(rng.integers(2, 5)))))
    return list(made)


def _named(topics: int) -> tuple[NDArray[np.float16], list[str]]:
    """Invent titles, common words more often than rare ones; a title's vector is the sum of its words'."""
    rng = np.random.default_rng(7)
    words = words_of(rng)
    alone = HashedEmbedder().embed(words)
    chance = 1 / np.arange(5, WORDS + 5) ** 0.9
    vectors, titles = np.zeros((topics, alone.shape[1]), np.float16), []
    for start in range(0, topics, 50_000):
        size = min(50_000, topics - start)
        chosen = rng.choice(WORDS, (size, LONGEST), p=chance / chance.sum())
        length = rng.integers(1, LONGEST + 1, size)
        within = np.arange(LONGEST) < length[:, None]
        summed = np.einsum("ijk,ij->ik", alone[chosen], within.astype(np.float32))
        vectors[start : start + size] = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-6)
        titles += [" ".join(words[word] for word in row[:many]) for row, many in zip(chosen, length, strict=True)]
    return vectors, titles


def _stage(
    base: psycopg.Connection[Any], keys: list[uuid.UUID], titles: list[str], vectors: NDArray[np.float16]
) -> None:
    base.execute("DROP TABLE IF EXISTS bench_topic, bench_key")
    base.execute("CREATE UNLOGGED TABLE bench_topic (n int, id uuid, title text, embedding halfvec(256))")
    with base.cursor().copy("COPY bench_topic FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "uuid", "text", "halfvec"])
        for number, key in enumerate(keys):
            copy.write_row((number, key, titles[number], HalfVector(vectors[number])))
    base.execute("CREATE UNLOGGED TABLE bench_key AS SELECT n, id FROM bench_topic ORDER BY n")
    base.execute("ANALYZE bench_key")


def _topics(base: psycopg.Connection[Any]) -> None:
    columns, values = [], []
    for field in TrendTopic._meta.concrete_fields:
        column = str(field.column)
        columns.append(column)
        values.append(AS_NORMAL.get(column) or _default(field))
    base.execute(f"INSERT INTO trends_trendtopic ({', '.join(columns)}) SELECT {', '.join(values)} FROM bench_topic")
    base.execute(
        "INSERT INTO trends_topicwords (topic_id, words) SELECT id,"
        " array_to_tsvector(string_to_array(title, ' ') || replace(title, ' ', '') || '=kind=keyword'::text)"
        " FROM bench_topic"
    )
    base.execute(
        "INSERT INTO trends_topicvector (topic_id, embedder, embedding)"
        " SELECT id, 'hashed-256-1', embedding FROM bench_topic"
    )


def _default(field: Any) -> str:
    """Return what a new row has in this column, as SQL."""
    value = field.get_db_prep_save(field.get_default(), connection)
    with connection.cursor() as cursor:
        return str(cursor.mogrify("%s", [value]))


def _months(now: dt.datetime) -> Iterator[dt.date]:
    first = month_away((now - dt.timedelta(hours=WEEK)).date(), 0)
    yield first
    if (last := month_away(now.date(), 0)) != first:
        yield last


def _month(base: psycopg.Connection[Any], month: dt.date, sources: list[uuid.UUID], *, now: dt.datetime) -> int:
    """Fill a month's partition apart, then attach it: keys and indexes are made and checked once, in bulk."""
    name, end = f"trends_trendobservation_{month:%Y_%m}", month_away(month, 1)
    base.execute(f"DROP TABLE IF EXISTS {name}")
    base.execute(f"CREATE TABLE {name} (LIKE trends_trendobservation INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    hour, rows = now.replace(minute=0, second=0, microsecond=0), 0
    for hours, which in (
        (WEEK, f"mod(n, {LONG}) = 0 AND source.place <= {LONG_SOURCES}"),
        (SHORT, f"mod(n, {LONG}) <> 0 AND source.place = 1 + mod(n, 3)"),
    ):
        begin = hour - dt.timedelta(hours=hours - 1)
        rows += base.execute(TOLD.format(name, which), [sources, begin, hours - 1, month, end]).rowcount
    base.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (topic_id, source_id, hour)")
    base.execute(f"CREATE INDEX ON {name} (source_id, hour)")
    in_month = f"hour >= '{month}' AND hour < '{end}'"  # what another benchmark told before there was a partition
    base.execute(f"DELETE FROM trends_trendobservation_rest WHERE {in_month}")
    base.execute(
        f"ALTER TABLE trends_trendobservation ATTACH PARTITION {name} FOR VALUES FROM ('{month}') TO ('{end}')"
    )
    return rows
