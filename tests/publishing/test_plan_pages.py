"""Pages and programs around plans: a file from bringing to the calendar and back, calendars proposed and made."""

import csv
import datetime as dt
import io
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from publishing.models import CalendarEntry, ContentCalendar, PlanImport, PlatformConnection, ScheduledPost
from publishing.services import calendars, imports, posts
from tests.ahead import YEAR
from tests.api.asking import PROBLEM, as_member
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

ZONE = "Asia/Kolkata"
GOOD = (
    f"date,time,account,text\n{YEAR}-01-04,09:30,kesar,Rain\n{YEAR}-01-05,09:30,kesar,=1+1\n{YEAR}-01-05,x,kesar,Sun\n"
)


@dataclass
class Desk:
    """Ben's browser, and an account on the practice network."""

    cast: Cast
    client: Client
    account: PlatformConnection

    def scope(self) -> Any:
        """Enter Kesar."""
        return tenancy.of_organization(self.cast.kesar.pk)

    def get(self, name: str, *args: Any, query: str = "") -> str:
        """Return a page that opens."""
        answer = self.client.get(reverse(name, args=args) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, *args: Any, **form: Any) -> Any:
        """Send a form."""
        return self.client.post(reverse(page, args=args), form)

    def bring(self, text: str = GOOD) -> PlanImport:
        """Bring a file by its page."""
        answer = self.post("plan_import_new", file=SimpleUploadedFile("january.csv", text.encode()), timezone=ZONE)
        assert answer.status_code == 302
        with self.scope():
            return PlanImport.objects.order_by("-created_at")[0]


@pytest.fixture
def desk(cast: Cast, settings: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar)
    client = Client()
    client.force_login(cast.ben.user)
    return Desk(cast, client, account)


# Files


def test_a_file_is_looked_over_let_in_and_what_came_back_is_given_back(desk: Desk) -> None:
    plan = desk.bring()
    page = desk.get("plan_import", plan.pk)
    assert "3 rows, nothing is planned yet." in page
    assert "comes back" in page
    assert desk.post("plan_import_let_in", plan.pk).status_code == 302
    assert "You may leave this page" in desk.get("plan_import", plan.pk)
    imports.run(plan.pk, organization_id=desk.cast.kesar.pk)
    page = desk.get("plan_import", plan.pk)
    assert "1 row came back." in page
    assert "is no time we can read" in page
    back = b"".join(desk.client.get(reverse("plan_import_refused", args=[plan.pk])).streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{YEAR}-01-05,x,kesar,Sun" in back
    assert "2 planned, 1 came back" in desk.get("plan_imports")


def test_a_row_of_the_year_one_is_shown_as_one_that_comes_back(desk: Desk) -> None:
    plan = desk.bring(f"date,time,account,text\n0001-01-01,01:00,kesar,Rain\n{YEAR}-01-05,09:30,kesar,Sun\n")
    assert "0001-01-01 01:00 is in the past" in desk.get("plan_import", plan.pk)


def test_what_is_no_plan_is_told_beside_the_field(desk: Desk) -> None:
    answer = desk.post("plan_import_new", file=SimpleUploadedFile("x.csv", b"a,b\n1,2\n"), timezone=ZONE)
    assert answer.status_code == 422
    assert "Missing are" in answer.content.decode()
    answer = desk.post("plan_import_new", file=SimpleUploadedFile("x.csv", GOOD.encode()), timezone="Mars/Base")
    assert answer.status_code == 422


def test_a_file_can_be_put_aside_before_anything_is_planned(desk: Desk) -> None:
    plan = desk.bring()
    desk.post("plan_import_drop", plan.pk)
    with desk.scope():
        assert (PlanImport.objects.count(), ScheduledPost.objects.count()) == (0, 0)


def test_the_example_can_be_brought_as_it_is(desk: Desk) -> None:
    text = desk.client.get(reverse("plan_import_example")).content.decode("utf-8-sig")
    plan = desk.bring(text)
    assert "comes back" not in desk.get("plan_import", plan.pk)


def test_the_plan_comes_out_as_a_file_that_no_spreadsheet_runs_and_that_lands_nothing_twice(desk: Desk) -> None:
    plan = desk.bring()
    desk.post("plan_import_let_in", plan.pk)
    imports.run(plan.pk, organization_id=desk.cast.kesar.pk)
    answer = desk.client.get(reverse("plan_export") + f"?from={YEAR}-01-01&until={YEAR}-01-31")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["date"], row["text"], row["account"]) for row in rows] == [
        (f"{YEAR}-01-04", "Rain", "'@kesar"), (f"{YEAR}-01-05", "'=1+1", "'@kesar"),
    ]  # fmt: skip
    again = desk.bring(text)
    desk.post("plan_import_let_in", again.pk)
    imports.run(again.pk, organization_id=desk.cast.kesar.pk)
    with desk.scope():
        again.refresh_from_db()
        assert (again.landed, again.refused, ScheduledPost.objects.count()) == (0, 2, 2)


def test_the_export_is_narrowed_as_the_calendar_is(desk: Desk) -> None:
    with desk.scope():
        piece = make_piece(desk.cast.kesar)
        make_post(piece, desk.account, at=dt.datetime(YEAR, 1, 4, 6, tzinfo=dt.UTC), status="draft")
        make_post(piece, desk.account, at=dt.datetime(YEAR, 1, 5, 6, tzinfo=dt.UTC))

    def count(query: str) -> int:
        answer = desk.client.get(reverse("plan_export") + query)
        return len(b"".join(answer.streaming_content).decode().splitlines()) - 1  # type: ignore[attr-defined]

    assert count(f"?view=month&day={YEAR}-01-20") == 2
    assert count(f"?view=month&day={YEAR}-01-20&state=draft") == 1
    assert count(f"?from={YEAR}-01-05&until={YEAR}-01-05") == 1
    assert count(f"?from=x&until={YEAR}-02-30&platform=bluesky") == 0


# Calendars


def test_a_calendar_is_proposed_read_and_begun(desk: Desk) -> None:
    with desk.scope():
        make_piece(desk.cast.kesar, text="Never sent")
    form = {
        "name": "May",
        "starts_on": f"{YEAR}-05-01",
        "ends_on": f"{YEAR}-05-14",
        "a_week": 3,
        "accounts": desk.account.pk,
    }
    answer = desk.post("plan_propose", **form)
    assert answer.status_code == 302
    with desk.scope():
        calendar = ContentCalendar.objects.get()
    page = desk.get("plan", calendar.pk)
    assert "1 piece that was never sent" in page
    assert "Begin 1 as a draft" in page
    desk.post("calendar_make", calendar.pk)
    with desk.scope():
        entry = CalendarEntry.objects.select_related("post").get()
        assert entry.post is not None
        assert entry.post.status == "draft"
    assert "It is a post by now." in desk.get("calendar_entry", entry.pk)


def test_nothing_to_propose_says_what_to_do(desk: Desk) -> None:
    form = {
        "name": "May",
        "starts_on": f"{YEAR}-05-01",
        "ends_on": f"{YEAR}-05-14",
        "a_week": 3,
        "accounts": desk.account.pk,
    }
    answer = desk.post("plan_propose", **form)
    assert answer.status_code == 422
    assert "Bring something to the Library first" in answer.content.decode()


def test_an_entry_is_added_changed_made_and_removed_by_its_pages(desk: Desk) -> None:
    desk.post("plan_new", name="May", description="", starts_on=f"{YEAR}-05-01", ends_on=f"{YEAR}-05-31")
    with desk.scope():
        calendar = ContentCalendar.objects.get()
    form = {"title": "Rain", "date": f"{YEAR}-05-03", "at": "09:30", "timezone": ZONE, "connection": desk.account.pk}
    assert desk.post("calendar_entry_new", calendar.pk, **form, tags="monsoon, skin").status_code == 302
    with desk.scope():
        entry = CalendarEntry.objects.get()
    assert (entry.platform, entry.tags) == ("practice", ["monsoon", "skin"])
    assert desk.post("calendar_entry", entry.pk, **form | {"date": f"{YEAR}-06-03"}).status_code == 422
    assert desk.post("calendar_entry", entry.pk, **form | {"title": "Sun"}).status_code == 302
    answer = desk.post("calendar_entry_make", entry.pk)
    with desk.scope():
        entry.refresh_from_db()
        post = ScheduledPost.objects.select_related("piece").get()
    assert (entry.title, entry.post_id) == ("Sun", post.pk)
    assert answer["Location"].startswith(reverse("composing", args=[post.piece.asset_id]))
    again = reverse("calendar_entry_make", args=[entry.pk])
    assert again not in desk.get("plan", calendar.pk)
    with desk.scope():
        posts.cancel(post, by=desk.cast.ben)
    assert again in desk.get("plan", calendar.pk)
    assert "It is a post by now." not in desk.get("calendar_entry", entry.pk)
    desk.post("calendar_entry_remove", entry.pk)
    with desk.scope():
        assert (CalendarEntry.objects.count(), ScheduledPost.objects.count()) == (0, 1)


def test_a_calendar_put_aside_can_be_brought_back(desk: Desk) -> None:
    with desk.scope():
        days: dict[str, Any] = {"starts_on": dt.date(2027, 5, 1), "ends_on": dt.date(2027, 5, 31)}
        calendar = calendars.create(name="May", by=desk.cast.ben, **days)
    desk.post("plan_delete", calendar.pk)
    assert desk.client.get(reverse("plan", args=[calendar.pk])).status_code == 404
    assert "Bring it back" in desk.get("plans", query="?deleted=1")
    desk.post("plan_restore", calendar.pk)
    assert "May" in desk.get("plans")


def test_lists_ask_no_more_for_fifty_rows_than_for_one(desk: Desk, django_assert_max_num_queries: Any) -> None:
    with desk.scope():
        days: dict[str, Any] = {"starts_on": dt.date(2027, 5, 1), "ends_on": dt.date(2027, 5, 31)}
        calendar = calendars.create(name="May", by=desk.cast.ben, **days)
        for number in range(20):
            at = {"date": dt.date(2027, 5, 1 + number), "timezone": ZONE, "connection": desk.account}
            entry = calendars.add(calendar, by=desk.cast.ben, fields=at | {"title": f"Entry {number}"})
            post = make_post(
                make_piece(desk.cast.kesar), desk.account, at=dt.datetime(YEAR, 5, 1 + number, tzinfo=dt.UTC)
            )
            CalendarEntry.objects.filter(pk=entry.pk).update(post=post)
            PlanImport.objects.create(organization=desk.cast.kesar, name=str(number), timezone=ZONE, rows=1)
            calendars.create(name=str(number), by=desk.cast.ben, **days)
    desk.get("plans")
    for name, args in (("plans", ()), ("plan", (calendar.pk,)), ("plan_imports", ())):
        with django_assert_max_num_queries(11):
            desk.get(name, *args)


# Programs


def test_a_program_composes_for_several_accounts_and_hears_what_each_refused(desk: Desk) -> None:
    program = as_member(desk.cast.ben)
    body = {"text": "Rain", "hashtags": ["monsoon"], "accounts": [str(desk.account.pk)], "then": "plan",
            "local_time": f"{YEAR}-01-04T09:30", "timezone": ZONE}  # fmt: skip
    answer = program.post("compositions", body)
    assert answer.status_code == 201, answer.content
    (outcome,) = answer.json()
    assert (outcome["error"], outcome["post"]["status"]) == ("", "scheduled")
    answer = program.post("compositions", body | {"text": ""})
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)


def test_a_program_brings_a_plan_looks_and_lets_it_in(desk: Desk) -> None:
    program = as_member(desk.cast.ben)
    answer = program.post("plan-imports", {"name": "january.csv", "content": GOOD, "timezone": ZONE})
    assert answer.status_code == 201, answer.content
    address = f"plan-imports/{answer.json()['id']}"
    looks = program.get(f"{address}/look").json()
    assert [bool(one["reasons"]) for one in looks] == [False, False, True]
    assert (looks[0]["connection"], looks[2]["local_time"]) == (str(desk.account.pk), None)
    assert [program.post(f"{address}/let-in").status_code for _n in range(2)] == [202, 409]
    imports.run(uuid.UUID(answer.json()["id"]), organization_id=desk.cast.kesar.pk)
    told = program.get(address).json()
    assert (told["status"], told["landed"], told["refusals"][0]["row"]) == ("done", 2, 4)
    answer = program.post("plan-imports", {"name": "x", "content": "a,b", "timezone": ZONE})
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)


def test_a_program_keeps_a_calendar_and_makes_its_entries(desk: Desk) -> None:
    program = as_member(desk.cast.ben)
    days = {"name": "May", "starts_on": f"{YEAR}-05-01", "ends_on": f"{YEAR}-05-31"}
    calendar = program.post("content-calendars", days).json()
    body = {"calendar": calendar["id"], "date": f"{YEAR}-05-03", "at": "09:30", "title": "Rain", "timezone": ZONE,
            "connection": str(desk.account.pk)}  # fmt: skip
    answer = program.post("calendar-entries", body)
    assert answer.status_code == 201, answer.content
    address = f"calendar-entries/{answer.json()['id']}"
    made = program.post(f"{address}/make")
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert program.patch(address, {"date": f"{YEAR}-05-04"}).status_code == 409
    rows = program.get("calendar-entries", calendar=calendar["id"]).json()["results"]
    assert [row["post"] for row in rows] == [made.json()["id"]]
    assert program.delete(address).status_code == 204
    proposed = program.post("content-calendars/propose", days | {"accounts": [str(desk.account.pk)]})
    assert proposed.status_code == 422
    assert program.patch(f"content-calendars/{calendar['id']}", {"name": "June"}).json()["name"] == "June"
    assert program.delete(f"content-calendars/{calendar['id']}").status_code == 204
