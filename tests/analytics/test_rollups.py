"""Sums by day: what was won, equal to a recount whatever comes in whatever order."""

import datetime as dt
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts import tenancy
from accounts.models import Organization
from analytics.models import AccountDay, AnalyticsSnapshot, MeasuredPost, PostDay, PostMetrics, RollupMark
from analytics.rollups import checking, posts
from publishing.signals import posts_moved
from tests.analytics.posting import NOW, connection, published
from tests.cast import Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def count(row: MeasuredPost, at: dt.datetime, **counts: int | None) -> None:
    """A snapshot, as a pass writes it."""
    PostMetrics.objects.create(
        organization_id=row.organization_id, post_id=row.post_id, taken_at=at,
        hour=(at - row.published_at) / HOUR, **counts,
    )  # fmt: skip
    row.last_at = at
    row.save()


def days(row: MeasuredPost, name: str = "views") -> dict[dt.date, int | None]:
    return dict(PostDay.objects.filter(post=row.post_id).order_by("date").values_list("date", name))


def test_a_gain_stands_on_the_day_of_the_organisation_on_which_it_was_seen(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 5 * DAY)
    evening = (NOW - 5 * DAY).replace(hour=18, minute=0)  # 23:30 in Kolkata
    count(row, evening, views=100, likes=4)
    count(row, evening + HOUR, views=130, likes=4)
    count(row, evening + 3 * DAY, views=150, likes=9)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert days(row) == {dt.date(2026, 11, 15): 100, dt.date(2026, 11, 16): 30, dt.date(2026, 11, 18): 20}
    assert list(days(row, "engagement").values()) == [4, 0, 5]


def test_a_counter_that_falls_is_a_gain_below_nought_and_the_sum_stays_true(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 5 * DAY)
    for number, views in enumerate((100, 80, None, 95)):
        count(row, NOW - 5 * DAY + number * DAY, views=views, likes=1)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert list(days(row).values()) == [100, -20, None, 15]
    assert sum(views or 0 for views in days(row).values()) == 95


def test_what_nobody_counts_stays_empty(kesar: Cast) -> None:
    row = published(kesar, connection(kesar, platform="bluesky"), NOW - DAY)
    count(row, NOW - DAY + HOUR, likes=3)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert AccountDay.objects.get(connection=row.connection_id).views is None
    snapshot = AnalyticsSnapshot.objects.get(period="month", client=None, start=dt.date(2026, 11, 1))
    assert (snapshot.views, snapshot.engagement, snapshot.published) == (None, 3, 1)


def test_accounts_weeks_months_and_clients_are_sums_of_the_days(kesar: Cast) -> None:
    account = connection(kesar)
    one, two = (published(kesar, account, NOW - days * DAY) for days in (4, 3))
    MeasuredPost.objects.filter(pk=two.pk).update(client_id=kesar.client.pk)
    count(one, NOW - 2 * DAY, views=100)
    two.refresh_from_db()
    count(two, NOW - 2 * DAY, views=40)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    day = AccountDay.objects.get(connection=account, date=(NOW - 2 * DAY).date())
    assert (day.views, day.published, day.is_simulated) == (140, 0, True)
    assert sum(AccountDay.objects.values_list("published", flat=True)) == 2
    week = AnalyticsSnapshot.objects.get(period="week", client=None, start=dt.date(2026, 11, 16))
    assert (week.views, week.published) == (140, 2)
    assert week.platforms["practice"]["views"] == 140
    theirs = AnalyticsSnapshot.objects.get(period="month", client=kesar.client)
    assert (theirs.views, theirs.published, theirs.start) == (40, 1, dt.date(2026, 11, 1))


def test_another_zone_cuts_all_days_anew(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 3 * DAY)
    count(row, (NOW - 2 * DAY).replace(hour=20), views=10)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert list(days(row)) == [dt.date(2026, 11, 19)]
    Organization.objects.filter(pk=kesar.kesar.pk).update(timezone="America/New_York")
    with tenancy.operator():
        assert posts.roll_up_due(now=NOW) == 1
    assert list(days(row)) == [dt.date(2026, 11, 18)]
    assert not checking.differences(kesar.kesar.pk, now=NOW)


def test_a_post_that_moves_or_goes_is_taken_out_of_the_sums_it_was_in(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 3 * DAY)
    count(row, NOW - 2 * DAY, views=10)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    posts_moved.send(None, keys=[row.post_id], client_id=kesar.client.pk)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert AnalyticsSnapshot.objects.get(period="month", client=kesar.client).views == 10
    row.post.delete()
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert not AccountDay.objects.exists()
    assert not AnalyticsSnapshot.objects.filter(client=kesar.client).exists()
    assert not checking.differences(kesar.kesar.pk, now=NOW)


def test_twice_is_once_and_costs_the_same_for_many_posts(kesar: Cast) -> None:
    account = connection(kesar)
    for number in range(3):
        count(published(kesar, account, NOW - (number + 2) * DAY), NOW - DAY, views=10)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    held = checking.sums(kesar.kesar.pk)
    with CaptureQueriesContext(database) as few:
        posts.roll_up(kesar.kesar.pk, now=NOW)
    assert checking.sums(kesar.kesar.pk) == held
    for number in range(9):
        count(published(kesar, account, NOW - (number + 2) * DAY - HOUR), NOW - DAY, views=10)
    with CaptureQueriesContext(database) as many:
        posts.roll_up(kesar.kesar.pk, now=NOW)
    assert len(many) == len(few) <= 20


def test_an_organisation_without_news_is_not_asked(kesar: Cast) -> None:
    count(published(kesar, connection(kesar), NOW - 3 * DAY), NOW - 2 * DAY, views=10)
    assert posts.roll_up_due(now=NOW) == 1
    with tenancy.operator():
        RollupMark.objects.update(reached=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    assert posts.roll_up_due(now=NOW) == 0


def test_the_command_finds_what_differs_and_makes_it_right(kesar: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    row = published(kesar, connection(kesar), NOW - 3 * DAY)
    count(row, NOW - 2 * DAY, views=10)
    call_command("recount_numbers")
    call_command("recount_numbers", check=True)
    PostDay.objects.update(views=11)
    with pytest.raises(CommandError, match="1 sums differ"):
        call_command("recount_numbers", check=True)
    assert "PostDay" in capsys.readouterr().out
    call_command("recount_numbers", organization=kesar.kesar.slug)
    assert days(row) == {dt.date(2026, 11, 18): 10}


@given(
    counted=some.lists(
        some.tuples(some.integers(0, 2), some.integers(0, 200), some.none() | some.integers(0, 10**6), some.booleans()),
        max_size=20,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_step_by_step_gives_what_a_recount_gives(kesar: Cast, counted: list[tuple[int, int, int | None, bool]]) -> None:
    account = connection(kesar, account_id=uuid.uuid4().hex)
    rows = [published(kesar, account, NOW - 20 * DAY - number * HOUR) for number in range(3)]
    seen = set()
    for which, hour, views, is_pass in counted:
        if (which, hour) not in seen:
            seen.add((which, hour))
            count(rows[which], NOW - 20 * DAY + hour * HOUR, views=views, likes=hour % 7 or None)
        if is_pass:
            posts.roll_up(kesar.kesar.pk, now=NOW)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    assert not checking.differences(kesar.kesar.pk, now=NOW)
    for row in rows:
        row.post.delete()
