"""What is sent to Stripe: the fields of a Checkout session, as forms."""

from collections.abc import Iterator, Mapping
from typing import Any

from billing.gateways.base import Order
from billing.gateways.capabilities import INDIA


def session_of(order: Order, *, collects_tax: bool = False) -> dict[str, Any]:
    """Return the fields of a Checkout session; `collects_tax`: Stripe adds another country's tax, never India's."""
    told = _session_of(order)
    if collects_tax and order.buyer.country not in {"", INDIA}:
        for line in told["line_items"]:
            line["price_data"]["tax_behavior"] = "exclusive"
        told |= {"automatic_tax": {"enabled": True}, "billing_address_collection": "required"}
        if order.buyer.customer_id:
            told |= {"customer_update": {"address": "auto", "name": "auto"}}
    return told


def _session_of(order: Order) -> dict[str, Any]:
    price: dict[str, Any] = _price(order.title, order.amount, order.currency)
    marks = {"reference": order.reference}
    told: dict[str, Any] = {
        "mode": "subscription" if order.interval else "payment",
        "client_reference_id": order.reference,
        "success_url": order.back,
        "cancel_url": order.left,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": marks,
        **({"customer": order.buyer.customer_id} if order.buyer.customer_id else {"customer_email": order.buyer.email}),
    }
    if order.interval is None:
        told |= {"payment_intent_data": {"metadata": marks}}
        if not order.buyer.customer_id:
            told |= {"customer_creation": "always"}
        return told
    price["recurring"] = {"interval": order.interval.value}
    if order.upfront:
        told["line_items"].append({"quantity": 1, "price_data": _price(order.title, order.upfront, order.currency)})
    return told | {"subscription_data": {"metadata": marks, **_beginning(order)}}


def _beginning(order: Order) -> dict[str, Any]:
    """Return when the first period that is charged begins."""
    if order.starts_at is None:
        return {}
    return {"billing_cycle_anchor": int(order.starts_at.timestamp()), "proration_behavior": "none"}


def _price(title: str, amount: int, currency: str) -> dict[str, Any]:
    return {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": title}}


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested fields as Stripe reads forms: items[0][price]."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from flat(part, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from flat(part, f"{name}[{place}]")
    elif value is not None:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
