"""What the calendar shows, and what it warns of."""

import datetime as dt
from typing import Any

import pytest

from accounts import tenancy
from publishing.clock_changes import changes
from publishing.models import (
    BestTime,
    CalendarEntry,
    ContentCalendar,
    PostingHold,
    PostingSlot,
    ScheduledPost,
)
from publishing.screens.calendar import building, landing, reading
from publishing.screens.calendar.page import Sheet, clock_words, sheet
from publishing.services import calendar
from tests.publishing.calendar.plan import INDIA, NOW, Plan, Status, wanted
from tests.publishing.conftest import make_connection, make_piece


def cells(found: Sheet) -> dict[str, Any]:
    return {f"{cell.date:%m-%d}": cell for week in found.weeks for cell in week}


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


def test_lanes_beyond_a_page_stand_on_the_next_with_their_own_posts(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "LANES", 2)
    plan.post("2026-11-12T20:00", piece=make_piece(plan.cast.kesar, client=plan.cast.client))
    plan.post("2026-11-12T21:00", piece=make_piece(plan.cast.kesar, client=plan.cast.metro))
    plan.post("2026-11-13T21:00")
    first = plan.sheet(view="lanes", day="2026-11-12")
    assert [lane.name for lane in first.lanes] == ["Chai Point", "Metro Dental"]
    assert (first.lane_parts, first.total) == (2, 3)
    last = plan.sheet(view="lanes", day="2026-11-12", part="9")
    assert ([lane.name for lane in last.lanes], last.wanted.part) == (["Kesar Naturals"], 2)
    assert [len(cell.marks) for cell in last.lanes[0].cells if cell.count] == [1]
    assert "part=2" in str(last.wanted)


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
    ScheduledPost.objects.filter(pk=done.pk).update(status="cancelled")
    assert [intent.entry.title for intent in cells(plan.sheet())["11-15"].intents] == ["Planned"]


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
    assert "is in the past. It stays where it was" in past.words


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
