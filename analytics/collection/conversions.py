"""Applying what sites and shops told: each message once, a sale once however many tell of it, refunds when it is known.

A message may come twice, late, or before the one it belongs to. What tells of the same order is one conversion: the
shop is believed before the site's server, and that before the page, which anybody can imitate.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from accounts import tenancy
from analytics.collection.crediting import credit
from analytics.models import Conversion, ConversionMessage, ConversionSite
from analytics.shops.facts import REFUND
from trenddrop.core.alone import alone

log = structlog.get_logger(__name__)

Source = Conversion.Source
BATCH = 500
PATIENCE = dt.timedelta(days=3)
KEPT = dt.timedelta(days=90)
BELIEVED = {Source.STRIPE: 4, Source.SHOPIFY: 4, Source.SERVER: 3, Source.CSV: 2, Source.HAND: 2, Source.PIXEL: 1}


class NotYet(Exception):
    """The order that is given back is not known here: perhaps its message is still on its way."""


def apply_due(*, now: dt.datetime) -> int:
    """Apply what waits, each message in a transaction of its own; return how many were applied."""
    with tenancy.operator():
        waiting = ConversionMessage.objects.filter(applied_at=None).order_by("error", "received_at")
        found = list(waiting.values_list("pk", "organization_id")[:BATCH])
    return sum(_apply_one(key, organization_id, now=now) for key, organization_id in found)


def _apply_one(key: uuid.UUID, organization_id: uuid.UUID, *, now: dt.datetime) -> bool:
    with tenancy.of_organization(organization_id):
        rows = ConversionMessage.objects.select_for_update(skip_locked=True, of=("self",)).select_related("site")
        message = rows.filter(pk=key, applied_at=None).first()
        if message is None:
            return False
        try:
            with transaction.atomic():
                apply(message)
        except NotYet:
            return _wait(message, "Its order is not known yet.", now=now)
        except Exception as error:  # whatever is wrong with one message holds up no other
            log.exception("conversion message failed", message=str(key))
            return _wait(message, f"{type(error).__name__}: {error}"[:500], now=now)
        message.applied_at, message.error = now, ""
        message.save(update_fields=["applied_at", "error", "updated_at"])
        return True


def _wait(message: ConversionMessage, words: str, *, now: dt.datetime) -> bool:
    """Try again at the next turn; after some days it is left, with its reason."""
    message.error = words
    message.applied_at = now if message.received_at < now - PATIENCE else None
    message.save(update_fields=["error", "applied_at", "updated_at"])
    return False


def apply(message: ConversionMessage) -> Conversion:
    """Do what a message says. Call inside a transaction of its organisation; raises NotYet."""
    alone(f"conversions:{message.site_id}")  # of two messages about one order, one is first
    if message.body["do"] == REFUND:
        return _give_back(message.site, message.body)
    return _convert(message)


def _found(site: ConversionSite, body: Mapping[str, Any]) -> Conversion | None:
    """Return the conversion that a message is about, by any of the names it has."""
    names = {body["external_id"], *body.get("refs", [])}
    known = Q(external_id__in=names)
    for name in sorted(names):
        known |= Q(told__contains={"refs": [name]})
    return site.conversions.select_for_update(of=("self",)).filter(known).order_by("created_at").first()


def _convert(message: ConversionMessage) -> Conversion:
    body, site = message.body, message.site
    row = _found(site, body)
    if row is None:
        row = Conversion(
            organization_id=site.organization_id, site=site, external_id=body["external_id"], source=message.source
        )
        _take(row, message)
    elif BELIEVED[Source(message.source)] > BELIEVED[Source(row.source)]:
        row.source = message.source
        _take(row, message)
    row.visitor = row.visitor or body.get("visitor", "") or _of_group(site, body)
    row.told = _merged(row.told, body)
    row.save()
    credit(row, site)
    return row


def _take(row: Conversion, message: ConversionMessage) -> None:
    body = message.body
    row.type = body["type"]
    row.value = Decimal(body["value"]) if body.get("value") is not None else None
    row.currency = body.get("currency") or (message.site.currency if row.value is not None else "")
    row.at = min(dt.datetime.fromisoformat(body["at"]) if body.get("at") else message.received_at, message.received_at)


def _of_group(site: ConversionSite, body: Mapping[str, Any]) -> str:
    """Return who began the subscription that goes on: a renewal comes without its visitor."""
    group = body.get("group")
    if not group:
        return ""
    rows = site.conversions.filter(told__contains={"group": group}).exclude(visitor="").order_by("at")
    return rows.values_list("visitor", flat=True).first() or ""


def _merged(told: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: told.get(name) or body.get(name, "") for name in ("channel", "campaign", "link", "group")}
    refs = sorted({*told.get("refs", []), *body.get("refs", [])})
    return {name: value for name, value in {**merged, "refs": refs}.items() if value}


def _give_back(site: ConversionSite, body: Mapping[str, Any]) -> Conversion:
    row = _found(site, body)
    if row is None:
        raise NotYet
    at = dt.datetime.fromisoformat(body["at"]) if body.get("at") else row.at
    give_back(row, Decimal(body["value"]) if body.get("value") is not None else None, at=at, total=body["is_total"])
    return row


def give_back(row: Conversion, amount: Decimal | None, *, at: dt.datetime, total: bool = False) -> None:
    """Note what was given back: all of it, a part more, or (`total`) how much by now."""
    whole, is_all = row.value or Decimal(0), amount is None
    if amount is None:
        amount, total = whole, True
    row.refunded = min(max(row.refunded, amount) if total else row.refunded + amount, whole)
    is_all = is_all or (row.value is not None and row.refunded >= whole)  # of what has no value no amount is all
    if is_all and row.refunded_at is None:
        row.refunded_at = max(at, row.at)
    row.save(update_fields=["refunded", "refunded_at", "updated_at"])


def forget_messages(*, now: dt.datetime) -> int:
    """Remove messages whose content has long been applied; shops repeat theirs for days, not for months."""
    with tenancy.operator():
        gone, _each = ConversionMessage.objects.filter(applied_at__lt=now - KEPT).delete()
    return gone
