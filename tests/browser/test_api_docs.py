"""The API's pages in a real browser: the keys have no fault, the documentation asks nobody else."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import look, open_page, screenshot, sign_in, watch

pytestmark = pytest.mark.browser


def test_a_key_is_made_copied_and_revoked(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)

    def make(page: Page) -> None:
        page.get_by_label("Name").fill("Sheet")
        page.get_by_label("See numbers").check()
        page.get_by_role("button", name="Make the key").click()
        page.locator(".secret code").wait_for()

    assert look(browser, state, f"{live_server.url}/organisation/keys/", "api_keys", first=make) == []
    page = open_page(browser, f"{live_server.url}/organisation/keys/", state=state).page
    page.get_by_role("button", name="Revoke").first.click()
    page.get_by_text("It opens nothing from now on").wait_for()


def test_the_documentation_is_tried_without_asking_anybody_else(browser: Browser, live_server: Any) -> None:
    opened = open_page(browser, f"{live_server.url}/api/v1/docs/", state=sign_in(browser, live_server.url))
    page, asked = opened.page, set()
    watch(page, opened.complaints)
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc or live_server.url.split("//")[1]))
    page.reload(wait_until="networkidle")
    page.locator("#operations-tag-me").click(timeout=120_000)  # a megabyte of description to read
    page.locator("#operations-me-me_retrieve button").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="200").first.wait_for()
    screenshot(page, "api_docs", whole=False)
    assert asked == {live_server.url.split("//")[1]}
    assert opened.complaints == []
