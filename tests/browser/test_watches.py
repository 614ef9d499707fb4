"""From a watch to the alert: made on the page, fired by what collection finds, told here and to a program."""

import datetime as dt
import hashlib
import hmac
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer

from tests.browser.pages import chromium, look, open_page, sign_in
from tests.browser.test_inbox import aside
from tests.cast import Cast
from tests.trends.collecting import keyword, source_of, store
from trends.collection import alerting, delivering

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Marigold dye is back"


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    """Chromium; it comes last, for Django asks its tables no more in a thread where a browser runs."""
    del cast
    with chromium() as opened:
        yield opened


def test_a_watch_tells_of_the_topic_it_waited_for(
    browser: Browser, cast: Cast, live_server: Any, httpserver: HTTPServer, settings: Any
) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]
    httpserver.expect_request("/hook").respond_with_data("thanks")
    state, url = sign_in(browser, live_server.url), live_server.url
    wrong = look(browser, state, f"{url}/trends/watches/", "watches-empty")
    opened = open_page(browser, f"{url}/trends/watches/", state=state)
    secret = makes_a_watch(opened.page, httpserver.url_for("/hook"))
    aside(lambda: alerting.arm(now=timezone.now()))
    aside(the_topic_rises)
    topic = is_told(opened.page, url)
    the_program_was_told(httpserver, secret)
    for name, address in {"watches": "/trends/watches/", "alerts": "/trends/alerts/"}.items():
        wrong += look(browser, state, url + address, name)
    wrong += look(browser, state, the_watch(opened.page, url), "watch")
    expect(opened.page.get_by_role("region", name="Sent to the webhook")).to_contain_text("Delivered")
    assert topic.startswith(f"{url}/trends/")
    assert [*wrong, *opened.complaints] == []


def makes_a_watch(page: Page, address: str) -> str:
    """Fill in the form, with the preview beside it; the secret that is shown."""
    page.get_by_role("link", name="Make a watch").click()
    page.get_by_label("Name").fill("Natural dyes")
    page.get_by_label("Keywords").fill("#MarigoldDye")
    expect(page.locator("#watch-preview")).to_contain_text("It tells of those that come", timeout=20_000)
    page.get_by_label("To a webhook").check()
    page.get_by_label("Address of the webhook").fill(address)
    page.get_by_role("button", name="Save").click()
    secret = page.locator(".secret code")
    expect(secret).to_have_text(re.compile("^whsec_"), timeout=20_000)
    return secret.inner_text()


def the_topic_rises() -> None:
    """What the workers do: a source names it, the watches are held against it, the webhook is told."""
    now = timezone.now()
    store(source_of("bluesky"), [keyword(TITLE, 40)], now=now)
    assert alerting.tell(now=now, seen_since=now - dt.timedelta(minutes=1)) == 1
    assert delivering.deliver_due(clock=later(now), rng=random.Random(1)) == 1


def later(now: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: now + dt.timedelta(seconds=1)


def is_told(page: Page, url: str) -> str:
    """Follow the notification to the topic; its address."""
    page.goto(f"{url}/trends/alerts/")
    expect(page.get_by_role("row", name=re.compile(TITLE))).to_contain_text("says “#MarigoldDye”")
    page.goto(f"{url}/notifications/")
    page.get_by_role("link", name=re.compile(f"“{TITLE}”: Natural dyes")).click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible(timeout=20_000)
    return page.url


def the_watch(page: Page, url: str) -> str:
    """Open the watch; its address."""
    page.goto(f"{url}/trends/watches/")
    page.get_by_role("link", name="Natural dyes", exact=True).click()
    page.wait_for_url("**/trends/watches/*/")
    return page.url


def the_program_was_told(receiver: HTTPServer, secret: str) -> None:
    ((request, _answer),) = receiver.log
    stamp, mac = re.fullmatch(r"t=(\d+),v1=(\w+)", request.headers["TrendDrop-Signature"]).groups()  # type: ignore[union-attr]
    signed = f"{stamp}.".encode() + request.get_data()
    assert hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), mac)
    assert TITLE.encode() in request.get_data()
