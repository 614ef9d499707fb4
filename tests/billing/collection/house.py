"""Kesar buying a plan at any gateway, through the doors that a gateway uses; and all that is known of it afterwards."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.test import Client

from accounts import tenancy
from billing.collection import adapters, events
from billing.gateways.amounts import to_minor
from billing.gateways.base import Buyer, Gateway, Interval, Order, Price
from billing.gateways.base import Checkout as Page
from billing.models import Checkout, GatewayEvent, Payment, PlanPrice, Refund, Subscription
from billing.sandbox import clock as sandbox
from billing.services import checkouts
from billing.services.checkouts import Bill
from tests.billing.gateways.bench import BENCHES, Clock, bench_of
from tests.cast import Cast
from tests.peers.gateway import Delivery
from tests.world_of_billing import sold

TAX = Decimal("1.18")


@dataclass
class House:
    """Our side: the cast, the price on sale, the gateway, and time."""

    cast: Cast
    gateway: Gateway
    clock: Clock
    currency: str = "INR"
    bench: Any = None  # a Bench; at the gateway inside the product there is none
    opened: list[Checkout] = field(default_factory=list)

    @property
    def price(self) -> PlanPrice:
        """Pro, by month."""
        found = sold("pro-month", amount="999.00", rank=2)
        if self.currency == "INR":
            return found
        return PlanPrice.objects.get_or_create(
            version=found.version, currency=self.currency, interval="month", defaults={"amount": Decimal("15.00")}
        )[0]

    def begin(self, *, total: Decimal | None = None, by: Any = None) -> tuple[Checkout, Page]:
        """Open a checkout in our books, and its page at the gateway."""
        by = by or self.cast.asha
        price = self.price
        total = total or (price.amount * TAX).quantize(Decimal("0.01"))
        bill = Bill(self.gateway.key, self.currency, price.amount, total - price.amount, total)
        with tenancy.of_member(by):
            row = checkouts.open_buy(price, bill, by=by, now=self.clock())
        country = "IN" if self.currency == "INR" else "PT"
        buyer = Buyer(str(by.organization_id), "asha@kesar.example", "Asha Menon", "+919812345678", country)
        amount = to_minor(total, self.currency)
        made = self.gateway.price(Price(f"pro-{amount}", "Pro", amount, self.currency, Interval.MONTH))
        order = Order(
            key=str(row.pk),
            reference=str(row.pk),
            title="Pro",
            amount=amount,
            currency=self.currency,
            buyer=buyer,
            back="https://testserver/back",
            left="https://testserver/left",
            interval=Interval.MONTH,
            price_id=made.price_id,
        )
        page = self.gateway.checkout(order)
        with tenancy.of_member(by):
            checkouts.opened(row, session_id=page.id, url=page.url, subscription_id=page.subscription_id)
        self.opened.append(row)
        return row, page

    def tell(self, *deliveries: Delivery) -> list[int]:
        """Deliver to our door; the statuses of the answers."""
        web = Client()
        return [self._sent(web, each) for each in deliveries]

    def _sent(self, web: Client, delivery: Delivery) -> int:
        address = f"/billing/webhooks/{self.gateway.key}/"
        sent = dict(delivery.headers)
        return web.post(address, delivery.body, content_type="application/json", headers=sent).status_code

    def post(self, body: bytes, headers: Any) -> int:
        """What the test gateway posts to our door."""
        return self.tell(Delivery(body, headers))[0]

    def send(self) -> int:
        """Have the test gateway send what it has to tell."""
        return sandbox.send(now=self.clock(), secret=settings.TEST_GATEWAY_SECRET, post=self.post)

    def apply(self) -> None:
        """Apply all that waits."""
        while events.apply_due(clock=self.clock):
            pass

    def subscription(self) -> Any:
        """Kesar's living plan, or its last one."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return Subscription.objects.order_by("-started_at").first()

    def payments(self) -> list[Payment]:
        """What was paid, in the order of its becoming known."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return list(Payment.objects.order_by("gateway_payment_id"))

    def events(self) -> list[GatewayEvent]:
        """What we were told."""
        with tenancy.operator():
            return list(GatewayEvent.objects.order_by("created_at"))

    def books(self) -> Any:
        """All that counts in the end: the plan, the money, in words that do not depend on our own ids or on when."""
        with tenancy.of_organization(self.cast.kesar.pk):
            living = ("status", "current_period_start", "current_period_end", "gateway_subscription_id", "mandate")
            paid = ["gateway_payment_id", "status", "amount", "currency", "purpose", "refunded_amount"]
            paid += ["period_start", "period_end"]
            back = ("gateway_refund_id", "status", "amount")
            return (
                list(Subscription.objects.order_by("started_at").values_list(*living)),
                list(Payment.objects.order_by("gateway_payment_id").values_list(*paid)),
                list(Refund.objects.order_by("gateway_refund_id").values_list(*back)),
                list(Checkout.objects.order_by("pk").values_list("status", flat=True)),
            )


@contextmanager
def house_at(key: str, cast: Cast, config: Any) -> Iterator[House]:
    """A house that pays at one of the stand-ins, whose clock is everybody's."""
    config.BILLING_ENABLED = True
    with bench_of(key) as bench:
        config.BILLING_GATEWAYS = {key: config.BILLING_GATEWAYS[key]}
        with at_the_time(bench.clock), patched(key, bench.gateway):
            yield House(cast, bench.gateway, bench.clock, BENCHES[key][1], bench)


@contextmanager
def house_with_test_gateway(cast: Cast, config: Any, *, currency: str = "INR") -> Iterator[House]:
    """A house that pays at the gateway inside the product."""
    config.BILLING_ENABLED = config.TEST_GATEWAY = True
    clock = Clock()
    adapters.close()
    with at_the_time(clock):
        yield House(cast, adapters.gateway("test"), clock, currency)
    adapters.close()


@contextmanager
def patched(key: str, gateway: Gateway) -> Iterator[None]:
    """Have the product use the bench's adapter, which speaks to the stand-in."""
    with patch.object(adapters, "_made", {key: gateway}.__getitem__):
        yield


@contextmanager
def at_the_time(clock: Callable[[], dt.datetime]) -> Iterator[None]:
    """Let the doors read the bench's clock."""
    with patch("django.utils.timezone.now", clock):
        yield
