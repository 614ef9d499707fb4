"""A visitor follows a counted link to a shop of another origin, agrees, buys; the funnel tells of it."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from analytics.collection import clicks, conversions
from analytics.models import Conversion, ConversionMessage, Hit, Touch
from analytics.services import links, sites
from tests.analytics.converting import DESKTOP, post_of
from tests.browser.pages import SIGHTS, faults, open_page, sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser
TOLD = re.compile(r"/e$")
SHOP = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script async src="{script}"></script></head><body><h1>Kesar shop</h1>
<button onclick="TrendDrop.consent(true)">Agree</button>
<button onclick="TrendDrop.convert('purchase', {{id: 'A-1', value: 499, currency: 'INR'}})">Buy</button>
<button onclick="TrendDrop.consent(false)">Disagree</button></body></html>"""


class Shop(BaseHTTPRequestHandler):
    """One page of somebody's website."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_visitor_agrees_and_buys_and_the_funnel_tells_which_post_earned_it(
    browser: Browser, live_server: Any, people: Cast, shop: str, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    post = post_of(people)
    with tenancy.of_organization(people.kesar.pk):
        site, _secret = sites.add("Kesar shop", domains=[shop], by=people.asha)
        link = links.make(f"{shop}/offer", by=people.asha, of=post)
    address = f"{live_server.url}{reverse('site_script', args=[site.public_key])}"
    Shop.page = SHOP.format(script=address).encode()

    stored = shopped(browser, links.address(link), f"{shop}/offer?utm_source=practice&utm_medium=social", link.code)
    clicks.fold(now=timezone.now())
    conversions.apply_due(now=timezone.now())
    with tenancy.of_organization(people.kesar.pk):
        assert not Hit.objects.exists()
        assert (Touch.objects.count(), ConversionMessage.objects.count()) == (1, 1)
        assert stored not in Touch.objects.get().visitor
        assert {each.post_id for each in Conversion.objects.get().credits.all()} == {post.pk}
    keys = {"numbers_link": link.pk, "numbers_site": site.pk}
    assert looked_at(browser, live_server.url, keys) == []


def shopped(browser: Browser, address: str, begins: str, code: str) -> str:
    """Follow a link, agree, buy, disagree; what the shop called the visitor in between."""
    context = browser.new_context(user_agent=DESKTOP)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    with page.expect_response(TOLD) as told:
        page.goto(address)
    assert told.value.status == 204
    assert page.url == f"{begins}&utm_campaign=monsoon-skin&td_link={code}"
    assert kept_by(page) == ({}, [])  # nothing is stored, and no cookie set, before anybody agreed
    with page.expect_response(TOLD):
        page.get_by_role("button", name="Agree", exact=True).click()
    stored, cookies = kept_by(page)
    assert (list(stored), cookies) == (["td_visitor"], [])
    with page.expect_response(TOLD):
        page.get_by_role("button", name="Buy").click()
    page.get_by_role("button", name="Disagree").click()
    assert kept_by(page) == ({}, [])
    assert wrong == []
    return stored["td_visitor"]


def looked_at(browser: Browser, address: str, keys: dict[str, Any]) -> list[str]:
    """What is wrong with the pages that tell of it, narrow and wide."""
    state, found = sign_in(browser, address), []
    for width, theme in SIGHTS:
        opened = open_page(browser, address + reverse("numbers_conversions"), width=width, theme=theme, state=state)
        steps = opened.page.locator(".funnel > li")
        expect(steps.nth(1)).to_contain_text("1")
        expect(steps.nth(2)).to_contain_text("100 %")
        expect(steps.nth(3)).to_contain_text("100 %")
        found += faults(opened, f"conversions-{width}-{theme}")
        opened.page.get_by_role("link", name="A-1").click()
        expect(opened.page.get_by_role("heading", name="How it came to it")).to_be_visible()
        found += faults(opened, f"conversion-{width}-{theme}")
        for name, key in keys.items():
            opened.page.goto(address + reverse(name, args=[key]))
            found += faults(opened, f"{name}-{width}-{theme}")
    return found


def kept_by(page: Any) -> tuple[dict[str, str], list[Any]]:
    """What the shop's page and its browser have stored."""
    stored = page.evaluate("Object.assign({}, localStorage, sessionStorage)")
    return stored, page.context.cookies()
