"""Daily caps: told before anything is planned, counted over any 24 hours, and refused where there is no room."""

import datetime as dt
from typing import Any

import pytest

from publishing import caps
from publishing.models import PlatformConnection
from publishing.services import posts
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ZONE = "Asia/Kolkata"


def clock(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.fixture
def account(kesar: Cast, settings: Any) -> PlatformConnection:
    """An account that may send two posts in 24 hours, as its platform told."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    told = {"items": [{"name": "posts", "used": 1, "total": 2, "resets_at": None}]}
    return make_connection(kesar.kesar, allowance=told)


def test_the_fullest_day_around_a_time_counts_not_the_calendars() -> None:
    at = NOW
    times = [at - 23 * HOUR, at - 1 * HOUR, at + 22 * HOUR, at + 22.5 * HOUR]
    assert caps.fullest(times, at) == 3
    assert caps.fullest([at - 24 * HOUR, at + 24 * HOUR], at) == 0
    assert caps.fullest([], at) == 0


def test_an_account_goes_by_what_its_platform_told_else_by_the_platforms_figure(
    kesar: Cast, account: PlatformConnection
) -> None:
    assert caps.limit_of(account) == 2
    assert caps.limit_of(make_connection(kesar.kesar, platform="threads", account_id="2")) == 250
    assert caps.limit_of(make_connection(kesar.kesar, account_id="3")) is None


def test_one_too_many_is_refused_before_it_is_planned_and_a_draft_is_not(
    kesar: Cast, account: PlatformConnection
) -> None:
    for hours in (1, 2):
        make_post(make_piece(kesar.kesar), account, at=NOW + hours * HOUR)
    asked: dict[str, Any] = {"connection": account, "zone": "UTC", "by": kesar.ben, "now": NOW}
    third = make_piece(kesar.kesar, text="The third.")
    with pytest.raises(posts.DoesNotFit, match="takes 2 posts of an account in 24 hours, and 2 are planned"):
        posts.schedule(third, at_local=clock("2026-11-21T20:00"), **asked)
    assert posts.schedule(third, at_local=clock("2026-11-21T20:00"), as_draft=True, **asked).status == "draft"
    assert posts.schedule(third, at_local=clock("2026-11-22T09:00"), **asked).status == "scheduled"


def test_moving_a_post_within_its_own_day_is_no_post_more(kesar: Cast, account: PlatformConnection) -> None:
    kept = [make_post(make_piece(kesar.kesar), account, at=NOW + hours * HOUR) for hours in (1, 2)]
    moved: dict[str, Any] = {"zone": "UTC", "by": kesar.ben, "now": NOW}
    posts.reschedule(kept[0], at_local=clock("2026-11-21T12:00"), **moved)
    far = make_post(make_piece(kesar.kesar), account, at=NOW + 90 * HOUR)
    with pytest.raises(posts.DoesNotFit):
        posts.reschedule(far, at_local=clock("2026-11-21T13:00"), **moved)


def test_what_was_cancelled_or_missed_leaves_room(kesar: Cast, account: PlatformConnection) -> None:
    for status in ("cancelled", "missed", "failed", "draft"):
        make_post(make_piece(kesar.kesar), account, at=NOW + HOUR, status=status)
    found = caps.used(account, NOW)
    assert found == caps.Use(2, 0)
    assert caps.problem(account, NOW) == ""


def test_days_are_counted_on_the_readers_clock_in_one_question(
    kesar: Cast, account: PlatformConnection, django_assert_num_queries: Any
) -> None:
    free = make_connection(kesar.kesar, account_id="2")
    for at in (dt.datetime(2026, 11, 21, 18, 0, tzinfo=dt.UTC), dt.datetime(2026, 11, 21, 19, 0, tzinfo=dt.UTC)):
        make_post(make_piece(kesar.kesar), account, at=at)
        make_post(make_piece(kesar.kesar), free, at=at)
    days = {"first": dt.date(2026, 11, 1), "last": dt.date(2026, 11, 30)}
    with django_assert_num_queries(1):
        found = caps.by_day([account, free], zone=ZONE, **days)
    assert found == {
        (account.pk, dt.date(2026, 11, 21)): caps.Use(2, 1),
        (account.pk, dt.date(2026, 11, 22)): caps.Use(2, 1),
    }
