"""PayPal: products, plans and subscriptions approved on its page; orders for single payments. Never inside India.

An order that its payer approved is not paid before we capture it, which is done where it is read (with its id as key,
so that twice is once). Told to end with its period, a subscription is suspended; the period's end cancels it.
"""

import base64
import binascii
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
from cryptography import x509

from billing.gateways import paypal_refunds, signatures
from billing.gateways.amounts import read_minor, written
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
from billing.gateways.paypal_bodies import NAME, context, order_of, plan_of, stamp, subscription_of
from billing.gateways.paypal_certificates import HOSTS, Certificates
from billing.gateways.telling import Facts, Teller
from billing.gateways.wire import Said, Wire, named, parsed

EARLY = timedelta(minutes=2)
# Retries come for three days, each signed anew; the event's id tells them apart.
PAST = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=30)
STATES = {
    "APPROVAL_PENDING": SubscriptionState.PENDING,
    "APPROVED": SubscriptionState.PENDING,
    "ACTIVE": SubscriptionState.ACTIVE,
    "SUSPENDED": SubscriptionState.PAUSED,
    "CANCELLED": SubscriptionState.CANCELED,
    "EXPIRED": SubscriptionState.ENDED,
}
MANDATES = {
    "APPROVAL_PENDING": MandateState.PENDING,
    "APPROVED": MandateState.PENDING,
    "ACTIVE": MandateState.ACTIVE,
    "SUSPENDED": MandateState.PAUSED,
}
# What the same states mean while a charge is open.
BEHIND = {
    SubscriptionState.ACTIVE: SubscriptionState.PAST_DUE,
    SubscriptionState.PAUSED: SubscriptionState.HALTED,
}
SALES = {
    "COMPLETED": PaymentState.PAID,
    "PARTIALLY_REFUNDED": PaymentState.PAID,
    "REFUNDED": PaymentState.PAID,
    "PENDING": PaymentState.PENDING,
    "DECLINED": PaymentState.FAILED,
    "FAILED": PaymentState.FAILED,
}
REFUNDS = {"COMPLETED": RefundState.DONE, "FAILED": RefundState.FAILED, "CANCELLED": RefundState.FAILED}


class PayPal:
    """The adapter."""

    key: ClassVar[str] = "paypal"
    settings: ClassVar[Mapping[str, str]] = {
        "base": "PAYPAL_API_URL",
        "client_id": "PAYPAL_CLIENT_ID",
        "client_secret": "PAYPAL_CLIENT_SECRET",
        "webhook_id": "PAYPAL_WEBHOOK_ID",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        base: str = "https://api-m.paypal.com",
        client_id: str = "",
        client_secret: str = "",
        webhook_id: str = "",
        roots: Sequence[x509.Certificate] = (),
        hosts: frozenset[str] = HOSTS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.client_id, self.client_secret, self.webhook_id, self.clock = client_id, client_secret, webhook_id, clock
        self.tells = Teller(self.key)
        self.certificates = Certificates(client, roots=roots, hosts=hosts)
        self.wire = Wire(client, "PayPal", base, _said, {})
        self._lock = threading.Lock()
        self._token, self._until = "", datetime.min.replace(tzinfo=UTC)

    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to speak with."""
        return bool(self.client_id and self.client_secret and self.webhook_id)

    # Commands

    def price(self, wanted: Price) -> PriceMade:
        """Make a product and a plan; the same key, the same ones."""
        product = wanted.product_id
        if not product:
            told = {"name": wanted.title[:NAME], "type": "SERVICE", "category": "SOFTWARE"}
            product = str(self._post("/v1/catalogs/products", told, key=f"{wanted.key}:product")["id"])
        made = self._post("/v1/billing/plans", plan_of(wanted, product), key=f"{wanted.key}:plan")
        return PriceMade(str(made["id"]), product)

    def checkout(self, order: Order) -> Checkout:
        """Open the page where a subscription, or one payment, is approved."""
        if order.interval is None:
            made = self._post("/v2/checkout/orders", order_of(order), key=order.key)
            return Checkout(_link(made, "payer-action", "approve"), str(made["id"]))
        made = self._post("/v1/billing/subscriptions", subscription_of(order), key=order.key)
        return Checkout(_link(made, "approve"), str(made["id"]), str(made["id"]))

    def change(self, change: Change) -> Changed:
        """Put the subscription on another plan, which its payer approves."""
        told: dict[str, Any] = {"plan_id": change.price_id}
        if change.back:
            told["application_context"] = context(change.back, change.left)
        place = f"/v1/billing/subscriptions/{named(change.subscription_id)}/revise"
        made = self._post(place, told, key="")
        return Changed(change.subscription_id, _link(made, "approve"))

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:
        """Suspend it until its period ends, or end it for good."""
        if at_period_end:
            states = {"SUSPENDED", "CANCELLED", "EXPIRED"}
            self._unless(subscription_id, states, "suspend", "Ends with its period", key=key)
        else:
            self._unless(subscription_id, {"CANCELLED", "EXPIRED"}, "cancel", "Cancelled", key=key)

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Take a suspended one up again."""
        self._unless(subscription_id, {"ACTIVE"}, "activate", "Kept after all", key=key)

    def _unless(self, subscription_id: str, states: set[str], act: str, reason: str, *, key: str) -> None:
        """Ask for another state, unless it is so already."""
        place = f"/v1/billing/subscriptions/{named(subscription_id)}"
        if self._get(place).get("status") not in states:
            self._post(f"{place}/{act}", {"reason": reason}, key=key)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give back part or all of a payment, once for its key."""
        told = {
            "amount": {"value": written(order.amount, order.currency), "currency_code": order.currency},
            "custom_id": order.key[:127],
            "note_to_payer": (order.reason or "Refund")[:255],
        }
        place = f"/v2/payments/captures/{named(order.payment_id)}/refund"
        made = self._post(place, told, key=order.key)
        return Refunded(str(made["id"]), REFUNDS.get(str(made.get("status")), RefundState.PENDING))

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:  # noqa: ARG002
        """Return nothing: what pays is changed in the payer's own PayPal account."""
        return ""

    def mandate(self, subscription_id: str) -> Mandate:
        """Return how it stands; PayPal does not say what it charges."""
        return _mandate(self._get(f"/v1/billing/subscriptions/{named(subscription_id)}"))

    # What it tells

    def hear(self, delivery: Delivery) -> Told:
        """Verify the signature with the certificate it names; it must be signed for our webhook."""
        names = ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")
        told_id, stamp, given, address, algorithm = (delivery.headers.get(f"paypal-{name}", "") for name in names)
        if algorithm.upper() not in {"SHA256WITHRSA", "SHA256WITHRSAENCRYPTION"} or not self.webhook_id:
            raise NotGenuine("no signature")
        try:
            moment, signature = datetime.fromisoformat(stamp), base64.b64decode(given, validate=True)
            signatures.fresh(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now=delivery.now, past=PAST)
        except (ValueError, binascii.Error):
            raise NotGenuine("no time, or no signature") from None
        message = signatures.paypal_message(
            delivery.body, transmission_id=told_id, stamp=stamp, webhook_id=self.webhook_id
        )
        self.certificates.verify(message, signature, address=address, now=delivery.now)
        return self.kept(delivery.body)

    def kept(self, body: bytes) -> Told:
        """Read an event's bytes."""
        try:
            return _told(parsed(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from None

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:
        """Return all events of a span, delivered or not; it keeps them for thirty days."""
        since = max(since, until - LONGEST_SPAN)
        span = {"start_time": stamp(since), "end_time": stamp(until), "page_size": 100}
        page = self._get("/v1/notifications/webhooks-events", **span)
        while True:
            yield from (_told(event) for event in page.get("events") or [])
            onward = _link(page, "next") if _has(page, "next") else ""
            if not onward:
                return
            place = httpx.URL(onward)
            page = self._get(place.path, **dict(place.params))

    def read(self, told: Told, *, now: datetime) -> Facts:
        """Read again what the event names."""
        kind, found = told.kind, told.data["resource"]
        if kind.startswith("BILLING.SUBSCRIPTION."):
            return self._subscription(str(found["id"]), now)
        if kind == "CHECKOUT.ORDER.APPROVED":
            return self._order(str(found["id"]), now)
        if kind.startswith("PAYMENT.SALE."):
            sale = str(found.get("sale_id") or found["id"])
            agreement = str(found.get("billing_agreement_id") or "")
            return self._sale(sale, agreement, found, now, at=told.at or now)
        if kind.startswith("PAYMENT.CAPTURE."):
            order = ((found.get("supplementary_data") or {}).get("related_ids") or {}).get("order_id")
            return self._order(str(order), now) if order else self._capture(str(found["id"]), now)
        if kind.startswith("CUSTOMER.DISPUTE."):
            return self._dispute(found, now)
        return []

    def look(self, known: Known, *, now: datetime) -> Facts:
        """Read a subscription with all it charged, or a single order."""
        if known.subscription_id:
            facts = self._subscription(known.subscription_id, now, since=now - 3 * LONGEST_SPAN)
        else:
            facts = self._order(known.checkout_id, now) if known.checkout_id else []
        return facts + [fact for each in known.refund_ids for fact in self._refund(each, now)]

    # Reading again

    def _subscription(self, subscription_id: str, now: datetime, *, since: datetime | None = None) -> Facts:
        try:
            seen = self._get(f"/v1/billing/subscriptions/{named(subscription_id)}")
        except Gone:
            return self.tells.gone(subscription_id, at=now)
        info = seen.get("billing_info") or {}
        whose = {"reference": str(seen.get("custom_id") or ""), "subscription_id": subscription_id}
        behind = int(info.get("failed_payments_count") or 0) > 0
        state = STATES.get(str(seen.get("status")), SubscriptionState.PENDING)
        if behind:
            state = BEHIND.get(state, state)
        facts = self.tells.subscription(
            subscription_id,
            state=state,
            at=now,
            reference=whose["reference"],
            customer_id=str((seen.get("subscriber") or {}).get("payer_id") or ""),
            mandate=_mandate(seen),
        )
        if last := info.get("last_failed_payment"):  # it stays after it was made good
            facts += self._failed(last, whose)
        return facts + self._charged(whose, since=since or now - LONGEST_SPAN, until=now)

    def _failed(self, last: Mapping[str, Any], whose: Mapping[str, Any]) -> Facts:
        """Return the charge that failed: it has no id of its own, so it is called by its time."""
        currency, moment = str(last["amount"]["currency_code"]), datetime.fromisoformat(str(last["time"]))
        reason = str(last.get("reason_code") or "")
        return self.tells.payment(
            f"{whose['subscription_id']}-failed-{int(moment.timestamp())}",
            state=PaymentState.FAILED,
            amount=read_minor(last["amount"]["value"], currency),
            currency=currency,
            at=moment,
            failure=(reason, reason.replace("_", " ").capitalize()),
            **whose,
        )

    def _charged(self, whose: Mapping[str, Any], *, since: datetime, until: datetime) -> Facts:
        """Return what a subscription charged in a span, with what went back."""
        place = f"/v1/billing/subscriptions/{whose['subscription_id']}/transactions"
        facts: Facts = []
        given_back: dict[str, datetime] = {}
        with suppress(Gone):
            listed = self._get(place, start_time=stamp(since), end_time=stamp(until + EARLY))
            for each in listed.get("transactions") or []:
                facts += self._transaction(each, whose)
                if str(each.get("status")) in paypal_refunds.SALES:
                    given_back[str(each["id"])] = datetime.fromisoformat(str(each["time"]))
        return facts + paypal_refunds.found(self._get, self.tells, given_back, until=until + EARLY)

    def _transaction(self, seen: Mapping[str, Any], whose: Mapping[str, Any]) -> Facts:
        gross = seen["amount_with_breakdown"]["gross_amount"]
        currency, status = str(gross["currency_code"]), str(seen.get("status"))
        amount = read_minor(gross["value"], currency)
        if amount <= 0:  # a refund may be listed too, as a negative sum that names no payment: it is searched for
            return []
        return self.tells.payment(
            str(seen["id"]),
            state=SALES.get(status, PaymentState.PENDING),
            amount=amount,
            currency=currency,
            at=datetime.fromisoformat(str(seen["time"])),
            method="PayPal",
            refunded=amount if status == "REFUNDED" else None,
            **whose,
        )

    def _sale(self, sale: str, agreement: str, found: Mapping[str, Any], now: datetime, *, at: datetime) -> Facts:
        """Return a subscription as it is now, with the sale told of; one outside any subscription is not ours."""
        since = min(now, at) - LONGEST_SPAN
        facts = self._subscription(agreement, now, since=since) if agreement else []
        if found.get("sale_id"):  # the event is of a refund: its sale names the subscription
            facts += self._refund_told(found, sale, now)
        return facts

    def _refund_told(self, found: Mapping[str, Any], sale: str, now: datetime) -> Facts:
        amount = found["amount"]
        currency = str(amount.get("currency") or amount.get("currency_code"))
        return self.tells.refund(
            str(found["id"]),
            payment_id=sale,
            state=REFUNDS.get(str(found.get("state") or found.get("status") or "").upper(), RefundState.PENDING),
            amount=abs(read_minor(amount.get("total") or amount.get("value"), currency)),
            currency=currency,
            at=now,
            key=str(found.get("custom") or found.get("custom_id") or ""),
        )

    def _order(self, order_id: str, now: datetime) -> Facts:
        """Return how an order stands; one its payer approved is captured first, once."""
        place = f"/v2/checkout/orders/{named(order_id)}"
        seen = self._get(place)
        if seen.get("status") == "APPROVED":
            with suppress(Refused):  # declined: the order says so below
                self._post(f"{place}/capture", {}, key=f"capture-{order_id}")
            seen = self._get(place)
        unit = (seen.get("purchase_units") or [{}])[0]
        reference = str(unit.get("custom_id") or "")
        state = {"COMPLETED": CheckoutState.COMPLETED, "VOIDED": CheckoutState.EXPIRED}.get(str(seen.get("status")))
        facts = self.tells.checkout(order_id, state=state, at=now, reference=reference)
        for each in (unit.get("payments") or {}).get("captures") or []:
            facts += self._captured(each, reference, order_id)
        for each in (unit.get("payments") or {}).get("refunds") or []:
            facts += self._refund_of_order(each, now)
        return facts

    def _capture(self, capture_id: str, now: datetime) -> Facts:
        seen = self._get(f"/v2/payments/captures/{named(capture_id)}")
        order = ((seen.get("supplementary_data") or {}).get("related_ids") or {}).get("order_id")
        if order:
            return self._order(str(order), now)
        return self._captured(seen, str(seen.get("custom_id") or ""), "") if seen.get("custom_id") else []

    def _captured(self, seen: Mapping[str, Any], reference: str, order_id: str) -> Facts:
        currency = str(seen["amount"]["currency_code"])
        reason = str((seen.get("status_details") or {}).get("reason") or "")
        return self.tells.payment(
            str(seen["id"]),
            state=SALES.get(str(seen.get("status")), PaymentState.PENDING),
            amount=read_minor(seen["amount"]["value"], currency),
            currency=currency,
            at=datetime.fromisoformat(str(seen["create_time"])),
            reference=reference,
            order_id=order_id,
            method="PayPal",
            failure=(reason, reason),
        )

    def _refund_of_order(self, seen: Mapping[str, Any], now: datetime) -> Facts:
        up = _link(seen, "up").rsplit("/", 1)[-1]
        return self._refund_told(seen, up, now)

    def _refund(self, refund_id: str, now: datetime) -> Facts:
        """Return a refund of ours as it stands; its payment is named by a link."""
        try:
            seen = self._get(f"/v2/payments/refunds/{named(refund_id)}")
        except Gone:
            return []
        return self._refund_of_order(seen, now)

    def _dispute(self, found: Mapping[str, Any], now: datetime) -> Facts:
        amount = found["dispute_amount"]
        currency = str(amount["currency_code"])
        outcome = str((found.get("dispute_outcome") or {}).get("outcome_code") or "")
        state = "open" if found.get("status") != "RESOLVED" else "won" if "SELLER" in outcome else "lost"
        return [
            fact
            for each in found.get("disputed_transactions") or []
            for fact in self.tells.dispute(
                str(each["seller_transaction_id"]),
                amount=read_minor(amount["value"], currency),
                currency=currency,
                at=now,
                state=state,
            )
        ]

    # The wire

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.wire.call("GET", path, params=query, headers=self._signed_in())

    def _post(self, path: str, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        headers = {**self._signed_in(), "Prefer": "return=representation"}
        if key:
            headers["PayPal-Request-Id"] = key[:108]
        return self.wire.call("POST", path, json=told, headers=headers)

    def _signed_in(self) -> dict[str, str]:
        """Return the header of a token, fetched when the last one is about to run out."""
        with self._lock:
            if self.clock() >= self._until:
                ours = (self.client_id, self.client_secret)
                grant = Wire(self.wire.client, "PayPal", self.wire.base, _said, {}, ours)
                answer = grant.call("POST", "/v1/oauth2/token", data={"grant_type": "client_credentials"})
                self._token = str(answer["access_token"])
                self._until = self.clock() + timedelta(seconds=int(answer["expires_in"])) - EARLY
            return {"Authorization": f"Bearer {self._token}"}


def _said(data: Mapping[str, Any]) -> Said:
    details = data.get("details") or [{}]
    first = details[0] if isinstance(details, list) and isinstance(details[0], Mapping) else {}
    message = data.get("message") or data.get("error_description") or ""
    return Said(str(first.get("description") or message)[:200], str(first.get("issue") or data.get("name") or ""))


def _told(event: Mapping[str, Any]) -> Told:
    found = event["resource"]
    return Told(
        key=str(event["id"]),
        kind=str(event["event_type"]),
        object_id=str(found.get("id") or ""),
        at=datetime.fromisoformat(str(event["create_time"])),
        data={"resource": dict(found)},
    )


def _mandate(seen: Mapping[str, Any]) -> Mandate:
    payer = str((seen.get("subscriber") or {}).get("email_address") or "")
    state = MANDATES.get(str(seen.get("status")), MandateState.REVOKED)
    return Mandate(state, method="paypal", label="PayPal" if payer else "")


def _has(found: Mapping[str, Any], name: str) -> bool:
    return any(link.get("rel") == name for link in found.get("links") or [])


def _link(found: Mapping[str, Any], *names: str) -> str:
    """Return the address of the first of these relations."""
    links = {str(link.get("rel")): str(link.get("href")) for link in found.get("links") or []}
    return next((links[name] for name in names if name in links), "")
