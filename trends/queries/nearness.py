"""Which live topics a text may be about, among any number: the nearest, those whose name is said, the strongest.

The nearest are found by looking at every live topic's vector. They stand in a table of their own, in half precision,
in the order of half a gigabyte for a million: a look takes a fraction of a second and misses nothing, where a graph
of them (HNSW) took ten minutes to build and missed up to three in four (docs/trends.md).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray
from pgvector.django import MaxInnerProduct

from trends.models import TopicVector, TrendTopic
from trends.normalise import Kind, normalise

NEAREST = 400
STRONGEST = 400
NAMED = 400
LONGEST_NAME = 4  # words said in a row
BEGINS = 6  # letters from which on a beginning is enough: "monsoon rain" names "Monsoon rains"
ALIKE = 50  # topics of one name
SAYS = """
WITH found AS (
    SELECT each.topic_id, each.score,
           row_number() OVER (PARTITION BY said ORDER BY each.score DESC, each.topic_id) AS place
    FROM unnest(%s::text[]) AS said CROSS JOIN LATERAL (
        SELECT wording.topic_id, topic.score FROM trends_topicwords AS wording
        JOIN trends_trendtopic AS topic ON topic.id = wording.topic_id
        WHERE wording.words @@ said::tsquery AND NOT topic.is_blocked AND topic.status <> 'expired' LIMIT %s
    ) AS each
)
SELECT topic_id FROM found GROUP BY topic_id ORDER BY min(place), max(score) DESC, topic_id LIMIT %s
"""  # name by name through the index: one question with all of them would be held against every topic


def candidates(
    vector: NDArray[np.float32], *, embedder: str, said: Iterable[Sequence[str]] = ()
) -> QuerySet[TrendTopic]:
    """Return the topics to look at, with their vectors; `said` is what is said, word by word, sentence by sentence."""
    keys = set(nearest(vector, embedder=embedder, limit=NEAREST))
    keys.update(named(said))
    keys.update(TrendTopic.objects.live().order_by("-score", "-pk").values_list("pk", flat=True)[:STRONGEST])
    return TrendTopic.objects.live().filter(pk__in=keys).order_by("pk")


def nearest(vector: NDArray[np.float32], *, embedder: str, limit: int) -> list[UUID]:
    """Return the keys of the live topics whose vectors of this embedder are nearest, nearest first."""
    rows = TopicVector.objects.filter(embedder=embedder).order_by(MaxInnerProduct("embedding", vector))
    return list(rows.values_list("topic_id", flat=True)[:limit])


def named(said: Iterable[Sequence[str]]) -> set[UUID]:
    """Return the keys of live topics one of whose names is said in a row; of very many the strongest of each name."""
    single, several = _names(said)
    live = TrendTopic.objects.live().order_by("-score", "-pk").values_list("pk", flat=True)
    found = set(live.filter(normalized__in=single | several)[:NAMED])
    with connection.cursor() as cursor:
        cursor.execute(SAYS, [[_lexeme(key) for key in sorted(several)], ALIKE, NAMED])
        return found.union(key for (key,) in cursor.fetchall())


def _names(said: Iterable[Sequence[str]]) -> tuple[set[str], set[str]]:
    """Return the keys of everything said that might be a name: of one word, and of several."""
    alone: set[str] = set()
    joined: set[str] = set()
    for words in said:
        alone.update(words)
        for length in range(2, LONGEST_NAME + 1):
            joined.update(" ".join(words[start : start + length]) for start in range(len(words) - length + 1))
    single, several = ({normalise(name, Kind.KEYWORD) for name in names} for names in (alone, joined))
    return single - {""}, several - {""}


def _lexeme(key: str) -> str:
    quoted = key.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" + (":*" if len(key) >= BEGINS else "")
