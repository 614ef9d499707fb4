"""A post against its own account's median, at the same age."""

import datetime as dt

from analytics.queries.posts import curve, latest_standings
from tests.analytics.posting import NOW, connection, published, snapshot
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def test_a_post_is_compared_with_earlier_posts_at_its_own_age(kesar: Cast) -> None:
    account = connection(kesar)
    for days, early, late in [(5, 100, 900), (6, 120, 950), (7, 80, 700)]:
        row = published(kesar, account, NOW - days * DAY)
        snapshot(row, 2, early)
        snapshot(row, 40, late)
    fresh = published(kesar, account, NOW - dt.timedelta(hours=3))
    snapshot(fresh, 2.5, 250)
    first = latest_standings(kesar.asha, now=NOW)[0]
    assert (first.value, first.n, first.metric) == (250, 3, "views")
    assert first.ratio == 2.5


def test_with_fewer_than_three_earlier_posts_nothing_is_claimed(kesar: Cast) -> None:
    account = connection(kesar)
    for days in (5, 6):
        snapshot(published(kesar, account, NOW - days * DAY), 1, 100)
    fresh = published(kesar, account, NOW - dt.timedelta(hours=3))
    snapshot(fresh, 2, 500)
    first = latest_standings(kesar.asha, now=NOW)[0]
    assert first.ratio is None
    assert first.value == 500


def test_another_account_is_no_yardstick(kesar: Cast) -> None:
    other = connection(kesar, account_id="other", handle="@other")
    for days in (4, 5, 6, 7):
        snapshot(published(kesar, other, NOW - days * DAY), 1, 10)
    fresh = published(kesar, connection(kesar), NOW - dt.timedelta(hours=3))
    snapshot(fresh, 2, 500)
    assert latest_standings(kesar.asha, now=NOW)[0].n == 0


def test_where_a_platform_gives_no_views_what_people_did_is_compared(kesar: Cast) -> None:
    account = connection(kesar, platform="bluesky")
    for days in (4, 5, 6):
        snapshot(published(kesar, account, NOW - days * DAY), 1, None, likes=4)
    fresh = published(kesar, account, NOW - dt.timedelta(hours=3))
    snapshot(fresh, 2, None, likes=12)
    first = latest_standings(kesar.asha, now=NOW)[0]
    assert (first.metric, first.value, first.ratio) == ("engagement", 12, 3.0)


def test_an_account_of_zeros_divides_nothing_by_zero(kesar: Cast) -> None:
    account = connection(kesar)
    for days in (4, 5, 6):
        snapshot(published(kesar, account, NOW - days * DAY), 1, 0)
    snapshot(published(kesar, account, NOW - dt.timedelta(hours=3)), 2, 50)
    assert latest_standings(kesar.asha, now=NOW)[0].ratio is None


def test_a_curve_runs_from_the_first_snapshot_to_the_last(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - DAY)
    for hour, views in [(6, 60), (1, 10), (3, 30)]:
        snapshot(row, hour, views)
    assert [(point.hour, point.counts["views"]) for point in curve(row.post_id, kesar.asha)] == [
        (1, 10),
        (3, 30),
        (6, 60),
    ]


def test_another_organisation_sees_neither(kesar: Cast) -> None:
    row = published(kesar, connection(kesar), NOW - DAY)
    snapshot(row, 1, 10)
    assert latest_standings(kesar.dev, now=NOW) == []
    assert curve(row.post_id, kesar.dev) == []
