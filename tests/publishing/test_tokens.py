"""Tokens: one refresher, however many workers; lost only when that is certain."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import tokens
from publishing.models import PlatformConnection
from publishing.platforms.base import SignInAgain, Token, TryLater
from tests.publishing import wire
from tests.publishing.conftest import Desk


@pytest.fixture
def ending(desk: Desk) -> Desk:
    """Kesar's sign-in ends in a minute; its refresh token rotates."""
    with tenancy.of_organization(desk.cast.kesar.pk):
        row = PlatformConnection.objects.get(pk=desk.connection.pk)
        row.refresh_token, row.expires_at = "refresh-1", desk.clock() + dt.timedelta(minutes=1)
        row.save()
        desk.connection = row
    return desk


def row_of(desk: Desk) -> PlatformConnection:
    with tenancy.of_organization(desk.cast.kesar.pk):
        return PlatformConnection.objects.get(pk=desk.connection.pk)


def test_a_token_with_time_left_is_not_refreshed(desk: Desk) -> None:
    assert tokens.fresh(desk.connection, now=desk.clock()).access == "access-1"
    assert desk.platform.calls["token"] == 0


def test_a_token_that_ends_soon_is_refreshed_and_kept_before_it_is_used(ending: Desk) -> None:
    token = tokens.fresh(ending.connection, now=ending.clock())
    row = row_of(ending)
    assert token.access == ending.platform.access
    assert row.access_token.open() == ending.platform.access
    assert row.refresh_token.open() == ending.platform.refresh
    assert row.token_version == 1
    assert row.refreshing_until is None
    assert ending.connection.token_version == 1


def test_of_32_workers_exactly_one_refreshes_and_all_get_the_new_token(ending: Desk) -> None:
    ending.platform.fail("token", wire.slow(0.3))
    start, found, broken = threading.Barrier(32), [], []

    def work() -> None:
        try:
            start.wait()
            found.append(tokens.fresh(ending.connection, now=timezone.now()).access)
        except (SignInAgain, TryLater) as error:
            broken.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert set(found) == {ending.platform.access}
    assert len(found) == 32
    assert ending.platform.calls["token"] == 1
    assert not ending.platform.revoked


@pytest.mark.parametrize("fault", [wire.status(500), wire.cut, wire.status(429, Retry_After="5")])
def test_a_refresh_that_fails_three_times_does_not_disconnect(ending: Desk, fault: wire.Fault) -> None:
    ending.platform.fail("token", fault, fault, fault)
    for _ in range(3):
        assert tokens.fresh(ending.connection, now=ending.clock()).access == "access-1"
    ending.clock.pass_by(minutes=2)
    assert tokens.fresh(ending.connection, now=ending.clock()).access == ending.platform.access
    assert row_of(ending).status == "active"


def test_when_the_old_token_is_over_too_the_post_waits(ending: Desk) -> None:
    ending.platform.fail("token", wire.status(503))
    ending.clock.pass_by(minutes=5)
    with pytest.raises(TryLater):
        tokens.fresh(ending.connection, now=ending.clock())
    assert row_of(ending).status == "active"


def test_a_refused_refresh_token_asks_for_a_new_sign_in(ending: Desk, told: Any) -> None:
    ending.platform.revoked = True
    with pytest.raises(SignInAgain):
        tokens.fresh(ending.connection, now=ending.clock())
    assert row_of(ending).status == "needs_reconnect"
    assert told() == [("asha@kesar.example", "connection_lost")]
    with pytest.raises(SignInAgain):
        tokens.fresh(ending.connection, now=ending.clock())
    assert ending.platform.calls["token"] == 1


def test_a_sign_in_made_meanwhile_wins_over_a_refused_refresh(ending: Desk) -> None:
    def reconnect(_call: wire.Call) -> None:
        row = row_of(ending)
        with tenancy.of_organization(ending.cast.kesar.pk):
            row.access_token, row.token_version = "brand new", row.token_version + 1
            row.save()
        ending.platform.revoked = True

    ending.platform.fail("token", reconnect)
    assert tokens.fresh(ending.connection, now=ending.clock()).access == "brand new"
    assert row_of(ending).status == "active"


def test_a_refresher_that_died_is_followed_by_the_next(ending: Desk) -> None:
    with tenancy.of_organization(ending.cast.kesar.pk):
        PlatformConnection.objects.update(refreshing_until=ending.clock() + dt.timedelta(seconds=20))
    naps: list[float] = []
    token = tokens.fresh(ending.connection, now=ending.clock(), sleep=naps.append)
    assert token.access == ending.platform.access
    assert sum(naps) == pytest.approx(20, abs=0.5)


def test_a_secret_that_cannot_be_opened_is_never_sent(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        row = PlatformConnection.objects.get(pk=desk.connection.pk)
        other = PlatformConnection(organization=desk.cast.kesar, access_token="somebody else's")
        row.access_token = other.access_token
        row.save()
    desk.work()
    assert desk.now().connection.status == "needs_reconnect"
    assert desk.platform.calls["media"] == 0


def test_a_token_never_prints_itself() -> None:
    assert "secret" not in repr(Token("secret", "secret"))
