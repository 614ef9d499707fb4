"""What a post costs: snapshots are thinned after a week, and nothing that pages ask is lost."""

import datetime as dt
import math

import pytest
from django.db import connection as database

from accounts import tenancy
from analytics import figures, ladder
from analytics.collection import thinning
from analytics.models import MeasuredPost, PostDay, PostMetrics
from analytics.rollups import checking, posts
from tests.analytics.posting import NOW, connection, published
from tests.cast import Cast
from trenddrop.core.ids import uuid7

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TOLD = ("views", "reach", "likes", "comments", "shares", "saves", "clicks", "follows", "watch_seconds")


def climb(row: MeasuredPost, until: dt.timedelta, *, rests: bool = False) -> list[PostMetrics]:
    """Every rung of the ladder to an age; `rests`: it gains ever less, so that rungs without news cost nothing."""
    now, shots, last = row.published_at, [], -1
    while (following := ladder.next_at(row.published_at, now=now)) and following - row.published_at <= until:
        now, hour = following, (following - row.published_at) / HOUR
        views = int(5000 * (1 - math.exp(-hour / 18))) if rests else int(hour * 100) + 1
        if views != last:
            counts = {name: max(views // (place * 7 + 1), 0) for place, name in enumerate(TOLD)}
            shots.append(PostMetrics(organization_id=row.organization_id, post_id=row.post_id, taken_at=now,
                                     hour=hour, **counts))  # fmt: skip
        last = views
    PostMetrics.objects.bulk_create(shots)
    MeasuredPost.objects.filter(pk=row.pk).update(last_at=now, **counts)
    row.refresh_from_db()
    return shots


def test_thinning_keeps_the_sums_the_first_hours_and_what_people_brought(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 8 * DAY)
    shots = climb(row, 8 * DAY)
    PostMetrics.objects.filter(pk=shots[3].pk).update(origin="hand")
    PostMetrics.objects.filter(pk=shots[-3].pk).update(views=None)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    held = checking.sums(kesar.kesar.pk)
    figures.refresh([row], now=NOW)
    before = dict(row.figures)
    with tenancy.operator():
        removed = thinning.thin(now=NOW)
        assert thinning.thin(now=NOW) == 0
    assert removed > len(shots) // 3
    assert PostMetrics.objects.filter(pk=shots[3].pk).exists()
    assert checking.sums(kesar.kesar.pk) == held
    assert not checking.differences(kesar.kesar.pk, now=NOW)
    figures.refresh([row], now=NOW)
    for key in ("views_1h", "views_24h", "views_7d", "views_at_age", "engagement_24h"):
        assert row.figures[key] == before[key]


CURVED = ("peak_velocity", "peak_hour", "half_life", "time_to_90")


def curved(row: MeasuredPost, *, now: dt.datetime) -> list[float]:
    figures.refresh([row], now=now)
    row.refresh_from_db()
    return [row.figures[key] for key in CURVED]


@pytest.mark.parametrize("rests", [False, True])
def test_how_fast_a_post_was_is_the_same_once_its_snapshots_are_thinned(kesar: Cast, rests: bool) -> None:
    row = published(kesar, connection(kesar), NOW - 8 * DAY)
    climb(row, 6 * DAY, rests=rests)
    before = curved(row, now=NOW - 2 * DAY)
    with tenancy.operator():
        assert thinning.thin(now=NOW)
    assert curved(row, now=NOW)[:2] == before[:2]
    assert curved(row, now=NOW)[2:] == pytest.approx(before[2:], rel=0.03)


def test_what_was_never_told_while_all_was_there_is_told_no_faster_than_it_was(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - 8 * DAY)
    climb(row, 8 * DAY)
    with tenancy.operator():
        thinning.thin(now=NOW)
    fastest, _hour, half, most = curved(row, now=NOW)
    assert 99 <= fastest <= 106
    assert [half, most] == pytest.approx([96, 172.8], rel=0.01)


def test_younger_posts_are_left_alone(kesar: Cast) -> None:
    climb(published(kesar, connection(kesar), NOW - 6 * DAY), 6 * DAY)
    with tenancy.operator():
        assert thinning.thin(now=NOW) == 0


def _size() -> int:
    tables = ("analytics_postmetrics", "analytics_measuredpost", "analytics_postday")
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name", [list(tables)]
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("rests", "most"), [(True, 20_000), (False, 32_000)])
def test_a_post_costs_less_than_twenty_kilobytes_and_one_that_never_rests_a_third_of_what_was_allowed(
    kesar: Cast, rests: bool, most: int
) -> None:
    row = published(kesar, connection(kesar), NOW - 10 * DAY)
    climb(row, 91 * DAY, rests=rests)
    posts.roll_up(kesar.kesar.pk, now=NOW)
    figures.refresh([row], now=NOW)
    with tenancy.operator():
        thinning.thin(now=NOW)
    shots, days = list(PostMetrics.objects.all()), list(PostDay.objects.all())
    spare = {name: getattr(row.post, name) for name in ("organization", "piece", "piece_version", "connection")}
    count, before = 100, _size()
    for number in range(count):
        at = NOW - number * HOUR
        post = type(row.post).objects.create(**spare, scheduled_for=at, timezone="UTC", local_time="2026-11-20T09:00",
                                             status="published", published_at=at)  # fmt: skip
        row.pk, row.post = uuid7(), post
        row.save(force_insert=True)
        for shot in shots:
            shot.pk, shot.post = uuid7(), post
        for day in days:
            day.pk, day.post = uuid7(), post
        PostMetrics.objects.bulk_create(shots)
        PostDay.objects.bulk_create(days)
    each_costs = (_size() - before) / count
    assert each_costs < most, f"{each_costs:,.0f} bytes a post: {len(shots)} snapshots, {len(days)} days"
