"""Near-duplicates meet: new or changed topics are compared with those they share a rare feature with, and merged.

Which to compare is asked of an index of marks (trends.likeness: closed-up names, consonants, pairs of long words) and,
with an embedder that sees meaning, of the vectors nearest by. How alike they are is a pure question. What is too common
to be rare is not looked at, so a pass takes as long as there is news, not as there are topics.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from trenddrop.core.embeddings import embedder
from trends.collection.merging import Join, merge
from trends.collection.storing import lock_topics
from trends.likeness import NAMES, Likeness, Name, best, marks, name_of
from trends.models import TopicAlias, TopicMark, TrendTopic

A_PASS = 10_000  # new or changed topics
RARE = 60  # topics that may share a mark
NEAREST = 3
NEAR_ASKED = 200  # topics whose nearest are asked for in one pass
SEEN_OVER = 5000  # marks of topics that are over are swept so many at a time

INSERT_MARKS = """
INSERT INTO trends_topicmark (topic_id, mark)
SELECT new.topic_id, new.mark FROM unnest(%s::uuid[], %s::bigint[]) AS new (topic_id, mark)
JOIN trends_trendtopic topic ON topic.id = new.topic_id ON CONFLICT DO NOTHING
"""
SHARING = """
WITH mine AS (SELECT DISTINCT mark FROM trends_topicmark WHERE topic_id = ANY(%(keys)s::uuid[])),
rare AS (
    SELECT mine.mark FROM mine CROSS JOIN LATERAL (
        SELECT count(*) AS topics FROM (
            SELECT 1 FROM trends_topicmark t WHERE t.mark = mine.mark LIMIT %(rare)s + 1
        ) AS sharers
    ) AS counted WHERE counted.topics BETWEEN 2 AND %(rare)s
)
SELECT DISTINCT least(a.topic_id, b.topic_id), greatest(a.topic_id, b.topic_id)
FROM rare JOIN trends_topicmark a ON a.mark = rare.mark JOIN trends_topicmark b ON b.mark = rare.mark
WHERE a.topic_id = ANY(%(keys)s::uuid[]) AND a.topic_id <> b.topic_id
"""
NEAR = """
SELECT mine.topic_id, near.topic_id, near.cosine FROM trends_topicvector mine CROSS JOIN LATERAL (
    SELECT other.topic_id, 1 - (other.embedding <=> mine.embedding) AS cosine FROM trends_topicvector other
    WHERE other.embedder = mine.embedder AND other.topic_id <> mine.topic_id
    ORDER BY other.embedding <=> mine.embedding LIMIT %s
) AS near WHERE mine.topic_id = ANY(%s::uuid[]) AND mine.embedder = %s
"""
COMPARED = """
UPDATE trends_trendtopic AS topic SET compared_at = %s FROM unnest(%s::uuid[], %s::int[]) AS seen (id, names)
WHERE topic.id = seen.id AND cardinality(topic.names) = seen.names AND topic.merged_into_id IS NULL
"""

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Passed:
    """What one pass did."""

    compared: int = 0
    pairs: int = 0
    merged: int = 0


@dataclass(frozen=True)
class Known:
    """A topic as the pass sees it; its names made ready, the title first."""

    key: UUID
    normalized: str
    names: tuple[Name, ...]
    first_seen: dt.datetime
    mentions: int
    said: int  # how many names it had


@dataclass(frozen=True)
class Edge:
    """Two topics that are one."""

    pair: Pair
    found: Likeness


def merge_alike(*, now: dt.datetime, most: int = A_PASS) -> Passed:
    """Compare what is new or has new names with the other live topics, and merge what is the same."""
    _sweep()
    fresh = _topics(Q(compared_at=None), most=most)
    if not fresh:
        return Passed()
    _mark(fresh.values())
    cosines = _near(list(fresh)[:NEAR_ASKED])
    pairs = _sharing(list(fresh)) | cosines.keys()
    others = {key for pair in pairs for key in pair} - fresh.keys()
    known = {**fresh, **_topics(Q(pk__in=others), most=len(others))}
    edges = sorted(_edges(pairs, known, cosines), key=lambda edge: (-edge.found.score, edge.pair))
    joins = _joins(edges, known, _apart(known, edges))
    with transaction.atomic():
        lock_topics()
        done = merge(joins, now=now)
        with connection.cursor() as cursor:
            cursor.execute(COMPARED, [now, list(fresh), [topic.said for topic in fresh.values()]])
    return Passed(len(fresh), len(pairs), len(done))


def likeness_of(one: TrendTopic, other: TrendTopic) -> Likeness:
    """Return how alike two topics are, for people who decide about it."""
    return best(_names(one.title, one.names, one.kind), _names(other.title, other.names, other.kind))


def _topics(which: Q, *, most: int) -> dict[UUID, Known]:
    rows = TrendTopic.objects.live().filter(which, is_example=False).order_by("first_detected_at", "pk")
    columns = rows.values_list("pk", "normalized", "title", "names", "kind", "first_detected_at", "mention_count")
    return {
        key: Known(key, normalized, _names(title, names, kind), first_seen, mentions, len(names))
        for key, normalized, title, names, kind, first_seen, mentions in columns[:most]
    }


def _names(title: str, others: Sequence[str], kind: str) -> tuple[Name, ...]:
    return (name_of(title, kind), *(name_of(other, kind) for other in others[: NAMES - 1]))


def _mark(topics: Iterable[Known]) -> None:
    rows = [(topic.key, mark) for topic in topics for mark in marks(topic.names)]
    with transaction.atomic(), connection.cursor() as cursor:
        TopicMark.objects.filter(topic_id__in={key for key, _ in rows}).delete()
        cursor.execute(
            INSERT_MARKS,
            [[key for key, _ in rows], [mark for _, mark in rows]],
        )


def _sharing(keys: list[UUID]) -> set[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(SHARING, {"keys": keys, "rare": RARE})
        return set(cursor.fetchall())


def _near(keys: list[UUID]) -> dict[Pair, float]:
    """Return the nearest by meaning; an embedder that sees only words finds nothing that words do not."""
    model = embedder()
    if not model.semantic:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [NEAREST, keys, model.name])
        return {(min(one, other), max(one, other)): float(cosine) for one, other, cosine in cursor.fetchall()}


def _edges(pairs: Iterable[Pair], known: Mapping[UUID, Known], cosines: Mapping[Pair, float]) -> Iterable[Edge]:
    for pair in pairs:
        one, other = known.get(pair[0]), known.get(pair[1])
        if one is None or other is None:
            continue
        found = best(one.names, other.names, cosine=cosines.get(pair))
        if found.is_same:
            yield Edge(pair, found)


def _joins(edges: Iterable[Edge], known: Mapping[UUID, Known], apart: Collection[Pair]) -> list[Join]:
    """Let each topic join the oldest it is the same as; a chain counts only where its ends are the same, too."""
    joined: dict[UUID, Join] = {}
    for edge in edges:
        one, other = (_end(key, joined) for key in edge.pair)
        if one == other or _kept_apart(one, other, apart):
            continue
        winner, loser = sorted((known[one], known[other]), key=lambda each: (each.first_seen, -each.mentions, each.key))
        found = edge.found
        if {one, other} != set(edge.pair):
            found = best(winner.names, loser.names)
            if not found.is_same:
                continue
        joined[loser.key] = Join(winner.key, loser.key, reason=found.reason, likeness=round(found.score, 3))
    return [Join(_end(key, joined), key, join.reason, join.likeness) for key, join in joined.items()]


def _end(key: UUID, joined: Mapping[UUID, Join]) -> UUID:
    while key in joined:
        key = joined[key].winner
    return key


def _kept_apart(one: UUID, other: UUID, apart: Collection[Pair]) -> bool:
    return (one, other) in apart or (other, one) in apart


def _apart(known: Mapping[UUID, Known], edges: Sequence[Edge]) -> set[Pair]:
    """Return the pairs an operator took apart, by every name that stands for one of them."""
    concerned = {key for edge in edges for key in edge.pair}
    keys: dict[str, UUID] = {known[key].normalized: key for key in concerned}
    stands = TopicAlias.objects.filter(canonical__in=list(keys), is_apart=False).values_list("normalized", "canonical")
    keys |= {name: keys[canonical] for name, canonical in stands}
    rows = TopicAlias.objects.filter(is_apart=True, normalized__in=list(keys), canonical__in=list(keys))
    return {(keys[name], keys[other]) for name, other in rows.values_list("normalized", "canonical")}


def _sweep() -> None:
    """Forget the marks of topics that are over."""
    over = TrendTopic.objects.filter(status=TrendTopic.Status.EXPIRED, compared_at__isnull=False).order_by(
        "compared_at"
    )
    keys = list(over.values_list("pk", flat=True)[:SEEN_OVER])
    if keys:
        with transaction.atomic():
            TopicMark.objects.filter(topic_id__in=keys).delete()
            TrendTopic.objects.filter(pk__in=keys).update(compared_at=None)
