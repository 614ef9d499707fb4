"""The calendar in Chromium: dragged by mouse and by keys, undone, moved by a form without a script."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, expect

from accounts import tenancy
from publishing.models import BestTime, CalendarEntry, ContentCalendar, PostingSlot, ScheduledPost
from publishing.walltime import resolve
from tests.browser.pages import Opened, look, open_page, signed_in
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

pytestmark = pytest.mark.browser
INDIA = "Asia/Kolkata"


def middle() -> dt.date:
    """A Wednesday in the middle of next month: every day around it is ahead, and on the same page."""
    first = (timezone.localdate() + dt.timedelta(days=32)).replace(day=10)
    return first + dt.timedelta(days=(2 - first.weekday()) % 7)


def furnish(people: Cast) -> list[ScheduledPost]:
    """Two posts that clash, one on another clock, a slot, a good hour."""
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        PostingSlot.objects.create(
            organization=people.kesar, connection=account, weekday=4, at=dt.time(18), timezone=INDIA
        )
        BestTime.objects.create(
            organization=people.kesar, connection=account, weekday=3, hour=20, timezone=INDIA, score=80, posts=9,
            posts_in_all=40,
        )  # fmt: skip
        told = [("10:00", INDIA, "Read a label"), ("10:40", INDIA, "Commute kit"), ("14:00", "Europe/Berlin", "Shelf")]
        return [_post(people, account, f"{middle()}T{at}", zone, title) for at, zone, title in told]


def _post(people: Cast, account: Any, at: str, zone: str, title: str) -> ScheduledPost:
    moment = resolve(dt.datetime.fromisoformat(at), zone)
    piece = make_piece(people.kesar, title=title)
    return make_post(piece, account, at=moment.instant, local_time=at, timezone=zone, next_try_at=None)


def opened(browser: Browser, url: str, people: Cast, **how: Any) -> Opened:
    """Open a page as Ben."""
    return open_page(browser, url, state=signed_in(people.ben.user, url), **how)


def stands(post: ScheduledPost, people: Cast) -> str:
    with tenancy.of_organization(people.kesar.pk):
        return ScheduledPost.objects.get(pk=post.pk).local_time


def test_nothing_is_done_with_posts_before_one_is_chosen(live_server: Any, browser: Browser, people: Cast) -> None:
    furnish(people)
    page = opened(browser, f"{live_server.url}{reverse('calendar')}?day={middle()}&select=1", people).page
    move = page.get_by_role("button", name="Move them")
    expect(move).to_be_disabled()
    page.locator("input[name='post']").first.check()
    expect(move).to_be_enabled()
    page.locator("input[name='post']").first.uncheck()
    expect(move).to_be_disabled()


def test_a_post_is_dragged_undone_and_moved_by_keys(live_server: Any, browser: Browser, people: Cast) -> None:
    post = furnish(people)[0]
    found = opened(browser, f"{live_server.url}{reverse('calendar')}?day={middle()}", people)
    page, mark = found.page, found.page.locator(f"#p-{post.pk}")
    page.set_viewport_size({"width": 1440, "height": 1300})
    target = middle() + dt.timedelta(days=1)
    cell = page.locator(f"td[data-day='{target}']")
    begin, end = mark.bounding_box(), cell.bounding_box()
    assert begin
    assert end
    page.mouse.move(begin["x"] + 20, begin["y"] + 8)
    page.mouse.down()
    page.mouse.move(begin["x"] + 60, begin["y"] + 20)
    page.mouse.move(end["x"] + 30, end["y"] + 60, steps=3)
    expect(page.locator(".carried b")).to_contain_text("10:00 IST")
    page.mouse.up()
    expect(cell.locator(f"#p-{post.pk}")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f"td[data-day='{middle()}'] #p-{post.pk}")).to_be_visible()
    assert stands(post, people) == f"{middle()}T10:00"

    page.locator(f"#p-{post.pk}").press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-says]")).to_contain_text("10:00 IST")
    page.keyboard.press("Enter")
    expect(page.locator(f"#p-{post.pk}")).to_be_focused()
    expect(page.locator(f"td[data-day='{middle() + dt.timedelta(days=7)}'] #p-{post.pk}")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"td[data-day='{middle()}'] #p-{post.pk}")).to_be_visible()
    assert stands(post, people) == f"{middle()}T10:00"
    assert found.complaints == []
    page.context.close()


def test_on_the_week_a_post_falls_on_a_quarter_of_an_hour(live_server: Any, browser: Browser, people: Cast) -> None:
    post = furnish(people)[0]
    found = opened(browser, f"{live_server.url}{reverse('calendar')}?view=week&day={middle()}", people)
    found.page.locator(f"#p-{post.pk}").press("m")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "Enter"):
        found.page.keyboard.press(key)
    wanted = f"{middle() + dt.timedelta(days=1)}T11:15"
    expect(found.page.locator(f"#p-{post.pk}")).to_have_attribute("data-at", wanted)
    assert stands(post, people) == wanted
    found.page.context.close()


def test_without_a_script_several_are_moved_by_a_form_and_a_button_takes_it_back(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    posts = furnish(people)
    address = f"{live_server.url}{reverse('calendar')}?view=list&select=1&day={middle()}"
    page = opened(browser, address, people, script=False).page
    for post in posts[:2]:
        page.locator(f"input[value='{post.pk}']").check()
    page.get_by_label("days").fill("3")
    page.get_by_role("button", name="Move them").click()
    expect(page.get_by_text("2 posts were moved.")).to_be_visible()
    assert stands(posts[0], people) == f"{middle() + dt.timedelta(days=3)}T10:00"
    page.get_by_role("button", name="Undo").click()
    assert stands(posts[0], people) == f"{middle()}T10:00"
    page.context.close()


@dataclass
class Finger:
    """A finger on a page."""

    page: Page
    wire: CDPSession

    @classmethod
    def of(cls, page: Page) -> "Finger":
        """Let the page believe in a touch screen."""
        wire = page.context.new_cdp_session(page)
        wire.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        return cls(page, wire)

    def touch(self, kind: str, *at: float) -> None:
        """Begin, move or end."""
        points = [{"x": at[0], "y": at[1]}] if at else []
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pull(self, x: float, begin: float, end: float) -> None:
        """Move from one height to another."""
        for step in range(1, 6):
            self.touch("touchMove", x, begin + (end - begin) * step / 5)

    def place(self, selector: str) -> tuple[float, float]:
        """Where something stands now."""
        box = self.page.locator(selector).bounding_box()
        assert box
        return box["x"] + 60, box["y"] + box["height"] / 2


@pytest.fixture
def phone(live_server: Any, browser: Browser, people: Cast) -> Iterator[tuple[Finger, ScheduledPost]]:
    post = furnish(people)[0]
    found = opened(browser, f"{live_server.url}{reverse('calendar')}?day={middle()}", people, width=390, settled=True)
    found.page.locator(f"#p-{post.pk}").scroll_into_view_if_needed()
    yield Finger.of(found.page), post
    assert found.complaints == []
    found.page.context.close()


def test_a_finger_that_moves_at_once_scrolls_and_carries_nothing(
    phone: tuple[Finger, ScheduledPost], people: Cast
) -> None:
    finger, post = phone
    x, y = finger.place(f"#p-{post.pk}")
    finger.touch("touchStart", x, y)
    finger.pull(x, y, y - 150)
    finger.touch("touchEnd")
    finger.page.wait_for_timeout(500)
    expect(finger.page.locator(".carried")).to_have_count(0)
    assert stands(post, people) == f"{middle()}T10:00"


def test_a_finger_that_rests_carries_a_post_to_a_day_that_was_empty(
    phone: tuple[Finger, ScheduledPost], people: Cast
) -> None:
    finger, post = phone
    x, y = finger.place(f"#p-{post.pk}")
    finger.touch("touchStart", x, y)
    expect(finger.page.locator(".carried")).to_be_visible()
    finger.page.wait_for_timeout(400)  # as long as a browser waits before it opens its own menu
    assert finger.place(f"#p-{post.pk}")[1] == pytest.approx(
        y, abs=3
    )  # empty days appear, and it stays under the finger
    target = middle() + dt.timedelta(days=1)
    x, end = finger.place(f"td[data-day='{target}']")
    finger.pull(x, y, end)
    expect(finger.page.locator(".carried b")).to_contain_text("10:00 IST")
    finger.touch("touchEnd")
    expect(finger.page.locator(f"td[data-day='{target}'] #p-{post.pk}")).to_be_visible()
    assert stands(post, people) == f"{target}T10:00"


def test_an_intention_is_dragged_and_undone_like_a_post(live_server: Any, browser: Browser, people: Cast) -> None:
    with tenancy.of_organization(people.kesar.pk):
        named = ContentCalendar.objects.create(
            organization=people.kesar,
            name="Monsoon",
            starts_on=middle().replace(day=1),
            ends_on=middle().replace(day=28),
        )
        entry = CalendarEntry.objects.create(
            organization=people.kesar, calendar=named, date=middle(), timezone=INDIA, platform="practice", title="Rain"
        )
    found = opened(browser, f"{live_server.url}{reverse('calendar')}?day={middle()}", people)
    page, target = found.page, middle() + dt.timedelta(days=1)
    page.locator(f"#e-{entry.pk}").drag_to(page.locator(f"td[data-day='{target}']"))
    expect(page.locator(f"td[data-day='{target}'] #e-{entry.pk}")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f"td[data-day='{middle()}'] #e-{entry.pk}")).to_be_visible()
    page.goto(f"{live_server.url}{reverse('calendar')}?view=week&day={middle()}")
    page.locator(f"#e-{entry.pk}").press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"#e-{entry.pk}")).to_have_attribute("data-at", f"{middle()}T09:15")
    assert found.complaints == []
    page.context.close()


def test_every_view_is_whole_on_a_phone_and_a_desk_in_both_themes(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    furnish(people)
    found: list[str] = []
    for view in ("month", "week", "lanes", "list&select=1"):
        address = f"{live_server.url}{reverse('calendar')}?view={view}&day={middle()}"
        found += look(browser, signed_in(people.ben.user, address), address, f"calendar-{view.partition('&')[0]}")
    assert found == []


def test_a_month_without_plans_says_so_where_its_empty_days_are_left_out(
    browser: Browser, live_server: Any, people: Cast
) -> None:
    words = "Nothing is planned here"
    state = signed_in(people.asha.user, live_server.url)
    for is_bare in (True, False):
        found = open_page(browser, f"{live_server.url}{reverse('calendar')}?day={middle()}", width=390, state=state)
        expect(found.page.get_by_text(words)).to_be_visible(visible=is_bare)
        found.page.set_viewport_size({"width": 1280, "height": 800})
        expect(found.page.get_by_text(words)).to_be_hidden()
        assert found.complaints == []
        found.page.context.close()
        if is_bare:
            furnish(people)
