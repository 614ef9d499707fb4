"""A plan's life in Chromium with Stripe's wire: tried, bought, upgraded, unpaid, paid after all, ended, given back."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from billing.collection import ending, events, hearing, refunding
from billing.gateways.base import Delivery
from billing.life import clock
from billing.models import CreditNote, Payment
from billing.services import refunds
from tests.billing import paying
from tests.billing.collection.house import patched
from tests.billing.gateways.bench import Bench, bench_of
from tests.browser.pages import open_page, sign_in
from tests.cast import Cast, person

pytestmark = pytest.mark.browser
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class Wire:
    """Stripe, whose time is in our hands, and what of its news we have heard."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.heard = bench, 0

    def tell(self, now: dt.datetime) -> None:
        """Let it be `now`, hear all that is new, and do what our own clock says."""
        self.bench.clock.at = now
        for _turn in range(2):
            new = self.bench.server.deliveries()[self.heard :]
            self.heard += len(new)
            for each in new:
                hearing.hear("stripe", Delivery(each.body, {**each.headers}, now))
            while events.apply_due(clock=lambda: now):
                pass
            clock.tick(now=now)
            ending.end_over(now=now)
            refunding.send_due(now=now)


def test_from_a_trial_to_a_credit_note_at_stripe(
    browser: Browser, live_server: Any, people: Cast, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    paying.on_sale(people, settings)
    settings.BILLING_GATEWAYS = {"stripe": settings.BILLING_GATEWAYS["stripe"]}
    settings.TEST_GATEWAY = False
    with bench_of("stripe") as bench, patched("stripe", bench.gateway):
        wire = Wire(bench)
        bench.clock.at = timezone.now()
        state = sign_in(browser, live_server.url)
        page = open_page(browser, live_server.url + reverse("billing_plan"), state=state).page
        expect(page.get_by_text("free until")).to_be_visible()
        bought(page, wire)
        upgraded(page, wire, live_server.url)
        fails_and_recovers(page, wire, live_server.url, people)
        ended(page, live_server.url)
        given_back(page, wire, live_server.url, people)


def bought(page: Page, wire: Wire) -> None:
    """Choose Pro and pay on Stripe's page; nothing is believed before Stripe has told it."""
    page.get_by_role("link", name="Choose a plan").click()
    page.get_by_role("link", name=re.compile(r"Buy\s*: Pro")).click()
    page.get_by_role("button", name="Go on to pay").click()
    page.wait_for_url("**/pay/cs_test_**")
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/plan/checkout/**")
    expect(page.get_by_text("On its way.")).to_be_visible()
    wire.tell(timezone.now())
    page.reload()
    expect(page.get_by_text("The plan is yours from now on")).to_be_visible()


def upgraded(page: Page, wire: Wire, address: str) -> None:
    """Pay the difference; the smaller subscription is ended at Stripe once the larger is there."""
    page.goto(address + reverse("plan_change"))
    page.get_by_role("link", name=re.compile(r"Upgrade\s*: Agency")).click()
    page.get_by_role("button", name="Go on to pay").click()
    page.wait_for_url("**/pay/cs_test_**")
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/plan/checkout/**")
    wire.tell(timezone.now())
    page.reload()
    expect(page.get_by_text("The larger plan is yours from now on.")).to_be_visible()
    states = [each["status"] for each in wire.bench.server.subscriptions.values()]
    assert states == ["canceled", "active"]


def fails_and_recovers(page: Page, wire: Wire, address: str, people: Cast) -> None:
    """The renewal is declined: a banner, then the hold; Stripe's retry goes through, and all goes on."""
    row = paying.plan_of(people)
    due = row.current_period_end
    wire.bench.clock.at = due + HOUR
    wire.bench.server.renew(row.gateway_subscription_id, does="declines")
    wire.tell(due + HOUR)
    page.goto(address + reverse("today"))
    expect(page.get_by_text("The last payment failed.")).to_be_visible()
    wire.tell(due + 7 * DAY + 2 * HOUR)
    page.goto(address + reverse("today"))
    expect(page.get_by_text("Posts are held because a payment failed.")).to_be_visible()
    wire.bench.clock.at = due + 8 * DAY
    wire.bench.server.recover(row.gateway_subscription_id)
    wire.tell(due + 8 * DAY)
    page.goto(address + reverse("today"))
    expect(page.get_by_text("payment failed")).to_have_count(0)


def ended(page: Page, address: str) -> None:
    """End the plan with what is paid."""
    page.goto(address + reverse("billing_plan"))
    page.get_by_role("link", name="End the plan").click()
    page.get_by_role("button", name="End the plan").click()
    expect(page.get_by_text("Ends soon")).to_be_visible()


def given_back(page: Page, wire: Wire, address: str, people: Cast) -> None:
    """An operator gives the first payment back: Stripe does, and its news bring the credit note."""
    ops = person("Operator", "ops@trenddrop.example")
    now = wire.bench.clock() + HOUR
    with tenancy.operator():
        payment = Payment.objects.filter(organization=people.kesar).order_by("paid_at").first()
        assert payment
        refunds.ask(payment, amount=payment.amount, reason="asked within a week", by=ops, now=now)
    wire.tell(now)
    wire.tell(now + HOUR)
    with tenancy.operator():
        number = CreditNote.objects.get().number
    page.goto(address + reverse("billing_invoices"))
    expect(page.get_by_role("link", name=str(number), exact=True)).to_be_visible()
