"""Ending at gateways what ended here: subscriptions that another one replaced, and those of plans that are over.

And those that no plan came of: paid beside a plan that was paid already, or given for one that had changed meanwhile.

Nobody may be charged for what they have no more. What is to be ended stands in our books before a gateway is asked, so
that whoever dies in between leaves it to the next pass; ending twice is no error anywhere.
"""

import datetime as dt
from functools import partial
from typing import Any

import structlog

from accounts import tenancy
from billing.collection.adapters import gateway
from billing.gateways.errors import GatewayError, Gone
from billing.gateways.facts import SubscriptionState
from billing.models import Checkout, Subscription
from trenddrop.core import rounds

log = structlog.get_logger(__name__)

REPLACES, UNWANTED = Checkout.REPLACES, Checkout.UNWANTED
OVER = (SubscriptionState.CANCELED.value, SubscriptionState.ENDED.value)
ENDED = (Subscription.Status.CANCELED, Subscription.Status.EXPIRED)
ASKED_FOR = dt.timedelta(days=60)
BATCH = 100


def replaces(row: Subscription) -> dict[str, Any]:
    """Return what a checkout remembers of the gateway's subscription that it will replace."""
    if not row.gateway_subscription_id:
        return {}
    return {REPLACES: {"gateway": row.gateway, "id": row.gateway_subscription_id}}


def end_over(*, now: dt.datetime) -> int:
    """End at gateways what was replaced or is over here; return how many were asked."""
    return sum(rounds.each((_end_replaced, _end_unwanted, _end_ended), lambda step: step(now=now)))


def _end_replaced(*, now: dt.datetime) -> int:
    """End the former subscription once the new one is bound to the plan."""
    with tenancy.operator():
        rows = Checkout.objects.filter(
            status=Checkout.Status.COMPLETED, told__has_key=REPLACES, completed_at__gte=now - ASKED_FOR
        ).exclude(told__replaces__has_key="ended_at")
        found = list(rows.select_related("subscription").order_by("completed_at")[:BATCH])
    return sum(rounds.each(found, partial(_end_old, now=now)))


def _end_old(row: Checkout, *, now: dt.datetime) -> bool:
    old, bound = row.told[REPLACES], row.subscription
    is_bound = bound is not None and bound.gateway_subscription_id not in {"", old["id"]}
    is_done = is_bound and _end(old["gateway"], old["id"], key=f"replaced-{row.pk}")
    if is_done:
        _note(row, REPLACES, now=now)
    return is_done


def _end_unwanted(*, now: dt.datetime) -> int:
    """End what was paid, or agreed to, and is nobody's plan."""
    with tenancy.operator():
        rows = Checkout.objects.filter(told__has_key=UNWANTED, updated_at__gte=now - ASKED_FOR)
        found = list(rows.exclude(told__unwanted__has_key="ended_at").order_by("updated_at")[:BATCH])
    return sum(rounds.each(found, partial(_end_one, now=now)))


def _end_one(row: Checkout, *, now: dt.datetime) -> bool:
    name, key = row.told[UNWANTED]["gateway"], row.told[UNWANTED]["id"]
    with tenancy.operator():
        lives = Subscription.objects.filter(status__in=Subscription.LIVING, gateway=name, gateway_subscription_id=key)
        is_done = not lives.exists()
    is_done = is_done and _end(name, key, key=f"unwanted-{row.pk}")
    if is_done:
        _note(row, UNWANTED, now=now)
    return is_done


def _note(row: Checkout, what: str, *, now: dt.datetime) -> None:
    with tenancy.operator():
        held = Checkout.objects.select_for_update().get(pk=row.pk)
        held.told = {**held.told, what: {**held.told[what], "ended_at": now.isoformat()}}
        held.save(update_fields=["told", "updated_at"])


def _end_ended(*, now: dt.datetime) -> int:
    """End what our own clock ended: a gateway knows nothing of our days."""
    with tenancy.operator():
        rows = Subscription.objects.filter(status__in=ENDED, ended_at__gte=now - ASKED_FOR)
        rows = rows.exclude(gateway_subscription_id="").exclude(gateway_state__in=OVER)
        found = list(rows.order_by("ended_at")[:BATCH])
    return sum(rounds.each(found, lambda row: _end(row.gateway, row.gateway_subscription_id, key=f"over-{row.pk}")))


def _end(name: str, subscription_id: str, *, key: str) -> bool:
    """Ask a gateway to charge no more, at once; say whether it is done."""
    try:
        gateway(name).cancel(subscription_id, at_period_end=False, key=key)
    except Gone:
        return True
    except GatewayError as error:
        log.warning("gateway_subscription_not_ended", gateway=name, subscription=subscription_id, error=str(error))
        return False
    return True
