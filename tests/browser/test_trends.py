"""Trends in Chromium: from a filter to a topic to a post, the week before, and a topic that was merged."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.pages import SIGHTS, Opened, chromium, faults, open_page, sign_in
from tests.cast import gather
from trends.detection.explaining import burst_words
from trends.models import TrendTopic
from trends.queries import history
from trends.services import examples

pytestmark = pytest.mark.browser

LOSER = uuid.UUID(int=7)


def usual_of(normalized: str) -> str:
    """What the product says of a topic's last hour; the examples have their hours of the day."""
    topic = TrendTopic.objects.get(normalized=normalized)
    return burst_words(topic.observed or 0, topic.expected or 0, topic.burst or 0)


@pytest.fixture
def browser(transactional_db: None) -> Iterator[Browser]:
    """Chromium, with everybody of the cast and the examples in the database, two of which are one."""
    gather()
    examples.load(timezone.now())
    winner = TrendTopic.objects.get(normalized="lastoverfinish")
    TrendTopic.objects.create(
        pk=LOSER, title="Finish in the last over", normalized="finish", kind="keyword", status="expired",
        merged_into=winner, first_detected_at=timezone.now(), last_seen_at=timezone.now(), is_example=True,
    )  # fmt: skip
    with chromium() as opened:
        yield opened


def look(opened: Opened, name: str) -> list[str]:
    """Everything wrong with an open page in its four sights."""
    found = []
    for width, theme in SIGHTS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += faults(opened, f"trends-{name}-{width}-{theme}")
    opened.page.set_viewport_size({"width": 1440, "height": 900})
    return found


def find(page: Page, words: str) -> None:
    """Type words and wait for the list to follow."""
    page.get_by_label("Search topics").fill(words)
    page.wait_for_url(f"**q={words}**")


def test_from_a_filter_to_a_topic_to_a_post(
    browser: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    state = sign_in(browser, live_server.url)
    opened = open_page(browser, f"{live_server.url}/trends/", state=state, settled=True)
    page = opened.page
    found = look(opened, "explorer")
    find(page, "gully")
    expect(page.get_by_text("No topic fits this filter.")).to_be_visible()
    page.get_by_role("link", name="Everything").click()
    expect(page.get_by_role("link", name="#GullyCricket", exact=True)).to_be_visible()
    find(page, "monsoon")
    page.get_by_role("combobox", name="Source").select_option("mastodon")
    page.wait_for_url("**source=mastodon**")
    expect(page.get_by_role("row")).to_have_count(3)  # the heads, skincare and street food
    page.reload()
    expect(page.get_by_role("combobox", name="Source")).to_have_value("mastodon")
    page.get_by_role("link", name="monsoon skincare", exact=True).click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="From your library")).to_be_visible()
    expect(page.get_by_text(usual_of("monsoonskincare")).first).to_be_visible()
    found += look(opened, "topic")
    page.get_by_role("link", name="30 d").click()
    expect(page.get_by_role("link", name="30 d")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Make a post").click()
    page.wait_for_url("**/library/new/?topic=**")
    assert found == []


def test_the_week_before_and_a_merged_topic(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    opened = open_page(browser, f"{live_server.url}/trends/", state=state, settled=True)
    page = opened.page
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="What rose")).to_be_visible()
    week = history.week_before(timezone.localdate())  # in UTC, as the examples keep; Kolkata may be in its next one
    page.goto(f"{live_server.url}/trends/history/?week={history.written(week)}")
    expect(page.get_by_text("Missed", exact=True).last).to_be_visible()
    found = look(opened, "history")
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename.startswith("trends-")
    page.get_by_role("link", name="Week before").click()
    expect(page.get_by_text("Nothing had its peak in this week")).to_be_visible()
    found += look(opened, "history-empty")
    page.goto(f"{live_server.url}/trends/{LOSER}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("last over finish")
    expect(page.get_by_text("Finish in the last over").first).to_be_visible()
    assert found == []


def test_everything_works_without_script(browser: Browser, live_server: Any) -> None:
    state: StorageState = sign_in(browser, live_server.url)
    page = open_page(browser, f"{live_server.url}/trends/?view=all", state=state, script=False).page
    page.get_by_label("Search topics").fill("monsoon")
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Show").click()
    assert "sort=newest" in page.url
    page.get_by_role("link", name="monsoon skincare", exact=True).click()
    page.get_by_role("link", name="From your library").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From your library")
