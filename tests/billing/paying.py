"""A stage for tests of paying: plans on sale, a buyer in Karnataka, and the test gateway's time in our hands."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import httpx
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, User
from billing.collection import ending, events, hearing, refunding
from billing.gateways.base import Delivery
from billing.life import clock, defaults, trials
from billing.models import BillingDetails, Checkout, PlanPrice, SandboxObject, Subscription
from billing.sandbox import books
from billing.sandbox import clock as sandbox
from billing.sandbox.cards import CARDS
from tests.cast import Cast

DAY = dt.timedelta(days=1)
SELLER = {"gstin": "29AAGCB7383J1Z4", "state": "29", "rate": "18"}
DETAILS = {
    "kind": "business", "name": "Kesar Naturals Private Limited", "line1": "12 Residency Road", "city": "Bengaluru",
    "postal_code": "560025", "state": "29", "country": "IN", "gstin": "29AAGCB7383J1Z4", "currency": "INR",
}  # fmt: skip


def on_sale(cast: Cast, settings: Any, *, now: dt.datetime | None = None) -> None:
    """Turn billing on: plans are sold, Kesar tries one, and says who is billed."""
    now = now or timezone.now()
    settings.BILLING_ENABLED, settings.TEST_GATEWAY = True, True
    settings.BILLING_SELLER = settings.BILLING_SELLER | SELLER
    with tenancy.operator():
        defaults.ensure(now=now - DAY)
        BillingDetails.objects.get_or_create(organization=cast.kesar, defaults=DETAILS)
    trials.begin(cast.kesar.pk, now=now)


def price(plan: str, *, interval: str = "month", currency: str = "INR") -> PlanPrice:
    """What a plan of the beginning costs."""
    rows = PlanPrice.objects.select_related("version__plan")
    return rows.get(version__plan__key=plan, interval=interval, currency=currency)


def plan_of(cast: Cast) -> Subscription:
    """Kesar's subscription as it stands: the latest."""
    with tenancy.operator():
        rows = Subscription.objects.filter(organization=cast.kesar).select_related("version__plan", "price")
        return rows.latest("started_at")


def owner(cast: Cast) -> Client:
    """Asha, signed in."""
    client = Client()
    client.force_login(cast.asha.user)
    return client


def operator(email: str) -> tuple[Client, User]:
    """Somebody who runs the installation, signed in."""
    user = User.objects.create_user(email, "monsoon-marigold-7", full_name=email, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client, user


def page_of(address: str) -> str:
    """The name of the test gateway's page in an address."""
    found = re.search(r"/pay/(\w+)/", address)
    assert found, address
    return found.group(1)


def pay(address: str, *, card: str = "4242", now: dt.datetime | None = None) -> None:
    """Somebody pays on the test gateway's page, and everybody hears of it."""
    now = now or timezone.now()
    books.pay(page_of(address), CARDS[card], now=now)
    pass_time(now)


def pass_time(now: dt.datetime) -> None:
    """Let it be `now`: at the test gateway, in our clock, and for what was told in between."""
    for _turn in range(3):
        sandbox.tick(now=now)
        sandbox.send(now=now, secret=_secret(), post=lambda body, headers: _hear(body, headers, now))
        while events.apply_due(clock=lambda: now):
            pass
        clock.tick(now=now)
        ending.end_over(now=now)
        refunding.send_due(now=now)


def _secret() -> str:
    return str(configured.TEST_GATEWAY_SECRET)


def _hear(body: bytes, headers: Mapping[str, str], now: dt.datetime) -> int:
    told = {name.lower(): value for name, value in headers.items()}
    hearing.hear("test", Delivery(body=body, headers=told, now=now))
    return httpx.codes.OK


def card_of(subscription: Subscription, card: str) -> None:
    """From now on the test gateway's subscription is paid with another card."""
    with tenancy.operator():
        row = SandboxObject.objects.get(name=subscription.gateway_subscription_id)
        row.data["card"] = card
        row.save()


def opened(by: Membership, purpose: str) -> Checkout:
    """The latest checkout of a purpose."""
    with tenancy.operator():
        return Checkout.objects.filter(organization_id=by.organization_id, purpose=purpose).latest("created_at")
