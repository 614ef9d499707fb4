"""Terms that hold topics back: read once for many topics, asked for every name, undone when a term is switched off."""

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from trends.blocklist import Blocklist, Term, closed_of
from trends.models import BlockedTerm, TrendTopic

CHUNK = 5000
DEFAULTS = Path(__file__).with_name("blocked_terms.toml")
COUNT_HITS = """
UPDATE trends_blockedterm AS term SET hits = term.hits + new.hits, last_hit_at = %s
FROM unnest(%s::uuid[], %s::int[]) AS new (id, hits) WHERE term.id = new.id
"""
WRITE = """
UPDATE trends_trendtopic AS topic SET is_blocked = new.term IS NOT NULL, blocked_by_id = new.term, updated_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS new (id, term)
WHERE topic.id = new.id AND NOT topic.is_cleared AND (topic.blocked_by_id IS NOT NULL OR NOT topic.is_blocked)
"""


def keep_defaults(*, now: dt.datetime) -> int:
    """Add the terms that come with the product and are not there yet; returns how many. Known ones stay as they are."""
    known = set(BlockedTerm.objects.values_list("normalized", "match"))
    missing = [
        BlockedTerm(term=term, normalized=closed, category=category, match=match, is_default=True)
        for category, match, term, closed in _defaults()
        if (closed, match) not in known
    ]
    if missing:
        BlockedTerm.objects.bulk_create(missing, ignore_conflicts=True)
        apply_everywhere(now=now)
    return len(missing)


@cache
def _defaults() -> tuple[tuple[str, str, str, str], ...]:
    told = tomllib.loads(DEFAULTS.read_text())
    found = {
        (closed_of(term), match): (category, match, term, closed_of(term))
        for category, matches in told.items()
        for match, listed in matches.items()
        for term in listed
    }
    return tuple(found.values())


def terms() -> Blocklist[UUID]:
    """Return the terms that are switched on: one statement."""
    rows = BlockedTerm.objects.filter(is_active=True).order_by("category", "normalized")
    return Blocklist(Term(closed, match, key) for key, closed, match in rows.values_list("pk", "normalized", "match"))


def hold_back(topics: Iterable[TrendTopic], *, now: dt.datetime) -> int:
    """Mark those of these topics that a term names, for the caller to save; returns how many are so anew.

    Topics blocked by hand stay so, those let pass by hand pass.
    """
    open_to = [topic for topic in topics if not topic.is_cleared and (topic.blocked_by_id or not topic.is_blocked)]
    if not open_to:
        return 0
    blocklist = terms()
    hits: Counter[UUID] = Counter()
    for topic in open_to:
        term = blocklist.first([topic.title, *topic.names])
        if term is not None and topic.blocked_by_id != term:
            hits[term] += 1
        topic.blocked_by_id, topic.is_blocked = term, term is not None
    _count(hits, now=now)
    return hits.total()


def apply_everywhere(*, now: dt.datetime) -> tuple[int, int]:
    """Ask the terms for every topic that shows and every one a term holds back; returns how many went and came back.

    Chunk by chunk, each in its own transaction; what changes meanwhile is asked when it is stored.
    """
    blocklist = terms()
    gone = back = 0
    last: UUID | None = None
    concerned = TrendTopic.objects.filter(
        (Q(is_blocked=False) & ~Q(status=TrendTopic.Status.EXPIRED)) | Q(blocked_by__isnull=False), is_cleared=False
    )
    while True:
        rows = concerned.order_by("pk").values_list("pk", "title", "names", "blocked_by")
        part = list((rows.filter(pk__gt=last) if last else rows)[:CHUNK])
        if not part:
            return gone, back
        went, came = _apply(part, blocklist, now=now)
        gone, back, last = gone + went, back + came, part[-1][0]


def _apply(
    part: Sequence[tuple[UUID, str, list[str], UUID | None]], blocklist: Blocklist[UUID], *, now: dt.datetime
) -> tuple[int, int]:
    changed = [
        (key, found, before)
        for key, title, names, before in part
        if (found := blocklist.first([title, *names])) != before
    ]
    if not changed:
        return 0, 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [now, [key for key, *_ in changed], [found for _, found, _ in changed]])
        _count(Counter(found for _, found, _ in changed if found is not None), now=now)
    return sum(before is None for _, _, before in changed), sum(found is None for _, found, _ in changed)


def _count(hits: "Counter[UUID]", *, now: dt.datetime) -> None:
    if hits:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_HITS, [now, list(hits), list(hits.values())])
