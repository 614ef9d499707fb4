"""What is moved on the calendar, and the way back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from publishing.models import (
    PostingSlot,
    ScheduledPost,
)
from publishing.services import calendar
from tests.publishing.calendar.plan import INDIA, NOW, Enter, Plan, Status
from tests.publishing.conftest import make_connection, make_piece


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
    (_post, why) = found.refused[0]
    assert why == "Mon 2 Nov 2026, 20:00 IST is in the past. It stays where it was; choose a later time."
    post.refresh_from_db()
    assert post.local_time == "2026-11-12T20:00"


def test_a_move_too_far_ahead_is_refused_in_the_words_of_a_move(plan: Plan) -> None:
    found = calendar.move([plan.post("2026-11-12T20:00")], days=800, by=plan.cast.ben, now=NOW)
    (_post, why) = found.refused[0]
    assert why == "That is more than two years away. It stays where it was; choose an earlier time."


@pytest.mark.parametrize(
    ("day", "time", "clock"),
    [("9999-12-31", "23:00", "America/New_York"), ("0001-01-01", "00:00", INDIA), ("9999-12-31", "", "Pacific/Apia")],
)
def test_a_drop_on_a_day_that_no_calendar_reckons_is_refused_in_words(
    plan: Plan, enter: Enter, day: str, time: str, clock: str
) -> None:
    post, browser = plan.post("2026-11-12T18:00", zone="Europe/Berlin"), enter(plan.cast.ben)
    told = {"day": day, "time": time, "clock": clock, "back": ""}
    ahead = browser.get(reverse("calendar_there", args=[post.pk]), told)
    assert (ahead.json()["refused"], ahead.json()["words"]) == (True, f"There is no such day: “{day}”.")
    browser.post(reverse("calendar_drop", args=[post.pk]), told)
    post.refresh_from_db()
    assert post.local_time == "2026-11-12T18:00"


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


def test_several_accounts_queues_are_held_in_one_order_whatever_the_posts(plan: Plan) -> None:
    accounts = [plan.account, *(make_connection(plan.cast.kesar, account_id=key) for key in "234")]
    for account in accounts:
        PostingSlot.objects.create(
            organization=plan.cast.kesar, connection=account, weekday=0, at=dt.time(9), timezone=INDIA
        )
    orders = []
    for turn in (accounts, accounts[::-1]):
        chosen = [plan.post(f"2026-11-{12 + n}T20:00", account=account) for n, account in enumerate(turn)]
        with CaptureQueriesContext(connection) as asked:
            assert calendar.to_slots(chosen, by=plan.cast.ben, now=NOW).refused == []
        locks = [each["sql"] for each in asked if "pg_advisory_xact_lock" in each["sql"] and "queue:" in each["sql"]]
        orders.append(list(dict.fromkeys(locks)))
    assert orders[0] == orders[1]
    assert len(orders[0]) == len(accounts)
