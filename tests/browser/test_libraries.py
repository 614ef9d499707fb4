"""The library of a brand in Chromium: written with its preview, taken from what is shared, put into a piece."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership
from content.models import GeneratedContent, PublishedItem
from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast
from tests.content.library_cast import keep, piece_of, stands

pytestmark = pytest.mark.browser


def test_what_a_library_keeps_is_written_taken_and_used(browser: Browser, people: Cast, live_server: Any) -> None:
    url, state = live_server.url, sign_in(browser, live_server.url)
    piece, wrong = furnished(people.asha), []
    opened = open_page(browser, f"{url}/brand/library/new/?kind=caption", state=state)
    writes_a_template(opened.page)
    takes_a_hook(opened.page, url)
    opens_a_piece_with_it(opened.page, url, piece)
    item = keep(people.asha, "caption", body="{hook}\n\n{first}\n{second}", name="Three lines", platform="linkedin")
    addresses = {
        "library-own": "/brand/library/", "library-shared": "/brand/library/shared/",
        "library-item": f"/brand/library/{item.pk}/", "library-picker": f"/pieces/{piece.pk}/library/?kind=caption",
    }  # fmt: skip
    for name, address in addresses.items():
        wrong += look(browser, state, url + address, name)
    assert [*wrong, *opened.complaints] == []


def furnished(asha: Membership) -> GeneratedContent:
    """Something is shared, something is kept, and a piece waits for it."""
    said = {"kind": "hook", "status": "approved", "language": "en", "usage_count": 12, "category": "Contradiction"}
    PublishedItem.objects.create(
        **said, name="The towel", body="Your towel is not the problem.", rating_sum=0, rating_count=0
    )
    PublishedItem.objects.create(
        **said, name="For plans", body="Hidden words.", access="premium", average_engagement=1.4, success_rate=0.64,
        measured_posts=22,
    )  # fmt: skip
    keep(asha, "hashtags", name="Skin")
    keep(asha, "call_to_action", body="Save this for the next {season}.", name="Save it")
    return piece_of(asha)


def writes_a_template(page: Page) -> None:
    page.get_by_role("textbox", name="Text", exact=True).press_sequentially("{hook} More from {brand} on {product}.")
    preview = page.locator("#library-preview")
    expect(preview).to_contain_text("Stop scrubbing. More from your brand on {product}.", timeout=15_000)
    expect(preview).to_contain_text("Asked for when it is used: product")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="{hook} More from {brand} on {product}.").first).to_be_visible()


def takes_a_hook(page: Page, url: str) -> None:
    page.goto(f"{url}/brand/library/shared/")
    expect(page.get_by_text("Hidden words.")).to_have_count(0)
    page.get_by_role("listitem").filter(has_text="The towel").get_by_role("button", name="Take it").click()
    expect(page.get_by_text("In your library").first).to_be_visible()
    page.get_by_label("Stars for The towel").select_option("4")
    page.get_by_role("listitem").filter(has_text="The towel").get_by_role("button", name="Rate").click()
    expect(page.get_by_text("1 rating")).to_be_visible()


def opens_a_piece_with_it(page: Page, url: str, piece: GeneratedContent) -> None:
    """Unsaved words go along, and the composer shows both."""
    page.goto(f"{url}{reverse('studio', args=[piece.asset_id])}?piece={piece.pk}")
    page.get_by_role("textbox", name="Text", exact=True).fill("Written a moment ago.")
    page.locator("summary", has_text="From the library").click()
    page.get_by_role("button", name="Open with it").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(
        "Your towel is not the problem.\n\nWritten a moment ago."
    )
    assert stands(piece).text.endswith("Written a moment ago.")


def test_without_script_an_item_is_used_on_a_page_of_its_own(browser: Browser, people: Cast, live_server: Any) -> None:
    state, piece = sign_in(browser, live_server.url), furnished(people.asha)
    opened = open_page(
        browser, f"{live_server.url}/pieces/{piece.pk}/library/?kind=call_to_action", state=state, script=False
    )
    page = opened.page
    page.get_by_label("season").fill("monsoon")
    page.get_by_role("button", name="Ask so").click()
    page.wait_for_url("**/studio/**")
    assert stands(piece).call_to_action == "Save this for the next monsoon."
