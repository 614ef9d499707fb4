"""A measuring pass: what is new is written, figures are reckoned, whatever counters do."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from analytics.collection import posts
from analytics.models import DailyMetrics, MeasuredPost, PostMetrics, TrackedAccount
from analytics.services import entering, measuring
from publishing.models import PlatformConnection
from publishing.platforms.base import PostCounts
from tests.analytics.posting import NOW, connection, published
from tests.cast import Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def measure(rows: Sequence[MeasuredPost], at: dt.datetime, **counts: float) -> None:
    """Write what a platform tells of all of these at a time."""
    fresh = list(MeasuredPost.objects.filter(pk__in=[row.pk for row in rows]).order_by("published_at"))
    posts.record(fresh, [PostCounts(counts) for _row in fresh], now=at)
    for row in rows:
        row.refresh_from_db()


def test_what_is_new_is_a_snapshot_and_what_stands_still_costs_nothing(kesar: Cast) -> None:
    row = published(kesar, connection(kesar, platform="instagram"), NOW)
    measure([row], NOW + HOUR, views=100, likes=5, average_watch_seconds=4.5, skip_rate=0.25, unheard_of=3)
    measure([row], NOW + 2 * HOUR, views=100, likes=5, average_watch_seconds=4.5, skip_rate=0.25)
    assert PostMetrics.objects.count() == 1
    assert (row.views, row.average_watch_seconds, row.more) == (100, 4.5, {"skip_rate": 0.25})
    assert row.figures["hold"] == 0.75
    assert row.figures["engagement_rate_views"] == 0.05
    assert row.last_at == NOW + 2 * HOUR
    measure([row], NOW + 3 * HOUR, views=100, likes=5, average_watch_seconds=4.5, skip_rate=0.2)
    assert PostMetrics.objects.count() == 2


def test_a_counter_that_falls_is_kept_and_flagged(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW)
    measure([row], NOW + HOUR, views=1000, likes=50)
    measure([row], NOW + 2 * HOUR, views=0, likes=51)
    assert row.views == 0
    assert row.figures["fell"] == {"views": "2026-11-20"}
    assert list(PostMetrics.objects.order_by("taken_at").values_list("views", flat=True)) == [1000, 0]
    measure([row], NOW + 3 * HOUR, views=10, likes=51)
    assert row.figures["fell"] == {"views": "2026-11-20"}


def test_a_metric_that_falls_silent_keeps_what_was_told_last_and_says_so(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW)
    measure([row], NOW + HOUR, views=1000, saves=3)
    measure([row], NOW + 2 * HOUR, views=1100)
    assert (row.views, row.saves, row.figures["lost"]) == (1100, 3, ["saves"])
    assert PostMetrics.objects.latest("taken_at").saves is None
    measure([row], NOW + 3 * HOUR, views=1100, saves=4)
    assert "lost" not in row.figures


def test_numbers_of_the_platform_are_no_longer_said_to_be_entered_by_hand(kesar: Cast) -> None:
    row = published(kesar, connection(kesar, platform="instagram"), NOW - HOUR)
    with tenancy.of_member(kesar.asha):
        entering.enter(row, counts={"saves": 5}, by=kesar.asha, now=NOW)
    assert row.origin == "hand"
    measure([row], NOW + HOUR)
    assert (row.origin, row.saves) == ("hand", 5)  # nothing was told: what stands is still theirs
    measure([row], NOW + 2 * HOUR, views=500, saves=9)
    assert (row.origin, row.views, row.saves) == ("api", 500, 9)


def test_a_post_that_is_gone_keeps_its_numbers_and_is_found_again(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW)
    measure([row], NOW + HOUR, views=1000)
    posts.record([row], [None], now=NOW + 2 * HOUR)
    row.refresh_from_db()
    assert (row.gone_at, row.views, row.error) == (NOW + 2 * HOUR, 1000, posts.GONE)
    measure([row], NOW + 3 * HOUR, views=1001)
    assert (row.gone_at, row.error) == (None, "")


def test_what_somebody_else_claimed_meanwhile_is_not_written(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW)
    MeasuredPost.objects.filter(pk=row.pk).update(fence=7)
    posts.record([row], [PostCounts({"views": 5})], now=NOW + HOUR)
    assert not PostMetrics.objects.exists()
    row.refresh_from_db()
    assert row.views is None


def _followed(cast: Cast, account: PlatformConnection, day: dt.date, followers: int) -> None:
    tracked, _made = TrackedAccount.objects.get_or_create(
        organization=cast.kesar, connection=account, platform=account.platform, external_id="k", name="k", way="hand"
    )
    DailyMetrics.objects.create(
        organization=cast.kesar, account=tracked, platform=account.platform, date=day, followers=followers,
        origin="api", taken_at=NOW,
    )  # fmt: skip


def test_rates_by_followers_take_those_of_the_day_it_went_live(kesar: Cast) -> None:
    account = connection(kesar)
    for days, followers in ((40, 10), (6, 400), (1, 900)):
        _followed(kesar, account, (NOW - days * DAY).date(), followers)
    row = published(kesar, account, NOW - 5 * DAY)
    measure([row], NOW, likes=20)
    assert row.figures["followers"] == 400
    assert row.figures["applause_rate"] == 0.05
    old = published(kesar, account, NOW - 60 * DAY)
    measure([old], NOW, likes=20)
    assert "applause_rate" not in old.figures


def test_a_post_stands_against_the_posts_of_its_account_at_the_same_age(kesar: Cast) -> None:
    account = connection(kesar)
    for days, views in ((9, 100), (8, 200), (7, 300)):
        earlier = published(kesar, account, NOW - days * DAY)
        measure([earlier], earlier.published_at + HOUR, views=views, likes=views // 10)
        measure([earlier], earlier.published_at + 60 * HOUR, views=views * 50, likes=views)
    row = published(kesar, account, NOW - DAY)
    measure([row], row.published_at + HOUR, views=500, likes=30)
    assert (row.figures["lift_views"], row.figures["lift_engagement"]) == (2.5, 1.5)
    assert (row.figures["percentile"], row.figures["posts_compared"]) == (1, 3)
    assert row.virality is not None
    assert 50 < row.virality <= 100
    assert earlier.figures.get("lift_views") is None  # two before it are too few


def test_two_hundred_posts_cost_as_many_statements_as_two(kesar: Cast) -> None:
    account = connection(kesar)
    first = published(kesar, account, NOW - DAY)
    spare = {field: getattr(first.post, field) for field in ("organization", "piece", "piece_version", "connection")}
    model = type(first.post)
    more = [
        model(**spare, scheduled_for=NOW - n * HOUR / 12, published_at=NOW - n * HOUR / 12, status="published",
              timezone="UTC", local_time="2026-11-20T09:00", platform_post_id=f"many-{n}")
        for n in range(1, 200)
    ]  # fmt: skip
    with CaptureQueriesContext(database) as begun:
        measuring.begin(model.objects.bulk_create(more))
    assert len(begun) <= 4
    rows = [first, *MeasuredPost.objects.exclude(pk=first.pk)]
    with CaptureQueriesContext(database) as two:
        posts.record(rows[:2], [PostCounts({"views": 9, "likes": 1})] * 2, now=NOW)
    with CaptureQueriesContext(database) as many:
        posts.record(rows, [PostCounts({"views": 90, "likes": 10})] * 200, now=NOW + HOUR)
    assert len(many) == len(two) <= 9
    assert MeasuredPost.objects.filter(figures__engagement=10).count() == 200


def test_an_account_that_is_refused_keeps_no_other_from_being_asked(cast: Cast, settings: Any) -> None:
    settings.PRACTICE_URL = "http://127.0.0.1:1"
    with tenancy.of_organization(cast.kesar.pk):
        gone = connection(cast, "closed-network", account_id="gone")  # nobody can ask it: refused at once
        shut = connection(cast, "practice", account_id="shut")  # nobody answers at its address: later
        rows = [published(cast, each, NOW) for each in (gone, shut)]
        MeasuredPost.objects.filter(post__connection=gone).update(next_at=NOW - HOUR)
        MeasuredPost.objects.filter(post__connection=shut).update(next_at=NOW)
    assert posts.measure_due(now=NOW) == 0
    with tenancy.of_organization(cast.kesar.pk):
        for row in rows:
            row.refresh_from_db()
    assert [row.failures for row in rows] == [1, 1]
    assert all(row.next_at and row.next_at > NOW and row.error and row.lease_until is None for row in rows)
