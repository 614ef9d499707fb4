"""A month of 160 posts in Chromium: a file, a proposed calendar, the composer with the queue, a drag, and keys."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from publishing.models import ContentCalendar, PlanImport, PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import calendars, imports
from tests.browser.pages import SIGHTS, faults
from tests.browser.test_calendar import INDIA, opened
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece

pytestmark = pytest.mark.browser
CLOCKS = ("08:00", "11:00", "15:00", "20:00")
DAYS, PROPOSED = 28, 44


def first() -> dt.date:
    """The first day of the month after next: all of it is ahead."""
    return (timezone.localdate().replace(day=1) + dt.timedelta(days=64)).replace(day=1)


def furnish(people: Cast) -> list[PlatformConnection]:
    """Four accounts, each with a slot, and pieces that were never sent."""
    with tenancy.of_organization(people.kesar.pk):
        accounts = [make_connection(people.kesar, account_id=f"{n}", handle=f"@kesar{n}") for n in range(4)]
        for account in accounts[:1] + accounts[3:]:
            PostingSlot.objects.create(
                organization=people.kesar, connection=account, weekday=4, at=dt.time(12, 30), timezone=INDIA
            )
        for number in range(PROPOSED):
            make_piece(people.kesar, title=f"Piece {number}", text=f"Said {number}")
    return accounts


def december(account: PlatformConnection) -> bytes:
    """A row for each post: four a day."""
    days = [first() + dt.timedelta(days=number) for number in range(DAYS)]
    rows = [f"{day},{clock},{account.handle},Line {day} {clock}" for day in days for clock in CLOCKS]
    return "\n".join(["date,time,account,text", *rows]).encode()


def count(people: Cast, **fit: Any) -> int:
    with tenancy.of_organization(people.kesar.pk):
        return ScheduledPost.objects.exclude(status="cancelled").filter(**fit).count()


@dataclass
class Desk:
    """Ben's page on a running server, and his accounts."""

    url: str
    page: Page
    people: Cast
    accounts: list[PlatformConnection]

    def go(self, name: str, query: str = "") -> None:
        """Open a page."""
        self.page.goto(f"{self.url}{reverse(name)}{query}")

    def press(self, name: str) -> None:
        """Press a button, by keyboard."""
        self.page.get_by_role("button", name=name).press("Enter")

    def says(self, words: str) -> None:
        """Wait until the page says so."""
        expect(self.page.get_by_text(words)).to_be_visible(timeout=30_000)


def by_file(desk: Desk) -> None:
    file: Any = {"name": "month.csv", "mimeType": "text/csv", "buffer": december(desk.accounts[0])}
    desk.go("plan_import_new")
    desk.page.get_by_label("The file").set_input_files(file)
    desk.press("Look it over")
    desk.says("112 rows, nothing is planned yet.")
    desk.press("Plan these 112 rows")
    desk.says("You may leave this page")
    with tenancy.of_organization(desk.people.kesar.pk):
        plan = PlanImport.objects.get()
    imports.run(plan.pk, organization_id=desk.people.kesar.pk)
    expect(desk.page.locator("#plan-progress")).to_contain_text("Done", timeout=30_000)


def by_proposal(desk: Desk) -> None:
    page = desk.page
    desk.go("plan_propose")
    page.get_by_label("Name").fill("The month")
    page.get_by_label("From").fill(f"{first()}")
    page.get_by_label("Until").fill(f"{first() + dt.timedelta(days=DAYS - 1)}")
    page.get_by_label("Posts a week for each account").fill("7")
    for account in (desk.accounts[0], desk.accounts[3]):
        page.get_by_label(account.handle).uncheck()
    desk.press("Propose it")
    desk.says("44 pieces that were never sent")
    desk.press("Begin all 44 as drafts")
    desk.says("44 drafts were begun.")


def by_queue(desk: Desk, text: str) -> None:
    chosen = "&".join(f"connection={account.pk}" for account in (desk.accounts[0], desk.accounts[3]))
    desk.go("compose", f"?{chosen}")
    field = desk.page.get_by_label("Text")
    field.fill(text)
    expect(desk.page.locator(".counts > li")).to_contain_text(f"{len(text)} of")
    field.press("Control+Enter")
    desk.press("Next free slots")
    desk.says("2 posts are planned.")


def by_keys(desk: Desk, day: dt.date) -> str:
    """Pick a post up, carry it on, let it go; its time then."""
    with tenancy.of_organization(desk.people.kesar.pk):
        post = ScheduledPost.objects.get(local_time=f"{day}T08:00")
    desk.go("calendar", f"?view=week&day={day}")
    desk.page.locator(f"#p-{post.pk}").press("m")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()
    with tenancy.of_organization(desk.people.kesar.pk):
        post.refresh_from_db()
    return post.local_time


def by_drag(desk: Desk, day: dt.date) -> str:
    """Pull a post to the next day; its time then."""
    with tenancy.of_organization(desk.people.kesar.pk):
        post = ScheduledPost.objects.get(local_time=f"{day}T08:00")
    desk.go("calendar", f"?day={day}")
    there = desk.page.locator(f"td[data-day='{day + dt.timedelta(days=1)}']")
    desk.page.locator(f"#p-{post.pk}").drag_to(there)
    expect(desk.page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()
    with tenancy.of_organization(desk.people.kesar.pk):
        post.refresh_from_db()
    return post.local_time


def test_a_month_is_planned_by_file_proposal_queue_drag_and_keys(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    found = opened(browser, f"{live_server.url}{reverse('plan_imports')}", people)
    desk = Desk(live_server.url, found.page, people, furnish(people))
    by_file(desk)
    assert count(people, status="scheduled") == 112
    by_proposal(desk)
    by_queue(desk, "Composed once")
    by_queue(desk, "Composed twice")
    assert (count(people), count(people, status="draft"), count(people, slot__isnull=False)) == (160, 44, 4)
    day = first() + dt.timedelta(days=8)
    assert by_keys(desk, day) == f"{day}T08:15"
    day += dt.timedelta(days=1)
    assert by_drag(desk, day) == f"{day + dt.timedelta(days=1)}T08:00"
    assert found.complaints == []


@pytest.mark.parametrize(("width", "theme"), SIGHTS)
def test_pages_of_plans_look_right(
    live_server: Any, browser: Browser, people: Cast, width: int, theme: str
) -> None:  # fmt: skip
    accounts, last = furnish(people), first() + dt.timedelta(days=DAYS - 1)
    text = f"date,time,account,text\n{last},09:30,kesar0,Rain\n{last},noon,nobody,\n".encode()
    with tenancy.of_member(people.ben):
        new = imports.bring(text, name="new.csv", zone=INDIA, by=people.ben)
        done = imports.let_in(imports.bring(text, name="done.csv", zone=INDIA, by=people.ben), by=people.ben)
        calendar = calendars.create(name="Monsoon", starts_on=first(), ends_on=last, by=people.ben, description="Skin.")
        reason = "Written 3 days ago and never sent. It is a slot of @kesar0."
        for number in range(3):
            fields = {"date": first() + dt.timedelta(days=number), "at": dt.time(9), "timezone": INDIA,
                      "connection": accounts[0], "title": f"Rain and skin {number}"}  # fmt: skip
            entry = calendars.add(calendar, by=people.ben, fields=fields)
            type(entry).objects.filter(pk=entry.pk).update(reason=reason)
        post = calendars.make(entry, by=people.ben, now=timezone.now())
        ContentCalendar.objects.filter(pk=calendar.pk).update(reasoning="3 entries: 3 pieces that were never sent.")
        first_entry = calendars.open_entries(calendar)[0]
    imports.run(done.pk, organization_id=people.kesar.pk)
    paths = {
        "compose": reverse("compose"),
        "composing": reverse("composing", args=[post.piece.asset_id]),
        "plan-imports": reverse("plan_imports"),
        "plan-import-new": reverse("plan_import_new"),
        "plan-import-look": reverse("plan_import", args=[new.pk]),
        "plan-import-done": reverse("plan_import", args=[done.pk]),
        "plans": reverse("plans"),
        "plan-propose": reverse("plan_propose"),
        "plan": reverse("plan", args=[calendar.pk]),
        "plan-entry": reverse("calendar_entry", args=[first_entry.pk]),
    }
    wrong = []
    for name, path in paths.items():
        found = opened(browser, f"{live_server.url}{path}", people, width=width, theme=theme, settled=True)
        wrong += faults(found, f"{name}-{width}-{theme}")
        found.page.context.close()
    assert wrong == []
