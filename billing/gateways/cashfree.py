"""Cashfree: subscriptions with a mandate in rupees (UPI AutoPay, eNACH, card) and payment links for single payments.

The ids are ours: a subscription is called by our reference, a refund by its key, so what was made is found by its name.
The mandate's page is opened by Cashfree's own script from a session; `bridge` is the page of ours that holds it.
Sums are decimal rupees here. Older API versions name an event SUBSCRIPTION_STATUS_CHANGE, newer ones …_CHANGED.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import httpx

from billing.gateways import signatures
from billing.gateways.amounts import read_minor, to_decimal
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
from billing.gateways.errors import Gone, OutcomeUnknown, Refused, Unreadable
from billing.gateways.facts import CheckoutState, MandateState, PaymentState, RefundState, SubscriptionState
from billing.gateways.telling import Facts, Teller
from billing.gateways.wire import Said, Wire, named, parsed

INDIA = timezone(timedelta(hours=5, minutes=30))
VERSION = "2025-01-01"
CYCLES = {Interval.MONTH: 120, Interval.YEAR: 10}
STATES = {
    "INITIALIZED": SubscriptionState.PENDING,
    "BANK_APPROVAL_PENDING": SubscriptionState.PENDING,
    "ACTIVE": SubscriptionState.ACTIVE,
    "ON_HOLD": SubscriptionState.PAST_DUE,
    "PAUSED": SubscriptionState.PAUSED,
    "CUSTOMER_PAUSED": SubscriptionState.PAUSED,
    "CANCELLED": SubscriptionState.CANCELED,
    "CUSTOMER_CANCELLED": SubscriptionState.CANCELED,
    "COMPLETED": SubscriptionState.ENDED,
    "EXPIRED": SubscriptionState.ENDED,
    "LINK_EXPIRED": SubscriptionState.ENDED,
    "CARD_EXPIRED": SubscriptionState.PAST_DUE,
}
MANDATES = {
    "INITIALIZED": MandateState.PENDING,
    "BANK_APPROVAL_PENDING": MandateState.PENDING,
    "ACTIVE": MandateState.ACTIVE,
    "ON_HOLD": MandateState.PAUSED,
    "PAUSED": MandateState.PAUSED,
    "CUSTOMER_PAUSED": MandateState.PAUSED,
}
PAYMENTS = {
    "SUCCESS": PaymentState.PAID,
    "FAILED": PaymentState.FAILED,
    "CANCELLED": PaymentState.FAILED,
    "PENDING": PaymentState.PENDING,
    "INITIALIZED": PaymentState.PENDING,
}
REFUNDS = {"SUCCESS": RefundState.DONE, "CANCELLED": RefundState.FAILED, "FAILED": RefundState.FAILED}
LINKS = {"PAID": CheckoutState.COMPLETED, "EXPIRED": CheckoutState.EXPIRED, "CANCELLED": CheckoutState.EXPIRED}


class Cashfree:
    """The adapter."""

    key: ClassVar[str] = "cashfree"
    settings: ClassVar[Mapping[str, str]] = {
        "base": "CASHFREE_API_URL",
        "client_id": "CASHFREE_CLIENT_ID",
        "client_secrets": "CASHFREE_CLIENT_SECRETS",
        "bridge": "CASHFREE_BRIDGE_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        base: str = "https://api.cashfree.com",
        client_id: str = "",
        client_secrets: Sequence[str] = (),
        bridge: str = "",
    ) -> None:
        # The same secret signs what it tells; while it is changed, the new one stands first.
        self.client_secrets, self.bridge = tuple(client_secrets), bridge
        secret = self.client_secrets[0] if self.client_secrets else ""
        self.tells = Teller(self.key)
        headers = {"x-api-version": VERSION, "x-client-id": client_id, "x-client-secret": secret}
        self.wire = Wire(client, "Cashfree", base, _said, headers)

    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to speak with."""
        return bool(self.client_secrets)

    # Commands

    def price(self, wanted: Price) -> PriceMade:  # noqa: ARG002 (plans are made in place)
        """Nothing: plans go with the order."""
        return PriceMade()

    def checkout(self, order: Order) -> Checkout:
        """Open a mandate's page, or a payment link."""
        if order.interval is None:
            made = self._made("/pg/links", _link_fields(order), key=order.key, again=f"/pg/links/{order.reference}")
            return Checkout(str(made["link_url"]), order.reference)
        place = f"/pg/subscriptions/{named(order.reference)}"
        made = self._made("/pg/subscriptions", _fields(order, order.interval), key=order.key, again=place)
        session = str(made["subscription_session_id"])
        return Checkout(f"{self.bridge}?session={session}", order.reference, order.reference)

    def _made(self, path: str, told: Mapping[str, Any], *, key: str, again: str) -> dict[str, Any]:
        """Make something under a name of ours; when that name is taken, it is what was made before."""
        try:
            return self._post(path, told, key=key)
        except (Refused, OutcomeUnknown) as error:
            try:
                return self.wire.get(again)
            except Gone:
                raise error from None

    def change(self, change: Change) -> Changed:  # noqa: ARG002
        """Refuse: another sum needs another mandate, which only the payer can give."""
        raise Refused("Cashfree charges another sum only with a new mandate.", code="new_mandate")

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:
        """Pause it until its period ends, or end it for good."""
        self._manage(subscription_id, "PAUSE" if at_period_end else "CANCEL", key=key)

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Take a paused one up again."""
        self._manage(subscription_id, "ACTIVATE", key=key)

    def _manage(self, subscription_id: str, action: str, *, key: str) -> None:
        """Ask for another state, unless it is so already."""
        so = {"PAUSE": {"paused"}, "CANCEL": {"ended"}, "ACTIVATE": {"active"}}[action]
        place = f"/pg/subscriptions/{named(subscription_id)}"
        if STATES.get(str(self.wire.get(place).get("subscription_status"))) not in so:
            self._post(f"{place}/manage", {"subscription_id": subscription_id, "action": action}, key=key)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give back part or all of a payment, once for its key."""
        name = order.key[:40]
        told: dict[str, Any] = {
            "refund_id": name,
            "refund_amount": float(to_decimal(order.amount, order.currency)),
            "refund_note": order.reason[:100] or "Refund",
        }
        if order.subscription_id:
            place = f"/pg/subscriptions/{named(order.subscription_id)}/refunds"
            told |= {"payment_id": order.payment_id, "subscription_id": order.subscription_id}
        else:
            place = f"/pg/orders/{named(self._order_of(order.payment_id))}/refunds"
        made = self._made(place, told, key=order.key, again=f"{place}/{named(name)}")
        return Refunded(name, REFUNDS.get(str(made.get("refund_status")), RefundState.PENDING))

    def _order_of(self, payment_id: str) -> str:
        """Return the order of a link's payment: its id here is “order:payment”."""
        return payment_id.partition("__")[0]

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:  # noqa: ARG002
        """Return nothing: another card or account is another mandate."""
        return ""

    def mandate(self, subscription_id: str) -> Mandate:
        """Return how the mandate stands, how it pays, and the most it may take."""
        return _mandate(self.wire.get(f"/pg/subscriptions/{named(subscription_id)}"))

    # What it tells

    def hear(self, delivery: Delivery) -> Told:
        """Verify the signature over time and body."""
        given, stamp = (delivery.headers.get(f"x-webhook-{name}", "") for name in ("signature", "timestamp"))
        signatures.check_cashfree(delivery.body, given, stamp, secrets=self.client_secrets, now=delivery.now)
        return self.kept(delivery.body)

    def kept(self, body: bytes) -> Told:
        """Read an event's bytes."""
        try:
            return _told(parsed(body))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise Unreadable(type(error).__name__) from None

    def read(self, told: Told, *, now: datetime) -> Facts:
        """Read again what the event names."""
        ids = told.data["ids"]
        if subscription := ids.get("subscription_id"):
            facts = self._subscription(subscription, now)
            if ids.get("payment_id"):
                facts += self._payment(subscription, ids["payment_id"], now)
            if ids.get("refund_id"):
                facts += self._refund(subscription, ids["refund_id"], ids.get("payment_id", ""), now)
            return facts
        return self._link(ids["link_id"], now) if ids.get("link_id") else []

    def look(self, known: Known, *, now: datetime) -> Facts:
        """Read a subscription with all its payments and their refunds, or a payment link."""
        if known.subscription_id:
            facts = self._subscription(known.subscription_id, now)
            with suppress(Gone):
                listed = self.wire.get(f"/pg/subscriptions/{named(known.subscription_id)}/payments")
                for each in listed.get("items") or listed.get("data") or []:
                    facts += self._paid(known.subscription_id, each, now)
            for refund in known.refund_ids:
                facts += self._refund(known.subscription_id, refund, "", now)
            return facts
        return self._link(known.checkout_id, now) if known.checkout_id else []

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:  # noqa: ARG002
        """Return nothing: it keeps no list by time; what we know of is looked at one by one."""
        return ()

    # Reading again

    def _subscription(self, subscription_id: str, now: datetime) -> Facts:
        try:
            seen = self.wire.get(f"/pg/subscriptions/{named(subscription_id)}")
        except Gone:
            return self.tells.gone(subscription_id, at=now)
        return self.tells.subscription(
            subscription_id,
            state=STATES.get(str(seen.get("subscription_status")), SubscriptionState.PENDING),
            at=now,
            reference=subscription_id,
            mandate=_mandate(seen),
        )

    def _payment(self, subscription_id: str, payment_id: str, now: datetime) -> Facts:
        place = f"/pg/subscriptions/{named(subscription_id)}/payments/{named(payment_id)}"
        try:
            return self._paid(subscription_id, self.wire.get(place), now)
        except Gone:
            return []

    def _refund(self, subscription_id: str, refund_id: str, payment_id: str, now: datetime) -> Facts:
        try:
            seen = self.wire.get(f"/pg/subscriptions/{named(subscription_id)}/refunds/{named(refund_id)}")
        except Gone:
            return []
        return self._refunded(seen, str(seen.get("payment_id") or payment_id), now)

    def _link(self, link_id: str, now: datetime) -> Facts:
        """Return how a payment link stands, with what was paid and given back by it."""
        seen = self.wire.get(f"/pg/links/{named(link_id)}")
        state = LINKS.get(str(seen.get("link_status")))
        facts = self.tells.checkout(link_id, reference=link_id, state=state, at=now)
        for order in self.wire.get(f"/pg/links/{link_id}/orders").get("items") or []:
            order_id = str(order["order_id"])
            for each in self.wire.get(f"/pg/orders/{named(order_id)}/payments").get("items") or []:
                facts += self._single(each, order_id, link_id, now)
            for each in self.wire.get(f"/pg/orders/{named(order_id)}/refunds").get("items") or []:
                facts += self._refunded(each, f"{order_id}__{each['cf_payment_id']}", now)
        return facts

    def _paid(self, subscription_id: str, seen: Mapping[str, Any], now: datetime) -> Facts:
        """Return a payment, or the notice of one to come; a rupee that only proves a mandate is none."""
        details = seen.get("authorization_details") or {}
        if seen.get("payment_type") == "AUTH" and details.get("authorization_amount_refund"):
            return []
        currency = str(seen.get("payment_currency") or "INR")
        amount, debit_at = read_minor(seen["payment_amount"], currency), _when(seen.get("payment_schedule_date"))
        whose: dict[str, Any] = {"reference": subscription_id, "subscription_id": subscription_id}
        if seen.get("payment_status") in {"SCHEDULED", "NOTIFIED"}:
            return self.tells.notice(amount=amount, currency=currency, at=now, debit_at=debit_at, **whose)
        failure = str((seen.get("failure_details") or {}).get("failure_reason") or "")
        return self.tells.payment(
            str(seen["payment_id"]),
            state=PAYMENTS.get(str(seen.get("payment_status")), PaymentState.PENDING),
            amount=amount,
            currency=currency,
            at=_when(seen.get("payment_initiated_date")) or debit_at or now,
            order_id=str(seen.get("cf_payment_id") or ""),
            method=_method(str(details.get("payment_group") or details.get("payment_method") or "")),
            failure=(failure, failure),
            **whose,
        )

    def _single(self, seen: Mapping[str, Any], order_id: str, link_id: str, now: datetime) -> Facts:
        currency = str(seen.get("payment_currency") or "INR")
        failure = str((seen.get("error_details") or {}).get("error_description") or "")
        return self.tells.payment(
            f"{order_id}__{seen['cf_payment_id']}",
            state=PAYMENTS.get(str(seen.get("payment_status")), PaymentState.PENDING),
            amount=read_minor(seen["payment_amount"], currency),
            currency=currency,
            at=_when(seen.get("payment_completion_time") or seen.get("payment_time")) or now,
            reference=link_id,
            order_id=order_id,
            method=_method(str(seen.get("payment_group") or "")),
            failure=(failure, failure),
        )

    def _refunded(self, seen: Mapping[str, Any], payment_id: str, now: datetime) -> Facts:
        currency = str(seen.get("refund_currency") or "INR")
        return self.tells.refund(
            str(seen["refund_id"]),
            payment_id=payment_id,
            state=REFUNDS.get(str(seen.get("refund_status")), RefundState.PENDING),
            amount=read_minor(seen["refund_amount"], currency),
            currency=currency,
            at=now,
            key=str(seen["refund_id"]),
        )

    def _post(self, path: str, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        return self.wire.call("POST", path, json=told, headers={"x-idempotency-key": key} if key else {})


def _said(data: Mapping[str, Any]) -> Said:
    return Said(str(data.get("message") or "")[:200], str(data.get("code") or ""))


def _rupees(minor: int, currency: str) -> float:
    """Return minor units as the number its documents ask for; two decimals of a rupee are exact in what is written."""
    return float(to_decimal(minor, currency))


def _fields(order: Order, interval: Interval) -> dict[str, Any]:
    """Return a subscription's fields: the first sum is taken with the mandate, the next a period later."""
    first = order.upfront or (order.amount if order.starts_at is None else 100)
    plan = {
        "plan_name": order.title[:40],
        "plan_type": "PERIODIC",
        "plan_currency": order.currency,
        "plan_amount": _rupees(order.amount, order.currency),
        "plan_max_amount": _rupees(max(order.amount, first), order.currency),
        "plan_max_cycles": CYCLES[interval],
        "plan_intervals": 1,
        "plan_interval_type": {Interval.MONTH: "MONTH", Interval.YEAR: "YEAR"}[interval],
    }
    buyer = order.buyer
    told: dict[str, Any] = {
        "subscription_id": order.reference,
        "customer_details": {
            "customer_name": buyer.name or buyer.email,
            "customer_email": buyer.email,
            "customer_phone": buyer.phone,
        },
        "plan_details": plan,
        "authorization_details": {
            "authorization_amount": _rupees(first, order.currency),
            "authorization_amount_refund": bool(order.starts_at and not order.upfront),
            "payment_methods": ["upi", "enach", "card"],
        },
        "subscription_meta": {"return_url": order.back},
        "subscription_tags": {"organization": order.buyer.organization},
    }
    if order.starts_at:
        told["subscription_first_charge_time"] = order.starts_at.astimezone(UTC).isoformat(timespec="seconds")
    return told


def _link_fields(order: Order) -> dict[str, Any]:
    return {
        "link_id": order.reference,
        "link_amount": _rupees(order.amount, order.currency),
        "link_currency": order.currency,
        "link_purpose": order.title,
        "customer_details": {"customer_phone": order.buyer.phone, "customer_email": order.buyer.email},
        "link_notify": {"send_sms": False, "send_email": False},
        "link_meta": {"return_url": order.back},
        "link_notes": {"organization": order.buyer.organization},
    }


def _told(event: Mapping[str, Any]) -> Told:
    """Read an event's envelope; deliveries of one event agree in type, business id, status and time."""
    kind, data = str(event["type"]), event["data"]
    details = data.get("subscription_details") or {}
    ids = {
        "subscription_id": data.get("subscription_id") or details.get("subscription_id"),
        "payment_id": data.get("payment_id"),
        "refund_id": data.get("refund_id"),
        "link_id": data.get("link_id") or ((data.get("order") or {}).get("order_tags") or {}).get("link_id"),
    }
    ids = {name: str(value) for name, value in ids.items() if value}
    status = data.get("payment_status") or data.get("refund_status") or details.get("subscription_status")
    named_there = data.get("cf_refund_id") or data.get("cf_payment_id") or details.get("cf_subscription_id") or ids
    parts = "|".join(str(part) for part in (kind, named_there, status or data.get("link_status"), event["event_time"]))
    return Told(
        key=hashlib.sha256(parts.encode()).hexdigest(),
        kind=kind,
        object_id=ids.get("refund_id") or ids.get("payment_id") or ids.get("subscription_id") or ids.get("link_id", ""),
        at=_when(event["event_time"]),
        data={"ids": ids},
    )


def _mandate(seen: Mapping[str, Any]) -> Mandate:
    details = seen.get("authorisation_details") or seen.get("authorization_details") or {}
    plan = seen.get("plan_details") or {}
    currency = str(plan.get("plan_currency") or "INR")
    most = plan.get("plan_max_amount")
    method = str(details.get("payment_group") or "")
    return Mandate(
        MANDATES.get(str(seen.get("subscription_status")), MandateState.REVOKED),
        method=method,
        label=_method(method),
        most=read_minor(most, currency) if most is not None else None,
        currency=currency,
    )


def _method(kind: str) -> str:
    return {"upi": "UPI", "enach": "eNACH", "card": "Card", "net_banking": "Net banking"}.get(kind.lower(), kind)


def _when(value: object) -> datetime | None:
    """Return an ISO time; one without a zone is India's."""
    if not value:
        return None
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=INDIA)
