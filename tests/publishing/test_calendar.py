"""The calendar: what it shows, what may be moved, what it warns of, and the way back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from publishing.clock_changes import changes
from publishing.models import (
    BestTime,
    CalendarEntry,
    ContentCalendar,
    PlatformConnection,
    PostingHold,
    PostingSlot,
    ScheduledPost,
)
from publishing.screens.calendar import landing, reading
from publishing.screens.calendar.page import Sheet, clock_words, sheet
from publishing.screens.calendar.wanted import Wanted
from publishing.services import calendar, posts
from publishing.walltime import resolve
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

Status = ScheduledPost.Status
NOW = dt.datetime(2026, 11, 10, 6, 0, tzinfo=dt.UTC)
INDIA = "Asia/Kolkata"
Enter = Callable[[Membership], Client]


@dataclass
class Plan:
    """Kesar's account, and posts on it."""

    cast: Cast
    account: PlatformConnection

    def post(self, at: str, *, zone: str = INDIA, **fields: Any) -> ScheduledPost:
        """Plan a post for what the clock of `zone` shows."""
        moment = resolve(dt.datetime.fromisoformat(at), zone)
        piece = fields.pop("piece", None) or make_piece(self.cast.kesar, title=fields.pop("title", "Monsoon skin"))
        local = f"{moment.local:%Y-%m-%dT%H:%M}"
        told: dict[str, Any] = {"timezone": zone, "local_time": local, "client_id": piece.client_id}
        return make_post(piece, fields.pop("account", self.account), at=moment.instant, **(told | fields))

    def sheet(self, **asked: str) -> Sheet:
        """Look at the calendar as Asha."""
        return self.sheet_of(self.cast.asha, **asked)

    def sheet_of(self, member: Membership, **asked: str) -> Sheet:
        """Look at the calendar as somebody."""
        return sheet(member, wanted(**asked), now=NOW)


def wanted(**asked: str) -> Wanted:
    return Wanted.read({"day": "2026-11-10", **asked}, zone=asked.pop("zone", INDIA), now=NOW)


@pytest.fixture
def plan(kesar: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Kesar's plan, and nothing that is sent."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)
    return Plan(kesar, make_connection(kesar.kesar))


@pytest.fixture
def enter(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Somebody's browser, signed in."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)

    def browser(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


def cells(found: Sheet) -> dict[str, Any]:
    return {f"{cell.date:%m-%d}": cell for week in found.weeks for cell in week}


# What is shown


def test_a_month_is_shown_in_whole_weeks_with_each_post_on_its_day_of_the_readers_clock(plan: Plan) -> None:
    plan.post("2026-11-12T20:00", title="Read a label")
    plan.post("2026-11-13T23:30", zone="UTC", title="Night layers")  # five in the morning of the 14th in India
    found = plan.sheet()
    days = cells(found)
    assert (found.wanted.first, found.wanted.last) == (dt.date(2026, 10, 26), dt.date(2026, 12, 6))
    assert [mark.words for mark in days["11-12"].marks] == ["Read a label"]
    assert [f"{mark.at:%H:%M}" for mark in days["11-14"].marks] == ["05:00"]
    assert days["11-10"].is_today
    assert found.total == 2


def test_what_was_cancelled_stands_nowhere_and_a_draft_does(plan: Plan) -> None:
    plan.post("2026-11-12T20:00", status=Status.CANCELLED)
    plan.post("2026-11-12T21:00", status=Status.DRAFT)
    assert [mark.status for mark in cells(plan.sheet())["11-12"].marks] == ["draft"]


def test_a_full_day_shows_its_first_posts_and_says_how_many_more(plan: Plan) -> None:
    for hour in range(9, 16):
        plan.post(f"2026-11-12T{hour:02}:00", title=f"At {hour}")
    cell = cells(plan.sheet())["11-12"]
    assert [mark.words for mark in cell.marks] == ["At 9", "At 10", "At 11", "At 12"]
    assert (cell.count, cell.more) == (7, 3)


def test_a_week_begins_at_the_earliest_post_and_lays_near_ones_side_by_side(plan: Plan) -> None:
    plan.post("2026-11-11T05:30")
    plan.post("2026-11-12T20:00")
    plan.post("2026-11-12T20:30")
    found = plan.sheet(view="week")
    assert found.from_hour == 5
    assert [mark.style for mark in found.days[3].marks] == ["--at:15.000;--of:2;--nr:0", "--at:15.500;--of:2;--nr:1"]


def test_lanes_have_a_row_for_each_client_and_one_for_the_house(plan: Plan) -> None:
    plan.post("2026-11-12T20:00", piece=make_piece(plan.cast.kesar, client=plan.cast.client))
    plan.post("2026-11-12T21:00", piece=make_piece(plan.cast.kesar, client=plan.cast.metro))
    plan.post("2026-11-13T21:00")
    found = plan.sheet(view="lanes", day="2026-11-12")
    assert [(lane.name, lane.count) for lane in found.lanes] == [
        ("Chai Point", 1),
        ("Metro Dental", 1),
        ("Kesar Naturals", 1),
    ]
    assert len(found.listed[0][1]) == 2
    by_account = plan.sheet(view="lanes", lanes="account")
    assert [(lane.name, lane.platform) for lane in by_account.lanes] == [("@kesar", "practice")]


def test_a_list_goes_on_where_its_page_ends_without_gap_or_repeat(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    made = [plan.post(f"2026-11-{day}T09:00").pk for day in range(11, 18)]
    seen, after = [], ""
    while True:
        found = sheet(plan.cast.asha, wanted(view="list"), now=NOW, after=after)
        seen += [mark.pk for _day, marks in found.listed for mark in marks]
        if not (after := found.after):
            break
    assert seen == made


def test_filters_leave_out_what_does_not_fit(plan: Plan) -> None:
    other = make_connection(plan.cast.kesar, account_id="2", handle="@other", platform="bluesky")
    plan.post("2026-11-12T20:00", piece=make_piece(plan.cast.kesar, client=plan.cast.client))
    plan.post("2026-11-13T20:00", account=other, status=Status.DRAFT)
    assert plan.sheet().total == 2
    assert plan.sheet(client=str(plan.cast.client.pk)).total == 1
    assert plan.sheet(client="house").total == 1
    assert plan.sheet(account=str(other.pk)).total == 1
    assert plan.sheet(platform="bluesky").total == 1
    assert plan.sheet(state="draft").total == 1
    assert plan.sheet(state="trouble").total == 0


def test_a_clients_member_sees_only_that_clients_posts_and_holds(plan: Plan) -> None:
    plan.post("2026-11-12T20:00", piece=make_piece(plan.cast.kesar, client=plan.cast.client), title="Ours")
    plan.post("2026-11-12T21:00", piece=make_piece(plan.cast.kesar, client=plan.cast.metro))
    with tenancy.of_member(plan.cast.esha):
        found = plan.sheet_of(plan.cast.esha)
    assert found.total == 1
    assert [client.name for client in found.clients.values()] == ["Chai Point"]


@pytest.mark.parametrize(
    "asked",
    [{"view": "year"}, {"day": "2026-02-30"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"client": "x"},
     {"account": "x"}, {"plan": "x"}, {"clock": "Mars/Olympus"}, {"state": "gone"}, {"clock": "../etc/passwd"}],
)  # fmt: skip
def test_an_address_that_says_nonsense_shows_a_calendar_all_the_same(plan: Plan, asked: dict[str, str]) -> None:
    for view in ("month", "week", "lanes", "list", "day"):
        found = plan.sheet(**{"view": view, **asked})
        assert found.wanted.first <= found.wanted.last
        assert str(found.wanted.before)
        assert str(found.wanted.after)


def test_intentions_of_named_calendars_stand_on_their_days_until_they_have_a_post(plan: Plan) -> None:
    named = ContentCalendar.objects.create(
        organization=plan.cast.kesar, name="Monsoon", starts_on="2026-11-01", ends_on="2026-11-30"
    )
    told = {"organization": plan.cast.kesar, "calendar": named, "timezone": "UTC", "platform": "practice"}
    CalendarEntry.objects.create(**told, date="2026-11-12", title="Any time")
    CalendarEntry.objects.create(**told, date="2026-11-13", at=dt.time(20), title="Late")
    done = plan.post("2026-11-15T09:00")
    CalendarEntry.objects.create(**told, date="2026-11-15", title="Planned", post=done)
    days = cells(plan.sheet())
    assert [intent.entry.title for intent in days["11-12"].intents] == ["Any time"]
    assert [f"{intent.at:%H:%M}" for intent in days["11-14"].intents] == ["01:30"]
    assert days["11-15"].intents == []
    assert plan.sheet(plan=str(named.pk)).total == 1


def test_free_slots_of_the_week_are_shown_and_taken_ones_are_not(plan: Plan) -> None:
    for weekday in (3, 4):
        PostingSlot.objects.create(
            organization=plan.cast.kesar, connection=plan.account, weekday=weekday, at=dt.time(20), timezone=INDIA
        )
    plan.post("2026-11-12T20:00")
    found = plan.sheet(view="week")
    assert [f"{free.at:%m-%d %H:%M}" for day in found.days for free in day.free] == ["11-13 20:00"]
    assert sum(len(cell.free) for cell in cells(plan.sheet()).values()) == 0  # of one account only: else too many
    assert sum(len(cell.free) for cell in cells(plan.sheet(account=str(plan.account.pk))).values()) == 7


def test_good_hours_stand_behind_the_grid_on_the_readers_clock(plan: Plan) -> None:
    BestTime.objects.create(
        organization=plan.cast.kesar, connection=plan.account, weekday=2, hour=20, timezone="UTC", score=80,
        posts=9, posts_in_all=40,
    )  # fmt: skip
    found = plan.sheet(view="week")
    assert found.good is not None
    assert (found.good.levels[3][1], found.good.levels[2][20]) == (4, 0)  # Thursday, half past one, in India
    assert found.good.posts == 40


def test_hours_that_hardly_differ_are_not_coloured(plan: Plan) -> None:
    BestTime.objects.create(
        organization=plan.cast.kesar, connection=plan.account, weekday=2, hour=20, timezone="UTC", score=52,
        posts=1, posts_in_all=3,
    )  # fmt: skip
    assert plan.sheet().good is None


def test_held_posts_are_marked(plan: Plan) -> None:
    plan.post("2026-11-12T20:00")
    PostingHold.objects.create(organization=plan.cast.kesar, connection=plan.account)
    found = plan.sheet()
    assert [mark.is_held for mark in cells(found)["11-12"].marks] == [True]
    assert len(found.holds) == 1


# What is warned of


def test_two_posts_of_one_account_within_an_hour_clash_and_others_do_not(plan: Plan) -> None:
    other = make_connection(plan.cast.kesar, account_id="2", handle="@other")
    plan.post("2026-11-12T20:00")
    plan.post("2026-11-12T20:40", title="Bride’s mother")
    plan.post("2026-11-12T20:10", account=other)
    plan.post("2026-11-12T21:40")
    found = plan.sheet()
    assert len(found.hints) == 1
    assert "only 40 min apart" in found.hints[0].text
    assert "Bride’s mother" in found.hints[0].more
    assert cells(found)["11-12"].has_clash


def test_the_same_piece_twice_on_one_account_is_told_unless_a_series_means_it(plan: Plan) -> None:
    piece = make_piece(plan.cast.kesar)
    plan.post("2026-11-12T20:00", piece=piece)
    plan.post("2026-11-20T20:00", piece=piece)
    assert ["twice" in warning.text for warning in plan.sheet().hints] == [True]


def test_what_is_over_is_no_clash(plan: Plan) -> None:
    plan.post("2026-11-03T20:00", status=Status.PUBLISHED)
    plan.post("2026-11-03T20:10", status=Status.PUBLISHED)
    plan.post("2026-11-03T20:20", status=Status.SCHEDULED)
    assert plan.sheet().hints == []


def test_a_day_with_more_posts_than_its_platform_takes_is_told(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.caps.daily", lambda _platform: 2)
    for hour in (9, 12, 15):
        plan.post(f"2026-11-12T{hour:02}:00")
    found = plan.sheet()
    assert "takes 2 in 24 hours" in found.hints[0].text
    assert cells(found)["11-12"].full == ["@kesar"]


def test_a_clash_is_told_before_the_drop_and_a_past_day_refused_there(plan: Plan) -> None:
    plan.post("2026-11-12T20:00", title="Read a label")
    moved = plan.post("2026-11-20T20:30")
    near = landing.there(moved, day=dt.date(2026, 11, 12), time=None, clock=INDIA, now=NOW)
    assert near.words == "Thu 12 Nov, 20:30 IST"
    assert near.warnings == ["@kesar has “Read a label” only 30 min away."]
    past = landing.there(moved, day=dt.date(2026, 11, 9), time=None, clock=INDIA, now=NOW)
    assert past.is_refused
    assert "is in the past" in past.words


# Clocks


@pytest.mark.parametrize(
    ("zone", "first", "before", "after", "is_gap"),
    [
        ("Europe/Berlin", "2027-03-28", "2027-03-28T02:00", "2027-03-28T03:00", True),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T03:00", "2026-10-25T02:00", False),
        ("America/New_York", "2027-03-14", "2027-03-14T02:00", "2027-03-14T03:00", True),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T02:00", "2026-10-04T02:30", True),
        ("America/Santiago", "2026-09-06", "2026-09-06T00:00", "2026-09-06T01:00", True),
    ],
)
def test_the_night_on_which_clocks_jump_is_found(zone: str, first: str, before: str, after: str, is_gap: bool) -> None:
    day = dt.date.fromisoformat(first)
    found = changes(zone, day - dt.timedelta(days=9), day + dt.timedelta(days=9))
    assert [(f"{each.before:%Y-%m-%dT%H:%M}", f"{each.after:%Y-%m-%dT%H:%M}") for each in found] == [(before, after)]
    assert found[0].is_gap == is_gap
    assert found[0].date == day


def test_a_zone_without_daylight_saving_has_no_jumps() -> None:
    assert changes(INDIA, dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == []


def test_the_posts_own_clock_is_shown_beside_the_readers_and_its_jumps_are_marked(plan: Plan) -> None:
    plan.post("2027-03-20T18:00", zone="Europe/Berlin")
    found = plan.sheet(day="2027-03-20")
    assert cells(found)["03-28"].changes[0].words.startswith("In Berlin 02:00 to 03:00 does not exist")
    assert clock_words(found, now=NOW) == [
        "Times in IST (UTC+5:30).",
        "1 post keeps the time of Berlin: 18:00 there is 22:30 here.",
    ]


def test_another_clock_can_be_asked_for(plan: Plan) -> None:
    plan.post("2026-11-13T01:00")
    assert cells(plan.sheet(clock="Europe/Berlin"))["11-12"].marks[0].at.strftime("%H:%M") == "20:30"


def test_a_person_who_moves_to_another_zone_sees_other_times_and_posts_stay(plan: Plan) -> None:
    post = plan.post("2026-11-12T20:00")
    before = post.scheduled_for
    found = plan.sheet(zone="Europe/Lisbon")
    assert cells(found)["11-12"].marks[0].at.strftime("%H:%M") == "14:30"
    assert "1 post keeps the time of Kolkata: 20:00 there is 14:30 here." in clock_words(found, now=NOW)
    moved = calendar.keep_clock([post], zone="Europe/Lisbon", by=plan.cast.asha, now=NOW)
    assert [each.local_time for each in moved.done] == ["2026-11-12T20:00"]
    post.refresh_from_db()
    assert post.scheduled_for - before == dt.timedelta(hours=5, minutes=30)


# What is moved


def test_a_post_dropped_on_another_day_keeps_its_own_clock(plan: Plan) -> None:
    post = plan.post("2026-11-12T18:00", zone="Europe/Berlin")  # 22:30 in India
    found = calendar.move_to(post, day=dt.date(2026, 11, 20), time=None, clock=INDIA, by=plan.cast.ben, now=NOW)
    assert [(each.local_time, each.timezone) for each in found.done] == [("2026-11-20T18:00", "Europe/Berlin")]


def test_a_post_dropped_at_an_hour_of_the_readers_clock_keeps_its_own_zone(plan: Plan) -> None:
    post = plan.post("2026-11-12T18:00", zone="Europe/Berlin")
    at = dt.time(9, 45)
    found = calendar.move_to(post, day=dt.date(2026, 11, 20), time=at, clock=INDIA, by=plan.cast.ben, now=NOW)
    assert [(each.local_time, each.timezone) for each in found.done] == [("2026-11-20T05:15", "Europe/Berlin")]


def test_a_drop_into_a_skipped_hour_goes_out_later_and_says_so(plan: Plan) -> None:
    post = plan.post("2027-03-20T02:30", zone="Europe/Berlin")
    found = calendar.move_to(
        post, day=dt.date(2027, 3, 28), time=None, clock="Europe/Berlin", by=plan.cast.ben, now=NOW
    )
    assert found.done[0].local_time == "2027-03-28T03:30"
    assert "does not exist" in found.done[0].time_note


def test_a_drop_into_the_past_is_refused_and_changes_nothing(plan: Plan) -> None:
    post = plan.post("2026-11-12T20:00")
    found = calendar.move_to(post, day=dt.date(2026, 11, 2), time=None, clock=INDIA, by=plan.cast.ben, now=NOW)
    assert found.done == []
    assert "is in the past" in found.refused[0][1]
    post.refresh_from_db()
    assert post.local_time == "2026-11-12T20:00"


def test_several_posts_move_by_days_and_hours_and_what_cannot_stays_with_its_reason(plan: Plan) -> None:
    moving = [plan.post("2026-11-12T20:00"), plan.post("2026-11-13T20:00", status=Status.DRAFT)]
    live = plan.post("2026-11-09T20:00", status=Status.PUBLISHED)
    found = calendar.move([*moving, live], days=1, hours=-2, by=plan.cast.ben, now=NOW)
    assert sorted(each.local_time for each in found.done) == ["2026-11-13T18:00", "2026-11-14T18:00"]
    assert [(post.pk, "live already" in words) for post, words in found.refused] == [(live.pk, True)]
    assert {each.status for each in found.done} == {"scheduled", "draft"}


def test_the_same_piece_on_following_days_moves_by_a_day_without_meeting_itself(plan: Plan) -> None:
    piece = make_piece(plan.cast.kesar)
    chain = [plan.post(f"2026-11-{day}T20:00", piece=piece) for day in (12, 13, 14)]
    for days in (1, -1):
        assert calendar.move(chain, days=days, by=plan.cast.ben, now=NOW).refused == []


def test_moving_by_hours_over_a_jump_counts_hours_that_pass(plan: Plan) -> None:
    post = plan.post("2027-03-28T01:30", zone="Europe/Berlin")
    assert calendar.move([post], hours=1, by=plan.cast.ben, now=NOW).done[0].local_time == "2027-03-28T03:30"


def test_too_many_at_once_changes_none(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "MOST", 1)
    two = [plan.post("2026-11-12T20:00"), plan.post("2026-11-13T20:00")]
    with pytest.raises(calendar.TooMany, match="Nothing was changed"):
        calendar.move(two, days=1, by=plan.cast.ben, now=NOW)
    assert ScheduledPost.objects.get(pk=two[0].pk).local_time == "2026-11-12T20:00"


def test_held_back_posts_are_drafts_that_nothing_sends_and_undo_plans_them_again(plan: Plan) -> None:
    post, live = plan.post("2026-11-12T20:00"), plan.post("2026-11-09T20:00", status=Status.PUBLISHED)
    found = calendar.hold_back([post, live], by=plan.cast.ben)
    post.refresh_from_db()
    assert (post.status, post.next_try_at) == (Status.DRAFT, None)
    assert len(found.refused) == 1
    assert AuditEntry.objects.filter(action="post.held_back").count() == 1
    back = calendar.put_back(found.stood, by=plan.cast.ben, now=NOW)
    assert [each.status for each in back.done] == [Status.SCHEDULED]


def test_undo_puts_back_time_zone_slot_and_good_time(plan: Plan) -> None:
    slot = PostingSlot.objects.create(
        organization=plan.cast.kesar, connection=plan.account, weekday=3, at=dt.time(20), timezone=INDIA
    )
    post = plan.post("2026-11-12T20:00", slot=slot, is_optimised=True, time_score=71)
    moved = calendar.move([post], days=3, by=plan.cast.ben, now=NOW)
    post.refresh_from_db()
    assert (post.slot, post.is_optimised) == (None, False)
    stood = [calendar.Stood.of(each.plain()) for each in moved.stood]
    assert calendar.put_back(stood, by=plan.cast.ben, now=NOW).refused == []
    post.refresh_from_db()
    assert (post.local_time, post.slot, post.is_optimised, post.time_score) == ("2026-11-12T20:00", slot, True, 71)


def test_undo_leaves_alone_what_somebody_moved_meanwhile(plan: Plan) -> None:
    post = plan.post("2026-11-12T20:00")
    moved = calendar.move([post], days=3, by=plan.cast.ben, now=NOW)
    calendar.move([post], days=1, by=plan.cast.asha, now=NOW)
    back = calendar.put_back(moved.stood, by=plan.cast.ben, now=NOW)
    assert "changed again since" in back.refused[0][1]
    post.refresh_from_db()
    assert post.local_time == "2026-11-16T20:00"


def test_undo_reaches_no_other_organisations_post(plan: Plan) -> None:
    post = plan.post("2026-11-12T20:00")
    moved = calendar.move([post], days=3, by=plan.cast.ben, now=NOW)
    assert calendar.put_back(moved.stood, by=plan.cast.dev, now=NOW).done == []


def test_posts_fall_into_the_next_free_slots_in_the_order_of_their_times(plan: Plan) -> None:
    for weekday in range(7):
        PostingSlot.objects.create(
            organization=plan.cast.kesar, connection=plan.account, weekday=weekday, at=dt.time(18), timezone=INDIA
        )
    late, early = plan.post("2026-11-25T20:00"), plan.post("2026-11-24T20:00")
    found = calendar.to_slots([late, early], by=plan.cast.ben, now=NOW)
    assert [each.pk for each in found.done] == [early.pk, late.pk]
    assert [each.local_time for each in found.done] == ["2026-11-10T18:00", "2026-11-11T18:00"]


# The pages


def soon(**span: float) -> str:
    return f"{(timezone.now() + dt.timedelta(**span)):%Y-%m-%dT10:00}"


def page(browser: Client, post: ScheduledPost, **asked: str) -> str:
    where = {"day": post.local_time[:10], **asked}
    answer = browser.get(reverse("calendar"), where)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("view", ["month", "week", "lanes", "list", "day"])
def test_every_view_asks_the_same_of_the_database_for_3_posts_and_for_40(plan: Plan, enter: Enter, view: str) -> None:
    slot = {"organization": plan.cast.kesar, "connection": plan.account, "timezone": INDIA}
    PostingSlot.objects.create(**slot, weekday=3, at=dt.time(20))
    browser, asked = enter(plan.cast.ben), {"view": view, "day": soon(days=9)[:10]}
    browser.get(reverse("calendar"), asked)
    counted = set()
    for count in (3, 37):
        for number in range(count):
            plan.post(f"{soon(days=9)[:10]}T{number % 20:02}:{count + number % 20:02}")
        with CaptureQueriesContext(database) as said:
            assert browser.get(reverse("calendar"), asked).status_code == 200
        counted.add(len(said))
    assert len(counted) == 1, counted
    assert counted.pop() < 20


def test_a_creator_may_lift_posts_and_an_analyst_may_only_look(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    assert f'data-post="{post.pk}"' in page(enter(plan.cast.ben), post)
    assert "data-post=" not in page(enter(plan.cast.chitra), post)
    refused = enter(plan.cast.chitra).post(reverse("calendar_drop", args=[post.pk]), {"day": soon(days=4)[:10]})
    assert refused.status_code == 403


def test_a_drop_answers_with_the_calendar_as_it_is_now_and_the_way_back(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    day = soon(days=5)[:10]
    told = {"day": day, "clock": INDIA, "back": f"?view=month&day={day}"}
    answer = browser.post(reverse("calendar_drop", args=[post.pk]), told, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().startswith('<div id="calendar"')
    said = answer.headers["HX-Trigger"]
    assert "goes out on" in said
    post.refresh_from_db()
    assert post.local_time == f"{day}T10:00"
    key = browser.session["calendar_undo"][-1][0]
    assert key in said
    browser.post(reverse("calendar_undo"), {"key": key, "back": told["back"]}, headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.local_time == soon(days=3)
    again = browser.post(reverse("calendar_undo"), {"key": key}, headers={"HX-Request": "true"})
    assert again.status_code == 409


def test_a_drop_into_the_past_says_so_in_plain_words(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    answer = enter(plan.cast.ben).post(
        reverse("calendar_drop", args=[post.pk]), {"day": "2020-01-01", "clock": INDIA}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "is in the past" in answer.content.decode()


def test_without_a_script_chosen_posts_are_moved_by_a_form_and_a_button_undoes_it(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    assert f'name="post" value="{post.pk}"' in page(browser, post, view="list", select="1")
    told = {"do": "move", "days": "2", "hours": "0", "post": [str(post.pk), "nonsense"], "back": "?view=list"}
    answer = browser.post(reverse("calendar_bulk"), told, follow=True)
    assert "1 post was moved." in answer.content.decode()
    post.refresh_from_db()
    assert post.local_time[:10] == soon(days=5)[:10]
    assert f'action="{reverse("calendar_undo")}"' in answer.content.decode()
    browser.post(reverse("calendar_undo"))
    post.refresh_from_db()
    assert post.local_time == soon(days=3)


def test_several_are_cancelled_only_after_one_has_said_so_twice(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    told = {"do": "cancel", "post": [str(post.pk)], "back": "?view=list"}
    asked = browser.post(reverse("calendar_bulk"), told)
    assert "Cancel 1 post?" in asked.content.decode()
    post.refresh_from_db()
    assert post.status == Status.SCHEDULED
    browser.post(reverse("calendar_bulk"), told | {"sure": "1"})
    post.refresh_from_db()
    assert post.status == Status.CANCELLED


def test_nothing_chosen_changes_nothing_and_says_so(plan: Plan, enter: Enter) -> None:
    answer = enter(plan.cast.ben).post(reverse("calendar_bulk"), {"do": "move", "days": "1"}, follow=True)
    assert "Choose posts" in answer.content.decode()


def test_somebody_elses_post_is_not_here(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    browser = enter(plan.cast.dev)
    assert browser.post(reverse("calendar_drop", args=[post.pk]), {"day": soon(days=4)[:10]}).status_code == 404
    browser.post(reverse("calendar_bulk"), {"do": "cancel", "sure": "1", "post": [str(post.pk)]})
    post.refresh_from_db()
    assert post.status == Status.SCHEDULED


def test_before_a_drop_the_server_says_what_would_come_of_it(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    asked = {"day": soon(days=4)[:10], "time": "", "clock": INDIA}
    found = enter(plan.cast.ben).get(reverse("calendar_there", args=[post.pk]), asked).json()
    assert found["words"].endswith("10:00 IST")
    assert (found["warnings"], found["refused"]) == ([], False)


def test_an_empty_month_says_where_to_begin(plan: Plan, enter: Enter) -> None:
    answer = enter(plan.cast.ben).get(reverse("calendar"), {"view": "list"})
    assert "Open the Library" in answer.content.decode()
