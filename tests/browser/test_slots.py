"""Slots and the queue in Chromium: a week by forms, a piece queued from where it is sent, an order by the keyboard."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from accounts import tenancy
from publishing.models import PlatformConnection
from publishing.services import queue, slots
from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece

pytestmark = pytest.mark.browser
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def account(people: Cast) -> PlatformConnection:
    """An account with a slot every day and two pieces in its queue."""
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        slots.add(account, weekdays=range(7), at=dt.time(9), zone="Asia/Kolkata", by=people.asha)
        for title in ("Barrier in three layers", "Read a label"):
            queue.add(make_piece(people.kesar, title=title), connection=account, by=people.asha, now=NOW)
    return account


def test_a_queue_is_read_and_reordered_by_the_keyboard_and_a_piece_joins_it(
    browser: Browser, live_server: Any, people: Cast, account: PlatformConnection
) -> None:
    state, found = sign_in(browser, live_server.url), []
    with tenancy.of_organization(people.kesar.pk):
        piece = make_piece(people.kesar, title="Commute kit")
    found += look(browser, state, f"{live_server.url}/connections/{account.pk}/slots/", "slots")
    assert found == []
    page = open_page(browser, f"{live_server.url}/pieces/{piece.pk}/schedule/", state=state).page
    page.get_by_role("button", name="Add to the queue").press("Enter")
    expect(page.get_by_text("In the slot")).to_be_visible()
    page.goto(f"{live_server.url}/connections/{account.pk}/slots/")
    page.get_by_role("button", name="Sooner: Commute kit").press("Enter")
    expect(page.locator(".queue h3").nth(1)).to_have_text("Commute kit")
    page.context.close()
