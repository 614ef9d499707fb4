"""A plan brought as a file: good rows land once, bad ones come back with their reasons, whatever dies in between."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from accounts import tenancy
from accounts.models import Membership, Notification
from content.models import ContentAsset, GeneratedContent
from publishing import sheets
from publishing.delivery import importing
from publishing.models import PlanImport, PlatformConnection, ScheduledPost
from publishing.services import imports, landing
from publishing.sheets import CannotRead
from tests.cast import Cast
from tests.publishing.conftest import Clock, make_connection
from trenddrop.core import csvs

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"
HEADER = "date,time,account,text,hashtags"


@dataclass
class Files:
    """Ben with an account on the practice network and one on Bluesky."""

    cast: Cast
    ben: Membership
    practice: PlatformConnection
    bluesky: PlatformConnection
    clock: Clock

    def bring(self, text: str, **more: Any) -> PlanImport:
        """Bring a file and let it in."""
        given: dict[str, Any] = {"name": "december.csv", "zone": ZONE, "by": self.ben}
        return imports.let_in(imports.bring(text.encode(), **(given | more)), by=self.ben)

    def work(self, plan: PlanImport) -> PlanImport:
        """Answer the doorbell."""
        imports.run(plan.pk, organization_id=plan.organization_id, clock=self.clock)
        return self.now(plan)

    def now(self, plan: PlanImport) -> PlanImport:
        """The plan as it stands."""
        return PlanImport.objects.get(pk=plan.pk)

    def posts(self) -> list[ScheduledPost]:
        """Every post, by row."""
        return list(ScheduledPost.objects.select_related("piece").order_by("import_row"))


@pytest.fixture
def files(kesar: Cast, settings: Any) -> Files:
    """In Kesar's scope; the small platform stands for both."""
    settings.PUBLISHING_PLATFORMS = dict.fromkeys(("practice", "bluesky"), "tests.publishing.wire.Small")
    practice = make_connection(kesar.kesar)
    bluesky = make_connection(kesar.kesar, platform="bluesky", account_id="2", handle="kesar.example")
    return Files(kesar, kesar.ben, practice, bluesky, Clock(NOW))


def rows(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def refused(plan: PlanImport) -> list[dict[str, str]]:
    with plan.refused_file.open("rb") as file:
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))


# What lands


def test_a_row_becomes_a_piece_and_a_post_at_the_wall_clock_of_the_files_zone(files: Files) -> None:
    plan = files.work(files.bring(rows("2026-12-24,09:30,@kesar,Rain is not the enemy.,monsoon #skin")))
    (post,) = files.posts()
    assert (plan.status, plan.landed, plan.refused) == ("done", 1, 0)
    assert post.scheduled_for == dt.datetime(2026, 12, 24, 4, 0, tzinfo=dt.UTC)
    assert (post.status, post.connection_id, post.import_row) == ("scheduled", files.practice.pk, 2)
    assert post.text == "Rain is not the enemy.\n\n#monsoon #skin"
    assert (post.piece.made_by, post.piece.is_main) == ("person", False)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("date;time;account;text\n24.12.2026;9:30 pm;kesar;Schöner Regen\n".encode(), "Schöner Regen"),
        (b"date\ttime\taccount\ttext\n2026/12/24\t21:30\tKESAR\tRain\n", "Rain"),
        ('\ufeffwhen,handle,caption\n2026-12-24T21:30,@kesar,"Rain,\nand more"\n'.encode(), "Rain,\nand more"),
        ("date;time;account;text\n24/12/2026;21.30;kesar;Pâte à crêpes\n".encode("windows-1252"), "Pâte à crêpes"),
        ("Post date,Post time,Profile,Message\r\n24/12/2026,9:30PM,kesar,Rain\r\n".encode("utf-16"), "Rain"),
    ],
    ids=["semicolons", "tabs", "bom and line breaks", "windows letters", "utf-16"],
)
def test_files_are_read_as_programs_write_them(files: Files, data: bytes, told: str) -> None:
    plan = imports.let_in(imports.bring(data, name="x.csv", zone=ZONE, by=files.ben), by=files.ben)
    assert files.work(plan).refusals == []
    (post,) = files.posts()
    assert (post.text, post.local_time) == (told, "2026-12-24T21:30")


def test_a_row_may_name_its_own_zone_and_what_daylight_saving_does_to_it_is_noted(files: Files) -> None:
    text = rows("2027-03-28,02:30,kesar,Rain,Europe/Lisbon", header="date,time,account,text,zone")
    files.work(files.bring(text.replace("02:30", "01:30")))
    (post,) = files.posts()
    assert post.timezone == "Europe/Lisbon"
    assert "does not exist" in post.time_note


def test_media_is_found_by_title_or_identifier(files: Files) -> None:
    asset = ContentAsset.objects.create(
        organization=files.cast.kesar, kind=ContentAsset.Kind.BLOG, title="Monsoon skin", status="ready", text="Rain"
    )
    header = "date,time,account,text,asset"
    text = rows(
        "2026-12-24,09:00,kesar,One,monsoon SKIN", f"2026-12-24,10:00,kesar,Two,{asset.pk}",
        "2026-12-24,11:00,kesar,Three,Sunscreen", header=header,
    )  # fmt: skip
    plan = files.work(files.bring(text))
    assert {post.piece.asset_id for post in files.posts()} == {asset.pk}
    assert plan.refusals == [{"row": 4, "reasons": ["There is nothing in the library called “Sunscreen”."]}]


def test_drafts_stay_drafts_by_row_or_for_the_whole_file(files: Files) -> None:
    header = "date,time,account,text,draft"
    files.work(files.bring(rows("2026-12-24,09:00,kesar,One,yes", "2026-12-24,10:00,kesar,Two,", header=header)))
    files.work(files.bring(rows("2026-12-25,09:00,kesar,Three,", header=header), as_drafts=True))
    assert {post.text: post.status for post in files.posts()} == {"One": "draft", "Two": "scheduled", "Three": "draft"}


def test_a_handle_on_two_platforms_needs_its_platform_named(files: Files) -> None:
    make_connection(files.cast.kesar, platform="bluesky", account_id="3", handle="kesar")
    header = "date,time,account,text,platform"
    plan = files.work(
        files.bring(rows("2026-12-24,09:00,kesar,One,", "2026-12-24,10:00,kesar,Two,Practice network", header=header))
    )
    assert [post.text for post in files.posts()] == ["Two"]
    assert "connected more than once (Bluesky, Practice network)" in plan.refusals[0]["reasons"][0]


# What comes back


def test_of_ten_thousand_rows_ten_bad_ones_come_back_and_every_other_is_read(files: Files) -> None:
    good = [f"2026-12-{1 + n % 28:02},{n // 28 % 24:02}:{n // 672 % 60:02},kesar,Line {n}," for n in range(9_990)]
    bad = ["2026-12-24,25:00,nobody,,"] * 10
    sheet = sheets.read(rows(*good[:5000], *bad, *good[5000:]).encode())
    reader = landing.Reader(PlanImport(organization=files.cast.kesar, timezone=ZONE), files.ben, NOW)
    wrong = []
    for row in sheet.rows:
        try:
            reader.read(row)
        except landing.RowRefused as error:
            wrong.append((row.number, error.reasons))
    assert [number for number, _reasons in wrong] == list(range(5002, 5012))
    assert len(wrong[0][1]) == 3  # the clock, the account, the words


def test_good_rows_land_and_bad_ones_come_back_as_a_file_with_every_reason(files: Files) -> None:
    good = [f"2026-12-{day:02},09:30,kesar,Day {day}," for day in range(1, 31)]
    bad = [
        "2026-12-24,09:30,nobody,Rain,", "2026-13-24,09:30,kesar,Rain,", "2020-01-01,09:30,kesar,Rain,",
        "2026-12-24,noon,kesar,Rain,", "03/04/2027,09:30,kesar,Rain,", "2026-12-24,09:31,kesar,,",
        f"2026-12-24,09:32,kesar.example,{'x' * 400},", "2026-12-24,25:00,nobody,,", "2026-02-30,09:30,kesar,Rain,",
        "2026-12-03,09:30,kesar,Day 3,",
    ]  # fmt: skip
    plan = files.work(files.bring(rows(*good[:15], *bad, *good[15:])))
    assert (plan.rows, plan.read, plan.landed, plan.refused) == (40, 40, 30, 10)
    back = refused(plan)
    assert [one["row"] for one in back] == [str(number) for number in range(17, 27)]
    assert back[0]["reasons"] == "No connected account is called “nobody”."
    assert "can be two days. Write 2027-04-03 or 2027-03-04." in back[4]["reasons"]
    assert len(plan.refusals[7]["reasons"]) == 3
    assert "planned there at that time already" in back[9]["reasons"]
    assert back[1]["date"] == "2026-13-24"
    assert len(files.posts()) == 30


def test_the_file_that_came_back_can_be_mended_and_brought_again(files: Files) -> None:
    plan = files.work(files.bring(rows("2026-12-24,noon,kesar,-5 degrees,")))
    with plan.refused_file.open("rb") as file:
        again = file.read().decode("utf-8-sig")
    assert "'-5 degrees" in again  # no spreadsheet takes it for a formula
    plan = files.work(files.bring(again.replace("noon", "12:00")))
    assert (plan.landed, plan.refused) == (1, 0)
    assert files.posts()[0].text == "-5 degrees"


def test_the_same_file_brought_twice_lands_once(files: Files) -> None:
    text = rows("2026-12-24,09:30,kesar,One,", "2026-12-24,10:30,kesar,Two,")
    files.work(files.bring(text))
    plan = files.work(files.bring(text))
    assert (plan.landed, plan.refused) == (0, 2)
    assert len(files.posts()) == 2


def test_what_a_platform_would_refuse_comes_back_and_leaves_nothing_behind(files: Files) -> None:
    files.work(files.bring(rows(f"2026-12-24,09:30,kesar.example,{'x' * 400},")))
    assert (GeneratedContent.objects.count(), ContentAsset.objects.count(), files.posts()) == (0, 0, [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"date,time,text\n2026-12-24,09:30,Rain\n", "Missing: account"),
        (b"date,account\n", "Missing are: text, time"),
        (b"date,time,account,text\n", "no row below"),
        (b"date,time,account,text,caption\n1,2,3,4,5\n", "stands there twice"),
        (b"PK\x03\x04\x00\x00\x00", "no CSV file"),
        (b"date,time,account,text\n" + b"2026-12-24,09:30,kesar,Rain\n" * 10_001, "at most 10000"),
    ],
    ids=["empty", "no account", "no text", "no rows", "twice", "a spreadsheet", "too many"],
)
def test_what_is_no_plan_is_refused_in_words_and_not_kept(files: Files, data: bytes, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        imports.bring(data, name="x.csv", zone=ZONE, by=files.ben)
    assert not PlanImport.objects.exists()


# Workers that die, members that leave


def test_a_worker_that_dies_in_between_lands_no_row_twice(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 4)
    plan = files.bring(rows(*(f"2026-12-{day:02},09:30,kesar,Day {day}," for day in range(1, 11))))

    class Killed(BaseException):
        """The machine goes away."""

    real, seen = landing.land, []

    def land(row: sheets.Row, reader: landing.Reader) -> ScheduledPost:
        if row.number == 8:  # in the second batch, whose first two rows are landed but not committed
            raise Killed
        seen.append(row.number)
        return real(row, reader)

    monkeypatch.setattr(imports, "land", land)
    with pytest.raises(Killed), transaction.atomic():
        files.work(plan)
    monkeypatch.setattr(imports, "land", real)
    assert (seen, len(files.posts())) == ([2, 3, 4, 5, 6, 7], 0 if files.now(plan).read == 0 else 4)
    files.clock.pass_by(minutes=5)
    plan = files.work(plan)
    assert (plan.status, plan.read, plan.landed) == ("done", 10, 10)
    assert [post.import_row for post in files.posts()] == list(range(2, 12))


def test_a_row_dated_before_every_calendar_comes_back_and_the_others_land(files: Files) -> None:
    text = rows("0001-01-01,01:00,kesar,Rain,", "9999-12-31,23:00,kesar,Sun,", "2026-12-24,09:30,kesar,One,")
    plan = files.work(files.bring(text))
    assert (plan.status, plan.landed, plan.refused) == ("done", 1, 2)
    first, last = (" ".join(each["reasons"]) for each in plan.refusals)
    assert "0001-01-01 01:00 is in the past" in first
    assert "more than two years away" in last


def test_a_plan_that_fails_again_and_again_ends_with_words(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = files.bring(rows("2026-12-24,09:30,kesar,One,"))

    def land(row: sheets.Row, reader: landing.Reader) -> ScheduledPost:
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "land", land)
    with tenancy.of_organization(plan.organization_id):
        PlanImport.objects.filter(pk=plan.pk).update(updated_at=files.clock())
    for _number in range(imports.MOST_TRIES):
        with pytest.raises(ZeroDivisionError):
            files.work(plan)
        files.clock.pass_by(minutes=5)
    files.clock.pass_by(days=1)
    plan = files.work(plan)
    assert (plan.status, plan.landed, importing.interrupted(files.clock())) == ("failed", 0, [])
    assert "tried 5 times and failed each time" in plan.error


def test_only_one_worker_has_a_plan_and_whoever_lost_it_writes_nothing(files: Files) -> None:
    plan = files.bring(rows("2026-12-24,09:30,kesar,One,"))
    held = importing.claim(plan.pk, organization_id=plan.organization_id, now=NOW)
    assert held is not None
    assert imports.run(plan.pk, organization_id=plan.organization_id, clock=files.clock) is None
    assert importing.interrupted(NOW) == []
    files.clock.pass_by(minutes=5)
    assert importing.interrupted(files.clock()) == [(plan.pk, plan.organization_id)]
    assert files.work(plan).landed == 1
    assert imports._batch(held, imports.sheet_of(held).rows, by=files.ben, now=NOW) is False
    assert len(files.posts()) == 1


def test_a_plan_of_somebody_who_left_is_not_read(files: Files) -> None:
    plan = files.bring(rows("2026-12-24,09:30,kesar,One,"))
    Membership.objects.filter(pk=files.ben.pk).update(status=Membership.Status.INACTIVE)
    plan = files.work(plan)
    assert (plan.status, files.posts()) == ("failed", [])
    assert "may not plan posts any more" in plan.error


def test_who_brought_it_is_told_how_it_ended(files: Files) -> None:
    files.work(files.bring(rows("2026-12-24,09:30,kesar,One,", "2026-12-24,09:30,nobody,Two,")))
    told = Notification.objects.get(user=files.ben.user)
    assert told.title == "“december.csv”: 1 planned, 1 came back."


# Before it is let in


def test_nothing_is_planned_before_somebody_has_looked_and_let_it_in(files: Files) -> None:
    plan = imports.bring(rows("2026-12-24,09:30,kesar,One,", "x,y,z,,").encode(), name="x.csv", zone=ZONE, by=files.ben)
    good, bad = imports.look(plan, imports.sheet_of(plan), by=files.ben, now=NOW)
    assert good.meant is not None
    assert good.meant.account == files.practice
    assert (bad.meant, len(bad.reasons)) == (None, 3)
    assert (files.work(plan).read, files.posts(), ContentAsset.objects.count()) == (0, [], 0)
    imports.let_in(plan, by=files.ben)
    with pytest.raises(imports.NotWaiting):
        imports.let_in(plan, by=files.ben)


def test_a_file_nobody_wanted_is_forgotten_after_two_days(files: Files) -> None:
    plan = imports.bring(rows("2026-12-24,09:30,kesar,One,").encode(), name="x.csv", zone=ZONE, by=files.ben)
    path = plan.file.path
    assert importing.forget(plan.created_at + dt.timedelta(days=1)) == 0
    assert importing.forget(plan.created_at + dt.timedelta(days=3)) == 1
    assert not plan.file.storage.exists(path)


def test_a_plan_can_be_stopped_and_what_landed_stays(files: Files) -> None:
    plan = files.bring(rows("2026-12-24,09:30,kesar,One,"))
    imports.drop(plan, by=files.ben)
    assert (files.work(plan).status, files.posts()) == ("failed", [])


def test_a_clients_plan_reaches_no_other_clients_account(files: Files) -> None:
    make_connection(files.cast.kesar, account_id="9", handle="@metro", client=files.cast.metro)
    text = rows("2026-12-24,09:30,metro,One,", "2026-12-24,09:40,kesar,Two,")
    plan = files.work(files.bring(text, client=files.cast.client))
    (post,) = files.posts()
    assert (plan.landed, post.text, post.client_id) == (1, "Two", files.cast.client.pk)


def test_a_cell_that_looks_like_a_formula_is_written_as_words() -> None:
    assert csvs.line(["=1+1", "@kesar", "plain", 5]) == "'=1+1,'@kesar,plain,5\r\n"
    row = sheets.read(b"date,time,account,text\n2026-12-24,09:30,'@kesar,'=1+1\n").rows[0]
    assert (row.get("account"), row.get("text")) == ("@kesar", "=1+1")
