"""Asking one source: signing in, pages, quota. Whatever goes wrong out there is part of the answer, in words."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from django.conf import settings
from django.core.cache import cache

from trenddrop.core.crypto import SecretUnreadable, keyring
from trenddrop.core.http import Fetched, FetchError, FetchFailed
from trends import polling, sources
from trends.collection import quotas
from trends.collection.bounding import bounded
from trends.models import TrendSource
from trends.sources import decoding
from trends.sources.base import (
    BadConfig,
    BadFeed,
    Config,
    Item,
    Items,
    LocalSource,
    NotYet,
    Request,
    Source,
    checked_credential,
)

MAX_BYTES = 5 * 1024**2
MAX_SECONDS = 30.0
MAX_PAGES = 10
NOT_MODIFIED = 304
TOO_MANY = 429
UNAUTHORIZED = 401
WHOLE_AFTER = 4  # of so many unchanged answers in a row, one is asked for whole where entries grow old
TOKEN_MARGIN = dt.timedelta(minutes=1)
UNREADABLE = "The credentials can't be opened with the keys of this installation (TOKEN_KEYS). Enter them again."


class Fetch(Protocol):
    """How an address is asked; `trenddrop.core.http.fetch_public` in production."""

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
    ) -> Fetched:
        """Return any status; raises FetchError."""


@dataclass(frozen=True)
class Answer:
    """What came of asking. Exactly one of: items, `unchanged` (304), `waiting` (not yet, until when), `error`."""

    items: list[Item] | None = None
    unchanged: bool = False
    waiting: str = ""
    until: dt.datetime | None = None
    error: str = ""
    refused: bool = False
    cost: int = 1
    notes: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


class QuotaSpent(NotYet):
    """Another request would pass the day's quota."""


def config_of(row: TrendSource) -> Config:
    """Return a source's settings as its adapter reads them."""
    return {"region": row.region, "language": row.language, "category": row.category, **row.config}


def ask(row: TrendSource, *, now: dt.datetime, fetch: Fetch) -> Answer:
    """Ask a source; no transaction is open meanwhile."""
    if row.kind not in settings.TREND_SOURCES:
        return Answer(error=f"There is no kind of source called “{row.kind}”. Choose one of those in the settings.")
    adapter = sources.source(row.kind)
    call = _Call(row, adapter, now, fetch)
    try:
        return call.scrubbed(_gathered(adapter, now) if isinstance(adapter, LocalSource) else call.all())
    except FetchFailed as error:
        answer = Answer(error=str(error), headers=error.headers)
    except (FetchError, BadConfig, BadFeed) as error:
        answer = Answer(error=str(error))
    except SecretUnreadable:
        answer = Answer(error=UNREADABLE)
    except QuotaSpent as wait:
        stands = quotas.standing_of(row, adapter, now=now)
        answer = Answer(waiting=str(wait), until=stands.ends if stands else None)
    except NotYet as wait:
        answer = Answer(waiting=str(wait))
    return call.scrubbed(answer)


def _gathered(adapter: LocalSource, now: dt.datetime) -> Answer:
    items = adapter.gather(now=now)
    return Answer(items=items, notes=items.notes)


@dataclass
class _Call:
    """One poll of one source, with what it must never tell."""

    row: TrendSource
    adapter: Source
    now: dt.datetime
    fetch: Fetch
    secrets: list[str] = field(default_factory=list)
    cost: int = 0

    def all(self) -> Answer:
        """Ask every request with its pages; one that fails is the answer."""
        config = config_of(self.row)
        requests = self.adapter.request(config, self.now, self.key(config))
        answers: list[Answer] = []
        for request in requests:
            answers += self.pages(request, config, alone=len(requests) == 1)
        return replace(_together(answers), cost=max(1, self.cost))

    def pages(self, request: Request, config: Config, *, alone: bool) -> list[Answer]:
        """Ask a request and the pages after it; the first answer that is no list of items ends it."""
        answers: list[Answer] = []
        following: Request | None = request
        while following is not None and len(answers) < MAX_PAGES:
            try:
                fetched = self.ask(following, conditional=alone and not answers)
            except QuotaSpent as spent:
                if not answers:
                    raise
                answers[-1].notes.append(str(spent))
                break
            answers.append(_after(answers, self.read(fetched, config)))
            following = self.adapter.more(fetched.content, following) if answers[-1].items is not None else None
        return answers

    def ask(self, request: Request, *, conditional: bool) -> Fetched:
        """Make one request, once it is counted; raises QuotaSpent, FetchError."""
        if not quotas.take(self.row, self.adapter, cost=request.cost, now=self.now):
            raise QuotaSpent(
                f"The quota of {self.adapter.label} for today is spent. We go on when its day begins anew."
            )
        self.cost += request.cost
        given = {**request.headers, **(self.kept() if conditional else {})}
        if request.body is not None:
            return self.fetch(
                request.url, headers=given, body=request.body, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS
            )
        return self.fetch(request.url, headers=given, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS)

    def kept(self) -> dict[str, str]:
        """Return the headers that ask only for changes; where entries grow old, the whole is wanted now and then."""
        quiet = self.row.unchanged_polls
        if self.adapter.stale_after and quiet % WHOLE_AFTER == WHOLE_AFTER - 1:
            return {}
        return polling.conditional_headers(etag=self.row.etag, last_modified=self.row.last_modified)

    def read(self, fetched: Fetched, config: Config) -> Answer:
        """Return what one response says."""
        headers, adapter = dict(fetched.headers), self.adapter
        if fetched.status == NOT_MODIFIED:
            return Answer(unchanged=True, headers=headers)
        if fetched.status in adapter.not_yet:
            return Answer(waiting=_reason_to_wait(adapter, fetched, config, self.now), headers=headers)
        if fetched.status != 200:
            if fetched.status == UNAUTHORIZED:
                cache.delete(self.token_place())
            words = adapter.why_refused(fetched.status, fetched.content)
            words = words or polling.words_for_status(fetched.status, label=adapter.label)
            return Answer(error=words, headers=headers, refused=fetched.status == TOO_MANY)
        content = decoding.in_utf8(fetched.content, headers.get("content-type", ""))
        items = bounded(fresh(adapter.parse(content, config=config, now=self.now), adapter, now=self.now))
        clock = polling.clock_note(headers, now=self.now, label=adapter.label)
        return Answer(items=items, notes=[*items.notes, *filter(None, [clock])], headers=headers)

    def key(self, config: Config) -> str:
        """Return what to sign requests with, "" where nothing is given; raises BadConfig, BadFeed, FetchError."""
        credential = checked_credential(self.row.credentials.open(), self.adapter.credential, label=self.adapter.label)
        if not credential:
            return ""
        self.secrets += [credential, *credential.split(":")]
        signing = self.adapter.sign_in(config, credential)
        if signing is None:
            return credential
        token = self.token(signing)
        self.secrets.append(token)
        return token

    def token(self, signing: Request) -> str:
        """Return a token from before, or a new one; it is kept locked for as long as it lasts."""
        place = self.token_place()
        if stored := cache.get(place):
            return keyring().open(stored, place=place)
        fetched = self.ask(signing, conditional=False)
        if fetched.status != 200:
            raise FetchFailed(
                f"{self.adapter.label} doesn't take these credentials ({fetched.status}).",
                status=fetched.status,
                headers=dict(fetched.headers),
            )
        token = self.adapter.token(fetched.content)
        lasts = max(token.lasts - TOKEN_MARGIN, TOKEN_MARGIN).total_seconds()
        cache.set(place, keyring().lock(token.value, place=place), timeout=int(lasts))
        return token.value

    def token_place(self) -> str:
        """Name where this feed's token is kept; other credentials or another address mean another place."""
        told = f"{self.row.credentials.open()}|{sorted(config_of(self.row).items())}"
        return f"trends:token:{self.row.pk}:{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"

    def scrubbed(self, answer: Answer) -> Answer:
        """Return the answer without a secret in its words, should a server have said one back to us."""

        def clean(words: str) -> str:
            for secret in self.secrets:
                words = words.replace(secret, "…")
            return words

        return replace(
            answer,
            error=clean(answer.error),
            waiting=clean(answer.waiting),
            notes=[clean(note) for note in answer.notes],
        )


def fresh(items: Items, adapter: Source, *, now: dt.datetime) -> Items:
    """Leave out what came out long ago: a source that repeats yesterday tells nothing that rises."""
    if adapter.stale_after is None:
        return items
    since = now - adapter.stale_after
    kept = [item for item in items if item.published_at is None or item.published_at > since]
    old = len(items) - len(kept)
    note = [f"Left out {old}: published more than {polling.age(adapter.stale_after)} ago."] if old else []
    return Items(kept, notes=[*items.notes, *note])


def _reason_to_wait(adapter: Source, fetched: Fetched, config: Config, now: dt.datetime) -> str:
    try:
        adapter.parse(fetched.content, config=config, now=now)
    except NotYet as wait:
        return str(wait)
    except BadFeed:
        pass  # the status alone says that it is not there yet
    return f"{adapter.label} has not published this yet. We ask again within the hour."


def _after(before: list[Answer], page: Answer) -> Answer:
    """Return a page with its ranks counted on from the pages before it: each page counts from 1."""
    last = max((item.rank or 0 for answer in before for item in answer.items or []), default=0)
    if not last or page.items is None:
        return page
    return replace(
        page, items=[item if item.rank is None else replace(item, rank=item.rank + last) for item in page.items]
    )


def _together(answers: list[Answer]) -> Answer:
    """Return one answer for all requests of a source: a failure of one is a failure, its headers say when to return."""
    bad = next((answer for answer in answers if answer.error or answer.waiting), None)
    if bad or len(answers) == 1:
        return bad or answers[0]
    items = Items(item for answer in answers for item in answer.items or [])
    return Answer(
        items=items,
        notes=[note for answer in answers for note in answer.notes],
        headers=answers[0].headers if answers else {},
    )
