"""A plan by agreement in Chromium: an operator finds the organisation, writes it down, and its owner reads of it."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from billing.models import Subscription
from tests.billing import paying
from tests.browser.pages import look, open_page, signed_in
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_an_operator_agrees_on_a_plan_and_the_owner_sees_it(
    browser: Browser, live_server: Any, people: Cast, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    paying.on_sale(people, settings)
    _client, gauri = paying.operator("gauri@staff.example")
    desk = signed_in(gauri, live_server.url)
    page = open_page(browser, live_server.url + reverse("admin:billing_subscription_changelist"), state=desk).page
    page.get_by_role("link", name="Agree on a plan").first.click()
    agreed(page)
    row = paying.plan_of(people)
    assert (row.status, row.is_by_agreement, row.agreement) == (Subscription.Status.ACTIVE, True, "TD-2026-07")
    expect(page.get_by_text("Kesar Naturals is on Enterprise by agreement.")).to_be_visible()

    owner = signed_in(people.asha.user, live_server.url)
    page = open_page(browser, live_server.url + reverse("billing_plan"), width=390, state=owner).page
    expect(page.get_by_text("by agreement with us until 31 Mar 2099")).to_be_visible()
    write = page.get_by_role("link", name="Write to us")
    assert re.fullmatch(r"mailto:[^@<> ]+@[^@<> ]+", write.get_attribute("href") or "")
    names = ("billing_plan", "plan_change")
    wrong = [each for name in names for each in look(browser, owner, live_server.url + reverse(name), f"agreed-{name}")]
    assert wrong == []


def agreed(page: Page) -> None:
    """Find the organisation by a part of its name, and fill in what was agreed."""
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("kesar")
    page.locator(".select2-results__option", has_text="Kesar Naturals").click()
    page.get_by_label("Last day").fill("2099-03-31")
    page.get_by_label("Contract").fill("TD-2026-07")
    page.get_by_label("Reason").fill("signed on paper")
    page.get_by_role("button", name="Write it down").click()
