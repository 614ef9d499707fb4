"""Stripe's webhooks: checkouts, paid invoices, refunds. What they say of people is not read at all."""

from collections.abc import Mapping
from typing import Any

from analytics.clicks import Source, text
from analytics.shops.facts import (
    CONVERT,
    REFUND,
    VISITOR,
    Fact,
    Unreadable,
    currency,
    from_source,
    instant,
    mapping,
    named,
)
from analytics.shops.facts import money as amount

NO_MINOR = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split())  # noqa: SIM905
THREE_MINOR = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905
CHECKOUTS = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})


def read(body: Any) -> list[Fact]:
    """Return what an event tells, or nothing of one that is not ours to count; raises Unreadable."""
    event, thing = mapping(body), mapping(mapping(mapping(body).get("data")).get("object"))
    kind, message = text(event.get("type"), 100), named(event.get("id"), "id")
    if kind in CHECKOUTS:
        return _checkout(message, kind, thing, event)
    if kind == "invoice.paid":
        return _invoice(message, kind, thing, event)
    if kind == "charge.refunded":
        return [_refund(message, kind, thing, event)]
    return []


def _checkout(message: str, kind: str, session: Mapping[str, Any], event: Mapping[str, Any]) -> list[Fact]:
    mode = session.get("mode")
    if mode not in {"payment", "subscription"} or session.get("payment_status") == "unpaid":
        return []  # a card kept for later, or a payment that is still on its way: another event tells when it came
    said = mapping(session.get("metadata"))
    refs = [_key(session.get(name)) for name in ("invoice", "payment_intent", "id")]
    return [
        Fact(
            message=message,
            do=CONVERT,
            external_id=named(next((each for each in refs if each), ""), "id of the session"),
            type="subscription" if mode == "subscription" else "purchase",
            **_worth(session.get("amount_total"), session.get("currency")),
            at=instant(event.get("created") or session.get("created")),  # a session is made before it is paid
            visitor=_visitor(said) or text(session.get("client_reference_id"), 200),
            refs=tuple(filter(None, refs)),
            group=_key(session.get("subscription")),
            kind=kind,
            **_source(said),
        )
    ]


def _invoice(message: str, kind: str, invoice: Mapping[str, Any], event: Mapping[str, Any]) -> list[Fact]:
    parent = mapping(mapping(invoice.get("parent")).get("subscription_details"))
    said = {
        **mapping(mapping(invoice.get("subscription_details")).get("metadata")),
        **mapping(parent.get("metadata")),
        **mapping(invoice.get("metadata")),
    }
    group = _key(invoice.get("subscription")) or _key(parent.get("subscription"))
    paid_at = mapping(invoice.get("status_transitions")).get("paid_at")
    return [
        Fact(
            message=message,
            do=CONVERT,
            external_id=named(invoice.get("id"), "id of the invoice"),
            type="subscription" if group else "purchase",
            **_worth(invoice.get("amount_paid"), invoice.get("currency")),
            at=instant(paid_at or event.get("created") or invoice.get("created")),
            visitor=_visitor(said),
            refs=tuple(filter(None, [_key(invoice.get("id")), *_intents(invoice)])),
            group=group,
            kind=kind,
            **_source(said),
        )
    ]


def _intents(invoice: Mapping[str, Any]) -> list[str]:
    """Return the payments of an invoice: a field of old versions, a list of new ones."""
    listed = mapping(invoice.get("payments")).get("data")
    paid = [mapping(mapping(each).get("payment")) for each in (listed if isinstance(listed, list) else [])[:20]]
    names = [_key(invoice.get("payment_intent")), _key(invoice.get("charge"))]
    return [each for each in [*names, *(_key(one.get("payment_intent")) for one in paid)] if each]


def _refund(message: str, kind: str, charge: Mapping[str, Any], event: Mapping[str, Any]) -> Fact:
    refs = [each for name in ("invoice", "payment_intent", "id") if (each := _key(charge.get(name)))]
    return Fact(
        message=message,
        do=REFUND,
        external_id=named(next(iter(refs), ""), "id of the charge"),
        **_worth(charge.get("amount_refunded"), charge.get("currency")),
        at=instant(event.get("created") or charge.get("created")),
        refs=tuple(refs),
        is_total=True,  # each event tells all that was given back so far
        kind=kind,
    )


def _worth(value: object, code: object) -> dict[str, Any]:
    found = currency(code)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Unreadable("The amount is no whole number of the smallest unit.")
    minor = 0 if found in NO_MINOR else 3 if found in THREE_MINOR else 2
    return {"value": amount(value, minor=minor), "currency": found}


def _key(value: object) -> str:
    """Return the identifier of something, which stands alone or inside the thing itself."""
    return text(value.get("id") if isinstance(value, dict) else value, 200)


def _visitor(said: Mapping[str, Any]) -> str:
    return text(said.get(VISITOR), 200)


def _source(said: Mapping[str, Any]) -> dict[str, Any]:
    channel, campaign = text(said.get("utm_source"), 40).lower(), text(said.get("utm_campaign"), 120)
    return from_source(Source(channel, campaign, text(said.get("td_link"), 40).lower()))
