"""Numbers in Chromium: the overview, another span, a platform, a file, clips and streams, a client's page."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from analytics.span import DAY
from tests.analytics.counted import counted_days, post_day, rolled_up, today, tracked, won
from tests.analytics.posting import connection, published
from tests.browser.pages import look, signed_in
from tests.browser.test_calendar import opened
from tests.cast import Cast

pytestmark = pytest.mark.browser


def furnish(people: Cast) -> None:
    """Two months of an account of a client, an artist with a clip, and a platform that tells no views."""
    last = today(people) - DAY
    with tenancy.of_organization(people.kesar.pk):
        rolled_up(people)
        account = connection(people, "instagram", client=people.client)
        quiet = connection(people, "bluesky", account_id="b", handle="kesar.example")
        for number in range(56):
            views = 1200 if number < 28 else 900
            won(account, last - number * DAY, views=views, reach=views // 2, engagement=40 + number, published=1)
            won(quiet, last - number * DAY, engagement=9)
        row = published(people, account, timezone.now() - 9 * DAY)
        post_day(row.post_id, people, last - 3 * DAY, views=4000, engagement=120)
        page = tracked(people, "instagram", "@kesar", connection=account, client=people.client)
        counted_days(page, last, 56, lambda date: {"followers": 900 + date.toordinal() % 100, "likes": 40})
        page.days.filter(date=last - 4 * DAY).delete()
        artist = tracked(people, "spotify", "Mira Vale")
        counted_days(
            artist, last, 90, lambda date: {"streams": 800 + 9 * date.weekday() + 700 * (date > last - 9 * DAY)}
        )


def wrong(browser: Browser, live_server: Any, people: Cast) -> list[str]:
    """What is wrong with any of the pages, at both widths and in both themes."""
    pages = {
        "overview": reverse("numbers"),
        "platform": reverse("numbers_platform", args=["instagram"]),
        "music": reverse("numbers_music"),
        "client": reverse("numbers_client", args=[people.client.pk]),
    }
    state, found = signed_in(people.ben.user, live_server.url), []
    for name, address in pages.items():
        found += look(browser, state, live_server.url + address, f"numbers-{name}")
    return found


@pytest.mark.parametrize("width", [1280, 1440])
def test_a_plain_mouse_reaches_every_tab(live_server: Any, browser: Browser, people: Cast, width: int) -> None:
    people.ben = people.asha
    page = opened(browser, live_server.url + reverse("numbers"), people, width=width).page
    tabs = page.locator("main nav.tabs").first
    assert tabs.evaluate("tabs => tabs.scrollWidth - tabs.clientWidth") == 0
    assert len(tabs.locator("a").all()) > 8
    tabs.locator("a").last.click()
    expect(page.locator("main nav.tabs a").last).to_have_attribute("aria-current", "page")


def test_a_word_of_state_stays_in_its_column_where_a_table_is_narrow(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    furnish(people)
    people.ben = people.asha
    page = opened(browser, live_server.url + reverse("numbers_accounts"), people, width=390).page
    beyond = "every => every.map(each => each.scrollWidth - Math.ceil(each.getBoundingClientRect().width))"
    assert max(page.locator("td .st").evaluate_all(beyond)) <= 0


def test_a_phone_keeps_what_a_chart_counts_in_at_its_edge(live_server: Any, browser: Browser, people: Cast) -> None:
    furnish(people)
    people.ben = people.asha
    page = opened(browser, live_server.url + reverse("numbers"), people, width=390).page
    chart = page.locator(".chartbox").first
    labels = chart.locator(".stays text")
    scale = chart.locator(".chart").first.locator("text[text-anchor=end]").all_text_contents()
    assert labels.all_text_contents() == scale[: labels.count()]
    edge = chart.locator(".stays").evaluate("scale => scale.getBoundingClientRect().left")
    assert edge == pytest.approx(0, abs=1), "nothing of the drawing comes out at its left"
    for left in (0, -10_000):
        chart.evaluate("(box, left) => { box.scrollLeft = left; }", left)
        box = labels.first.bounding_box()
        assert box
        assert 0 <= box["x"] < 60


def file_of(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return download.value.path().read_text(encoding="utf-8-sig")


def test_from_the_overview_to_a_platform_a_file_and_a_clip(live_server: Any, browser: Browser, people: Cast) -> None:
    furnish(people)
    people.ben = people.asha
    page = opened(browser, live_server.url + reverse("numbers"), people).page
    expect(page.locator("dl.stats")).to_contain_text("33,600")
    expect(page.locator("dl.stats")).to_contain_text("without Bluesky")
    page.get_by_role("link", name="7 d", exact=True).click()
    expect(page.locator("dl.stats")).to_contain_text("8,400")
    assert file_of(page, "Day by day, as CSV").count("\n") == 1 + 14
    page.get_by_label("Figure").select_option("followers")
    expect(page.get_by_role("heading", name="Followers gained a day")).to_be_visible()
    page.locator("section", has_text="By platform").get_by_role("link", name="Instagram").click()
    expect(page.get_by_text("@kesar was not counted on")).to_be_visible()
    assert "Likes,240" in file_of(page, "Figures as CSV")
    page.get_by_role("link", name="Clips and streams").click()
    page.get_by_role("link", name="28 d", exact=True).click()
    expect(page.locator(".clips")).to_contain_text("more than expected")
    assert wrong(browser, live_server, people) == []
