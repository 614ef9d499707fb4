"""Razorpay: subscriptions with a hosted page, payment links for single payments, mandates under India's rules.

It signs no time and knows keys only for refunds. A delivery is known by its event id; what may have been made is
looked for by our reference in its notes before it is made again. Told to end with its period, a subscription is paused,
because its own “cancel at cycle end” cannot be taken back; the period's end cancels it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from billing.gateways import signatures, telling
from billing.gateways.base import (
    Change,
    Changed,
    Checkout,
    Delivery,
    Interval,
    Known,
    Mandate,
    Order,
    Price,
    PriceMade,
    Refunded,
    RefundOrder,
    Told,
)
from billing.gateways.errors import Gone, NotGenuine, Refused, Unreadable
from billing.gateways.facts import CheckoutState, MandateState, PaymentState, RefundState, SubscriptionState
from billing.gateways.telling import Facts, Teller
from billing.gateways.wire import Said, Wire, named, parsed

PAGE = 100
# Cycles to ask a mandate for: ten years, well inside what UPI and cards allow.
CYCLES = {Interval.MONTH: 120, Interval.YEAR: 10}
STATES = {
    "created": SubscriptionState.PENDING,
    "authenticated": SubscriptionState.ACTIVE,
    "active": SubscriptionState.ACTIVE,
    "pending": SubscriptionState.PAST_DUE,
    "halted": SubscriptionState.HALTED,
    "paused": SubscriptionState.PAUSED,
    "cancelled": SubscriptionState.CANCELED,
    "completed": SubscriptionState.ENDED,
    "expired": SubscriptionState.ENDED,
}
MANDATES = {
    "created": MandateState.PENDING,
    "authenticated": MandateState.ACTIVE,
    "active": MandateState.ACTIVE,
    "pending": MandateState.ACTIVE,
    "halted": MandateState.PAUSED,
    "paused": MandateState.PAUSED,
}
PAYMENTS = {
    "captured": PaymentState.PAID,
    "refunded": PaymentState.PAID,
    "failed": PaymentState.FAILED,
    "created": PaymentState.PENDING,
    "authorized": PaymentState.PENDING,
}
REFUNDS = {"processed": RefundState.DONE, "failed": RefundState.FAILED}
LINKS = {
    "paid": CheckoutState.COMPLETED,
    "expired": CheckoutState.EXPIRED,
    "cancelled": CheckoutState.EXPIRED,
}


class Razorpay:
    """The adapter."""

    key: ClassVar[str] = "razorpay"
    settings: ClassVar[Mapping[str, str]] = {
        "base": "RAZORPAY_API_URL",
        "key_id": "RAZORPAY_KEY_ID",
        "key_secret": "RAZORPAY_KEY_SECRET",
        "webhook_secrets": "RAZORPAY_WEBHOOK_SECRETS",
        "account": "RAZORPAY_ACCOUNT",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        base: str = "https://api.razorpay.com",
        key_id: str = "",
        key_secret: str = "",
        webhook_secrets: Sequence[str] = (),
        account: str = "",
    ) -> None:
        self.key_secret, self.webhook_secrets, self.account = key_secret, tuple(webhook_secrets), account
        self.tells = Teller(self.key)  # one account in one installation
        self.wire = Wire(client, "Razorpay", base, _said, {}, auth=(key_id, key_secret))

    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to speak with."""
        return bool(self.key_secret and self.webhook_secrets)

    # Commands

    def price(self, wanted: Price) -> PriceMade:
        """Make a plan, unless it was made before."""
        for plan in self._listed("/v1/plans"):
            if _notes(plan).get("key") == wanted.key:
                return PriceMade(str(plan["id"]))
        item = {"name": wanted.title, "amount": wanted.amount, "currency": wanted.currency}
        period = {Interval.MONTH: "monthly", Interval.YEAR: "yearly"}[wanted.interval]
        made = self._post("/v1/plans", {"period": period, "interval": 1, "item": item, "notes": {"key": wanted.key}})
        return PriceMade(str(made["id"]))

    def checkout(self, order: Order) -> Checkout:
        """Open a subscription's page, or a payment link; one that was made for this order before is taken again."""
        if order.interval is None:
            return _link(self._link_of(order) or self._post("/v1/payment_links", _link_fields(order)))
        made = self._subscription_of(order) or self._post("/v1/subscriptions", _fields(order, order.interval))
        return Checkout(str(made["short_url"]), str(made["id"]), str(made["id"]), str(made.get("customer_id") or ""))

    def _subscription_of(self, order: Order) -> Mapping[str, Any] | None:
        made = self._listed("/v1/subscriptions", plan_id=order.price_id)
        return next((each for each in made if _notes(each).get("reference") == order.reference), None)

    def _link_of(self, order: Order) -> Mapping[str, Any] | None:
        found = self.wire.get("/v1/payment_links", reference_id=order.reference).get("payment_links") or []
        return next((each for each in found if each.get("reference_id") == order.reference), None)

    def change(self, change: Change) -> Changed:  # noqa: ARG002
        """Refuse: another sum needs another mandate, which only the payer can give."""
        raise Refused("Razorpay charges another sum only with a new mandate.", code="new_mandate")

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:  # noqa: ARG002
        """Pause it until its period ends, or end it for good."""
        place = f"/v1/subscriptions/{named(subscription_id)}"
        if at_period_end:
            self._unless(place, {"paused"}, f"{place}/pause", {"pause_at": "now"})
        else:
            ended = {"cancelled", "completed", "expired"}
            self._unless(place, ended, f"{place}/cancel", {"cancel_at_cycle_end": 0})

    def resume(self, subscription_id: str, *, key: str) -> None:  # noqa: ARG002
        """Take a paused one up again."""
        place = f"/v1/subscriptions/{named(subscription_id)}"
        self._unless(place, {"active", "authenticated"}, f"{place}/resume", {"resume_at": "now"})

    def _unless(self, place: str, states: set[str], path: str, told: Mapping[str, Any]) -> None:
        """Post, unless what is wished is so already; here no key protects from doing it twice."""
        if self.wire.get(place).get("status") not in states:
            self._post(path, told)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give back part or all of a payment, once for its key."""
        key = re.sub(r"[^A-Za-z0-9_-]", "-", order.key).ljust(10, "-")
        told = {"amount": order.amount, "notes": {"reference": order.key}, "receipt": order.key[:40]}
        place = f"/v1/payments/{named(order.payment_id)}/refund"
        made = self.wire.call("POST", place, json=told, headers={"X-Refund-Idempotency": key})
        return Refunded(str(made["id"]), REFUNDS.get(str(made.get("status")), RefundState.PENDING))

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:  # noqa: ARG002
        """Return the subscription's page while a charge failed: there another card is given. Else a new checkout."""
        seen = self.wire.get(f"/v1/subscriptions/{named(subscription_id)}")
        return str(seen.get("short_url") or "") if seen.get("status") in {"pending", "halted", "created"} else ""

    def mandate(self, subscription_id: str) -> Mandate:
        """Return how it stands and what it charges."""
        return _mandate(self.wire.get(f"/v1/subscriptions/{named(subscription_id)}"))

    # What it tells

    def hear(self, delivery: Delivery) -> Told:
        """Verify the signature; the event must be of our account."""
        given = delivery.headers.get("x-razorpay-signature", "")
        signatures.check_razorpay(delivery.body, given, secrets=self.webhook_secrets)
        told = self.kept(delivery.body)
        if named_there := delivery.headers.get("x-razorpay-event-id", ""):
            told = replace(told, key=named_there)
        if self.account and told.account != self.account:
            raise NotGenuine("another account's event")
        return told

    def kept(self, body: bytes) -> Told:
        """Read an event's bytes; without the header that names it, it is known by them."""
        try:
            return _told(parsed(body), key=hashlib.sha256(body).hexdigest())
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise Unreadable(type(error).__name__) from None

    def read(self, told: Told, *, now: datetime) -> Facts:
        """Read again what the event names."""
        about = told.data.get("payload") or {}
        named_there = {kind: str((part.get("entity") or {}).get("id") or "") for kind, part in about.items()}
        facts: Facts = []
        if link := named_there.get("payment_link"):
            facts += self._link(link, now)
        if subscription := named_there.get("subscription"):
            facts += self._subscription(subscription, now)
        payment = named_there.get("payment") or str(
            ((about.get("refund") or {}).get("entity") or {}).get("payment_id") or ""
        )
        if payment and payment not in telling.payments_in(facts):
            facts += self._payment(payment, now, subscription=named_there.get("subscription", ""))
        if told.kind.startswith("payment.dispute"):
            facts += self._dispute(about["dispute"]["entity"])
        return facts

    def look(self, known: Known, *, now: datetime) -> Facts:
        """Read a subscription with all it charged, or a payment link; and each payment's refunds."""
        facts: Facts = []
        if known.subscription_id:
            facts += self._subscription(known.subscription_id, now)
            with suppress(Gone):
                for invoice in self._listed("/v1/invoices", subscription_id=known.subscription_id):
                    if invoice.get("payment_id"):
                        facts += self._payment(str(invoice["payment_id"]), now, subscription=known.subscription_id)
        elif known.checkout_id:
            facts += self._link(known.checkout_id, now)
        for each in sorted(set(known.payment_ids) - set(telling.payments_in(facts))):
            facts += self._payment(each, now, subscription=known.subscription_id)
        return facts

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:
        """Return payments and refunds of a span as events: its lists know no others."""
        span = {"from": int(since.timestamp()), "to": int(until.timestamp())}
        for kind in ("payment", "refund"):
            for each in self._listed(f"/v1/{kind}s", **span):
                state = f"{each['id']}:{each.get('status')}:{each.get('amount_refunded') or 0}"
                yield Told(
                    key=f"poll:{state}",
                    kind=f"{kind}.{each.get('status')}",
                    object_id=str(each["id"]),
                    at=_moment(each["created_at"]),
                    account=self.account,
                    data={"payload": {kind: {"entity": each}}},
                )

    # Reading again

    def _subscription(self, subscription_id: str, now: datetime) -> Facts:
        try:
            seen = self.wire.get(f"/v1/subscriptions/{named(subscription_id)}")
        except Gone:
            return self.tells.gone(subscription_id, at=now)
        period = (seen.get("current_start"), seen.get("current_end"))
        return self.tells.subscription(
            subscription_id,
            state=STATES.get(str(seen.get("status")), SubscriptionState.PENDING),
            at=now,
            reference=str(_notes(seen).get("reference") or ""),
            customer_id=str(seen.get("customer_id") or ""),
            period=(_moment(period[0]), _moment(period[1])) if all(period) else None,
            mandate=_mandate(seen),
        )

    def _payment(self, payment_id: str, now: datetime, *, subscription: str = "") -> Facts:
        """Return a payment with its refunds; one of neither a subscription nor our reference is somebody else's."""
        seen = self.wire.get(f"/v1/payments/{named(payment_id)}")
        invoice = self._invoice(seen)
        subscription = subscription or str(invoice.get("subscription_id") or "")
        reference = str(_notes(seen).get("reference") or "")
        if not subscription and not reference:
            return []
        period = (invoice.get("billing_start"), invoice.get("billing_end"))
        state = PAYMENTS.get(str(seen.get("status")), PaymentState.PENDING)
        paid = self.tells.payment(
            payment_id,
            state=state,
            amount=int(seen["amount"]),
            currency=str(seen["currency"]),
            at=_moment(seen["created_at"]),
            reference=reference,
            subscription_id=subscription,
            invoice_id=str(seen.get("invoice_id") or ""),
            order_id=str(seen.get("order_id") or ""),
            customer_id=str(seen.get("customer_id") or ""),
            period=(_moment(period[0]), _moment(period[1])) if all(period) else None,
            method=_method(seen),
            failure=(
                str(seen.get("error_reason") or seen.get("error_code") or ""),
                str(seen.get("error_description") or ""),
            ),
        )
        return [*paid, *(self._refunds_of(payment_id, now) if int(seen.get("amount_refunded") or 0) else ())]

    def _invoice(self, payment: Mapping[str, Any]) -> Mapping[str, Any]:
        if not payment.get("invoice_id"):
            return {}
        with suppress(Gone):
            return self.wire.get(f"/v1/invoices/{named(str(payment['invoice_id']))}")
        return {}

    def _refunds_of(self, payment_id: str, now: datetime) -> Facts:
        return [
            fact
            for each in self._listed(f"/v1/payments/{named(payment_id)}/refunds")
            for fact in self.tells.refund(
                str(each["id"]),
                payment_id=payment_id,
                state=REFUNDS.get(str(each.get("status")), RefundState.PENDING),
                amount=int(each["amount"]),
                currency=str(each["currency"]),
                at=now,
                key=str(_notes(each).get("reference") or ""),
            )
        ]

    def _link(self, link_id: str, now: datetime) -> Facts:
        """Return how a payment link stands, with what was paid by it."""
        seen = self.wire.get(f"/v1/payment_links/{named(link_id)}")
        reference = str(seen.get("reference_id") or "")
        facts = self.tells.checkout(link_id, reference=reference, state=LINKS.get(str(seen.get("status"))), at=now)
        for each in seen.get("payments") or []:
            found = self._payment(str(each["payment_id"]), now)
            facts += telling.belonging(found, reference=reference)
        return facts

    def _dispute(self, found: Mapping[str, Any]) -> Facts:
        return self.tells.dispute(
            str(found["payment_id"]),
            state=str(found.get("status")),
            amount=int(found["amount"]),
            currency=str(found["currency"]),
            at=_moment(found["created_at"]),
        )

    # The wire

    def _post(self, path: str, told: Mapping[str, Any]) -> dict[str, Any]:
        return self.wire.call("POST", path, json=told)

    def _listed(self, path: str, **query: Any) -> Iterator[Mapping[str, Any]]:
        skip = 0
        while True:
            items = self.wire.get(path, count=PAGE, skip=skip, **query).get("items") or []
            yield from items
            if len(items) < PAGE:
                return
            skip += PAGE


def _said(data: Mapping[str, Any]) -> Said:
    error = data.get("error")
    error = error if isinstance(error, Mapping) else {}
    words = str(error.get("description") or "")
    # An id it does not know is a bad request there, told by its words alone.
    return Said(words[:200], str(error.get("reason") or error.get("code") or ""), "does not exist" in words)


def _fields(order: Order, interval: Interval) -> dict[str, Any]:
    """Return a subscription's fields: what is charged at once is an add-on."""
    told: dict[str, Any] = {
        "plan_id": order.price_id,
        "total_count": CYCLES[interval],
        "quantity": 1,
        "customer_notify": True,
        "notes": {"reference": order.reference, "organization": order.buyer.organization},
    }
    if order.starts_at:
        told["start_at"] = int(order.starts_at.timestamp())
    if order.upfront:
        item = {"name": order.title, "amount": order.upfront, "currency": order.currency}
        told["addons"] = [{"item": item}]
    return told


def _link_fields(order: Order) -> dict[str, Any]:
    buyer = order.buyer
    who = {"name": buyer.name, "email": buyer.email, "contact": buyer.phone}
    return {
        "amount": order.amount,
        "currency": order.currency,
        "description": order.title,
        "reference_id": order.reference,
        "customer": {name: value for name, value in who.items() if value},
        "notify": {"sms": False, "email": False},
        "notes": {"reference": order.reference, "organization": buyer.organization},
        "callback_url": order.back,
        "callback_method": "get",
    }


def _link(made: Mapping[str, Any]) -> Checkout:
    return Checkout(str(made["short_url"]), str(made["id"]))


def _told(event: Mapping[str, Any], *, key: str) -> Told:
    about = event["payload"]
    first = next(iter(event.get("contains") or about), "")
    entity = (about.get(first) or {}).get("entity") or {}
    return Told(
        key=key,
        kind=str(event["event"]),
        object_id=str(entity.get("id") or ""),
        at=_moment(event["created_at"]),
        account=str(event.get("account_id") or ""),
        data={"payload": {kind: {"entity": dict(part["entity"])} for kind, part in about.items()}},
    )


def _mandate(seen: Mapping[str, Any]) -> Mandate:
    return Mandate(
        MANDATES.get(str(seen.get("status")), MandateState.REVOKED), method=str(seen.get("payment_method") or "")
    )


def _method(payment: Mapping[str, Any]) -> str:
    """Return how it was paid, for people."""
    kind, card = str(payment.get("method") or ""), payment.get("card")
    if isinstance(card, Mapping) and card.get("last4"):
        return f"{card.get('network') or 'Card'} •••• {card['last4']}"
    return {"upi": "UPI", "emandate": "eMandate", "netbanking": "Net banking"}.get(kind, kind)


def _notes(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the notes, which are an empty list where there are none."""
    notes = found.get("notes")
    return notes if isinstance(notes, Mapping) else {}


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(int(str(value)), UTC)
