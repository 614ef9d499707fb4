"""Finding a moment in Chromium: asked in words, answered on the page, followed in the recording."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from content.models import ContentAsset
from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast
from tests.content.test_transcripts import hear
from tests.content.transcripts import SAFFRON_LINES

pytestmark = pytest.mark.browser


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    return hear(people, SAFFRON_LINES, turns=[[0.0, "Asha"]])


def test_a_moment_is_found_and_looks_right(browser: Browser, live_server: Any, asset: ContentAsset) -> None:
    state = sign_in(browser, live_server.url)

    def find(page: Page) -> None:
        page.get_by_label("Find a moment").fill("the test on instagram")
        page.get_by_role("button", name="Find", exact=True).click()
        expect(page.locator("#found-moments")).to_contain_text("two million views")

    assert look(browser, state, f"{live_server.url}/studio/{asset.pk}/", "moments", settled=True, first=find) == []


def test_it_is_found_without_script_too(browser: Browser, live_server: Any, asset: ContentAsset) -> None:
    state = sign_in(browser, live_server.url)
    page = open_page(browser, f"{live_server.url}/studio/{asset.pk}/", state=state, script=False).page
    page.get_by_label("Find a moment").fill("bitcoin futures")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("Nothing here speaks of “bitcoin futures”")).to_be_visible()
    page.context.close()
