"""Two topics into one, and one into two. What was observed moves, the losing row stays and says what it became.

Of what a source said of both in one hour the larger figure stands, as for two forms in one answer. References to the
losing row (fits, matches, alerts, rides) stay valid; a name that lost stands for the winner from then on.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F, Max, Q

from accounts import tenancy
from trends.collection import blocking
from trends.collection.meanings import keys_of
from trends.collection.storing import COUNTRIES, FORMS, NAMES, SAID, TAGS, lock_topics, write_topics
from trends.models import TopicAlias, TopicMark, TrendObservation, TrendTopic
from trends.normalise import country_of

MOVE_HOURS = """
INSERT INTO trends_trendobservation AS kept (topic_id, source_id, hour, count, rank, traffic, engagement)
SELECT m.winner, o.source_id, o.hour, max(o.count), min(o.rank), max(o.traffic), max(o.engagement)
FROM unnest(%s::uuid[], %s::uuid[]) AS m (loser, winner) JOIN trends_trendobservation o ON o.topic_id = m.loser
GROUP BY m.winner, o.source_id, o.hour
ON CONFLICT (topic_id, source_id, hour) DO UPDATE SET count = greatest(kept.count, EXCLUDED.count),
    rank = least(kept.rank, EXCLUDED.rank), traffic = greatest(kept.traffic, EXCLUDED.traffic),
    engagement = greatest(kept.engagement, EXCLUDED.engagement)
"""
MOVE_DAYS = """
INSERT INTO trends_trendday AS kept
    (topic_id, source_id, day, hours, count, rank, traffic, engagement, most, is_stale)
SELECT m.winner, o.source_id, o.day, max(o.hours),
    max(o.count), min(o.rank), max(o.traffic), max(o.engagement), max(o.most), bool_or(o.is_stale)
FROM unnest(%s::uuid[], %s::uuid[]) AS m (loser, winner) JOIN trends_trendday o ON o.topic_id = m.loser
GROUP BY m.winner, o.source_id, o.day
ON CONFLICT (topic_id, source_id, day) DO UPDATE SET count = greatest(kept.count, EXCLUDED.count),
    rank = least(kept.rank, EXCLUDED.rank), traffic = greatest(kept.traffic, EXCLUDED.traffic),
    engagement = greatest(kept.engagement, EXCLUDED.engagement), hours = greatest(kept.hours, EXCLUDED.hours),
    most = greatest(kept.most, EXCLUDED.most), is_stale = kept.is_stale OR EXCLUDED.is_stale
"""
LEAVE = "DELETE FROM {} WHERE topic_id = ANY(%s::uuid[])"
END = """
UPDATE trends_trendtopic AS topic SET status = 'expired', merged_into_id = m.winner, updated_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS m (loser, winner)
WHERE topic.id = m.loser OR topic.merged_into_id = m.loser
"""
TOLD = """
INSERT INTO trends_firedalert (id, created_at, updated_at, organization_id, alert_id, topic_id, fired_at, relevance,
    score, reason, how, told_at)
SELECT gen_random_uuid(), %s, %s, f.organization_id, f.alert_id, %s, f.fired_at, f.relevance, f.score, f.reason,
    'known', COALESCE(f.told_at, %s)
FROM trends_firedalert f WHERE f.topic_id = ANY(%s::uuid[])
ON CONFLICT (alert_id, topic_id) DO NOTHING
"""
JOINED = [
    "names", "forms", "context", "tags", "source_kinds", "language", "regions", "url", "platform", "top_score",
    "first_detected_at", "last_seen_at", "started_at", "alarmed_at", "compared_at", "embedder", "embedding",
    "is_blocked", "blocked_by", "is_cleared", "updated_at",
]  # fmt: skip


@dataclass(frozen=True)
class Join:
    """One topic that becomes part of another, and why."""

    winner: UUID
    loser: UUID
    reason: str = ""
    likeness: float | None = None
    made_by: str = TopicAlias.Maker.CLUSTERING
    by: UUID | None = None  # the operator


def merge(joins: Sequence[Join], *, now: dt.datetime) -> list[Join]:
    """Merge topics, in a fixed number of statements; returns what was done. Call inside a transaction.

    A topic that is over or merged already, or an example beside a real one, stays as it is. No winner is a loser.
    """
    lock_topics()
    keys = {key for join in joins for key in (join.winner, join.loser)}
    rows = {row.pk: row for row in TrendTopic.objects.filter(pk__in=keys, merged_into=None).defer("embedding")}
    done = [join for join in joins if _may(rows.get(join.winner), rows.get(join.loser))]
    if not done:
        return []
    losers, winners = [join.loser for join in done], [join.winner for join in done]
    _move(losers, winners)
    with connection.cursor() as cursor:
        cursor.execute(END, [now, losers, winners])
    _rename([(rows[join.loser], rows[join.winner], join) for join in done])
    _join(done, rows, now=now)
    TopicMark.objects.filter(topic_id__in=losers).delete()
    return done


def split(
    topic: TrendTopic, names: Sequence[str], *, key: str, source_ids: Sequence[UUID], by: UUID | None, now: dt.datetime
) -> TrendTopic:
    """Open a topic of its own for some of a topic's names; `key` is what it is kept under. Call inside a transaction.

    What the given sources said goes along; the two are never merged again by themselves, and who was told of the one
    is not told of the other.
    """
    lock_topics()
    opened = _opened_from(topic, names, key=key, now=now)
    opened.save(force_insert=True)
    with connection.cursor() as cursor:
        for table in ("trends_trendobservation", "trends_trendday"):
            cursor.execute(
                f"UPDATE {table} SET topic_id = %s WHERE topic_id = %s AND source_id = ANY(%s::uuid[])",  # noqa: S608
                [opened.pk, topic.pk, list(source_ids)],
            )
    with tenancy.operator(), connection.cursor() as cursor:
        known = [topic.pk, *TrendTopic.objects.filter(merged_into=topic).values_list("pk", flat=True)]
        cursor.execute(TOLD, [now, now, opened.pk, now, known])
    _keep_apart(topic, opened, names, by=by)
    kinds = set(TrendObservation.objects.filter(topic=topic).values_list("source__kind", flat=True))
    if source_ids:
        _part_countries(topic, opened)
    topic.names = [name for name in topic.names if name not in names]
    topic.forms = {kind: left for kind, told in topic.forms.items() if (left := [n for n in told if n not in names])}
    topic.source_kinds = sorted(kinds) or topic.source_kinds
    topic.compared_at, topic.embedding, topic.embedder, topic.updated_at = None, None, "", now
    blocking.hold_back([topic, opened], now=now)
    write_topics([topic, opened], JOINED)
    return opened


def _may(winner: TrendTopic | None, loser: TrendTopic | None) -> bool:
    return (
        winner is not None
        and loser is not None
        and winner.pk != loser.pk
        and winner.is_example == loser.is_example
        and winner.status != TrendTopic.Status.EXPIRED
    )


def _move(losers: list[UUID], winners: list[UUID]) -> None:
    with connection.cursor() as cursor:
        for statement, table in ((MOVE_HOURS, "trends_trendobservation"), (MOVE_DAYS, "trends_trendday")):
            cursor.execute(statement, [losers, winners])
            cursor.execute(LEAVE.format(table), [losers])


def _rename(made: Sequence[tuple[TrendTopic, TrendTopic, Join]]) -> None:
    """Let the losers' names, and what stood for them, stand for the winners."""
    now_called = {
        loser.normalized: (winner.normalized, join)
        for loser, winner, join in made
        if loser.normalized != winner.normalized
    }
    stood = TopicAlias.objects.filter(canonical__in=now_called, is_apart=False)
    for alias in stood:
        alias.canonical = now_called[alias.canonical][0]
    kept = [alias for alias in stood if alias.canonical != alias.normalized]
    TopicAlias.objects.filter(pk__in=[alias.pk for alias in stood]).exclude(
        pk__in=[alias.pk for alias in kept]
    ).delete()
    TopicAlias.objects.bulk_update(kept, ["canonical"])
    taken = [key for key, _ in now_called.values()]
    TopicAlias.objects.filter(normalized__in=[*now_called, *taken], is_apart=False).delete()
    TopicAlias.objects.bulk_create(
        TopicAlias(
            normalized=key,
            canonical=canonical,
            made_by=join.made_by,
            likeness=join.likeness,
            reason=join.reason[:300],
            created_by_id=join.by,
        )
        for key, (canonical, join) in now_called.items()
    )
    pairs = Q(pk__in=[])
    for key, (canonical, _) in now_called.items():
        pairs |= Q(normalized=key, canonical=canonical) | Q(normalized=canonical, canonical=key)
    TopicAlias.objects.filter(pairs, is_apart=True).delete()


def _join(done: Sequence[Join], rows: Mapping[UUID, TrendTopic], *, now: dt.datetime) -> None:
    losers: dict[UUID, list[TrendTopic]] = defaultdict(list)
    for join in done:
        losers[join.winner].append(rows[join.loser])
    winners = [rows[key] for key in losers]
    for winner in winners:
        for loser in losers[winner.pk]:
            _take_over(winner, loser)
        winner.compared_at, winner.embedding, winner.embedder, winner.updated_at = None, None, "", now
    blocking.hold_back(winners, now=now)
    write_topics(winners, JOINED)


def _take_over(winner: TrendTopic, loser: TrendTopic) -> None:
    """Join what two rows say; whoever blocked one of them by hand blocked both."""
    names = dict.fromkeys([*winner.names, loser.title, *loser.names])
    names.pop(winner.title, None)
    winner.names = list(names)[:NAMES]
    kinds = {*winner.forms, *loser.forms}
    winner.forms = {
        kind: list(dict.fromkeys([*winner.forms.get(kind, []), *loser.forms.get(kind, [])]))[:FORMS] for kind in kinds
    }
    winner.context = list(dict.fromkeys([*winner.context, *loser.context]))[:SAID]
    winner.tags = list(dict.fromkeys([*winner.tags, *loser.tags]))[:TAGS]
    winner.source_kinds = sorted({*winner.source_kinds, *loser.source_kinds})
    winner.language = winner.language or loser.language
    winner.regions = list(dict.fromkeys([*winner.regions, *loser.regions]))[:COUNTRIES]
    winner.url = winner.url or loser.url
    winner.platform = winner.platform if winner.platform == loser.platform else ""
    winner.top_score = max(winner.top_score, loser.top_score)
    winner.first_detected_at = min(winner.first_detected_at, loser.first_detected_at)
    winner.last_seen_at = max(winner.last_seen_at, loser.last_seen_at)
    winner.started_at = min((at for at in (winner.started_at, loser.started_at) if at), default=None)
    winner.alarmed_at = min((at for at in (winner.alarmed_at, loser.alarmed_at) if at), default=None)
    if loser.is_blocked and loser.blocked_by_id is None:
        winner.is_blocked, winner.blocked_by_id, winner.is_cleared = True, None, False


def _opened_from(topic: TrendTopic, names: Sequence[str], *, key: str, now: dt.datetime) -> TrendTopic:
    runs = TrendTopic.objects.filter(normalized=key).aggregate(last=Max("run"))["last"] or 0
    kind = TrendTopic.Kind.HASHTAG if names[0].startswith("#") else topic.kind
    forms = {source: told for source, all_told in topic.forms.items() if (told := [n for n in all_told if n in names])}
    return TrendTopic(
        title=names[0],
        normalized=key,
        names=list(names[1:]),
        forms=forms,
        kind=kind,
        platform=topic.platform,
        run=runs + 1,
        language=topic.language,
        regions=topic.regions,
        source_kinds=sorted(forms) or topic.source_kinds,
        first_detected_at=topic.first_detected_at,
        last_seen_at=topic.last_seen_at,
        started_at=topic.started_at,
        alarmed_at=topic.alarmed_at,
        is_example=topic.is_example,
        updated_at=now,
    )


def _part_countries(topic: TrendTopic, opened: TrendTopic) -> None:
    """Leave each of the two the countries whose sources told it; what no source of a country told stays."""
    rows = TrendObservation.objects.filter(topic__in=[topic, opened]).order_by()
    told_in: dict[UUID, set[str]] = defaultdict(set)
    for key, region in rows.values_list("topic_id", "source__region").distinct():
        told_in[key].add(country_of(region))
    went, stayed = told_in[opened.pk], told_in[topic.pk]
    opened.regions = [country for country in topic.regions if country in went]
    topic.regions = [country for country in topic.regions if country in stayed or country not in went]


def _keep_apart(topic: TrendTopic, opened: TrendTopic, names: Sequence[str], *, by: UUID | None) -> None:
    """Write that the two names are two topics; aliases that led to the old one lead to the new one or go."""
    operator = TopicAlias.Maker.OPERATOR
    TopicAlias.objects.filter(normalized=opened.normalized, is_apart=False).delete()
    TopicAlias.objects.get_or_create(
        normalized=opened.normalized,
        canonical=topic.normalized,
        is_apart=True,
        defaults={"made_by": operator, "created_by_id": by, "reason": "taken out of it by an operator"},
    )
    keys = {key for name in names for key in keys_of(name)}
    moved = TopicAlias.objects.filter(canonical=topic.normalized, normalized__in=keys, is_apart=False)
    moved.exclude(normalized=opened.normalized).update(canonical=opened.normalized, made_by=operator)
    TopicAlias.objects.filter(normalized=F("canonical")).delete()
