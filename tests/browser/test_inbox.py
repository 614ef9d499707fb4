"""Notifications, what reaches a person, the links in mails and the audit log in Chromium, narrow and wide."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from accounts import audit, tenancy, unsubscribe
from accounts.models import AuditEntry, Notification, NotificationPreference
from tests.browser.pages import chromium, look, open_page, sign_in
from tests.cast import Cast, gather

pytestmark = pytest.mark.browser

SAID = [
    ("approval_needed", "Ravi approved “AQI and your skin barrier”. Now it is your turn.", "Due today 17:00."),
    ("post_unconfirmed", "Is it live? Three sunscreens that survive November", "Nothing is sent twice."),
    ("connection_lost", "@kesar must be connected again", "Its planned posts wait."),
    ("post_published", "Live on @kesar: AQI and your skin", ""),
    ("security", "Somebody signed in from a new place", "Firefox on Linux, 203.0.113.7"),
    ("data", "Your export is ready", ""),
]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, with things told and done."""
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        for number, (kind, title, message) in enumerate(SAID):
            row = Notification.objects.create(
                organization=cast.kesar, user=cast.asha.user, kind=kind, title=title, message=message, link="/posts/"
            )
            at = timezone.now() - dt.timedelta(hours=9 * number)
            Notification.objects.filter(pk=row.pk).update(created_at=at, read_at=at if number > 2 else None)
        log: dict[str, Any] = {"organization_id": cast.kesar.pk, "by": cast.asha}
        audit.record("connection.made", cast.brand, **log, platform="bluesky", handle="@kesar")
        changed = {"tone": ["professional", "hinglish"], "keywords": [["skincare"], ["skincare", "monsoon"]]}
        audit.record("brand.changed", cast.brand, **log, changes=changed)
        for number in range(60):
            audit.record("asset.uploaded", cast.brand, organization_id=cast.kesar.pk, by=cast.ben, name=f"{number}.mp4")
    return cast


@pytest.fixture
def changed(cast: Cast) -> uuid.UUID:
    """The entry that tells of a change."""
    with tenancy.of_organization(cast.kesar.pk):
        return AuditEntry.objects.get(action="brand.changed").pk


@pytest.fixture
def browser(cast: Cast, changed: uuid.UUID) -> Iterator[Browser]:
    """Chromium; it comes last, for Django asks its tables no more in a thread where a browser runs."""
    del cast, changed
    with chromium() as opened:
        yield opened


def aside(question: Callable[[], Any]) -> Any:
    """Ask the tables in a thread of its own."""

    def asked() -> Any:
        try:
            return question()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked).result()


def way_of(cast: Cast, person: str, kind: str) -> tuple[str, bool]:
    """How a kind reaches somebody."""
    user = getattr(cast, person).user
    row = aside(lambda: NotificationPreference.objects.get(user=user, kind=kind))
    return row.mail, row.in_app


def test_the_pages_of_what_was_told_and_done_have_no_fault(
    browser: Browser, cast: Cast, changed: uuid.UUID, live_server: Any
) -> None:
    state = sign_in(browser, live_server.url)
    link = unsubscribe.token_for(cast.asha.user, "publish_failed")
    pages = {
        "inbox": reverse("notifications"),
        "inbox-kind": reverse("notifications") + "?kind=security",
        "preferences": reverse("preferences"),
        "audit-full": reverse("audit"),
        "audit-none": reverse("audit") + "?q=nothing+of+that+name",
        "audit-entry": reverse("audit_entry", args=[changed]),
    }
    found = [fault for name, path in pages.items() for fault in look(browser, state, live_server.url + path, name)]
    outside = live_server.url + reverse("unsubscribe", args=[link])
    assert found + look(browser, None, outside, "unsubscribe") == []


def test_one_is_marked_in_its_place_and_all_with_one_button(browser: Browser, cast: Cast, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    page = open_page(browser, live_server.url + reverse("notifications"), state=state).page
    assert page.get_by_text("3 new", exact=True).is_visible()
    page.get_by_role("button", name="Mark as read @kesar must be connected again").click()
    page.get_by_role("button", name="Mark as new @kesar must be connected again").wait_for()
    page.get_by_role("button", name="Mark all read").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Mark all read").count() == 0


def test_what_reaches_a_person_is_chosen_without_a_script_too(browser: Browser, cast: Cast, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    opened = open_page(browser, live_server.url + reverse("preferences"), state=state, script=False, width=390)
    opened.page.get_by_label("Trend alert, by mail").select_option("now")
    opened.page.get_by_label("Trend alert, in the app").uncheck()
    opened.page.get_by_role("button", name="Save").click()
    assert way_of(cast, "asha", "trend_alert") == ("now", False)


def test_a_link_from_a_mail_stops_them_after_a_press_and_undoes_it(
    browser: Browser, cast: Cast, live_server: Any
) -> None:
    link = unsubscribe.token_for(cast.ben.user, "publish_failed")
    page = open_page(browser, live_server.url + reverse("unsubscribe", args=[link]), script=False).page
    page.get_by_role("button", name="Stop these mails").click()
    assert page.get_by_role("heading", name="Stopped.").is_visible()
    assert way_of(cast, "ben", "publish_failed") == ("off", True)
    page.get_by_role("button", name="Undo").click()
    assert way_of(cast, "ben", "publish_failed") == ("now", True)


def test_the_log_goes_on_in_its_place_and_is_filtered(browser: Browser, cast: Cast, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    page = open_page(browser, live_server.url + reverse("audit"), state=state).page
    assert page.get_by_text("Asha Menon connected").count() == 0
    page.get_by_role("link", name="Older").click()
    page.locator("table.log").get_by_text("connected").first.wait_for()
    page.get_by_role("searchbox", name="Find in the log").fill("kesar naturals")
    page.locator("#id_person").select_option(label="Asha Menon")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Clear").wait_for()
    assert page.locator("table.log tbody tr:not(.dayrow)").count() >= 2
    page.get_by_role("link", name="Details, entry 3").or_(page.get_by_role("link", name="Details").first).first.click()
    page.get_by_role("heading", name="Its place in the chain").wait_for()
