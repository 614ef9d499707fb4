"""The demo workspace's plan: bought at the test gateway two months ago, renewed, upgraded; with its invoices."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings

from accounts import tenancy
from accounts.models import Membership
from billing.collection import ending, events, hearing
from billing.gateways.base import Delivery
from billing.life import changing, defaults
from billing.models import BillingDetails, Checkout, PlanPrice, Subscription
from billing.sandbox import books
from billing.sandbox import clock as sandbox
from billing.sandbox.cards import CARDS
from billing.services import details, paying

DAY = dt.timedelta(days=1)
CARD = "4242"
BUYER = {
    "kind": "business", "name": "Kesar Naturals (example)", "line1": "12 Residency Road", "city": "Bengaluru",
    "postal_code": "560025", "state": "29", "country": "IN",
}  # fmt: skip


def sell(*, now: dt.datetime) -> None:
    """Put the plans of the beginning on sale, so that whoever wants one finds them."""
    with tenancy.operator():
        defaults.ensure(now=now - 400 * DAY)


def gather(owner: Membership, *, now: dt.datetime) -> None:
    """Let the workspace have a plan; nothing where billing is off or nobody plays at paying."""
    if not (settings.BILLING_ENABLED and settings.TEST_GATEWAY):
        return
    with tenancy.of_member(owner):
        details.change(BillingDetails(organization_id=owner.organization_id, **BUYER), by=owner)
    began = now - 66 * DAY
    _pay(paying.buy(_price("pro"), gateway="test", by=owner, now=began), now=began)
    larger = now - 12 * DAY
    _renew(owner, until=larger)
    row = _plan(owner)
    if row and changing.preview(row, _price("agency"), now=larger).is_now:
        _pay(paying.upgrade(row, _price("agency"), gateway="test", by=owner, now=larger), now=larger)
    _renew(owner, until=now)


def _renew(owner: Membership, *, until: dt.datetime) -> None:
    """Let the months pass one by one, each renewed on its day."""
    row = _plan(owner)
    while row and row.current_period_end <= until:
        due = row.current_period_end
        _pass(due)
        row = _plan(owner)
        if row and row.current_period_end == due:
            return


def _price(plan: str) -> PlanPrice:
    rows = PlanPrice.objects.select_related("version__plan")
    return rows.get(version__plan__key=plan, interval="month", currency="INR")


def _plan(owner: Membership) -> Subscription | None:
    with tenancy.of_member(owner):
        rows = Subscription.objects.filter(organization_id=owner.organization_id).select_related(
            "version__plan", "price"
        )
        return rows.order_by("-started_at").first()


def _pay(opened: Checkout, *, now: dt.datetime) -> None:
    """Pay on the hosted page, and hear of it as from every gateway."""
    books.pay(opened.gateway_session_id, CARDS[CARD], now=now)
    _pass(now)


def _pass(now: dt.datetime) -> None:
    """Let it be that day at the test gateway, and apply what it tells."""
    sandbox.tick(now=now)
    sandbox.send(now=now, secret=settings.TEST_GATEWAY_SECRET, post=lambda body, headers: _hear(body, headers, now))
    while events.apply_due(clock=lambda: now):
        pass
    ending.end_over(now=now)


def _hear(body: bytes, headers: Mapping[str, str], now: dt.datetime) -> int:
    told = {name.lower(): value for name, value in headers.items()}
    hearing.hear("test", Delivery(body=body, headers=told, now=now))
    return 200
