"""Stripe: Checkout and the billing portal for people, prices made in place, events that are looked up.

Its events come in any order and may tell what is no longer so; each one only names what has to be read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from billing.gateways import signatures, telling
from billing.gateways.base import (
    Change,
    Changed,
    Checkout,
    Delivery,
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
from billing.gateways.stripe_forms import flat, session_of
from billing.gateways.telling import Facts, Teller
from billing.gateways.wire import Said, Wire, named, parsed

VERSION = "2026-10-28.endive"
PAGE = 100
LOOKS_BACK = timedelta(days=100)
EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
)
STATES = {
    "incomplete": SubscriptionState.PENDING,
    "incomplete_expired": SubscriptionState.ENDED,
    "trialing": SubscriptionState.ACTIVE,
    "active": SubscriptionState.ACTIVE,
    "past_due": SubscriptionState.PAST_DUE,
    "unpaid": SubscriptionState.HALTED,
    "canceled": SubscriptionState.CANCELED,
    "paused": SubscriptionState.PAUSED,
}
INTENTS = {"requires_action": PaymentState.ACTION, "processing": PaymentState.PENDING}
SESSIONS = {"complete": CheckoutState.COMPLETED, "expired": CheckoutState.EXPIRED}
REFUNDS = {"succeeded": RefundState.DONE, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}


class Stripe:
    """The adapter."""

    key: ClassVar[str] = "stripe"
    settings: ClassVar[Mapping[str, str]] = {
        "base": "STRIPE_API_URL",
        "secret_key": "STRIPE_SECRET_KEY",
        "webhook_secrets": "STRIPE_WEBHOOK_SECRETS",
        "account": "STRIPE_ACCOUNT",
        "collects_tax": "STRIPE_TAX",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        base: str = "https://api.stripe.com",
        secret_key: str = "",
        webhook_secrets: Sequence[str] = (),
        account: str = "",
        collects_tax: bool = False,
    ) -> None:
        self.collects_tax = collects_tax
        self.secret_key, self.webhook_secrets, self.account = secret_key, tuple(webhook_secrets), account
        self.tells = Teller(self.key)  # one account in one installation
        headers = {"Authorization": f"Bearer {secret_key}", "Stripe-Version": VERSION}
        self.wire = Wire(client, "Stripe", base, _said, headers)

    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to speak with."""
        return bool(self.secret_key and self.webhook_secrets)

    # Commands

    def price(self, wanted: Price) -> PriceMade:  # noqa: ARG002 (prices are made in place)
        """Nothing: prices go with the order."""
        return PriceMade()

    def checkout(self, order: Order) -> Checkout:
        """Open a Checkout session."""
        session = self._post("/v1/checkout/sessions", session_of(order, collects_tax=self.collects_tax), key=order.key)
        return _checkout(session)

    def change(self, change: Change) -> Changed:
        """Put another price on the subscription's one item; nothing is charged for what is left of the period."""
        subscription = self.wire.get(f"/v1/subscriptions/{named(change.subscription_id)}")
        item = subscription["items"]["data"][0]
        price = {
            "currency": change.currency.lower(),
            "unit_amount": change.amount,
            "product": item["price"]["product"],
            "recurring": {"interval": change.interval.value},
        }
        told = {
            "items": [{"id": item["id"], "price_data": price}],
            "proration_behavior": "none",
            "metadata": {"reference": change.reference},
        }
        self._post(f"/v1/subscriptions/{change.subscription_id}", told, key=change.key)
        return Changed(change.subscription_id)

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:
        """End it now, or let it end with its period."""
        place = f"/v1/subscriptions/{named(subscription_id)}"
        if at_period_end:
            self._post(place, {"cancel_at_period_end": True}, key=key)
            return
        try:
            self.wire.call("DELETE", place)
        except Refused:  # ended already, or never there: what was wished is so
            if self.wire.get(place).get("status") not in {"canceled", "incomplete_expired"}:
                raise

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Let it go on after its period."""
        self._post(f"/v1/subscriptions/{named(subscription_id)}", {"cancel_at_period_end": False}, key=key)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give back part or all of a payment."""
        told = {"payment_intent": order.payment_id, "amount": order.amount, "metadata": {"reference": order.key}}
        made = self._post("/v1/refunds", told, key=order.key)
        return Refunded(str(made["id"]), REFUNDS.get(made.get("status") or "", RefundState.PENDING))

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:  # noqa: ARG002
        """Open the portal where the card is changed."""
        told = {"customer": customer_id, "return_url": back, "flow_data": {"type": "payment_method_update"}}
        return str(self._post("/v1/billing_portal/sessions", told, key="")["url"])

    def mandate(self, subscription_id: str) -> Mandate:
        """Return which card or account it charges."""
        place = f"/v1/subscriptions/{named(subscription_id)}"
        return _mandate(self.wire.get(place, **WITH_METHOD))

    # What it tells

    def hear(self, delivery: Delivery) -> Told:
        """Verify the signature; the event must be of our account and of our key's mode."""
        header = delivery.headers.get("stripe-signature", "")
        signatures.check_stripe(delivery.body, header, secrets=self.webhook_secrets, now=delivery.now)
        told = self.kept(delivery.body)
        if told.account != self.account and told.account:
            raise NotGenuine("another account's event")
        if self.secret_key and told.data["livemode"] != self.secret_key.startswith(("sk_live", "rk_live")):
            raise NotGenuine("an event of the other mode")
        return told

    def kept(self, body: bytes) -> Told:
        """Read an event's bytes."""
        try:
            return self._told(parsed(body))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise Unreadable(type(error).__name__) from None

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:
        """Return all events of a span that we listen to."""
        span = {"created[gte]": int(since.timestamp()), "created[lt]": int(until.timestamp())}
        kinds = {f"types[{place}]": kind for place, kind in enumerate(EVENTS)}
        for event in self._listed("/v1/events", **span, **kinds):
            yield self._told(event)

    def read(self, told: Told, *, now: datetime) -> Facts:
        """Read again what the event names."""
        kind, found = told.kind, dict(told.data.get("object") or {})
        reader = next((reads for begins, reads in self._readers() if kind.startswith(begins)), None)
        if kind not in EVENTS or reader is None:
            return []
        return reader(found, now)

    def look(self, known: Known, *, now: datetime) -> Facts:
        """Read a subscription with all its invoices and their refunds, or a single payment with its refunds."""
        facts: Facts = []
        if known.subscription_id:
            facts += self._subscription({"id": known.subscription_id}, now)
            with suppress(Gone):
                since = {"created[gte]": int((now - LOOKS_BACK).timestamp())}
                for invoice in self._listed("/v1/invoices", subscription=known.subscription_id, **since, **EXPAND_ALL):
                    facts += self._invoice_facts(invoice, now)
        elif known.checkout_id:
            facts += self._session({"id": known.checkout_id}, now)
        payments = {*known.payment_ids, *telling.payments_in(facts)}
        return [*facts, *(fact for each in sorted(payments) for fact in self._refunds_of(each, now))]

    # Reading again

    def _readers(self) -> tuple[tuple[str, Callable[[Mapping[str, Any], datetime], Facts]], ...]:
        return (
            ("checkout.session.", self._session),
            ("customer.subscription.", self._subscription),
            ("customer.deleted", self._customer_gone),
            ("invoice.", self._invoice),
            ("charge.dispute.", self._dispute),
            ("charge.refunded", lambda found, now: self._refunds_of(found.get("payment_intent"), now)),
            ("refund.", lambda found, now: self._refunds_of(found.get("payment_intent"), now)),
        )

    def _session(self, found: Mapping[str, Any], now: datetime) -> Facts:
        """Return how a checkout stands; with the subscription it made and its first invoice, or its one payment."""
        session = self.wire.get(f"/v1/checkout/sessions/{named(str(found['id']))}")
        reference = str(session.get("client_reference_id") or "")
        state = SESSIONS.get(str(session.get("status")))
        ids = {"subscription_id": _id(session.get("subscription")), "customer_id": _id(session.get("customer"))}
        facts = self.tells.checkout(str(session["id"]), reference=reference, state=state, at=now, **ids)
        if ids["subscription_id"]:
            facts += self._subscription({"id": ids["subscription_id"]}, now)
            if session.get("invoice"):
                facts += self._invoice({"id": _id(session["invoice"])}, now)
        elif session.get("payment_status") == "paid" and session.get("payment_intent"):
            facts += self._single(session, reference)
        return facts

    def _single(self, session: Mapping[str, Any], reference: str) -> Facts:
        place = f"/v1/payment_intents/{named(_id(session['payment_intent']))}"
        intent = self.wire.get(place, **{"expand[]": "latest_charge"})
        charge = intent.get("latest_charge")
        details = charge if isinstance(charge, Mapping) else {}
        return self.tells.payment(
            str(intent["id"]),
            state=PaymentState.PAID,
            amount=int(intent["amount_received"]),
            currency=_currency(intent),
            at=_moment(details.get("created") or intent["created"]),
            reference=reference,
            customer_id=_id(session.get("customer")),
            method=_method_of(details.get("payment_method_details")),
            receipt_url=str(details.get("receipt_url") or ""),
            tax=int((session.get("total_details") or {}).get("amount_tax") or 0) or None,
        )

    def _subscription(self, found: Mapping[str, Any], now: datetime) -> Facts:
        subscription_id = str(found["id"])
        try:
            seen = self.wire.get(
                f"/v1/subscriptions/{named(subscription_id)}", **{"expand[]": "default_payment_method"}
            )
        except Gone:
            return self.tells.gone(subscription_id, at=now)
        item = (seen.get("items") or {}).get("data", [{}])[0]
        return self.tells.subscription(
            subscription_id,
            state=STATES.get(str(seen.get("status")), SubscriptionState.PENDING),
            at=now,
            reference=_reference(seen),
            customer_id=_id(seen.get("customer")),
            period=_period(item.get("current_period_start"), item.get("current_period_end")),
            cancel_at_period_end=bool(seen.get("cancel_at_period_end")),
            amount=(item.get("price") or {}).get("unit_amount"),
            currency=_currency(seen),
            mandate=_mandate(seen),
        )

    def _invoice(self, found: Mapping[str, Any], now: datetime) -> Facts:
        """Return the payment of an invoice with its refunds, whose news may have come first; and its subscription."""
        invoice = self.wire.get(f"/v1/invoices/{named(str(found['id']))}", **EXPAND)
        facts = self._invoice_facts(invoice, now)
        subscription = _subscription_of(invoice)
        if facts and invoice.get("status") == "paid":
            facts += self._refunds_of(_intent_of(invoice), now)
        return [*(self._subscription({"id": subscription}, now) if subscription and facts else ()), *facts]

    def _invoice_facts(self, invoice: Mapping[str, Any], now: datetime) -> Facts:
        """Return the payment of an invoice; none for one of nothing (a trial) or one that was never tried."""
        subscription = _subscription_of(invoice)
        paid, intent = invoice.get("status") == "paid", _intent_of(invoice)
        if not subscription or not int(invoice.get("amount_due") or 0) or not (paid or invoice.get("attempted")):
            return []
        lines = [each.get("period") or {} for each in (invoice.get("lines") or {}).get("data") or []]
        told = [found for each in lines if (found := _period(each.get("start"), each.get("end")))]
        state, failure = (PaymentState.PAID, ("", "")) if paid else self._failure(intent)
        moments = invoice.get("status_transitions") or {}
        return self.tells.payment(
            intent or str(invoice["id"]),
            state=state,
            amount=int(invoice["amount_paid"] if paid else invoice["amount_due"]),
            currency=_currency(invoice),
            at=_moment(moments.get("paid_at")) if paid and moments.get("paid_at") else now,
            reference=str((_details_of(invoice).get("metadata") or {}).get("reference") or ""),
            subscription_id=subscription,
            invoice_id=str(invoice["id"]),
            customer_id=_id(invoice.get("customer")),
            period=told[-1] if told else None,
            failure=failure,
            tax=sum(int(each.get("amount") or 0) for each in invoice.get("total_taxes") or []) or None,
            action_url="" if paid else str(invoice.get("hosted_invoice_url") or ""),
        )

    def _failure(self, intent: str) -> tuple[PaymentState, tuple[str, str]]:
        """Return why an intent has not paid: declined, or waiting for the payer's hand."""
        if not intent:
            return PaymentState.FAILED, ("", "")
        seen = self.wire.get(f"/v1/payment_intents/{named(intent)}")
        error = seen.get("last_payment_error") or {}
        waits = seen.get("status") == "requires_action"
        state = INTENTS.get(str(seen.get("status")), PaymentState.FAILED)
        code = "authentication_required" if waits else str(error.get("decline_code") or error.get("code") or "")
        return state, (code, str(error.get("message") or ""))

    def _refunds_of(self, payment: object, now: datetime) -> Facts:
        if not payment:
            return []
        return [
            fact
            for each in self._listed("/v1/refunds", payment_intent=_id(payment))
            for fact in self.tells.refund(
                str(each["id"]),
                payment_id=_id(payment),
                state=REFUNDS.get(str(each.get("status")), RefundState.PENDING),
                amount=int(each["amount"]),
                currency=_currency(each),
                at=now,
                key=_reference(each),
                error=str(each.get("failure_reason") or ""),
            )
        ]

    def _dispute(self, found: Mapping[str, Any], now: datetime) -> Facts:
        if not found.get("payment_intent"):
            return []
        dispute = self.wire.get(f"/v1/disputes/{named(str(found['id']))}")
        state = str(dispute.get("status"))
        return self.tells.dispute(
            _id(dispute["payment_intent"]),
            state="won" if state == "warning_closed" else state,
            amount=int(dispute["amount"]),
            currency=_currency(dispute),
            at=now,
        )

    def _customer_gone(self, found: Mapping[str, Any], now: datetime) -> Facts:
        return self.tells.customer_gone(str(found["id"]), at=now)

    # The wire

    def _post(self, path: str, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        return self.wire.call("POST", path, data=dict(flat(told)), headers=headers)

    def _listed(self, path: str, **query: Any) -> Iterator[Mapping[str, Any]]:
        after: dict[str, Any] = {}
        while True:
            page = self.wire.get(path, limit=PAGE, **query, **after)
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    def _told(self, event: Mapping[str, Any]) -> Told:
        found = event["data"]["object"]
        return Told(
            key=str(event["id"]),
            kind=str(event["type"]),
            object_id=str(found.get("id") or ""),
            at=_moment(event["created"]),
            account=str(event.get("account") or ""),
            data={"object": found, "livemode": bool(event["livemode"])},
        )


WITH_METHOD = {"expand[]": "default_payment_method"}
EXPAND = {"expand[]": "payments"}
EXPAND_ALL = {"expand[]": "data.payments"}


def _said(data: Mapping[str, Any]) -> Said:
    error = data.get("error")
    error = error if isinstance(error, Mapping) else {}
    return Said(str(error.get("message") or "")[:200], str(error.get("decline_code") or error.get("code") or ""))


def _checkout(session: Mapping[str, Any]) -> Checkout:
    return Checkout(
        url=str(session["url"]),
        id=str(session["id"]),
        subscription_id=_id(session.get("subscription")),
        customer_id=_id(session.get("customer")),
        expires_at=_moment(session["expires_at"]),
    )


def _mandate(subscription: Mapping[str, Any]) -> Mandate:
    method = subscription.get("default_payment_method")
    state = {"active": MandateState.ACTIVE, "trialing": MandateState.ACTIVE, "past_due": MandateState.ACTIVE}
    if not isinstance(method, Mapping):
        ended = subscription.get("status") in {"canceled", "incomplete_expired"}
        return Mandate(MandateState.REVOKED if ended else MandateState.PENDING)
    found = state.get(str(subscription.get("status")), MandateState.REVOKED)
    return Mandate(found, method=str(method.get("type") or ""), label=_method_of(method))


def _method_of(details: object) -> str:
    """Return how a payment was made, for people: “Visa •••• 4242”."""
    if not isinstance(details, Mapping):
        return ""
    kind = str(details.get("type") or "")
    part = details.get(kind)
    if isinstance(part, Mapping) and part.get("last4"):
        return f"{str(part.get('brand') or kind).title()} •••• {part['last4']}"
    return {"upi": "UPI"}.get(kind, kind.replace("_", " "))


def _details_of(invoice: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an invoice says of its subscription; before 2025 it stood beside its other fields."""
    parent = invoice.get("parent") or {}
    return parent.get("subscription_details") or invoice.get("subscription_details") or {}


def _subscription_of(invoice: Mapping[str, Any]) -> str:
    return _id(_details_of(invoice).get("subscription") or invoice.get("subscription"))


def _intent_of(invoice: Mapping[str, Any]) -> str:
    payments = (invoice.get("payments") or {}).get("data") or []
    first = sorted(payments, key=lambda each: each.get("status") != "paid")[:1]
    return _id((first[0].get("payment") or {}).get("payment_intent")) if first else _id(invoice.get("payment_intent"))


def _reference(found: Mapping[str, Any]) -> str:
    return str((found.get("metadata") or {}).get("reference") or "")


def _id(value: object) -> str:
    """Return an id, of an object that may have been expanded."""
    return str(value.get("id") or "") if isinstance(value, Mapping) else str(value or "")


def _currency(found: Mapping[str, Any]) -> str:
    return str(found.get("currency") or "").upper()


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(int(str(value)), UTC)


def _period(start: object, end: object) -> tuple[datetime, datetime] | None:
    """Return a period; none for what is charged once, which ends when it begins."""
    return (_moment(start), _moment(end)) if start and end and int(str(end)) > int(str(start)) else None
