"""Finding a moment in Chromium: asked in words, answered on the page, followed in the recording."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, expect

from content.models import ContentAsset
from tests.browser.pages import SIGHTS, chromium, faults, open_page
from tests.browser.test_look import sign_in
from tests.cast import Cast, gather
from tests.content.test_transcripts import hear
from tests.content.transcripts import SAFFRON_LINES

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    return gather()


@pytest.fixture
def browser(people: Cast) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    return hear(people, SAFFRON_LINES, turns=[[0.0, "Asha"]])


def test_a_moment_is_found_and_looks_right(browser: Browser, live_server: Any, asset: ContentAsset) -> None:
    state = sign_in(browser, live_server.url)
    found = []
    for width, theme in SIGHTS:
        address = f"{live_server.url}/studio/{asset.pk}/"
        opened = open_page(browser, address, width=width, theme=theme, state=state, settled=True)
        opened.page.get_by_label("Find a moment").fill("the test on instagram")
        opened.page.get_by_role("button", name="Find", exact=True).click()
        expect(opened.page.locator("#found-moments")).to_contain_text("two million views")
        found += faults(opened, f"moments-{width}-{theme}")
        opened.page.context.close()
    assert found == []


def test_it_is_found_without_script_too(browser: Browser, live_server: Any, asset: ContentAsset) -> None:
    state = sign_in(browser, live_server.url)
    page = open_page(browser, f"{live_server.url}/studio/{asset.pk}/", state=state, script=False).page
    page.get_by_label("Find a moment").fill("bitcoin futures")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("Nothing here speaks of “bitcoin futures”")).to_be_visible()
    page.context.close()
