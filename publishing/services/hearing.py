"""Commands on what platforms tell: store it once, ring for a worker, note that a subscription is confirmed."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence

from django.db import transaction

from accounts import tenancy
from publishing import tasks
from publishing.delivery.listening import renewal
from publishing.models import Listening, PlatformEvent
from publishing.platforms.hearing import Heard, News

ERASE = News.ERASE.value
LONGEST_KEY = 200
LONGEST_LEASE = dt.timedelta(days=90)


def receive(platform: str, facts: Sequence[Heard]) -> uuid.UUID | None:
    """Keep each fact once, however often it is told; return the event of a request to erase, if one is among them."""
    rows = [_event(platform, each) for each in facts]
    with transaction.atomic():
        PlatformEvent.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            transaction.on_commit(tasks.apply_events.delay)
    asked = [row.key for row in rows if row.kind == ERASE]
    return PlatformEvent.objects.filter(platform=platform, key__in=asked).values_list("pk", flat=True).first()


def _event(platform: str, heard: Heard) -> PlatformEvent:
    key = heard.key if len(heard.key) <= LONGEST_KEY else hashlib.sha256(heard.key.encode()).hexdigest()
    return PlatformEvent(
        platform=platform,
        key=key,
        kind=heard.news.value,
        account_id=heard.account_id[:200],
        data={"post_id": heard.post_id, "publish_id": heard.publish_id, "data": dict(heard.data)},
        happened_at=heard.at,
    )


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
