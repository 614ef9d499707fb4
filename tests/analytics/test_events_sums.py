"""Sums of events equal a recount: in any order, told twice, late, by writers at the same time, after another zone."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts import tenancy
from accounts.models import Organization
from analytics.events import checking, rollup, taking
from analytics.models import EngagementDay, EngagementEvent, EngagementHour, ReactionDay, RollupMark, TouchedHour
from publishing.models import ScheduledPost
from tests.analytics.eventful import DAY, HOUR, days, hours, post_of, take, told
from tests.api.asking import as_member
from tests.cast import Cast, gather

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def post(cast: Cast) -> ScheduledPost:
    return post_of(cast)


def is_exact(cast: Cast) -> bool:
    return checking.check(cast.kesar.pk, now=timezone.now()).is_exact


def roll_up() -> int:
    return rollup.roll_up_due(now=timezone.now())


def change_zone(cast: Cast, zone: str) -> None:
    with tenancy.operator():
        Organization.objects.filter(pk=cast.kesar.pk).update(timezone=zone)


def at(text: str) -> dt.datetime:
    """A time of the day before yesterday, in India."""
    day = timezone.now().astimezone(INDIA).date() - 2 * DAY
    return dt.datetime.combine(day, dt.time.fromisoformat(text), INDIA)


def test_events_are_summed_by_hour_and_by_day_of_the_organisation(cast: Cast, post: ScheduledPost) -> None:
    late, early = at("23:59:59"), at("00:00:00")
    take(told(post, "1", early), told(post, "2", late), told(post, "3", late + dt.timedelta(seconds=1), type="share"))
    assert roll_up() == 1
    day = early.date()
    assert days(cast) == {(day, "like"): 2, (day + DAY, "share"): 1}
    assert sum(hours(cast).values()) == 3
    assert is_exact(cast)
    assert roll_up() == 0


def test_who_it_was_is_told_apart_and_people_are_counted_once(cast: Cast, post: ScheduledPost) -> None:
    more: list[dict[str, Any]] = [
        {"country": "IN", "person": 1}, {"country": "IN", "person": 1}, {"country": "IN", "person": 2},
        {"country": "IN"}, {"country": "PT", "gender": "female", "value": 2}, {"country": "PT", "gender": "female"},
    ]  # fmt: skip
    take(*[told(post, str(number), at("12:00"), **each) for number, each in enumerate(more)])
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        rows = EngagementDay.objects.order_by("country").values_list("country", "gender", "count", "people", "value")
        assert list(rows) == [("IN", "", 4, 2, Decimal(0)), ("PT", "female", 2, 0, Decimal(2))]
        assert reactions() == [
            ("age", "", 6), ("country", "IN", 4), ("country", "PT", 2), ("gender", "", 4), ("gender", "female", 2)
        ]  # fmt: skip


def test_who_reacted_follows_what_came_late_was_taken_back_or_went_away(cast: Cast, post: ScheduledPost) -> None:
    other = post_of(cast, handle="other")
    take(told(post, "1", at("12:00"), country="IN"), told(other, "2", at("12:00"), country="FR"))
    take(told(post, "3", at("12:00"), country="IN", type="unlike"))
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        assert reactions("country") == [("country", "FR", 1), ("country", "IN", 1)]
    take(told(post, "4", at("12:30"), country="IN"))
    with tenancy.of_organization(cast.kesar.pk):
        other.delete()
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        assert reactions("country") == [("country", "IN", 2)]
        ReactionDay.objects.filter(kind="country").update(count=7)
        assert not is_exact(cast)
    call_command("recount_events", stdout=StringIO())
    assert is_exact(cast)


def reactions(*kinds: str) -> list[tuple[str, str, int]]:
    """Return who reacted, in order."""
    rows = ReactionDay.objects.filter(kind__in=kinds or ReactionDay.Kind.values)
    return list(rows.order_by("kind", "key").values_list("kind", "key", "count"))


def test_a_late_event_goes_into_its_own_hour_and_nothing_else_is_counted_anew(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", at("10:15")), told(post, "2", at("12:15")))
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        EngagementHour.objects.filter(hour__gt=at("11:00")).update(count=77)
    take(told(post, "3", at("10:20")))
    roll_up()
    assert sorted(hours(cast).values()) == [2, 77]


def test_sums_survive_an_event_told_again_between_two_turns(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", at("10:15")))
    roll_up()
    take(told(post, "1", at("15:15")))
    assert roll_up() == 0
    assert list(hours(cast).values()) == [1]


def test_another_zone_cuts_all_days_anew(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", at("02:00")), told(post, "2", at("02:00") - 50 * DAY))
    roll_up()
    before = days(cast)
    change_zone(cast, "America/Los_Angeles")
    assert roll_up() == 1
    assert days(cast) == {(day - DAY, kind): count for (day, kind), count in before.items()}
    assert is_exact(cast)
    with tenancy.of_organization(cast.kesar.pk):
        mark = RollupMark.objects.get(name="events")
    assert (mark.zone, mark.dirty_from) == ("America/Los_Angeles", None)
    assert roll_up() == 0


def test_a_post_that_is_removed_is_in_no_sum_any_more(cast: Cast, post: ScheduledPost) -> None:
    other = post_of(cast, handle="other")
    take(told(post, "1", at("10:00")), told(other, "2", at("10:00")))
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        other.delete()
    assert roll_up() == 1
    assert is_exact(cast)
    assert sum(days(cast).values()) == 1


def test_the_command_says_what_is_wrong_and_makes_it_right(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", at("10:00")), told(post, "2", at("11:00")))
    roll_up()
    with tenancy.of_organization(cast.kesar.pk):
        EngagementHour.objects.filter(hour__gt=at("10:00")).update(count=5)
        EngagementDay.objects.all().delete()
    said = StringIO()
    with pytest.raises(CommandError, match="kesar-naturals"):
        call_command("recount_events", "--check", stdout=said)
    assert "kesar-naturals hours: 6/2 events, 2 sums, 1 wrong" in said.getvalue()
    assert "kesar-naturals days: 0/2 events, 1 sums, 1 wrong" in said.getvalue()
    said = StringIO()
    call_command("recount_events", "--organization", cast.kesar.slug, stdout=said)
    assert "kesar-naturals days: 2/2 events, 1 sums, 0 wrong" in said.getvalue()
    with pytest.raises(CommandError, match="no organisation"):
        call_command("recount_events", "--organization", "nobody")


def test_sums_are_told_through_the_api(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", at("10:00"), country="IN"), told(post, "2", at("10:10"), country="IN"))
    roll_up()
    api = as_member(cast.chitra)
    [hour] = api.get("engagement-hours", post=str(post.pk)).json()["results"]
    assert (hour["type"], hour["count"]) == ("like", 2)
    day = str(at("10:00").date())
    [row] = api.get("engagement-days", since=day, until=day).json()["results"]
    assert (row["date"], row["country"], row["count"]) == (day, "IN", 2)
    assert api.get("engagement-days", since="2999-01-01").json()["results"] == []
    for name in ("engagement-hours", "engagement-days"):
        assert as_member(cast.dev).get(name).json()["results"] == []


def test_days_are_paged_by_date(cast: Cast, post: ScheduledPost) -> None:
    take(*[told(post, str(number), at("10:00") - number * DAY) for number in range(3)])
    roll_up()
    api = as_member(cast.chitra)
    first = api.get("engagement-days", limit=2).json()
    rest = api.client.get(first["next"]).json()["results"]
    assert [each["date"] for each in first["results"] + rest] == [str(at("10:00").date() - n * DAY) for n in range(3)]


# Any order, told twice, late, with turns of the roll-up in between

THINGS = some.tuples(some.integers(0, 25), some.integers(0, 60 * 24 * 60), some.sampled_from(["like", "share", "view"]))
STORY = some.lists(some.lists(THINGS, max_size=12) | some.sampled_from(["sum", "zone"]), max_size=12)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(story=STORY)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_in_whatever_order_every_sum_equals_the_recount(
    cast: Cast, post: ScheduledPost, story: list[Any]
) -> None:
    start, zones = timezone.now() - 61 * DAY, ["Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"]
    expected: dict[int, tuple[dt.datetime, str]] = {}
    with undone():
        for step in story:
            if step == "zone":
                zones = zones[1:] + zones[:1]
                change_zone(cast, zones[0])
            elif step == "sum":
                roll_up()
            elif step:
                rows = [(name, start + dt.timedelta(minutes=minute), kind) for name, minute, kind in step]
                for name, moment, kind in rows:
                    expected.setdefault(name, (moment, kind))
                take(*[told(post, str(name), moment, type=kind) for name, moment, kind in rows])
        roll_up()
        by_hour = Counter(
            (moment.replace(minute=0, second=0, microsecond=0), kind) for moment, kind in expected.values()
        )
        zone = ZoneInfo(zones[0])
        by_day = Counter((moment.astimezone(zone).date(), kind) for moment, kind in expected.values())
        assert hours(cast) == dict(by_hour)
        assert days(cast) == dict(by_day)
        assert is_exact(cast)


# At the same time


@pytest.fixture
def stage(transactional_db: None) -> tuple[Cast, ScheduledPost]:
    cast = gather()
    return cast, post_of(cast)


def in_thread(deed: Any) -> threading.Thread:
    def run() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    made = threading.Thread(target=run)
    made.start()
    return made


def test_a_batch_that_commits_after_the_roll_up_looked_is_in_the_next(stage: tuple[Cast, ScheduledPost]) -> None:
    cast, post = stage
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with tenancy.of_organization(cast.kesar.pk):
            taking.take([told(post, "slow", at("10:00"))])
            written.set()
            go_on.wait(20)

    writer = in_thread(slow)
    assert written.wait(20)
    take(told(post, "quick", at("10:01")))  # the same hour, committed before the slow one
    roll_up()
    assert list(hours(cast).values()) == [1]
    go_on.set()
    writer.join()
    roll_up()
    assert list(hours(cast).values()) == [2]
    assert is_exact(cast)


def test_writers_that_tell_the_same_at_the_same_time_count_it_once_and_wait_in_no_circle(
    stage: tuple[Cast, ScheduledPost],
) -> None:
    cast, post = stage
    now = timezone.now()
    rows = [told(post, str(number), now - number * HOUR) for number in range(300)]
    failed: list[Exception] = []

    def write(shift: int) -> None:
        try:
            for _round in range(3):
                take(*rows[shift:], *rows[:shift])
                roll_up()
        except Exception as error:  # noqa: BLE001 (shown below)
            failed.append(error)

    for thread in [in_thread(lambda shift=shift: write(shift)) for shift in (0, 70, 140, 210)]:
        thread.join()
    roll_up()
    assert failed == []
    with tenancy.of_organization(cast.kesar.pk):
        assert EngagementEvent.objects.count() == 300
        assert TouchedHour.objects.count() == 0
    assert is_exact(cast)


def test_one_roll_up_of_an_organisation_at_a_time(stage: tuple[Cast, ScheduledPost]) -> None:
    cast, post = stage
    take(told(post, "1", at("10:00")))
    roll_up()
    take(told(post, "2", at("10:00")))
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with tenancy.of_organization(cast.kesar.pk):
            RollupMark.objects.select_for_update().get(name="events")
            held.set()
            go_on.wait(20)

    holder = in_thread(hold)
    assert held.wait(20)
    assert roll_up() == 0
    go_on.set()
    holder.join()
    assert roll_up() == 1


def test_a_day_is_summed_with_as_many_questions_for_many_events_as_for_one(cast: Cast, post: ScheduledPost) -> None:
    counts = []
    for size in (1, 50):
        take(*[told(post, f"{size}-{number}", at("10:00") + number * HOUR / 4) for number in range(size)])
        roll_up_counted = len(_asked())
        counts.append(roll_up_counted)
    assert counts[1] <= counts[0]


def _asked() -> list[Any]:
    with CaptureQueriesContext(connection) as asked:
        roll_up()
    return list(asked)
