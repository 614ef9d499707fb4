"""What a site's own server sends: one event or a list of them, in our own words."""

from typing import Any

from analytics.clicks import Source, text
from analytics.shops.facts import (
    CONVERT,
    REFUND,
    TYPES,
    Fact,
    Unreadable,
    currency,
    from_source,
    instant,
    mapping,
    named,
)
from analytics.shops.facts import money as amount

MOST = 100


def read(body: Any) -> list[Fact]:
    """Return the facts of {"events": […]}, or of one event; raises Unreadable, and then nothing is kept."""
    told = body.get("events", [body]) if isinstance(body, dict) else None
    if not isinstance(told, list) or not 1 <= len(told) <= MOST or not all(isinstance(each, dict) for each in told):
        raise Unreadable(f"Send an event, or up to {MOST} of them in a list called events.")
    return [_fact(each) for each in told]


def _fact(event: dict[str, Any]) -> Fact:
    kind, key = text(event.get("type"), 20), named(event.get("id"), "id")
    utm = mapping(event.get("utm"))
    source = Source(
        text(utm.get("source"), 40).lower(), text(utm.get("campaign"), 120), text(event.get("link"), 40).lower()
    )
    common: dict[str, Any] = {
        "external_id": key,
        "value": amount(event.get("value")),
        "currency": currency(event.get("currency")),
        "at": instant(event.get("at")),
        "visitor": text(event.get("visitor"), 200),
        "kind": kind,
        **from_source(source),
    }
    if kind == REFUND:
        part = text(event.get("refund_id"), 100) or "all"
        return Fact(message=f"refund:{key}:{part}"[:200], do=REFUND, **common)
    if kind not in TYPES:
        raise Unreadable(f"The type is none of {', '.join((*TYPES, REFUND))}.")
    return Fact(message=f"{kind}:{key}"[:200], do=CONVERT, type=kind, **common)
