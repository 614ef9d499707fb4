"""Templates and a brand's look in Chromium: drawn while they are written, taken from what is shared, chosen."""

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_template_is_drawn_while_written_taken_and_chosen(browser: Browser, people: Cast, live_server: Any) -> None:
    call_command("load_library", verbosity=0)
    url, state = live_server.url, sign_in(browser, live_server.url)
    opened = open_page(browser, f"{url}/brand/templates/new/?kind=caption_style", state=state)
    writes_a_style(opened.page)
    takes_a_carousel(opened.page, url)
    wrong = list(opened.complaints)
    addresses = {
        "templates-own": "/brand/templates/?kind=caption_style",
        "templates-shared": "/brand/templates/shared/?kind=social_layout",
        "template-new": "/brand/templates/new/?kind=intro",
        "brand-look": "/brand/look/",
    }
    for name, address in addresses.items():
        wrong += look(browser, state, url + address, name, settled=True)
    assert wrong == []


def writes_a_style(page: Page) -> None:
    """The picture follows the form; what is saved is on the list."""
    before = page.locator("#sketch img").get_attribute("src")
    page.get_by_label("Name").fill("Loud")
    page.get_by_label("Style", exact=True).select_option("big_word")
    expect(page.locator("#sketch img")).not_to_have_attribute("src", str(before))
    expect(page.locator("#sketch img")).to_have_js_property("naturalWidth", 480)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", name="Loud")).to_be_visible()


def takes_a_carousel(page: Page, url: str) -> None:
    """From what is shared into one's own, and from there to the brand."""
    page.goto(f"{url}/brand/templates/shared/?kind=carousel")
    page.get_by_role("listitem").filter(has_text="Bold numbers").get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Among your templates", exact=True)).to_be_visible()
    page.goto(f"{url}/brand/templates/?kind=carousel")
    page.get_by_role("listitem").filter(has_text="Bold numbers").get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Kesar Naturals uses it")).to_be_visible()
