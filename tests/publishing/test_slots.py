"""Weekly slots and the queue: the next free time, clocks that jump, an order that changes, a slot that goes."""

import datetime as dt
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection as database

from accounts import tenancy
from accounts.models import AuditEntry
from content.models import ContentAsset, GeneratedContent
from publishing import slots as times
from publishing.models import BestTime, PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import posts, queue, slots
from publishing.walltime import UnknownZone
from tests.cast import Cast, gather
from tests.publishing.conftest import make_connection, make_piece, make_post

# A Saturday, 11:30 in Kolkata.
NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"
NINE = dt.time(9)
MONDAY, SUNDAY = 0, 6


@dataclass
class Week:
    """Ben, and an account of Kesar's with slots."""

    cast: Cast
    connection: PlatformConnection

    def piece(self, text: str = "One more.") -> GeneratedContent:
        return make_piece(self.cast.kesar, text=text)

    def slot(self, *weekdays: int, at: dt.time = NINE, zone: str = ZONE) -> list[PostingSlot]:
        return slots.add(self.connection, weekdays=weekdays, at=at, zone=zone, by=self.cast.ben)

    def queue(self, text: str = "One more.", **changes: Any) -> ScheduledPost:
        asked: dict[str, Any] = {"connection": self.connection, "by": self.cast.ben, "now": NOW}
        return queue.add(self.piece(text), **(asked | changes))


@pytest.fixture
def week(kesar: Cast, settings: Any) -> Week:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    return Week(kesar, make_connection(kesar.kesar))


def local(posts_: list[ScheduledPost]) -> list[str]:
    return [post.local_time for post in posts_]


# The next free slot


def test_pieces_fill_the_slots_one_after_the_other(week: Week) -> None:
    week.slot(MONDAY, SUNDAY)
    found = [week.queue(f"Piece {number}.") for number in range(3)]
    assert local(found) == ["2026-11-22T09:00", "2026-11-23T09:00", "2026-11-29T09:00"]
    assert {post.timezone for post in found} == {ZONE}
    assert [post.slot.get_weekday_display() for post in found if post.slot] == ["Sunday", "Monday", "Sunday"]


def test_a_slot_whose_hour_is_over_today_comes_again_in_a_week(week: Week) -> None:
    week.slot(5)
    assert week.queue().local_time == "2026-11-28T09:00"


def test_a_post_put_there_by_hand_stands_in_for_the_slot_near_to_it(week: Week) -> None:
    week.slot(SUNDAY, MONDAY)
    make_post(week.piece(), week.connection, at=dt.datetime(2026, 11, 22, 3, 40, tzinfo=dt.UTC))
    assert week.queue().local_time == "2026-11-23T09:00"


def test_a_cancelled_post_gives_its_slot_back(week: Week) -> None:
    week.slot(SUNDAY, MONDAY)
    first = week.queue("First.")
    posts.cancel(first, by=week.cast.ben)
    assert week.queue("Second.").scheduled_for == first.scheduled_for


def test_slots_minutes_apart_are_filled_each(week: Week) -> None:
    week.slot(SUNDAY, at=NINE)
    week.slot(SUNDAY, at=dt.time(9, 10))
    assert local([week.queue("One."), week.queue("Two.")]) == ["2026-11-22T09:00", "2026-11-22T09:10"]


def test_a_draft_in_the_queue_holds_its_place_and_sends_nothing(week: Week) -> None:
    week.slot(SUNDAY, MONDAY)
    draft = week.queue("Draft.", as_draft=True)
    assert (draft.status, draft.next_try_at) == ("draft", None)
    assert week.queue("Next.").local_time == "2026-11-23T09:00"


def test_an_account_without_slots_says_so_and_a_slot_that_rests_is_none(week: Week) -> None:
    with pytest.raises(queue.NoSlot, match="@kesar has no weekly slots yet"):
        week.queue()
    (slot,) = week.slot(SUNDAY)
    fields: dict[str, Any] = {"weekday": SUNDAY, "at": NINE, "zone": ZONE, "brand": None}
    slots.change(slot, is_active=False, by=week.cast.ben, **fields)
    with pytest.raises(queue.NoSlot):
        week.queue()


def test_a_slot_kept_for_a_brand_takes_only_its_pieces(week: Week) -> None:
    slots.add(week.connection, weekdays=[SUNDAY], at=NINE, zone=ZONE, by=week.cast.ben, brand=week.cast.brand)
    week.slot(MONDAY)
    assert week.queue("Anybody’s.").local_time == "2026-11-23T09:00"
    own = week.piece("The brand’s own.")
    own.asset.brand = week.cast.brand
    own.asset.save()
    assert queue.add(own, connection=week.connection, by=week.cast.ben, now=NOW).local_time == "2026-11-22T09:00"


def test_days_at_the_platforms_cap_are_passed_over(week: Week) -> None:
    week.connection.allowance = {"items": [{"name": "posts", "used": 0, "total": 2, "resets_at": None}]}
    week.connection.save()
    for hour in (9, 12, 18):
        week.slot(SUNDAY, 2, at=dt.time(hour))
    found = [week.queue(f"Piece {number}.") for number in range(3)]
    assert local(found) == ["2026-11-22T09:00", "2026-11-22T12:00", "2026-11-25T09:00"]


def test_the_queue_tells_how_well_the_hour_did(week: Week) -> None:
    week.slot(SUNDAY)
    BestTime.objects.create(
        organization=week.cast.kesar, connection=week.connection, weekday=SUNDAY, hour=9, timezone=ZONE, score=71,
        posts=4, posts_in_all=30,
    )  # fmt: skip
    assert week.queue().time_score == 71


def test_a_full_year_says_so(week: Week) -> None:
    week.slot(SUNDAY)
    far = [dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC) + dt.timedelta(weeks=number) for number in range(54)]
    piece = week.piece()
    for at in far:
        make_post(piece, week.connection, at=at)
    with pytest.raises(queue.QueueFull, match="taken for a year"):
        week.queue()


# Clocks


def test_a_slot_at_half_past_two_goes_out_an_hour_later_on_the_night_the_clock_jumps_and_says_so(week: Week) -> None:
    week.slot(SUNDAY, at=dt.time(2, 30), zone="Europe/Berlin")
    now = dt.datetime(2027, 3, 24, 12, tzinfo=dt.UTC)
    jump, after = week.queue("Jump.", now=now), week.queue("After.", now=now)
    assert (jump.local_time, jump.scheduled_for.isoformat()) == ("2027-03-28T03:30", "2027-03-28T01:30:00+00:00")
    assert "02:30 does not exist in Berlin" in jump.time_note
    assert (after.local_time, after.time_note) == ("2027-04-04T02:30", "")


def test_two_slots_that_fall_on_one_instant_where_clocks_jump_are_one_place(week: Week) -> None:
    week.slot(SUNDAY, at=dt.time(2, 30), zone="Europe/Berlin")
    week.slot(SUNDAY, at=dt.time(3, 30), zone="Europe/Berlin")
    now = dt.datetime(2027, 3, 24, 12, tzinfo=dt.UTC)
    found = times.free_slots(week.connection, now=now, count=3)
    assert [f"{free.moment.local:%d %H:%M}" for free in found] == ["28 03:30", "04 02:30", "04 03:30"]


def test_a_zone_that_changes_moves_the_slots_and_nothing_that_is_planned(week: Week) -> None:
    week.slot(SUNDAY, MONDAY)
    planned = week.queue()
    assert slots.set_zone(week.connection, zone="Europe/Lisbon", by=week.cast.ben) == 2
    planned.refresh_from_db()
    assert (planned.local_time, planned.timezone) == ("2026-11-22T09:00", ZONE)
    following = week.queue("Next.")
    assert (following.local_time, following.timezone) == ("2026-11-22T09:00", "Europe/Lisbon")
    with pytest.raises(UnknownZone):
        slots.set_zone(week.connection, zone="Mars/Olympus", by=week.cast.ben)


# Slots that come and go


def test_a_preset_adds_what_is_not_there_yet(week: Week) -> None:
    week.slot(MONDAY)
    assert len(slots.use_preset(week.connection, "workdays", zone=ZONE, by=week.cast.ben)) == 4
    assert slots.use_preset(week.connection, "workdays", zone=ZONE, by=week.cast.ben) == []
    assert PostingSlot.objects.count() == 5
    assert "slots.added" in AuditEntry.objects.values_list("action", flat=True)


def test_a_slot_moved_onto_another_is_refused(week: Week) -> None:
    first, _second = week.slot(MONDAY, SUNDAY)
    with pytest.raises(slots.SlotTaken, match="that slot already"):
        slots.change(first, weekday=SUNDAY, at=NINE, zone=ZONE, brand=None, is_active=True, by=week.cast.ben)


def test_an_account_has_no_more_slots_than_anybody_can_fill(week: Week) -> None:
    for hour in range(14):
        week.slot(*range(7), at=dt.time(hour))
    with pytest.raises(slots.TooManySlots):
        week.slot(*range(7), at=dt.time(23))


@pytest.mark.parametrize("fate", ["keep", "move"])
def test_a_slot_removed_under_a_queued_post_keeps_it_or_moves_it(week: Week, fate: slots.Fate) -> None:
    sunday, _monday = week.slot(SUNDAY, MONDAY)[::-1]
    assert sunday.weekday == SUNDAY
    first, second, third = week.queue("One."), week.queue("Two."), week.queue("Three.")
    done = slots.remove(sunday, by=week.cast.ben, now=NOW, posts_in_it=fate)
    for post in (first, second, third):
        post.refresh_from_db()
    assert [first.slot_id, third.slot_id] == ([None, None] if fate == "keep" else [second.slot_id] * 2)
    if fate == "keep":
        assert (done.kept, local([first, third])) == (2, ["2026-11-22T09:00", "2026-11-29T09:00"])
    else:
        assert ([post.pk for post in done.moved], done.unmoved) == ([first.pk, third.pk], 0)
        assert local([first, second, third]) == ["2026-11-30T09:00", "2026-11-23T09:00", "2026-12-07T09:00"]


def test_a_brands_post_moves_on_to_the_slots_that_are_kept_for_its_brand(week: Week) -> None:
    asset = ContentAsset.objects.create(organization=week.cast.kesar, kind="blog", title="Ours", brand=week.cast.brand)
    sunday, _monday = (
        slots.add(week.connection, weekdays=[day], at=NINE, zone=ZONE, by=week.cast.ben, brand=week.cast.brand)[0]
        for day in (SUNDAY, MONDAY)
    )
    post = queue.add(make_piece(week.cast.kesar, asset=asset), connection=week.connection, by=week.cast.ben, now=NOW)
    done = slots.remove(sunday, by=week.cast.ben, now=NOW, posts_in_it="move")
    post.refresh_from_db()
    assert (done.unmoved, post.local_time) == (0, "2026-11-23T09:00")


def test_the_last_slot_that_goes_leaves_its_posts_where_they_are_and_says_so(week: Week) -> None:
    (slot,) = week.slot(SUNDAY)
    post = week.queue()
    done = slots.remove(slot, by=week.cast.ben, now=NOW, posts_in_it="move")
    post.refresh_from_db()
    assert (done.unmoved, post.local_time, post.status) == (1, "2026-11-22T09:00", "scheduled")


def test_a_post_moved_by_hand_leaves_its_slot(week: Week) -> None:
    week.slot(SUNDAY)
    post = week.queue()
    at = dt.datetime.fromisoformat("2026-11-24T15:00")
    posts.reschedule(post, at_local=at, zone=ZONE, by=week.cast.ben, now=NOW)
    assert (post.slot_id, post.time_score) == (None, None)
    assert queue.place(post, by=week.cast.ben, now=NOW).local_time == "2026-11-22T09:00"
    assert post.slot_id


# Order


def test_the_same_times_are_dealt_anew_in_the_order_asked_for(week: Week) -> None:
    week.slot(SUNDAY, MONDAY, 2)
    one, two, three = (week.queue(f"{name}.") for name in ("One", "Two", "Three"))
    found = queue.reorder(week.connection, order=[three.pk, one.pk, two.pk], by=week.cast.ben, now=NOW)
    assert [post.text for post in found] == ["Three.", "One.", "Two."]
    assert local(found) == ["2026-11-22T09:00", "2026-11-23T09:00", "2026-11-25T09:00"]
    assert all(post.slot and post.slot.weekday == post.scheduled_for.weekday() for post in found)


def test_a_slot_that_is_kept_for_a_brand_is_dealt_to_no_others_post(week: Week) -> None:
    week.slot(SUNDAY, 1)
    slots.add(week.connection, weekdays=[MONDAY], at=NINE, zone=ZONE, by=week.cast.ben, brand=week.cast.brand)
    asset = ContentAsset.objects.create(organization=week.cast.kesar, kind="blog", title="Ours", brand=week.cast.brand)
    one, three = week.queue("One."), week.queue("Three.")
    two = queue.add(
        make_piece(week.cast.kesar, text="Two.", asset=asset), connection=week.connection, by=week.cast.ben, now=NOW
    )
    with pytest.raises(queue.SlotKept, match=r"on Monday at 09:00 is kept for Kesar"):
        queue.reorder(week.connection, order=[one.pk, three.pk, two.pk], by=week.cast.ben, now=NOW)
    rows = queue.queued(week.connection, by=week.cast.ben, now=NOW)
    assert [post.text for post in rows] == ["One.", "Two.", "Three."]
    assert [queue.beside(rows, 2, later=False), queue.beside(rows, 1, later=True)] == [0, None]
    found = queue.reorder(week.connection, order=[three.pk, two.pk, one.pk], by=week.cast.ben, now=NOW)
    assert [post.text for post in found] == ["Three.", "Two.", "One."]


def test_posts_change_places_on_days_that_are_full(week: Week) -> None:
    week.connection.allowance = {"items": [{"name": "posts", "used": 0, "total": 1, "resets_at": None}]}
    week.connection.save()
    week.slot(SUNDAY, MONDAY, 2)
    one, two = week.queue("One."), week.queue("Two.")
    found = queue.reorder(week.connection, order=[two.pk, one.pk], by=week.cast.ben, now=NOW)
    assert [post.text for post in found] == ["Two.", "One."]
    draft = week.queue("Only a draft.", as_draft=True)
    by_hand = make_post(week.piece("By hand."), week.connection, at=draft.scheduled_for + dt.timedelta(hours=2))
    with pytest.raises(posts.DoesNotFit):  # in the draft’s place something would be sent
        queue.reorder(week.connection, order=[draft.pk, one.pk, two.pk], by=week.cast.ben, now=NOW)
    assert local(queue.queued(week.connection, by=week.cast.ben, now=NOW)) == [
        "2026-11-22T09:00", "2026-11-23T09:00", draft.local_time,
    ]  # fmt: skip
    assert by_hand.status == "scheduled"


def test_an_order_with_a_post_that_has_gone_meanwhile_moves_nothing(week: Week) -> None:
    week.slot(SUNDAY, MONDAY)
    one, two = week.queue("One."), week.queue("Two.")
    posts.cancel(one, by=week.cast.ben)
    with pytest.raises(queue.QueueChanged, match="Nothing was moved"):
        queue.reorder(week.connection, order=[two.pk, one.pk], by=week.cast.ben, now=NOW)


def test_who_deals_a_queue_anew_and_who_moves_its_posts_do_not_wait_for_each_other(
    transactional_db: None, settings: Any
) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        week = Week(cast, make_connection(cast.kesar))
        week.slot(SUNDAY, MONDAY)
        one, two = week.queue("One."), week.queue("Two.")
    went, first_is_held = list[str](), threading.Event()

    def moves() -> None:
        with tenancy.of_member(cast.ben):
            times.posts_locked([one.pk])
            first_is_held.set()
            time.sleep(0.5)
            times.posts_locked([two.pk])
            went.append("moved")
        database.close()

    def deals() -> None:
        first_is_held.wait()
        with tenancy.of_member(cast.ben):
            queue.reorder(week.connection, order=[two.pk, one.pk], by=cast.ben, now=NOW)
            went.append("dealt")
        database.close()

    threads = [threading.Thread(target=work) for work in (moves, deals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert went == ["moved", "dealt"]


def test_two_at_once_never_get_the_same_time(transactional_db: None, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    cast, found, together = gather(), list[str](), threading.Barrier(3)
    with tenancy.of_organization(cast.kesar.pk):
        week = Week(cast, make_connection(cast.kesar))
        week.slot(SUNDAY, MONDAY, 2)
        pieces = [week.piece(f"{number}.") for number in range(3)]

    def one(piece: GeneratedContent) -> None:
        together.wait()
        with tenancy.of_member(cast.ben):
            found.append(queue.add(piece, connection=week.connection, by=cast.ben, now=NOW).local_time)
        database.close()

    threads = [threading.Thread(target=one, args=(piece,)) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["2026-11-22T09:00", "2026-11-23T09:00", "2026-11-25T09:00"]
