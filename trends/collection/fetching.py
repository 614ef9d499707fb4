"""One fetch of one source: claim, ask (outside of any transaction), record. A late worker's answer is dropped."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from trenddrop.core import claims
from trenddrop.core.http import Fetched, FetchError, FetchFailed, fetch_public
from trends import polling, sources
from trends.collection import rating, storing
from trends.models import TrendSource
from trends.sources.base import BadConfig, BadFeed, Config, Item, Items, NotYet, Request, Source

LEASE = dt.timedelta(minutes=3)
MAX_BYTES = 5 * 1024**2
MAX_SECONDS = 30.0
NOT_MODIFIED = 304
WORDS_LIMIT = 1000

Clock = Callable[[], dt.datetime]


class Fetch(Protocol):
    """How an address is asked; `trenddrop.core.http.fetch_public` in production."""

    def __call__(
        self, url: str, *, headers: Mapping[str, str], max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS
    ) -> Fetched:
        """Return any status; raises FetchError."""


@dataclass(frozen=True)
class Answer:
    """What came of asking. Exactly one of: items, `unchanged` (304), `waiting` (not published yet), `error`."""

    items: list[Item] | None = None
    unchanged: bool = False
    waiting: str = ""
    error: str = ""
    notes: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


def due(now: dt.datetime) -> QuerySet[TrendSource]:
    """Return the sources to ask now, longest overdue first; those in work are left out until their lease ends."""
    return TrendSource.objects.filter(
        Q(next_poll_at=None) | Q(next_poll_at__lte=now),
        Q(lease_until=None) | Q(lease_until__lt=now),
        enabled=True,
        is_example=False,
    ).order_by(F("next_poll_at").asc(nulls_first=True), "pk")


def due_ids(now: dt.datetime) -> list[str]:
    """Return the keys of the sources to ask now."""
    return [str(key) for key in due(now).values_list("pk", flat=True)]


def collect(source_id: uuid.UUID | str, *, clock: Clock, rng: Random, fetch: Fetch = fetch_public) -> Answer | None:
    """Fetch and store one source; None when it is not due, or somebody else has it."""
    began = clock()
    row = claims.claim_one(due(began).filter(pk=source_id), now=began, lease=LEASE, changes={})
    if row is None:
        return None
    answer = ask(row, now=began, fetch=fetch)
    record(row, answer, began=began, now=clock(), rng=rng)
    return answer


def config_of(row: TrendSource) -> Config:
    """Return a source's settings as its adapter reads them."""
    return {"region": row.region, "language": row.language, "category": row.category, **row.config}


def ask(row: TrendSource, *, now: dt.datetime, fetch: Fetch) -> Answer:
    """Ask a source over the network; whatever goes wrong out there is part of the answer."""
    if row.kind not in settings.TREND_SOURCES:
        return Answer(error=f"There is no kind of source called “{row.kind}”. Choose one of those in the settings.")
    adapter = sources.source(row.kind)
    try:
        requests = adapter.request(config_of(row), now)
        alone = len(requests) == 1
        answers = [_ask_one(row, adapter, one, now=now, fetch=fetch, conditional=alone) for one in requests]
    except FetchFailed as error:
        return Answer(error=str(error), headers=error.headers)
    except (FetchError, BadConfig, BadFeed) as error:
        return Answer(error=str(error))
    except NotYet as wait:
        return Answer(waiting=str(wait))
    return _together(answers)


def _ask_one(
    row: TrendSource, adapter: Source, request: Request, *, now: dt.datetime, fetch: Fetch, conditional: bool
) -> Answer:
    kept = polling.conditional_headers(etag=row.etag, last_modified=row.last_modified) if conditional else {}
    fetched = fetch(request.url, headers={**request.headers, **kept}, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS)
    headers = dict(fetched.headers)
    if fetched.status == NOT_MODIFIED:
        return Answer(unchanged=True, headers=headers)
    if fetched.status != 200 and fetched.status not in adapter.not_yet:
        return Answer(error=polling.words_for_status(fetched.status, label=adapter.label), headers=headers)
    if fetched.status in adapter.not_yet:
        return Answer(waiting=_reason_to_wait(adapter, fetched, config_of(row), now), headers=headers)
    items = adapter.parse(fetched.content, config=config_of(row), now=now)
    return Answer(items=items, notes=items.notes, headers=headers)


def _reason_to_wait(adapter: Source, fetched: Fetched, config: Config, now: dt.datetime) -> str:
    try:
        adapter.parse(fetched.content, config=config, now=now)
    except NotYet as wait:
        return str(wait)
    except BadFeed:
        pass  # the status alone says that it is not there yet
    return f"{adapter.label} has not published this yet. We ask again within the hour."


def _together(answers: list[Answer]) -> Answer:
    """Return one answer for all requests of a source: a failure of one is a failure, its headers say when to return."""
    bad = next((answer for answer in answers if answer.error or answer.waiting), None)
    if bad or len(answers) == 1:
        return bad or answers[0]
    items = Items(item for answer in answers for item in answer.items or [])
    return Answer(items=items, notes=[note for answer in answers for note in answer.notes], headers=answers[0].headers)


def record(row: TrendSource, answer: Answer, *, began: dt.datetime, now: dt.datetime, rng: Random) -> bool:
    """Write what came of it, topics and health in one transaction; False when the row was claimed anew meanwhile."""
    changes = outcome(row, answer, duration=(now - began).total_seconds(), now=now, rng=rng)
    vectors = storing.vectors_for(row, answer.items or [], now=began)
    with transaction.atomic():
        if not claims.write_fenced(row, **changes):
            return False
        if answer.items is not None:
            touched = storing.store(row, answer.items, now=began, vectors=vectors)
        else:
            touched = storing.repeat(row, now=began) if answer.unchanged else []
    rating.rate(touched, now=now)
    return True


def outcome(row: TrendSource, answer: Answer, *, duration: float, now: dt.datetime, rng: Random) -> dict[str, Any]:
    """Return the source's fields after an answer: its health, and when to ask again."""
    failures = row.consecutive_failures + 1 if answer.error else 0
    changes: dict[str, Any] = {
        "lease_until": None,
        "last_polled_at": now,
        "last_duration": round(duration, 3),
        "last_error": answer.error[:WORDS_LIMIT],
        "last_note": (answer.waiting or " ".join(answer.notes))[:WORDS_LIMIT],
        "consecutive_failures": failures,
        "health": polling.health(polled=True, failures=failures, duration=duration),
        "next_poll_at": _next(row, answer, failures=failures, now=now, rng=rng),
    }
    if answer.items is not None or answer.unchanged:
        changes["last_success_at"] = now
    if answer.items is not None:
        etag, last_modified = polling.validators(answer.headers)
        changes |= {"etag": etag, "last_modified": last_modified, "last_item_count": len(answer.items)}
    return changes


def _next(row: TrendSource, answer: Answer, *, failures: int, now: dt.datetime, rng: Random) -> dt.datetime:
    if answer.waiting:
        return polling.next_poll_when_not_yet(now=now, interval=row.interval, rng=rng)
    return polling.next_poll(
        now=now,
        interval=row.interval,
        rng=rng,
        failures=failures,
        asked_to_wait=polling.asked_to_wait(answer.headers, now=now),
        fresh_for=polling.fresh_for(answer.headers),
    )
