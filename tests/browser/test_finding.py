"""Find anything in Chromium: words lead to what holds them, by the keyboard, on a phone and on a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.browser.pages import axe, chromium, open_page, screenshot, sideways
from tests.browser.test_look import sign_in
from tests.cast import Cast, gather
from tests.content.test_library import make

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    return gather()


@pytest.fixture
def browser(people: Cast) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
        connections.close_all()


def test_words_lead_to_what_holds_them(browser: Browser, live_server: Any, people: Cast) -> None:
    asset = make(people, "Saffron at dawn, before the market wakes and the first boats come in from the islands")
    make(people, "Rain", words="and then the saffron falls")
    state = sign_in(browser, live_server.url)
    for width, theme in ((390, "dark"), (1440, "light")):
        opened = open_page(browser, live_server.url + reverse("today"), width=width, theme=theme, state=state)
        page = opened.page
        page.keyboard.press("/")
        page.keyboard.type("saffr")
        found = page.locator("#found a")
        expect(found).to_have_count(2)
        expect(found.first).to_have_class("on")
        assert axe(page) == []
        assert sideways(page) == 0
        screenshot(page, f"palette-{width}-{theme}", whole=False)
        page.keyboard.press("ArrowDown")
        expect(found.nth(1)).to_have_class("on")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{reverse('studio', args=[asset.pk])}")
        assert opened.complaints == []


def test_emptied_words_show_the_pages_again(browser: Browser, live_server: Any, people: Cast) -> None:
    make(people, "Saffron at dawn")
    page = open_page(browser, live_server.url + reverse("today"), state=sign_in(browser, live_server.url)).page
    page.keyboard.press("/")
    page.keyboard.type("saff")
    expect(page.locator("#found a")).to_have_count(1)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.locator("#found a")).to_have_count(0)
    expect(page.locator("#palette a[href='/library/']").first).to_be_visible()
