"""Commands on what platforms tell: store it once, ring for a worker, note that a subscription is confirmed."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from accounts import tenancy
from publishing import tasks
from publishing.delivery.listening import renewal
from publishing.models import Listening, PlatformEvent
from publishing.platforms.hearing import Heard, News
from trenddrop.core.ids import uuid7

ERASE = News.ERASE.value
LONGEST_KEY = 200
ROW = "(%s, statement_timestamp(), statement_timestamp(), %s, %s, %s, %s, %s, %s, 'received', 0, '', 0)"
KEEP = (
    "INSERT INTO publishing_platformevent (id, created_at, updated_at, platform, key, kind, account_id, data,"
    " happened_at, status, tries, error, fence) VALUES {rows} ON CONFLICT DO NOTHING"
)
LONGEST_LEASE = dt.timedelta(days=90)


def receive(platform: str, facts: Sequence[Heard]) -> uuid.UUID | None:
    """Keep each fact once, however often it is told; return the event of a request to erase, if one is among them.

    One statement keeps them all: outside a transaction it commits itself, so that a platform waits for one journey
    to the database and one write to its disk.
    """
    if not facts:
        return None
    values: list[Any] = [value for each in facts for value in _row(platform, each)]
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(rows=", ".join([ROW] * len(facts))), values)
    transaction.on_commit(tasks.apply_events.delay)
    asked = [_key(each) for each in facts if each.news == News.ERASE]
    if not asked:
        return None
    return PlatformEvent.objects.filter(platform=platform, key__in=asked).values_list("pk", flat=True).first()


def _row(platform: str, heard: Heard) -> tuple[object, ...]:
    told = {"post_id": heard.post_id, "publish_id": heard.publish_id, "data": dict(heard.data)}
    data = json.dumps(told)
    return uuid7(), platform, _key(heard), heard.news.value, heard.account_id[:200], data, heard.at


def _key(heard: Heard) -> str:
    return heard.key if len(heard.key) <= LONGEST_KEY else hashlib.sha256(heard.key.encode()).hexdigest()


def listening_of(key: uuid.UUID, *, platform: str) -> Listening | None:
    """Return the subscription that a callback's address names."""
    with tenancy.operator():
        return Listening.objects.filter(pk=key, connection__platform=platform).first()


def confirmed(key: uuid.UUID, *, lease: str, now: dt.datetime) -> None:
    """The platform asked whether we meant it, and was told so: it holds for `lease` seconds."""
    seconds = int(lease) if lease.isascii() and lease.isdecimal() and len(lease) < 10 else 0
    span = min(dt.timedelta(seconds=seconds), LONGEST_LEASE) if seconds else None
    with tenancy.operator():
        Listening.objects.filter(pk=key).update(confirmed_at=now, error="", **renewal(span, now=now))
