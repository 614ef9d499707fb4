"""Every page without an argument in Chromium: narrow and wide, light and dark, checked by axe."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from tests.browser.pages import look, open_page, sign_in

pytestmark = pytest.mark.browser

OUTSIDE = ["home", "account_login", "account_signup", "account_reset_password"]
INSIDE = [
    "today", "library", "upload", "asset_new", "trends", "posts", "connections", "practice", "brand", "members",
    "audit", "notifications", "settings", "account_email", "account_change_password",
]  # fmt: skip


def test_the_pages_outside_have_no_fault(browser: Browser, live_server: Any) -> None:
    assert [fault for name in OUTSIDE for fault in look(browser, None, live_server.url + reverse(name), name)] == []


def test_the_pages_inside_have_no_fault(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    assert [fault for name in INSIDE for fault in look(browser, state, live_server.url + reverse(name), name)] == []


def test_the_keyboard_finds_every_place(browser: Browser, live_server: Any) -> None:
    page = open_page(browser, live_server.url + reverse("today"), state=sign_in(browser, live_server.url)).page
    page.keyboard.press("/")
    page.keyboard.type("connec")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("connections"))
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**" + reverse("today"))
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()


def test_a_chosen_theme_is_kept_and_does_not_flash(browser: Browser, live_server: Any) -> None:
    page = open_page(browser, live_server.url + reverse("home")).page
    page.locator("[data-theme-toggle]").click()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.first = document.documentElement.dataset.theme })"
    )
    page.reload()
    assert page.evaluate("window.first") == "dark"
