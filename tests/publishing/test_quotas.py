"""Quotas: counted once for all workers, waited for without failing; and what platforms say is left."""

import datetime as dt
import threading
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from accounts import tenancy
from publishing.delivery import claiming, quotas
from publishing.models import PlatformConnection, QuotaUse, ScheduledPost
from publishing.platforms.base import Quota
from tests.publishing import wire
from tests.publishing.conftest import Desk, make_connection, make_piece, make_post
from tests.publishing.kinds import DAY, HOUR, Metered

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.fixture
def metered(desk: Desk, settings: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Metered"}
    move_to(desk, NOON)
    return desk


def move_to(desk: Desk, moment: dt.datetime) -> None:
    desk.clock.now = moment
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(scheduled_for=moment, next_try_at=moment)


def another(desk: Desk, account: PlatformConnection, *, at: dt.datetime) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        desk.post = make_post(make_piece(desk.cast.kesar), account, at=at)
    desk.clock.now = at


def account(desk: Desk, number: str) -> PlatformConnection:
    with tenancy.of_organization(desk.cast.kesar.pk):
        return make_connection(desk.cast.kesar, address=desk.platform.address, account_id=number)


@pytest.mark.parametrize(
    ("quota", "at", "begins", "ends"),
    [
        (Quota("q", 1, HOUR), "2026-11-27T12:34", "2026-11-27T12:00", "2026-11-27T13:00"),
        (Quota("q", 1, DAY), "2026-11-27T00:00", "2026-11-27T00:00", "2026-11-28T00:00"),
        (Quota("q", 1, DAY, zone="America/Los_Angeles"), "2026-11-27T07:59", "2026-11-26T08:00", "2026-11-27T08:00"),
        (Quota("q", 1, DAY, zone="America/Los_Angeles"), "2026-11-01T12:00", "2026-11-01T07:00", "2026-11-02T08:00"),
        (Quota("q", 1, DAY * 7), "2026-11-27T12:00", "2026-11-23T00:00", "2026-11-30T00:00"),
    ],
)
def test_windows_begin_where_the_platforms_clocks_say(quota: Quota, at: str, begins: str, ends: str) -> None:
    moments = [dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in (at, begins, ends)]
    assert quotas.window(quota, moments[0]) == (moments[1], moments[2])


def test_an_account_that_used_its_hour_waits_for_the_next_and_nothing_failed(metered: Desk) -> None:
    metered.work()
    another(metered, metered.connection, at=NOON + dt.timedelta(minutes=30))
    metered.work()
    post = metered.now()
    assert (post.status, post.tries) == ("scheduled", 0)
    assert post.next_try_at == NOON + HOUR
    assert "All 1 posts that this account may send" in post.error
    assert "13:00 UTC" in post.error
    assert post.connection.hold_until is None
    assert metered.platform.calls["media"] == 1
    metered.clock.now = NOON + HOUR
    metered.work()
    assert metered.now().status == "published"


def test_all_accounts_share_the_apps_day_which_is_californian(metered: Desk) -> None:
    metered.work()
    for number in ("2", "3"):
        another(metered, account(metered, number), at=NOON)
        metered.work()
    post = metered.now()
    assert post.status == "missed"
    assert "All 2 posts that this installation may send" in post.error
    assert len(metered.platform.posts) == 2
    midnight = dt.datetime(2026, 11, 28, tzinfo=ZoneInfo("America/Los_Angeles"))
    another(metered, account(metered, "4"), at=midnight)
    metered.work()
    assert metered.now().status == "published"


def test_a_post_that_is_tried_again_is_counted_once(metered: Desk) -> None:
    metered.platform.fail("media", *[wire.status(503)] * 2)
    for _try in range(3):
        metered.work()
        metered.clock.pass_by(minutes=2)
    assert metered.now().status == "published"
    assert sorted(QuotaUse.objects.values_list("used", flat=True)) == [1, 1]


def test_a_full_quota_takes_nothing_of_the_others(metered: Desk) -> None:
    metered.work()
    another(metered, metered.connection, at=NOON)
    metered.work()
    assert dict(QuotaUse.objects.values_list("key", "used")) == {
        "practice:posts of the day": 1,
        "practice:posts of the hour:1": 1,
    }


def test_many_workers_at_once_never_take_more_than_there_is(metered: Desk) -> None:
    adapter = Metered(client=None, clock=metered.clock, sleep=lambda _seconds: None)  # type: ignore[arg-type]
    adapter.quotas = (Quota("scarce", 3, DAY, of_app=True),)  # type: ignore[misc]
    with tenancy.of_organization(metered.cast.kesar.pk):
        posts = [make_post(make_piece(metered.cast.kesar), metered.connection, at=NOON) for _n in range(8)]
    taken: list[bool] = []

    def take(post: ScheduledPost) -> None:
        try:
            quotas.count(post, adapter, now=NOON)
            taken.append(True)
        except quotas.QuotaFull:
            taken.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(post,)) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True] * 3
    assert quotas.used(adapter.quotas[0], metered.connection, now=NOON) == 3


def test_old_windows_are_forgotten(metered: Desk) -> None:
    metered.work()
    assert quotas.forget(now=NOON + dt.timedelta(days=20)) == 0
    assert quotas.forget(now=NOON + dt.timedelta(days=40)) == 2


# What the platform tells


@pytest.fixture
def telling(desk: Desk, settings: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Telling"}
    return desk


def test_what_is_left_is_read_live_and_kept_with_the_account(telling: Desk) -> None:
    telling.platform.left = {"used": 24, "total": 25, "resets_at": None}
    telling.work()
    post = telling.now()
    assert post.status == "published"
    assert post.connection.allowance == {
        "read_at": telling.clock().isoformat(),
        "items": [{"name": "daily posts", "used": 24, "total": 25, "resets_at": None}],
    }


def test_an_account_with_nothing_left_waits_until_the_platform_gives_more(telling: Desk) -> None:
    resets = telling.clock() + dt.timedelta(minutes=20)
    telling.platform.left = {"used": 25, "total": 25, "resets_at": resets.isoformat()}
    telling.work()
    post = telling.now()
    assert (post.status, post.tries, post.next_try_at) == ("scheduled", 0, resets)
    assert "nothing is left of “daily posts”" in post.error
    assert telling.platform.calls["media"] == 0
    telling.platform.left["used"] = 3
    telling.clock.now = resets
    telling.work()
    assert telling.now().status == "published"


@pytest.mark.parametrize("fault", [wire.status(500), wire.status(422), wire.cut])
def test_a_question_without_an_answer_stops_nothing(telling: Desk, fault: wire.Fault) -> None:
    telling.platform.fail("left", fault)
    telling.work()
    assert telling.now().status == "published"


def test_a_platform_that_is_switched_off_gets_nothing_and_its_posts_wait(desk: Desk) -> None:
    from publishing.models import Platform  # noqa: PLC0415 (the fixture is called so too)

    Platform.objects.update_or_create(key="practice", defaults={"is_enabled": False})
    assert desk.work() == 0
    assert claiming.take_batch(now=desk.clock(), limit=5) == []
    Platform.objects.update(is_enabled=True)
    assert desk.work() == 1


class Weighed(Metered):
    """A first comment uses two of the units, a post without one none."""

    quotas = (Quota("units", 3, DAY, of_app=True),)

    def weight(self, quota: str, options: Mapping[str, Any], *, has_cover: bool) -> int:
        del quota, has_cover
        return 2 if options.get("first_comment") else 0


def test_a_post_uses_as_much_of_a_quota_as_it_weighs(metered: Desk) -> None:
    adapter = Weighed(client=None, clock=metered.clock, sleep=lambda _seconds: None)  # type: ignore[arg-type]

    def count(**options: str) -> int:
        with tenancy.of_organization(metered.cast.kesar.pk):
            post = make_post(make_piece(metered.cast.kesar), metered.connection, at=NOON, metadata={"options": options})
            post.connection = metered.connection
        quotas.count(post, adapter, now=NOON)
        return quotas.used(adapter.quotas[0], metered.connection, now=NOON)

    assert [count(), count(first_comment="First"), count()] == [0, 2, 2]
    with pytest.raises(quotas.QuotaFull, match="nearly used up"):
        count(first_comment="First")
    assert quotas.used(adapter.quotas[0], metered.connection, now=NOON) == 2
