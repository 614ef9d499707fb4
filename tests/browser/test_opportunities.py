"""Ideas in Chromium: from a topic's page to ideas to a post, with and without script; and the page of own hashtags."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from analytics.trend_source import count
from tests.analytics.posting import connection
from tests.browser.pages import chromium, look, open_page, sign_in
from tests.cast import Cast, gather
from tests.content.making import topic
from tests.trends.test_own import post
from trends.collection import fitting

pytestmark = pytest.mark.browser
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, a topic that fits Kesar, and its posts with hashtags."""
    everybody, now = gather(), timezone.now()
    topic("Glass skin", started_at=now - 5 * HOUR)
    fitting.fit_all()
    with tenancy.of_organization(everybody.kesar.pk):
        account = connection(everybody)
        for number in range(3, 12):
            post(everybody, account, now - number * DAY, "MonsoonSkin", "skincare", likes=18 + number)
            post(everybody, account, now - number * DAY - HOUR, "usual", likes=9)
            post(everybody, account, now - number * DAY - 2 * HOUR, likes=8)
        for number in range(4):
            post(everybody, account, now - number * HOUR, "MonsoonSkin", "new")
        count(everybody.kesar.pk, now=now)
    return everybody


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    """Chromium, once the rows stand."""
    with chromium() as opened:
        yield opened


def test_from_a_topic_to_ideas_to_a_post(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    opened = open_page(browser, f"{live_server.url}/trends/?view=all", state=state, settled=True)
    page = opened.page
    page.get_by_role("link", name="Glass skin").first.click()
    page.get_by_role("button", name="Give me ideas").click()
    ideas, address = page.locator("#ideas"), page.url
    expect(ideas.locator("h3")).to_have_count(3)
    first = ideas.locator("h3").first.inner_text()
    page.get_by_role("button", name="Give me other ideas").click()
    expect(ideas.locator("h3").first).not_to_have_text(first)
    found = look(browser, state, page.url, "topic-ideas", settled=True)
    page.get_by_role("button", name="Put aside").last.click()
    expect(ideas.locator("h3")).to_have_count(2)
    hook = ideas.locator("q").first.inner_text().strip('“”"')
    ideas.get_by_role("link", name="Make a post").first.click()
    page.wait_for_url("**/library/new/?topic=**")
    box = page.get_by_label("A link, or the text itself")
    expect(box).to_have_value(f"{hook}\n\n")
    found += look(browser, state, page.url, "post-from-idea", settled=True)
    box.fill(f"{hook}\n\nWash once, then wait until the skin is dry.")
    page.get_by_role("button", name="Read it").click()
    page.wait_for_url("**/studio/**")
    page.goto(address)
    expect(ideas).to_contain_text("1 idea was used.")
    assert [*found, *opened.complaints] == []


def test_ideas_come_without_script_too(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    page = open_page(browser, f"{live_server.url}/trends/?view=all", state=state, script=False).page
    page.get_by_role("link", name="Glass skin").first.click()
    page.get_by_role("link", name="Ideas for your brand").click()
    page.get_by_role("button", name="Give me ideas").click()
    expect(page.locator("#ideas h3")).to_have_count(3)
    page.get_by_role("button", name="Put aside").first.click()
    expect(page.locator("#ideas h3")).to_have_count(2)


def test_own_hashtags_are_looked_through(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    found = look(browser, state, f"{live_server.url}/trends/hashtags/", "own-hashtags", settled=True)
    page = open_page(browser, f"{live_server.url}/trends/hashtags/", state=state).page
    expect(page.get_by_role("row")).to_have_count(5)
    page.get_by_label("Search hashtags").fill("monsoon")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").last).to_contain_text("helped")
    assert found == []
