"""The test gateway's clock: what is due moves on, and events are sent until they are answered."""

import datetime as dt
from collections.abc import Callable, Mapping

import httpx
import structlog
from django.db.models import F, Q

from accounts import tenancy
from billing.gateways import signatures
from billing.gateways.sandbox import SIGNATURE
from billing.models import SandboxEvent, SandboxObject
from billing.sandbox import books
from billing.sandbox.wire import body_of
from trenddrop.core import claims

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=1)
BATCH = 100
PAUSES = (dt.timedelta(seconds=20), dt.timedelta(minutes=2), dt.timedelta(minutes=10), dt.timedelta(hours=1))
TRIES = 72
KEPT = dt.timedelta(days=400)
Post = Callable[[bytes, Mapping[str, str]], int]


def tick(*, now: dt.datetime) -> int:
    """Move on what is due; return how much was."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with tenancy.operator():
        due = SandboxObject.objects.filter(free, due_at__lte=now).order_by("due_at")
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={})
    for found in taken:
        _move(found.name, now=now)
    return len(taken)


def _move(name: str, *, now: dt.datetime) -> None:
    with tenancy.operator():
        found = books.find(name, *books.Kind.values, lock=True)
        found.lease_until = None
        if found.due_at is None or found.due_at > now:
            found.save(update_fields=["lease_until"])
        elif found.kind == books.Kind.CHECKOUT:
            books.expire(found, now=now)
        elif found.kind == books.Kind.REFUND:
            books.settle_refund(found, now=now)
        else:
            books.move_on(found, now=now)


def send(*, now: dt.datetime, secret: str, post: Post) -> int:
    """Send the events that are due, each signed at this moment; return how many were taken in."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with tenancy.operator():
        due = SandboxEvent.objects.filter(free, sent_at=None, next_at__lte=now).order_by("next_at")
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={"tries": F("tries") + 1})
    return sum(_send(event, now=now, secret=secret, post=post) for event in sorted(taken, key=lambda each: each.at))


def _send(event: SandboxEvent, *, now: dt.datetime, secret: str, post: Post) -> bool:
    body = body_of(event)
    headers = {SIGNATURE: signatures.stripe_header(body, secret=secret, at=int(now.timestamp()))}
    try:
        took = 200 <= post(body, {**headers, "Content-Type": "application/json"}) < 300
    except httpx.HTTPError:
        took = False
    pause = PAUSES[min(event.tries, len(PAUSES)) - 1]
    again = None if took or event.tries >= TRIES else now + pause
    with tenancy.operator():
        claims.write_fenced(event, sent_at=now if took else None, next_at=again, lease_until=None)
    if not took:
        log.info("test_gateway_event_not_taken", event_id=str(event.pk), tries=event.tries)
    return took


def forget(*, now: dt.datetime) -> int:
    """Remove what ended long ago."""
    with tenancy.operator():
        old = SandboxEvent.objects.filter(at__lt=now - KEPT).delete()[0]
        return old + SandboxObject.objects.filter(updated_at__lt=now - KEPT, due_at=None).delete()[0]
