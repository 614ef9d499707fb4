"""One fetch of one source: claim, ask (outside of any transaction), record. A late worker's answer is dropped."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from trenddrop.core import claims
from trenddrop.core.http import fetch_public
from trends import polling, sources
from trends.collection import quotas, rating, storing
from trends.collection.asking import Answer, Fetch, ask, config_of
from trends.models import TrendSource
from trends.polling import Change
from trends.sources.base import Item

__all__ = ["Answer", "Fetch", "ask", "collect", "config_of", "due", "due_ids", "record", "store_file"]

LEASE = dt.timedelta(minutes=5)  # longer than a token and four pages may take
WORDS_LIMIT = 1000
OUTCOMES = 24

Clock = Callable[[], dt.datetime]


def imported_kinds() -> list[str]:
    """Return the kinds that are never asked, because an operator gives files."""
    return [kind for kind in settings.TREND_SOURCES if sources.source(kind).is_imported]


def due(now: dt.datetime) -> QuerySet[TrendSource]:
    """Return the sources to ask now, longest overdue first; those in work are left out until their lease ends.

    A next poll or a lease further ahead than any we give was written while our clock was wrong, and counts for nothing.
    """
    lost = Q(next_poll_at__gt=now + polling.IMPOSSIBLE + F("interval") * 2)
    return (
        TrendSource.objects.filter(
            Q(next_poll_at=None) | Q(next_poll_at__lte=now) | lost,
            Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE),
            enabled=True,
            is_example=False,
        )
        .exclude(kind__in=imported_kinds())
        .order_by(F("next_poll_at").asc(nulls_first=True), "pk")
    )


def due_ids(now: dt.datetime) -> list[str]:
    """Return the keys of the sources to ask now."""
    return [str(key) for key in due(now).values_list("pk", flat=True)]


def collect(source_id: uuid.UUID | str, *, clock: Clock, rng: Random, fetch: Fetch = fetch_public) -> Answer | None:
    """Fetch and store one source; None when it is not due, somebody else has it, or it is not its kind's turn."""
    began = clock()
    row = claims.claim_one(due(began).filter(pk=source_id), now=began, lease=LEASE, changes={})
    if row is None:
        return None
    later = quotas.turn(row, sources.source(row.kind), now=began) if row.kind in settings.TREND_SOURCES else None
    if later:
        claims.write_fenced(row, lease_until=None, next_poll_at=later)
        return None
    answer = ask(row, now=began, fetch=fetch)
    record(row, answer, began=began, now=max(clock(), began), rng=rng)
    return answer


def record(row: TrendSource, answer: Answer, *, began: dt.datetime, now: dt.datetime, rng: Random) -> bool:
    """Write what came of it, topics and health in one transaction; False when the row was claimed anew meanwhile."""
    changes = outcome(row, answer, duration=(now - began).total_seconds(), now=now, rng=rng)
    repeats = answer.unchanged or (answer.items is not None and change_of(row, answer) is Change.SAME)
    has_items, had_items, since = bool(answer.items), bool(row.last_item_count), _answered(row)
    vectors = {} if repeats or not has_items else storing.vectors_for(row, answer.items or [], now=began)
    with transaction.atomic():
        if not claims.write_fenced(row, **changes):
            return False
        if repeats:
            touched = storing.repeat(row, now=began, items=answer.items or (), since=since) if had_items else []
        else:
            touched = storing.store(row, answer.items or [], now=began, vectors=vectors)
    rating.rate(touched, now=now)
    return True


def _answered(row: TrendSource) -> dt.datetime | None:
    """Return when a source was asked that answered last, a little early; None where nobody knows any more."""
    for at, word, _found, lasted in reversed(row.outcomes):
        if word not in {"bad", "wait"}:
            return dt.datetime.fromisoformat(at) - dt.timedelta(seconds=lasted + 1)
    return None


def store_file(row: TrendSource, answer: Answer, *, now: dt.datetime) -> bool:
    """Write what a file told, all of it or nothing; False when somebody else imports into the same source just now."""
    mine = TrendSource.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=row.pk)
    claimed = claims.claim_one(mine, now=now, lease=LEASE, changes={})
    if claimed is None:
        return False
    items = answer.items or []
    vectors = storing.vectors_for(claimed, items, now=now)
    changes = _health(claimed, answer, duration=0.0, now=now, change=Change.NEWS)
    with transaction.atomic():
        if not claims.write_fenced(claimed, **changes, lease_until=None, last_item_count=len(items)):
            return False
        touched = storing.store(claimed, items, now=now, vectors=vectors)
    rating.rate(touched, now=now)
    return True


def outcome(row: TrendSource, answer: Answer, *, duration: float, now: dt.datetime, rng: Random) -> dict[str, Any]:
    """Return the source's fields after an answer: its health, its pace, and when to ask again."""
    change = change_of(row, answer)
    changes = _health(row, answer, duration=duration, now=now, change=change)
    changes |= {"lease_until": None, **_pace(row, change, failed=bool(answer.error))}
    changes["next_poll_at"] = _next(
        row, answer, pace=changes["pace"], failures=changes["consecutive_failures"], now=now, rng=rng
    )
    if answer.items is not None:
        etag, last_modified = polling.validators(answer.headers)
        changes |= {"etag": etag, "last_modified": last_modified, "last_item_count": len(answer.items)}
        changes["answers_digest"] = digest(answer.items)
    return changes


def change_of(row: TrendSource, answer: Answer) -> Change | None:
    """Return what an answer brought against the one before, None when it was no answer."""
    if answer.unchanged:
        return Change.SAME
    if answer.items is None:
        return None
    names, figures = _halves(digest(answer.items))
    before_names, before_figures = _halves(row.answers_digest)
    if (names, figures) == (before_names, before_figures):
        return Change.SAME
    return Change.NEWS if before_names and names != before_names else Change.MOVED


def digest(items: Sequence[Item]) -> str:
    """Return 64 letters for an answer: the first half stands for its topics, the second for all it says."""
    names = sorted({f"{item.kind}:{item.key}" for item in items})
    return "".join(
        hashlib.blake2b("\n".join(part).encode(errors="replace"), digest_size=16).hexdigest()
        for part in (names, sorted(map(repr, items)))
    )


def _halves(told: str) -> tuple[str, str]:
    return told[:32], told[32:]


def _health(
    row: TrendSource, answer: Answer, *, duration: float, now: dt.datetime, change: Change | None
) -> dict[str, Any]:
    failures = row.consecutive_failures + 1 if answer.error else 0
    word = "bad" if answer.error else "wait" if answer.waiting else str(change)
    found = None if answer.items is None else len(answer.items)
    changes: dict[str, Any] = {
        "last_polled_at": now,
        "last_duration": round(max(0.0, duration), 3),
        "last_error": answer.error[:WORDS_LIMIT],
        "last_note": row.last_note if answer.unchanged else (answer.waiting or " ".join(answer.notes))[:WORDS_LIMIT],
        "consecutive_failures": failures,
        "health": polling.health(polled=True, failures=failures, duration=duration),
        "outcomes": [*row.outcomes, [now.isoformat(timespec="seconds"), word, found, round(duration, 2)]][-OUTCOMES:],
    }
    if answer.items is not None or answer.unchanged:
        changes["last_success_at"] = now
    return changes


def _pace(row: TrendSource, change: Change | None, *, failed: bool) -> dict[str, Any]:
    unchanged = row.unchanged_polls + 1 if change is Change.SAME else 0
    pace = row.pace or row.interval
    if change is not None and row.kind in settings.TREND_SOURCES:
        floor = sources.source(row.kind).floor
        pace = polling.paced(row.pace, interval=row.interval, floor=floor, change=change, unchanged=unchanged)
    elif failed:
        pace = max(pace, row.interval)
    kept = unchanged if change is not None else row.unchanged_polls
    return {"pace": pace, "unchanged_polls": kept}


def _next(
    row: TrendSource, answer: Answer, *, pace: dt.timedelta, failures: int, now: dt.datetime, rng: Random
) -> dt.datetime:
    if answer.until:
        return answer.until + polling.MINUTE * rng.random()
    if answer.waiting:
        return polling.next_poll_when_not_yet(now=now, interval=row.interval, rng=rng)
    return polling.next_poll(
        now=now,
        interval=max(pace, _quota_wait(row, answer, now)),
        rng=rng,
        failures=failures,
        asked_to_wait=polling.asked_to_wait(answer.headers, now=now, refused=answer.refused),
        fresh_for=polling.fresh_for(answer.headers),
    )


def _quota_wait(row: TrendSource, answer: Answer, now: dt.datetime) -> dt.timedelta:
    """Return the least wait that spreads what is left of the quota over the rest of the day."""
    adapter = sources.source(row.kind) if row.kind in settings.TREND_SOURCES else None
    stands = quotas.standing_of(row, adapter, now=now) if adapter else None
    if stands is None:
        return dt.timedelta(0)
    return polling.spread(now=now, left=stands.left // stands.feeds, cost=answer.cost, day_ends=stands.ends)
