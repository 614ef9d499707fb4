"""The health of the feeds in Chromium: narrow and wide, light and dark, with everything a feed can be."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import look, sign_in
from trends.models import TrendSource

pytestmark = pytest.mark.browser
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def furnished(transactional_db: None) -> None:
    """Feeds in every state."""
    now = timezone.now()
    words = ["moved", "news", "news", "same", "same", "wait", "bad", "news"] * 3
    polls = [[(now - (24 - number) * HOUR).isoformat(), word, 12, 0.4] for number, word in enumerate(words)]
    well = {"health": "ok", "last_success_at": now - HOUR / 4, "next_poll_at": now + HOUR / 4, "outcomes": polls}
    down = "Google News refuses us (403): it may block servers or ask for a key."
    TrendSource.objects.bulk_create([
        TrendSource(kind="google_news", name="Google News India, Hindi", region="IN", language="hi", health="down",
                    consecutive_failures=7, last_error=down, outcomes=[[now.isoformat(), "bad", None, 1]] * 24),
        TrendSource(kind="bluesky", name="Bluesky", last_item_count=25, pace=HOUR / 8, **well),
        TrendSource(kind="reddit", name="r/SkincareAddiction", language="en", last_item_count=100, pace=2 * HOUR,
                    last_note="Left out 12: published more than 24 hours ago.", **well),
        TrendSource(kind="youtube", name="YouTube India", region="IN", last_item_count=200, **well),
        TrendSource(kind="csv", name="Our panel", health="ok", last_success_at=now - 30 * HOUR, last_item_count=1234),
        TrendSource(kind="wikipedia", name="Wikipedia, Tamil", language="ta"),
        TrendSource(kind="x", name="X, the world", enabled=False),
    ])  # fmt: skip


def test_the_health_of_every_feed_reads_well_everywhere(
    furnished: None, browser: Browser, live_server: LiveServer
) -> None:
    state = sign_in(browser, live_server.url)
    assert look(browser, state, live_server.url + reverse("trend_sources"), "trend_sources") == []
