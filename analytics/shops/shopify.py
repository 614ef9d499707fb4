"""Shopify's webhooks: paid orders and refunds. Customers, addresses and lines of an order are not read at all."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from analytics.clicks import Source, host, source_of, text
from analytics.shops.facts import CONVERT, REFUND, VISITOR, Fact, currency, from_source, instant, mapping, named
from analytics.shops.facts import money as amount

PAID, REFUNDED = "orders/paid", "refunds/create"


def read(topic: str, body: Any) -> list[Fact]:
    """Return what a delivery tells, or nothing of a topic that is not ours to count; raises Unreadable."""
    thing = mapping(body)
    if topic == PAID:
        return [_order(thing)]
    if topic == REFUNDED:
        return _refund(thing)
    return []


def _order(order: Mapping[str, Any]) -> Fact:
    key, notes = named(order.get("id"), "id of the order"), _notes(order.get("note_attributes"))
    return Fact(
        message=f"paid:{key}",
        do=CONVERT,
        external_id=key,
        type="purchase",
        value=amount(order.get("total_price") or order.get("current_total_price")),
        currency=currency(order.get("currency")),
        at=instant(order.get("processed_at") or order.get("created_at")),
        visitor=notes.get(VISITOR, ""),
        refs=tuple(filter(None, [key, text(order.get("name"), 60)])),
        kind=PAID,
        **from_source(_source(order, notes)),
    )


def _source(order: Mapping[str, Any], notes: Mapping[str, str]) -> Source:
    """Where the buyer came from: what the cart was told, else the page they landed on, else who sent them there."""
    try:
        query = urlsplit(text(order.get("landing_site"), 2000)).query
    except ValueError:
        query = ""
    landed = source_of(query, host(text(order.get("referring_site"), 2000)))
    return Source(
        notes.get("utm_source", "").lower()[:40] or landed.channel,
        notes.get("utm_campaign", "")[:120] or landed.campaign,
        notes.get("td_link", "").lower()[:40] or landed.link,
    )


def _notes(value: object) -> dict[str, str]:
    """Return the attributes of ours; what else a shop writes there may be personal."""
    wanted = {VISITOR, "utm_source", "utm_campaign", "td_link"}
    listed = [mapping(each) for each in value[:100]] if isinstance(value, list) else []
    return {each["name"]: text(each.get("value"), 200) for each in listed if each.get("name") in wanted}


def _refund(refund: Mapping[str, Any]) -> list[Fact]:
    listed = refund.get("transactions")
    given = [mapping(each) for each in listed[:100]] if isinstance(listed, list) else []
    back = [each for each in given if each.get("kind") == "refund" and each.get("status", "success") == "success"]
    if not back:
        return []  # goods came back, and no money went
    parts = [Decimal(amount(each.get("amount")) or "0") for each in back]
    key = named(refund.get("order_id"), "id of the order")
    return [
        Fact(
            message=f"refund:{named(refund.get('id'), 'id of the refund')}",
            do=REFUND,
            external_id=key,
            value=str(sum(parts)),
            currency=currency(back[0].get("currency")),
            at=instant(refund.get("processed_at") or refund.get("created_at")),
            refs=(key,),
            kind=REFUNDED,
        )
    ]
