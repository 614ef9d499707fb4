"""What gateways tell: verified over the raw bytes, kept once, answered; nothing of what is not genuine is kept.

A forged delivery leaves a counter and no row, so nobody can fill a table without a secret.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder

from accounts import tenancy
from billing.collection.adapters import gateway
from billing.gateways.base import Delivery, Told
from billing.gateways.errors import NotGenuine, Unreadable
from billing.models import GatewayEvent

log = structlog.get_logger(__name__)

LONGEST_KEY = 200
KEPT_FOR = 3 * 24 * 3600
# Which headers are kept with an event: what proves it, and never who sent it.
KEPT = ("stripe-signature", "x-razorpay-", "x-webhook-", "paypal-", "test-gateway-signature")


def hear(key: str, delivery: Delivery) -> bool:
    """Verify a delivery and keep it once; True when it is new. Raise NotGenuine, Unreadable."""
    try:
        told = gateway(key).hear(delivery)
    except NotGenuine as error:
        count_forged(key, now=delivery.now)
        log.warning("gateway_event_not_genuine", gateway=key, reason=str(error))
        raise
    except Unreadable:
        log.warning("gateway_event_unreadable", gateway=key)
        raise
    headers = {name: value[:2000] for name, value in delivery.headers.items() if name.startswith(KEPT)}
    row = _row(key, told, now=delivery.now, origin=GatewayEvent.Origin.WEBHOOK, body=delivery.body, headers=headers)
    return bool(keep([row]))


def polled(key: str, found: Iterable[Told], *, now: dt.datetime) -> int:
    """Keep events that were asked for, as if they had been told; return how many are new."""
    rows = [_row(key, told, now=now, origin=GatewayEvent.Origin.POLL, body=b"", headers={}) for told in found]
    return keep(rows)


def keep(rows: list[GatewayEvent]) -> int:
    """Insert each once; return how many were not there."""
    if not rows:
        return 0
    ids = [row.pk for row in rows]
    with tenancy.operator():
        GatewayEvent.objects.bulk_create(rows, ignore_conflicts=True)
        return GatewayEvent.objects.filter(pk__in=ids).count()


def _row(
    key: str, told: Told, *, now: dt.datetime, origin: str, body: bytes, headers: Mapping[str, str]
) -> GatewayEvent:
    return GatewayEvent(
        gateway=key,
        account=told.account[:60],
        dedupe_key=told.key[:LONGEST_KEY],
        kind=told.kind[:80],
        object_id=told.object_id[:120],
        origin=origin,
        body=body or json.dumps(told.data, cls=DjangoJSONEncoder).encode(),
        headers=dict(headers),
        happened_at=told.at,
        received_at=now,
        next_at=now,
    )


def told_of(event: GatewayEvent) -> Told:
    """Return what an event says, from the bytes that were kept; it was verified when it came."""
    if event.origin == GatewayEvent.Origin.WEBHOOK:
        return gateway(event.gateway).kept(bytes(event.body))
    data: Any = json.loads(bytes(event.body))
    return Told(event.dedupe_key, event.kind, event.object_id, event.happened_at, event.account, data)


def count_forged(key: str, *, now: dt.datetime) -> None:
    """Count a delivery that nobody we know signed, by day."""
    name = _counter(key, now)
    cache.add(name, 0, timeout=KEPT_FOR)
    with suppress(ValueError):  # it ran out in between
        cache.incr(name)


def forged_today(key: str, *, now: dt.datetime) -> int:
    """Return how many deliveries of a gateway were not genuine today."""
    return int(cache.get(_counter(key, now)) or 0)


def _counter(key: str, now: dt.datetime) -> str:
    return f"billing:forged:{key}:{now:%Y-%m-%d}"
