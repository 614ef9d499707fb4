"""A year of billing in Chromium: tried, bought, upgraded, unpaid, paid after all, ended, given back."""

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from billing.models import CreditNote, Payment
from billing.services import paying as commands
from billing.services import refunds
from tests.billing import paying
from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast, person

pytestmark = pytest.mark.browser
DAY = dt.timedelta(days=1)


def test_from_a_trial_to_a_credit_note(browser: Browser, live_server: Any, people: Cast, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    paying.on_sale(people, settings)
    state = sign_in(browser, live_server.url)
    page = open_page(browser, live_server.url + reverse("billing_plan"), state=state).page
    expect(page.get_by_text("free until")).to_be_visible()

    bought(page)
    wrong = looked_at(browser, live_server.url, state, "billing_plan", "plan_change", "billing_invoices")
    upgraded(page, live_server.url)
    card_fails(page, live_server.url, people)
    wrong += looked_at(browser, live_server.url, state, "today", "payment_due", "billing_payments")
    recovered(page, live_server.url, people)
    ended_and_kept(page, live_server.url)
    given_back(page, live_server.url, people)
    wrong += looked_at(browser, live_server.url, state, "pricing", "billing_credits", "billing_details")
    assert wrong == []


def test_on_a_phone_no_word_of_a_payment_stands_on_another(
    browser: Browser, live_server: Any, people: Cast, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    paying.on_sale(people, settings)
    begun = commands.buy(paying.price("agency"), gateway="test", by=people.asha, now=timezone.now())
    paying.pay(begun.url)
    state = sign_in(browser, live_server.url)
    page = open_page(browser, live_server.url + reverse("billing_payments"), width=390, state=state).page
    parts = page.locator(".tbl tbody tr :is(.st, b, time, td:nth-of-type(1))")
    boxes = [box for part in parts.all() if (box := part.bounding_box())]
    assert len(boxes) == 4
    for one, other in itertools.combinations(boxes, 2):
        is_beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        is_below = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert is_beside or is_below, (one, other)


def bought(page: Page) -> None:
    """Choose Pro, look at the tax, pay on the hosted page, come back."""
    page.get_by_role("link", name="Choose a plan").click()
    page.get_by_role("link", name=re.compile(r"Buy\s*: Pro")).click()
    expect(page.get_by_text("₹3,538.82").first).to_be_visible()
    page.get_by_role("button", name="Go on to pay").click()
    pay(page)
    expect(page.get_by_text("The plan is yours from now on")).to_be_visible()


def pay(page: Page, *, card: str = "4242") -> None:
    """Pay on the test gateway's page, and let the gateway tell of it."""
    page.locator(f"[name=card][value='{card}']").check()
    page.get_by_role("button", name="Pay", exact=False).first.click()
    page.wait_for_url("**/plan/checkout/**")
    paying.pass_time(timezone.now())
    page.reload()


def upgraded(page: Page, address: str) -> None:
    """See what the larger plan costs for the days that are left, and pay that."""
    page.goto(address + reverse("plan_change"))
    page.get_by_role("link", name=re.compile(r"Upgrade\s*: Agency")).click()
    expect(page.get_by_text("Left of Pro")).to_be_visible()
    page.get_by_role("button", name="Go on to pay").click()
    pay(page, card="0341")
    expect(page.get_by_text("The larger plan is yours from now on.")).to_be_visible()


def card_fails(page: Page, address: str, people: Cast) -> None:
    """The renewal is declined: a banner on every page, then the hold."""
    due = paying.plan_of(people).current_period_end
    paying.pass_time(due + dt.timedelta(hours=1))
    page.goto(address + reverse("today"))
    expect(page.get_by_text("The last payment failed.")).to_be_visible()
    paying.pass_time(due + 7 * DAY + dt.timedelta(hours=1))
    page.goto(address + reverse("today"))
    expect(page.get_by_text("Posts are held because a payment failed.")).to_be_visible()


def recovered(page: Page, address: str, people: Cast) -> None:
    """Pay what is due, with another card."""
    due = paying.plan_of(people).current_period_end
    page.goto(address + reverse("today"))
    page.get_by_role("link", name="Pay now").click()
    page.get_by_role("button", name="Go on to pay").click()
    page.wait_for_url("**/pay/**")
    paying.pay(page.url, now=due + 8 * DAY)  # the page's own clock is today's
    page.goto(address + reverse("checkout_state", args=[paying.opened(people.asha, "due").pk]))
    expect(page.get_by_text("Nothing is due any more.")).to_be_visible()
    page.goto(address + reverse("today"))
    expect(page.get_by_text("payment failed")).to_have_count(0)


def ended_and_kept(page: Page, address: str) -> None:
    """End the plan, and keep it after all; then end it."""
    page.goto(address + reverse("billing_plan"))
    page.get_by_role("link", name="End the plan").click()
    page.get_by_role("button", name="End the plan").click()
    expect(page.get_by_text("Ends soon")).to_be_visible()
    page.get_by_role("button", name="Keep the plan").click()
    expect(page.get_by_text("The plan goes on.")).to_be_visible()
    page.get_by_role("link", name="End the plan").click()
    page.get_by_role("button", name="End the plan").click()


def given_back(page: Page, address: str, people: Cast) -> None:
    """An operator gives the first payment back; its credit note stands among the invoices."""
    now, ops = timezone.now(), person("Operator", "ops@trenddrop.example")
    with tenancy.operator():
        payment = Payment.objects.filter(organization=people.kesar).order_by("paid_at").first()
        assert payment
        refunds.ask(payment, amount=payment.amount, reason="asked within a week", by=ops, now=now)
    paying.pass_time(now + 70 * DAY)
    paying.pass_time(now + 70 * DAY + dt.timedelta(hours=1))
    with tenancy.operator():
        number = CreditNote.objects.get().number
    page.goto(address + reverse("billing_invoices"))
    expect(page.get_by_role("link", name=str(number), exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("row", name=str(number)).first.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def looked_at(browser: Browser, address: str, state: Any, *names: str) -> list[str]:
    """What is wrong with pages, narrow and wide, dark and light."""
    found: list[str] = []
    for name in names:
        found += look(browser, state, address + reverse(name), f"billing-{name}")
    return found
