"""Each gateway at the wire, with its adapter: what every one of them is held to alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from billing.gateways.base import Buyer, Checkout, Gateway, Interval, Order, Price
from billing.gateways.base import Delivery as Heard
from billing.gateways.cashfree import Cashfree
from billing.gateways.paypal import PayPal
from billing.gateways.razorpay import Razorpay
from billing.gateways.stripe import Stripe
from tests.peers import fake_cashfree, fake_paypal, fake_razorpay, fake_stripe
from tests.peers.gateway import Delivery, GatewayServer

START = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
AUTHORITY = fake_paypal.Authority(START)


class Clock:
    """The time on the bench, the gateway's and ours."""

    def __init__(self, now: datetime = START) -> None:
        self.at = now

    def __call__(self) -> datetime:
        return self.at

    def go(self, span: timedelta) -> None:
        self.at += span


@dataclass
class Bench:
    """A stand-in and the adapter that speaks to it."""

    server: Any
    gateway: Gateway
    clock: Clock
    currency: str
    country: str
    made: int = 0
    open: list[Checkout] = field(default_factory=list)

    def order(self, **more: Any) -> Order:
        """An order of a monthly plan, ₹943.82 or $9.00 with tax."""
        self.made += 1
        amount = 943_82 if self.currency == "INR" else 9_00
        buyer = Buyer("org-1", "asha@kesar.example", "Asha Rao", "+919812345678", self.country)
        order = Order(
            key=f"checkout-{self.made:04d}",
            reference=f"ref-{self.made:04d}",
            title="Pro",
            amount=amount,
            currency=self.currency,
            buyer=buyer,
            back="https://trenddrop.example/back",
            left="https://trenddrop.example/left",
            interval=Interval.MONTH,
        )
        order = replace(order, **more)
        if order.interval:
            price = Price(f"pro-{order.amount}", order.title, order.amount, order.currency, order.interval)
            order = replace(order, price_id=self.gateway.price(price).price_id)
        return order

    def buy(self, **more: Any) -> tuple[Order, Checkout, str]:
        """Order, and pay on the hosted page; the payment's id."""
        order = self.order(**more)
        page = self.gateway.checkout(order)
        return order, page, self.server.pay(page.id)

    def subscription(self, page: Checkout) -> str:
        """The gateway's subscription that a page led to."""
        if page.subscription_id:
            return page.subscription_id
        return str(self.server.sessions[page.id]["subscription"])

    def hear(self, delivery: Delivery, **headers: str) -> Any:
        """Verify a delivery as the door does."""
        return self.gateway.hear(Heard(delivery.body, {**delivery.headers, **headers}, self.clock()))

    def facts(self, deliveries: list[Delivery] | None = None) -> list[Any]:
        """All that deliveries mean, in their order."""
        found = self.server.deliveries() if deliveries is None else deliveries
        return [fact for each in found for fact in self.gateway.read(self.hear(each), now=self.clock())]


def _stripe(client: httpx.Client, clock: Clock) -> tuple[GatewayServer, Gateway]:
    server = fake_stripe.FakeStripe(clock)
    secrets = [fake_stripe.WEBHOOK_SECRET]
    return server, Stripe(client=client, base=server.url, secret_key=fake_stripe.SECRET_KEY, webhook_secrets=secrets)


def _razorpay(client: httpx.Client, clock: Clock) -> tuple[GatewayServer, Gateway]:
    server = fake_razorpay.FakeRazorpay(clock)
    told = {"key_id": fake_razorpay.KEY_ID, "key_secret": fake_razorpay.KEY_SECRET, "account": fake_razorpay.ACCOUNT}
    secrets = [fake_razorpay.WEBHOOK_SECRET]
    return server, Razorpay(client=client, base=server.url, webhook_secrets=secrets, **told)


def _cashfree(client: httpx.Client, clock: Clock) -> tuple[GatewayServer, Gateway]:
    server = fake_cashfree.FakeCashfree(clock)
    secrets = [fake_cashfree.CLIENT_SECRET]
    told = {"client_id": fake_cashfree.CLIENT_ID, "bridge": "https://trenddrop.example/billing/cashfree/"}
    return server, Cashfree(client=client, base=server.url, client_secrets=secrets, **told)


def _paypal(client: httpx.Client, clock: Clock) -> tuple[GatewayServer, Gateway]:
    server = fake_paypal.FakePayPal(clock, authority=AUTHORITY)
    told: dict[str, Any] = {"client_id": fake_paypal.CLIENT_ID, "client_secret": fake_paypal.CLIENT_SECRET}
    made = PayPal(
        client=client, base=server.url, webhook_id=fake_paypal.WEBHOOK_ID, roots=[AUTHORITY.root], clock=clock, **told
    )
    made.certificates.client = httpx.Client(transport=httpx.MockTransport(lambda _asked: _certificate(server)))
    return server, made


def _certificate(server: fake_paypal.FakePayPal) -> httpx.Response:
    """PayPal's own host, which no test may ask."""
    return httpx.Response(200, content=server.certificate)


BENCHES: dict[str, tuple[Callable[[httpx.Client, Clock], tuple[GatewayServer, Gateway]], str, str]] = {
    "stripe": (_stripe, "INR", "IN"),
    "razorpay": (_razorpay, "INR", "IN"),
    "cashfree": (_cashfree, "INR", "IN"),
    "paypal": (_paypal, "USD", "PT"),
}


@contextmanager
def bench_of(key: str) -> Iterator[Bench]:
    """A bench, until the block ends."""
    build, currency, country = BENCHES[key]
    clock = Clock()
    with httpx.Client(trust_env=False, timeout=5) as client:
        server, gateway = build(client, clock)
        with server:
            yield Bench(server, gateway, clock, currency, country)
