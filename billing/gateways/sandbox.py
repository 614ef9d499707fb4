"""The test gateway: a gateway of our own, inside the product, with which nobody pays.

It is spoken to as the others are: JSON over HTTP (handed over inside the process, without a socket), a hosted page,
signed events that come in their own time. Who plays it: `billing.sandbox`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from billing.gateways import signatures
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
from billing.gateways.errors import Gone, Unreadable
from billing.gateways.facts import CheckoutState, MandateState, PaymentState, RefundState, SubscriptionState
from billing.gateways.telling import Facts, Teller
from billing.gateways.wire import Said, Wire, named, parsed

SIGNATURE = "test-gateway-signature"


class TestGateway:
    """The adapter."""

    __test__ = False  # for test runners that go by names
    key: ClassVar[str] = "test"
    settings: ClassVar[Mapping[str, str]] = {
        "base": "TEST_GATEWAY_URL",
        "secret": "TEST_GATEWAY_SECRET",
        "is_on": "TEST_GATEWAY",
    }

    def __init__(
        self, *, client: httpx.Client, base: str = "http://test-gateway", secret: str = "", is_on: bool = True
    ) -> None:
        self.secret, self.is_on = secret, is_on
        self.tells = Teller(self.key)
        self.wire = Wire(client, "The test gateway", base, _said, {"Authorization": f"Bearer {secret}"})

    @property
    def is_set_up(self) -> bool:
        """Whether the operator lets people play at paying."""
        return self.is_on and bool(self.secret)

    # Commands

    def price(self, wanted: Price) -> PriceMade:  # noqa: ARG002
        """Nothing: prices go with the order."""
        return PriceMade()

    def checkout(self, order: Order) -> Checkout:
        """Open a hosted page."""
        told = {
            "reference": order.reference,
            "title": order.title,
            "amount": order.amount,
            "currency": order.currency,
            "interval": order.interval.value if order.interval else None,
            "starts_at": order.starts_at.isoformat() if order.starts_at else None,
            "upfront": order.upfront,
            "country": order.buyer.country,
            "customer": order.buyer.customer_id or f"cus_{order.buyer.organization}"[:60],
            "back": order.back,
            "left": order.left,
        }
        made = self._post("/checkouts", told, key=order.key)
        return Checkout(
            url=str(made["url"]), id=str(made["id"]), expires_at=datetime.fromisoformat(str(made["expires_at"]))
        )

    def change(self, change: Change) -> Changed:
        """Charge another sum from the next period on."""
        told = {"amount": change.amount, "interval": change.interval.value, "reference": change.reference}
        self._post(f"/subscriptions/{named(change.subscription_id)}/change", told, key=change.key)
        return Changed(change.subscription_id)

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:
        """Stop charging, at the period's end or now."""
        told = {"at_period_end": at_period_end}
        self._post(f"/subscriptions/{named(subscription_id)}/cancel", told, key=key)

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Go on charging."""
        self._post(f"/subscriptions/{named(subscription_id)}/resume", {}, key=key)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give back part or all of a payment."""
        told = {"amount": order.amount, "currency": order.currency, "reference": order.key}
        made = self._post(f"/payments/{named(order.payment_id)}/refunds", told, key=order.key)
        return Refunded(str(made["id"]), RefundState(made["state"]))

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:  # noqa: ARG002
        """Open the page where another card is chosen."""
        return str(self._post(f"/subscriptions/{named(subscription_id)}/pages", {"back": back}, key="")["url"])

    def mandate(self, subscription_id: str) -> Mandate:
        """Return what it charges."""
        return _mandate(self.wire.get(f"/subscriptions/{named(subscription_id)}"))

    # What it tells

    def hear(self, delivery: Delivery) -> Told:
        """Verify the signature, which is made as Stripe makes them."""
        header = delivery.headers.get(SIGNATURE, "")
        signatures.check_stripe(delivery.body, header, secrets=(self.secret,), now=delivery.now)
        return self.kept(delivery.body)

    def kept(self, body: bytes) -> Told:
        """Read an event's bytes."""
        try:
            return _told(parsed(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from None

    def read(self, told: Told, *, now: datetime) -> Facts:
        """Read again what the event names."""
        ids = told.data["ids"]
        facts: Facts = []
        if ids.get("checkout"):
            facts += self._checkout(ids["checkout"], now)
        if ids.get("subscription"):
            facts += self._subscription(ids["subscription"], now)
        if ids.get("payment"):
            facts += self._payment(self.wire.get(f"/payments/{named(ids['payment'])}"), now)
        return facts

    def look(self, known: Known, *, now: datetime) -> Facts:
        """Read a subscription with all it charged, or a hosted page."""
        if not known.subscription_id:
            return self._checkout(known.checkout_id, now) if known.checkout_id else []
        facts = self._subscription(known.subscription_id, now)
        for each in self._listed(f"/subscriptions/{named(known.subscription_id)}/payments"):
            facts += self._payment(each, now)
        return facts

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:
        """Return all events of a span."""
        for event in self._listed("/events", since=since.isoformat(), until=until.isoformat()):
            yield _told(event)

    # Reading again

    def _checkout(self, checkout_id: str, now: datetime) -> Facts:
        seen = self.wire.get(f"/checkouts/{named(checkout_id)}")
        state = None if seen["state"] == "open" else CheckoutState(seen["state"])
        whose = {"reference": str(seen["reference"]), "subscription_id": str(seen.get("subscription") or "")}
        whose |= {"customer_id": str(seen["customer"])}
        facts = self.tells.checkout(checkout_id, state=state, at=now, **whose)
        for each in seen["payments"]:
            facts += self._payment(each, now)
        return facts

    def _subscription(self, subscription_id: str, now: datetime) -> Facts:
        try:
            seen = self.wire.get(f"/subscriptions/{named(subscription_id)}")
        except Gone:
            return self.tells.gone(subscription_id, at=now)
        facts = self.tells.subscription(
            subscription_id,
            state=SubscriptionState(seen["state"]),
            at=now,
            reference=str(seen["reference"]),
            customer_id=str(seen["customer"]),
            period=(_moment(seen["period_start"]), _moment(seen["period_end"])),
            cancel_at_period_end=bool(seen["cancel_at_period_end"]),
            amount=int(seen["amount"]),
            currency=str(seen["currency"]),
            mandate=_mandate(seen),
        )
        if seen.get("announced"):
            debit_at = _moment(seen["period_end"])
            told: dict[str, Any] = {"amount": int(seen["amount"]), "currency": str(seen["currency"]), "at": now}
            facts += self.tells.notice(**told, debit_at=debit_at, subscription_id=subscription_id)
        return facts

    def _payment(self, seen: Mapping[str, Any], now: datetime) -> Facts:
        period = (seen.get("period_start"), seen.get("period_end"))
        facts = self.tells.payment(
            str(seen["id"]),
            state=PaymentState(seen["state"]),
            amount=int(seen["amount"]),
            currency=str(seen["currency"]),
            at=_moment(seen["at"]),
            reference=str(seen["reference"]),
            subscription_id=str(seen.get("subscription") or ""),
            customer_id=str(seen["customer"]),
            period=(_moment(period[0]), _moment(period[1])) if all(period) else None,
            method=str(seen["method"]),
            action_url=str(seen.get("action_url") or ""),
            failure=(str(seen.get("failure") or ""), str(seen.get("reason") or "")),
        )
        for each in seen["refunds"]:
            facts += self.tells.refund(
                str(each["id"]),
                payment_id=str(seen["id"]),
                state=RefundState(each["state"]),
                amount=int(each["amount"]),
                currency=str(seen["currency"]),
                at=now,
                key=str(each["reference"]),
            )
        return facts

    # The wire

    def _post(self, path: str, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        return self.wire.call("POST", path, json=told, headers={"Idempotency-Key": key} if key else {})

    def _listed(self, path: str, **query: Any) -> Iterator[Mapping[str, Any]]:
        after: str | None = ""
        while after is not None:
            page = self.wire.get(path, after=after or None, **query)
            yield from page["items"]
            after = page.get("after")


def _said(data: Mapping[str, Any]) -> Said:
    return Said(str(data.get("message") or "")[:200], str(data.get("code") or ""))


def _told(event: Mapping[str, Any]) -> Told:
    ids = {str(kind): str(value) for kind, value in event["ids"].items()}
    first = next(iter(ids.values()), "")
    return Told(str(event["id"]), str(event["type"]), first, _moment(event["at"]), data={"ids": ids})


def _mandate(seen: Mapping[str, Any]) -> Mandate:
    mandate = seen.get("mandate") or {}
    state = MandateState(mandate["state"]) if mandate.get("state") else None
    most = mandate.get("most")
    return Mandate(
        state,
        method=str(seen.get("method") or ""),
        label=str(seen.get("method") or ""),
        most=int(most) if most is not None else None,
        currency=str(seen["currency"]),
    )


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
