"""Posts that come again: which days, on whose clock, never in a burst, and nothing that was missed is made up for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import AuditEntry, Membership, Notification
from content.models import GeneratedContent
from content.services import pieces
from publishing import recurrence, tasks
from publishing.delivery import claiming, handing
from publishing.delivery import recurring as engine
from publishing.models import ApprovalRequest, PlatformConnection, RecurringPost, ScheduledPost
from publishing.recurrence import Rule
from publishing.services import clients, posts, recurring
from publishing.services.approvals import deciding
from publishing.walltime import UnknownZone
from tests.cast import Cast
from tests.publishing.agreeing import make_workflow, stage, versioned
from tests.publishing.conftest import make_connection, make_piece, make_post

# A Saturday, 11:30 in Kolkata.
NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"
TODAY = dt.date(2026, 11, 21)
DAILY = Rule("daily", dt.time(9), ZONE, TODAY)


def rule(**changes: Any) -> Rule:
    return Rule(**({**vars(DAILY)} | changes))


def the_days(wanted: Rule, count: int, *, since: dt.date | None = None) -> list[str]:
    found = recurrence.days(wanted, since=since)
    return [f"{day:%m-%d}" for day, _number in zip(found, range(count), strict=False)]


# Days


def test_every_other_day_keeps_its_step_wherever_one_begins_to_look() -> None:
    assert the_days(rule(interval=2), 3) == ["11-21", "11-23", "11-25"]
    assert the_days(rule(interval=2), 2, since=dt.date(2026, 11, 24)) == ["11-25", "11-27"]


def test_every_second_week_on_two_days() -> None:
    wanted = rule(frequency="weekly", interval=2, weekdays=(0, 3), starts_on=dt.date(2026, 11, 26))
    assert the_days(wanted, 4) == ["11-26", "12-07", "12-10", "12-21"]


def test_a_week_without_days_is_the_first_days_weekday() -> None:
    assert the_days(rule(frequency="weekly"), 2) == ["11-21", "11-28"]


def test_the_31st_is_the_last_day_of_shorter_months() -> None:
    wanted = rule(frequency="monthly", day_of_month=31, starts_on=dt.date(2027, 1, 15))
    assert the_days(wanted, 4) == ["01-31", "02-28", "03-31", "04-30"]
    assert the_days(rule(frequency="monthly", day_of_month=29, starts_on=dt.date(2028, 2, 1)), 1) == ["02-29"]


def test_a_month_whose_day_is_over_begins_with_the_next_one() -> None:
    assert the_days(rule(frequency="monthly", day_of_month=5), 2) == ["12-05", "01-05"]


def test_the_last_day_is_in_and_nothing_after_it() -> None:
    assert the_days(rule(ends_on=dt.date(2026, 11, 23)), 9) == ["11-21", "11-22", "11-23"]
    assert recurrence.next_day(rule(ends_on=TODAY), after=TODAY) is None


RULES = st.builds(
    Rule,
    frequency=st.sampled_from(["daily", "weekly", "monthly"]),
    at=st.just(dt.time(9)),
    zone=st.just(ZONE),
    starts_on=st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
    interval=st.integers(1, 9),
    weekdays=st.lists(st.integers(0, 6), max_size=3).map(tuple),
    day_of_month=st.none() | st.integers(1, 31),
)


@given(RULES, st.integers(0, 400))
def test_looking_from_a_later_day_finds_the_same_days(wanted: Rule, later: int) -> None:
    since = wanted.starts_on + dt.timedelta(days=later)
    everything = [day for day in recurrence.days(wanted) if since <= day <= since + dt.timedelta(days=300)]
    found = [day for day in recurrence.days(wanted, since=since) if day <= since + dt.timedelta(days=300)]
    assert found == everything == sorted(set(found))


# Planning ahead


@dataclass
class Series:
    """Ben, a piece and an account of Kesar's."""

    cast: Cast
    piece: GeneratedContent
    connection: PlatformConnection

    def make(self, wanted: Rule = DAILY, **changes: Any) -> RecurringPost:
        asked: dict[str, Any] = {"connection": self.connection, "rule": wanted, "by": self.cast.ben, "now": NOW}
        return recurring.make(self.piece, **(asked | changes))

    def planned(self) -> list[str]:
        rows = ScheduledPost.objects.exclude(status="cancelled").order_by("scheduled_for")
        return [local[5:10] for local in rows.values_list("local_time", flat=True)]


@pytest.fixture
def series(kesar: Cast, settings: Any) -> Series:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    return Series(kesar, make_piece(kesar.kesar), make_connection(kesar.kesar))


def after(**span: float) -> dt.datetime:
    return NOW + dt.timedelta(**span)


def test_two_weeks_are_planned_ahead_and_each_day_once(series: Series) -> None:
    made = series.make()
    expected = [f"{TODAY + dt.timedelta(days=number):%m-%d}" for number in range(1, 15)]
    assert series.planned() == expected
    assert (made.made, made.skipped, f"{made.next_on}") == (14, 0, "2026-12-06")
    assert recurring.make_ahead(made.pk, now=after(hours=1)) == 0
    assert recurring.make_ahead(made.pk, now=after(days=1)) == 1
    assert series.planned() == [*expected, "12-06"]


def test_a_series_that_begins_next_week_is_made_on_a_day_that_is_full(series: Series) -> None:
    told = {"items": [{"name": "posts", "used": 0, "total": 1, "resets_at": None}]}
    PlatformConnection.objects.filter(pk=series.connection.pk).update(allowance=told)
    make_post(make_piece(series.cast.kesar), series.connection, at=after(hours=1))
    made = series.make(rule(starts_on=dt.date(2026, 11, 28)))
    assert (made.is_active, series.planned()[:2]) == (True, ["11-21", "11-28"])


def test_what_passed_while_nobody_worked_is_skipped_never_sent_in_a_burst(series: Series) -> None:
    made = series.make()
    assert recurring.make_ahead(made.pk, now=after(days=60)) == 14
    made.refresh_from_db()
    times = ScheduledPost.objects.filter(scheduled_for__gt=after(days=15)).values_list("scheduled_for", flat=True)
    assert min(times) > after(days=60)
    assert len({f"{at:%Y-%m-%d}" for at in times}) == len(times) == 14
    assert (made.made, made.skipped) == (28, 46)


def test_so_often_in_all_counts_what_was_missed_too(series: Series) -> None:
    made = series.make(rule(times=16))
    assert (made.made, made.next_on) == (14, dt.date(2026, 12, 6))
    recurring.make_ahead(made.pk, now=after(days=15, hours=12))
    made.refresh_from_db()
    assert (made.made, made.skipped, made.next_on, made.is_active) == (15, 1, None, False)
    assert "series.ended" in AuditEntry.objects.values_list("action", flat=True)
    with pytest.raises(recurring.HasEnded):
        recurring.resume(made, by=series.cast.ben, now=after(days=17))


def test_half_past_two_on_the_night_the_clock_jumps_goes_out_an_hour_later_once(series: Series) -> None:
    night = rule(at=dt.time(2, 30), zone="Europe/Berlin", starts_on=dt.date(2027, 3, 27), times=3)
    series.make(night, now=dt.datetime(2027, 3, 26, 12, tzinfo=dt.UTC))
    found = ScheduledPost.objects.order_by("scheduled_for").values_list("local_time", "time_note")
    assert [local for local, _note in found] == ["2027-03-27T02:30", "2027-03-28T03:30", "2027-03-29T02:30"]
    assert [bool(note) for _local, note in found] == [False, True, False]


def test_it_follows_the_clock_of_its_zone_through_winter_and_summer(series: Series) -> None:
    series.make(
        rule(frequency="weekly", zone="Europe/Lisbon", starts_on=dt.date(2027, 3, 24)),
        now=dt.datetime(2027, 3, 20, tzinfo=dt.UTC),
    )
    found = ScheduledPost.objects.order_by("scheduled_for").values_list("scheduled_for", flat=True)
    assert [f"{at:%m-%d %H:%M}" for at in found] == ["03-24 09:00", "03-31 08:00"]


def test_an_occurrence_that_somebody_took_out_stays_out(series: Series) -> None:
    made = series.make()
    first = ScheduledPost.objects.order_by("scheduled_for")[0]
    posts.cancel(first, by=series.cast.ben)
    RecurringPost.objects.update(next_on=TODAY)
    assert recurring.make_ahead(made.pk, now=after(hours=1)) == 0
    assert "11-22" not in series.planned()


def test_pausing_takes_out_what_is_planned_and_resuming_plans_only_what_is_ahead(series: Series) -> None:
    made = series.make()
    recurring.pause(made, by=series.cast.ben, now=after(days=2))
    assert series.planned() == ["11-22", "11-23"]
    assert recurring.make_ahead(made.pk, now=after(days=5)) == 0
    recurring.resume(made, by=series.cast.asha, now=after(days=5))
    assert series.planned()[:3] == ["11-22", "11-23", "11-27"]
    assert (made.made, made.skipped) == (2 + 14, 3)
    assert made.created_by == series.cast.asha.user


def test_another_rule_plans_anew_what_was_not_sent_yet(series: Series) -> None:
    made = series.make()
    recurring.change(made, rule=rule(frequency="weekly", weekdays=(1,)), by=series.cast.ben, now=after(days=1, hours=1))
    assert series.planned() == ["11-22", "11-24", "12-01"]
    assert made.made == 3


def test_removing_a_series_takes_out_what_is_ahead_and_keeps_what_was(series: Series) -> None:
    made = series.make()
    assert recurring.remove(made, by=series.cast.ben, now=after(days=1)) == 13
    assert series.planned() == ["11-22"]
    assert not RecurringPost.objects.exists()


# What waits on its platform already


def hand_over_first() -> ScheduledPost:
    """The first occurrence waits on its platform."""
    first = ScheduledPost.objects.exclude(status="cancelled").order_by("scheduled_for")[0]
    ScheduledPost.objects.filter(pk=first.pk).update(status="handed", platform_post_id="9", next_try_at=None)
    return first


def wish_of(post: ScheduledPost) -> dict[str, Any]:
    post.refresh_from_db()
    return dict(post.metadata.get(handing.WISH) or {})


def test_pausing_takes_back_what_its_platform_holds_already(series: Series) -> None:
    made = series.make()
    first = hand_over_first()
    at = first.scheduled_for - dt.timedelta(minutes=30)
    recurring.pause(made, by=series.cast.ben, now=at)
    assert wish_of(first)["status"] == "cancelled"
    assert (first.status, first.next_try_at, first.occurrence) == ("handed", at, None)
    assert first in claiming.due_looks(at)
    assert (made.made, f"{made.next_on}") == (0, "2026-11-22")
    ScheduledPost.objects.filter(pk=first.pk).update(**handing.fulfilled(first.metadata[handing.WISH]))
    recurring.resume(made, by=series.cast.ben, now=at)
    assert series.planned()[0] == "11-22"


def test_removing_counts_what_is_taken_back_and_leaves_what_is_about_to_go_live(series: Series) -> None:
    made = series.make()
    first = hand_over_first()
    assert recurring.remove(made, by=series.cast.ben, now=first.scheduled_for - dt.timedelta(minutes=2)) == 14
    ScheduledPost.objects.filter(pk=first.pk).update(**handing.fulfilled(wish_of(first)))
    again = series.make()
    first = hand_over_first()
    assert recurring.remove(again, by=series.cast.ben, now=first.scheduled_for - dt.timedelta(seconds=30)) == 13
    assert wish_of(first) == {}


def test_what_another_rule_wants_at_the_same_time_comes_back_and_keeps_its_day(series: Series) -> None:
    made = series.make()
    first = hand_over_first()
    at = first.scheduled_for - dt.timedelta(minutes=30)
    recurring.change(made, rule=rule(ends_on=dt.date(2026, 11, 24)), by=series.cast.ben, now=at)
    back = handing.fulfilled(wish_of(first))
    assert (back["status"], back["next_try_at"]) == ("scheduled", first.scheduled_for)
    assert (first.occurrence, made.made, series.planned()) == (dt.date(2026, 11, 22), 3, ["11-22", "11-23", "11-24"])


def test_what_somebody_cancelled_on_its_platform_stays_out(series: Series) -> None:
    made = series.make()
    first = hand_over_first()
    at = first.scheduled_for - dt.timedelta(minutes=30)
    ScheduledPost.objects.filter(pk=first.pk).update(metadata={handing.WISH: handing.wish_to_cancel()})
    recurring.change(made, rule=rule(ends_on=dt.date(2026, 11, 24)), by=series.cast.ben, now=at)
    assert wish_of(first) == {"status": "cancelled"}
    assert made.made == 3


def test_a_rule_without_a_day_ahead_is_refused(series: Series) -> None:
    with pytest.raises(recurring.NeverComes):
        series.make(rule(starts_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 11, 20)))
    with pytest.raises(UnknownZone):
        series.make(rule(zone="Mars/Olympus"))
    assert not RecurringPost.objects.exists()


def test_a_rule_that_begins_at_the_end_of_days_is_refused(series: Series) -> None:
    made = series.make()
    for far in (dt.date(9999, 12, 31), TODAY + dt.timedelta(days=3 * 365)):
        with pytest.raises(posts.TooFar):
            recurring.change(made, rule=rule(starts_on=far), by=series.cast.ben, now=NOW)
        with pytest.raises(posts.TooFar):
            series.make(rule(starts_on=far))
    made.refresh_from_db()
    assert (made.starts_on, RecurringPost.objects.count()) == (TODAY, 1)


def test_what_could_not_be_planned_once_is_not_planned_again_and_again(series: Series) -> None:
    series.piece.text = ""
    series.piece.include_media = False
    series.piece.save()
    with pytest.raises(posts.DoesNotFit):
        series.make(rule(starts_on=dt.date(2027, 6, 1)))


def test_an_account_that_must_sign_in_again_is_told_once_and_tried_until_its_time_is_over(series: Series) -> None:
    made = series.make(rule(starts_on=dt.date(2026, 12, 10)))
    PlatformConnection.objects.update(status="needs_reconnect")
    for hours in (0, 1, 2):
        recurring.make_ahead(made.pk, now=after(days=6, hours=hours))
    made.refresh_from_db()
    assert "connected again" in made.error
    assert Notification.objects.filter(title__contains="A recurring post waits").count() == 1
    recurring.make_ahead(made.pk, now=dt.datetime(2026, 12, 10, 12, tzinfo=dt.UTC))
    PlatformConnection.objects.update(status="active")
    recurring.make_ahead(made.pk, now=dt.datetime(2026, 12, 10, 13, tzinfo=dt.UTC))
    made.refresh_from_db()
    assert (made.error, made.skipped, series.planned()[0]) == ("", 1, "12-11")


def test_a_piece_that_was_deleted_ends_its_series(series: Series) -> None:
    made = series.make(rule(starts_on=dt.date(2026, 12, 10)))
    GeneratedContent.objects.update(deleted_at=NOW)
    recurring.make_ahead(made.pk, now=after(days=6))
    made.refresh_from_db()
    assert (made.is_active, made.next_on) == (False, None)
    assert "deleted" in made.error


def test_a_series_whose_maker_left_stops_and_goes_on_in_the_name_of_who_resumes_it(series: Series) -> None:
    made = series.make(rule(starts_on=dt.date(2026, 12, 10)))
    Membership.objects.filter(pk=series.cast.ben.pk).update(status="inactive")
    recurring.make_ahead(made.pk, now=after(days=6))
    made.refresh_from_db()
    assert not made.is_active
    told = Notification.objects.filter(title__contains="has stopped").values_list("user__email", flat=True)
    assert "asha@kesar.example" in told
    recurring.resume(made, by=series.cast.asha, now=after(days=6))
    assert series.planned()[0] == "12-10"


def test_what_was_rejected_is_not_asked_about_day_after_day(series: Series) -> None:
    make_workflow(series.cast, stage("Owner", series.cast.asha))
    made = recurring.make(
        versioned(series.piece), connection=series.connection, rule=DAILY, by=series.cast.ben, now=NOW
    )
    request = ApprovalRequest.objects.get()
    deciding.reject(request, by=series.cast.asha, seen=request.seen_as, now=NOW, words="Not this one.")
    recurring.make_ahead(made.pk, now=after(days=1))
    made.refresh_from_db()
    assert (made.is_active, ApprovalRequest.objects.count()) == (False, 1)
    assert "not approved" in made.error
    assert Notification.objects.filter(title__contains="has stopped", user=series.cast.ben.user).exists()
    pieces.edit(series.piece, by=series.cast.ben, text="Better words.")
    recurring.resume(made, by=series.cast.ben, now=after(days=1))
    assert sorted(ApprovalRequest.objects.values_list("status", flat=True)) == ["pending", "rejected"]
    recurring.make_ahead(made.pk, now=after(days=2))
    made.refresh_from_db()
    assert made.is_active


def test_a_disconnected_account_ends_it(series: Series) -> None:
    made = series.make(rule(starts_on=dt.date(2026, 12, 10)))
    PlatformConnection.objects.update(status="removed")
    recurring.make_ahead(made.pk, now=after(days=6))
    made.refresh_from_db()
    assert (made.is_active, made.error) == (False, "The account was disconnected.")


def test_an_archived_client_gets_no_more(series: Series) -> None:
    series.piece.client = series.cast.client
    series.piece.save()
    made = series.make()
    clients.stop(series.cast.client, by=series.cast.asha)
    made.refresh_from_db()
    assert (made.is_active, series.planned()) == (False, [])


def test_the_task_rings_for_what_is_near_and_plans_it(cast: Cast, settings: Any, monkeypatch: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with tenancy.of_organization(cast.kesar.pk):
        far = Series(cast, make_piece(cast.kesar), make_connection(cast.kesar))
        made = far.make(rule(starts_on=dt.date(2027, 2, 1)))
    assert engine.due(now=NOW) == []
    then = dt.datetime(2027, 1, 20, 6, tzinfo=dt.UTC)
    assert engine.due(now=then) == [(made.pk, cast.kesar.pk)]
    monkeypatch.setattr(timezone, "now", lambda: then)
    tasks.plan_series(series_id=str(made.pk), organization_id=str(cast.kesar.pk))
    with tenancy.of_organization(cast.kesar.pk):
        assert far.planned() == ["02-01", "02-02", "02-03"]
