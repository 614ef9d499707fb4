"""The calendar in Chromium: dragged by mouse and by keys, undone, moved by a form without a script."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from publishing.models import BestTime, PostingSlot, ScheduledPost
from publishing.walltime import resolve
from tests.browser.pages import SIGHTS, Opened, chromium, faults, open_page
from tests.cast import Cast, gather
from tests.publishing.conftest import make_connection, make_piece, make_post

pytestmark = pytest.mark.browser
INDIA = "Asia/Kolkata"


@pytest.fixture
def cast(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, whose rows the server sees."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    return gather()


@pytest.fixture
def chrome(cast: Cast) -> Iterator[Browser]:
    """Chromium; what was opened beside the driver's loop is not the test's own connection."""
    with chromium() as browser:
        yield browser
        connections.close_all()


def middle() -> dt.date:
    """A Wednesday in the middle of next month: every day around it is ahead, and on the same page."""
    first = (timezone.localdate() + dt.timedelta(days=32)).replace(day=10)
    return first + dt.timedelta(days=(2 - first.weekday()) % 7)


def furnish(cast: Cast) -> list[ScheduledPost]:
    """Two posts that clash, one on another clock, a slot, a good hour."""
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar)
        PostingSlot.objects.create(
            organization=cast.kesar, connection=account, weekday=4, at=dt.time(18), timezone=INDIA
        )
        BestTime.objects.create(
            organization=cast.kesar, connection=account, weekday=3, hour=20, timezone=INDIA, score=80, posts=9,
            posts_in_all=40,
        )  # fmt: skip
        told = [("10:00", INDIA, "Read a label"), ("10:40", INDIA, "Commute kit"), ("14:00", "Europe/Berlin", "Shelf")]
        return [_post(cast, account, f"{middle()}T{at}", zone, title) for at, zone, title in told]


def _post(cast: Cast, account: Any, at: str, zone: str, title: str) -> ScheduledPost:
    moment = resolve(dt.datetime.fromisoformat(at), zone)
    piece = make_piece(cast.kesar, title=title)
    return make_post(piece, account, at=moment.instant, local_time=at, timezone=zone, next_try_at=None)


def opened(chrome: Browser, url: str, cast: Cast, **how: Any) -> Opened:
    """Open a page as Ben."""
    client = Client()
    client.force_login(cast.ben.user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = {
        "name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "domain": "localhost", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    return open_page(chrome, url, state={"cookies": [cookie], "origins": []}, **how)


def stands(post: ScheduledPost, cast: Cast) -> str:
    with tenancy.of_organization(cast.kesar.pk):
        return ScheduledPost.objects.get(pk=post.pk).local_time


def test_a_post_is_dragged_undone_and_moved_by_keys(live_server: Any, chrome: Browser, cast: Cast) -> None:
    post = furnish(cast)[0]
    found = opened(chrome, f"{live_server.url}{reverse('calendar')}?day={middle()}", cast)
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
    assert stands(post, cast) == f"{middle()}T10:00"

    page.locator(f"#p-{post.pk}").press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-says]")).to_contain_text("10:00 IST")
    page.keyboard.press("Enter")
    expect(page.locator(f"#p-{post.pk}")).to_be_focused()
    expect(page.locator(f"td[data-day='{middle() + dt.timedelta(days=7)}'] #p-{post.pk}")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"td[data-day='{middle()}'] #p-{post.pk}")).to_be_visible()
    assert stands(post, cast) == f"{middle()}T10:00"
    assert found.complaints == []
    page.context.close()


def test_on_the_week_a_post_falls_on_a_quarter_of_an_hour(live_server: Any, chrome: Browser, cast: Cast) -> None:
    post = furnish(cast)[0]
    found = opened(chrome, f"{live_server.url}{reverse('calendar')}?view=week&day={middle()}", cast)
    found.page.locator(f"#p-{post.pk}").press("m")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "Enter"):
        found.page.keyboard.press(key)
    wanted = f"{middle() + dt.timedelta(days=1)}T11:15"
    expect(found.page.locator(f"#p-{post.pk}")).to_have_attribute("data-at", wanted)
    assert stands(post, cast) == wanted
    found.page.context.close()


def test_without_a_script_several_are_moved_by_a_form_and_a_button_takes_it_back(
    live_server: Any, chrome: Browser, cast: Cast
) -> None:
    posts = furnish(cast)
    address = f"{live_server.url}{reverse('calendar')}?view=list&select=1&day={middle()}"
    page = opened(chrome, address, cast, script=False).page
    for post in posts[:2]:
        page.locator(f"input[value='{post.pk}']").check()
    page.get_by_label("days").fill("3")
    page.get_by_role("button", name="Move them").click()
    expect(page.get_by_text("2 posts were moved.")).to_be_visible()
    assert stands(posts[0], cast) == f"{middle() + dt.timedelta(days=3)}T10:00"
    page.get_by_role("button", name="Undo").click()
    assert stands(posts[0], cast) == f"{middle()}T10:00"
    page.context.close()


def test_every_view_is_whole_on_a_phone_and_a_desk_in_both_themes(
    live_server: Any, chrome: Browser, cast: Cast
) -> None:
    furnish(cast)
    found: list[str] = []
    for width, theme in SIGHTS:
        for view in ("month", "week", "lanes", "list&select=1"):
            address = f"{live_server.url}{reverse('calendar')}?view={view}&day={middle()}"
            seen = opened(chrome, address, cast, width=width, theme=theme)
            found += faults(seen, f"calendar-{view.partition('&')[0]}-{width}-{theme}")
            seen.page.context.close()
    assert found == []
