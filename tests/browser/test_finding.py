"""Find anything in Chromium: words lead to what holds them, by the keyboard, on a phone and on a desk."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.browser.pages import axe, open_page, screenshot, sideways, sign_in
from tests.cast import Cast
from tests.content.test_library import make

pytestmark = pytest.mark.browser


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
