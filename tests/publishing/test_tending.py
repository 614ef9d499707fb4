"""Looking after accounts: renewed ahead of their end, read once a day, signed out only by a real no."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notification
from publishing import tasks
from publishing.delivery import adapters, health, quotas, tending, tokens
from publishing.models import Platform, PlatformConnection, QuotaUse, SignInChoice
from publishing.platforms.base import Quota, Token
from publishing.queries import SOON, ending_soon
from publishing.services import connections, signing_in
from tests.cast import Cast
from tests.peers.wire import Response
from tests.publishing.pages_platform import LIFE, Pages, PagesServer, settings_of


class Stubborn(Pages):
    """Its tokens last until they end."""

    def refresh(self, token: Token) -> Token:
        return token


class Counted(Pages):
    """It does not tell what is left."""

    quotas = (Quota("posts", 25, dt.timedelta(days=1)),)


@pytest.fixture
def server(settings: Any) -> Iterator[PagesServer]:
    with PagesServer() as running:
        for name, value in settings_of(running).items():
            setattr(settings, name, value)
        adapters.close()
        yield running
    adapters.close()


@pytest.fixture
def row(cast: Cast, server: PagesServer) -> PlatformConnection:
    """Kesar's page, connected just now."""
    now = timezone.now()
    started = signing_in.start("facebook", by=cast.asha, now=now)
    challenge = parse_qs(urlsplit(started.url).query)["code_challenge"][0]
    arrived = signing_in.finish("facebook", code=server.consent(challenge), state=started.state, by=cast.asha, now=now)
    return arrived.connections[0]


def again(row: PlatformConnection) -> PlatformConnection:
    with tenancy.operator():
        return PlatformConnection.objects.get(pk=row.pk)


def write(row: PlatformConnection, **fields: Any) -> None:
    with tenancy.operator():
        PlatformConnection.objects.filter(pk=row.pk).update(**fields)


def renew(row: PlatformConnection, now: dt.datetime) -> bool:
    return tending.renew(row.pk, organization_id=row.organization_id, now=now)


def look(row: PlatformConnection, now: dt.datetime) -> str:
    return tending.canary(row.pk, organization_id=row.organization_id, now=now)


def due(now: dt.datetime) -> list[Any]:
    return [key for key, _organization in tending.to_renew(now=now, limit=10)]


def waiting(now: dt.datetime) -> list[Any]:
    return [key for key, _organization in tending.to_look_at(now=now, limit=10)]


# Renewing


def test_a_sign_in_is_renewed_when_between_75_and_80_percent_of_its_life_is_over(row: PlatformConnection) -> None:
    begun = timezone.now()
    assert due(begun + LIFE * 0.74) == []
    assert due(begun + LIFE * 0.81) == [row.pk]


def test_accounts_connected_together_are_not_renewed_together(row: PlatformConnection) -> None:
    now = timezone.now()
    moments = set()
    for version in range(20):
        row.token_version, row.expires_at = version, now + LIFE
        moments.add(tokens.renewal(row, now=now))
    assert len(moments) == 20
    assert all(moment and LIFE * 0.75 <= moment - now <= LIFE * 0.8 for moment in moments)


def test_a_sign_in_without_a_refresh_token_is_renewed_by_itself_once(
    row: PlatformConnection, server: PagesServer
) -> None:
    old, at = row.access_token.open(), timezone.now() + LIFE * 0.81
    assert renew(row, at)
    assert renew(row, at)
    new = again(row)
    assert new.access_token.open() != old
    assert new.refresh_at is not None
    assert new.refresh_at > at
    assert server.renewals == 1


def test_a_platform_that_is_down_is_asked_again_later_and_the_account_stays(
    row: PlatformConnection, server: PagesServer
) -> None:
    at = timezone.now() + LIFE * 0.81
    server.fault("POST", "^/token$", answer=Response(503, "busy"), times=2)
    renew(row, at)
    still = again(row)
    assert (still.status, still.access_token.open()) == ("active", row.access_token.open())
    assert due(at) == []
    assert still.refresh_at is not None
    assert at < still.refresh_at <= at + dt.timedelta(hours=6)
    server.faults.clear()
    assert renew(row, still.refresh_at)
    assert again(row).token_version == row.token_version + 1


def test_who_sends_while_another_renews_ahead_does_not_wait(row: PlatformConnection) -> None:
    at = timezone.now() + LIFE * 0.81
    write(row, refreshing_until=at + dt.timedelta(seconds=30))
    naps: list[float] = []
    assert tokens.fresh(row, now=at, sleep=naps.append).access == row.access_token.open()
    assert naps == []


def test_a_refused_renewal_signs_the_account_out_and_tells_its_people(
    row: PlatformConnection, server: PagesServer
) -> None:
    server.tokens.clear()
    renew(row, timezone.now() + LIFE * 0.81)
    assert again(row).status == "needs_reconnect"
    with tenancy.operator():
        assert Notification.objects.filter(kind="connection_lost").count() == 1


def test_a_sign_in_that_cannot_be_renewed_is_left_until_its_end(
    row: PlatformConnection, settings: Any, cast: Cast
) -> None:
    settings.PUBLISHING_PLATFORMS = {"facebook": "tests.publishing.test_tending.Stubborn"}
    at = timezone.now() + LIFE * 0.81
    renew(row, at)
    kept = again(row)
    assert (kept.status, kept.refresh_at) == ("active", None)
    assert due(at) == []
    assert health.left(kept, now=at) == "11 days"


# Looking


def test_each_account_is_looked_at_once_a_day_with_what_is_left_there(
    row: PlatformConnection, server: PagesServer
) -> None:
    tomorrow = timezone.now() + dt.timedelta(hours=25)
    assert waiting(timezone.now()) == []
    assert waiting(tomorrow) == [row.pk]
    server.pages["p1"] = "Kesar Naturals India"
    assert look(row, tomorrow) == ""
    seen = again(row)
    assert (seen.canary_at, seen.last_checked_at, seen.canary_error) == (tomorrow, tomorrow, "")
    assert seen.display_name == "Kesar Naturals India"
    assert seen.allowance["items"] == [{"name": "posts", "used": 3, "total": 25, "resets_at": None}]
    assert waiting(tomorrow) == []


@pytest.mark.parametrize(
    "what",
    [
        {"answer": Response(500, "no")},
        {"answer": Response(429, {}, {"Retry-After": "60"})},
        {"answer": Response(200, "<html>", {"Content-Type": "text/html"})},
        {"answer": Response(400, {"error": "odd"})},
        {"cut_before": True},
    ],
)
def test_whatever_is_no_real_no_is_noted_and_disconnects_nobody(
    row: PlatformConnection, server: PagesServer, what: dict[str, Any]
) -> None:
    tomorrow = timezone.now() + dt.timedelta(hours=25)
    server.fault("GET", "^/me$", **what)
    words = look(row, tomorrow)
    seen = again(row)
    assert words
    assert (seen.status, seen.canary_error, seen.canary_at) == ("active", words, tomorrow)
    (concern,) = health.of(seen, Platform(key="facebook"), now=tomorrow).concerns
    assert "did not answer" in concern.text
    assert waiting(tomorrow + dt.timedelta(minutes=59)) == []
    assert waiting(tomorrow + dt.timedelta(minutes=61)) == [row.pk]
    assert look(row, tomorrow + dt.timedelta(hours=2)) == ""
    assert again(row).canary_error == ""


def test_a_real_no_signs_out_and_the_account_is_left_alone_then(row: PlatformConnection, server: PagesServer) -> None:
    tomorrow = timezone.now() + dt.timedelta(hours=25)
    server.tokens.clear()
    assert "no longer accepts" in look(row, tomorrow)
    assert again(row).status == "needs_reconnect"
    assert (waiting(tomorrow), due(tomorrow + LIFE)) == ([], [])


def test_a_token_that_opens_another_account_by_now_is_given_up(row: PlatformConnection, server: PagesServer) -> None:
    server.tokens[row.access_token.open()] = "p9"
    assert "belongs to @p9" in look(row, timezone.now())
    lost = again(row)
    assert (lost.status, lost.handle) == ("needs_reconnect", "@p1")


def test_a_token_that_ran_out_early_is_renewed_and_the_look_repeated(
    row: PlatformConnection, server: PagesServer
) -> None:
    server.fault("GET", "^/me$", answer=Response(401, {"error": "expired"}))
    assert look(row, timezone.now()) == ""
    assert server.renewals == 1
    assert again(row).status == "active"


def test_a_look_that_took_long_writes_nothing_over_a_new_sign_in(row: PlatformConnection, server: PagesServer) -> None:
    tending._note(row, now=timezone.now(), canary_error="")
    write(row, token_version=row.token_version + 1)
    tending._note(row, now=timezone.now(), canary_error="of old")
    assert again(row).canary_error == ""


def test_accounts_without_a_sign_in_or_without_an_adapter_are_left_alone(
    row: PlatformConnection, settings: Any
) -> None:
    later = timezone.now() + LIFE
    write(row, kind="by_hand")
    assert (waiting(later), due(later)) == ([], [])
    write(row, kind="page")
    settings.PUBLISHING_PLATFORMS = {"bluesky": "publishing.platforms.bluesky.Bluesky"}
    assert (waiting(later), due(later)) == ([], [])
    write(row, status="paused")


def test_the_tasks_ring_look_and_forget(row: PlatformConnection, server: PagesServer, cast: Cast) -> None:
    past = timezone.now() - dt.timedelta(hours=26)
    write(row, canary_at=past, refresh_at=past)
    tasks.renew_sign_in(connection_id=str(row.pk), organization_id=str(row.organization_id))
    tasks.look_after_account(connection_id=str(row.pk), organization_id=str(row.organization_id))
    assert server.renewals == 1
    assert again(row).canary_at != past
    with tenancy.operator():
        SignInChoice.objects.create(
            organization_id=row.organization_id, user=cast.asha.user, platform="x", expires_at=past
        )
    assert tending.forget_sign_ins(now=timezone.now()) == 1


# What health says


def said(row: PlatformConnection, *, now: dt.datetime, **operated: Any) -> str:
    found = health.of(row, Platform(key="facebook", **operated), now=now)
    return " ".join([*found.words, *(f"{each.text} {each.more}" for each in found.concerns)])


def test_a_right_that_was_not_given_is_told_with_the_way_out(row: PlatformConnection) -> None:
    now = timezone.now()
    assert said(row, now=now) == ""
    row.scopes = ["pages_read"]
    assert "Missing: pages_post." in said(row, now=now)
    assert health.of(row, Platform(key="facebook"), now=now).concerns[0].way_out == "reconnect"
    row.scopes = ["pages_post"]
    assert said(row, now=now) == ""  # the other one can be left out
    row.scopes = []
    assert said(row, now=now) == ""  # the platform did not tell


def test_reviews_sunsets_and_notices_are_told_in_plain_words(row: PlatformConnection) -> None:
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    row.expires_at = now + LIFE
    assert "nobody but you until it has looked at us" in said(row, now=now, audit="pending")
    far = said(row, now=now, sunset_on=dt.date(2027, 3, 1))
    assert "ends the version we speak on March 1, 2027, in 100 days." in far
    assert far.count("March") == 1
    assert said(row, now=now, sunset_on=dt.date(2026, 12, 1)).count("in 10 days") == 2  # a concern by now
    assert "ended the version we speak" in said(row, now=now, sunset_on=dt.date(2026, 11, 1))
    assert "Back on Monday." in said(row, now=now, notice="Back on Monday.")


def test_who_posts_by_hand_is_not_told_of_an_app_they_do_not_use(row: PlatformConnection) -> None:
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    row.kind, row.account_id = "by_hand", "by_hand:kesar"
    told = said(row, now=now, audit="pending", sunset_on=dt.date(2026, 12, 1), notice="Back on Monday.")
    assert "until it has looked at us" not in told
    assert "the version we speak" not in health.of(row, Platform(key="facebook"), now=now).words
    assert "Back on Monday." in told


def test_the_list_of_what_ends_soon_says_the_same_as_the_health_of_each(row: PlatformConnection) -> None:
    now = timezone.now()
    ends = [None, now + dt.timedelta(days=3), now + dt.timedelta(days=30)]
    for renewed in (None, now + dt.timedelta(days=1)):
        for access in ends:
            for refresh in ends:
                write(row, refresh_at=renewed, expires_at=access, refresh_ends_at=refresh)
                until = health.ends(again(row))
                is_near = until is not None and until - now <= SOON
                with tenancy.operator():
                    found = PlatformConnection.objects.filter(ending_soon(now), pk=row.pk).exists()
                assert found == is_near, (renewed, access, refresh)


def test_a_quota_that_only_we_can_count_is_told_with_when_it_begins_anew(
    row: PlatformConnection, settings: Any
) -> None:
    settings.PUBLISHING_PLATFORMS = {"facebook": f"{__name__}.Counted"}
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    (quota,) = Counted.quotas
    begins, ends = quotas.window(quota, now)
    QuotaUse.objects.create(key=quotas.key_of(quota, row), begins_at=begins, ends_at=ends, used=7)
    (left,) = health.counted(row, now=now)
    assert (left.used, left.total, left.resets_at) == (7, quota.limit, ends)


def test_an_end_that_comes_near_asks_to_connect_again(row: PlatformConnection) -> None:
    now = timezone.now()
    row.refresh_at, row.expires_at = None, now + dt.timedelta(days=6, hours=2)
    assert "ends in 6 days" in said(row, now=now)
    row.refresh_at, row.refresh_ends_at = now + dt.timedelta(days=1), None
    assert said(row, now=now) == ""  # it renews itself
    row.refresh_ends_at = now + dt.timedelta(days=2, hours=1)
    assert "ends in 2 days" in said(row, now=now)


# Before the end


def test_people_hear_a_week_and_a_day_before_a_sign_in_ends_for_good_once_each(row: PlatformConnection) -> None:
    end = timezone.now() + dt.timedelta(days=60)
    write(row, expires_at=end, refresh_at=None)

    def heard(before: dt.timedelta) -> int:
        return tending.warn(now=end - before, limit=10)

    day = dt.timedelta(days=1)
    assert [heard(day * days) for days in (8, 7, 6, 2, 1)] == [0, 1, 0, 0, 1]
    assert heard(dt.timedelta(hours=1)) == 0
    with tenancy.operator():
        titles = Notification.objects.filter(kind="connection_lost", user=row.connected_by).values_list(
            "title", flat=True
        )
        assert sorted(titles) == [
            f"The sign-in of {row.handle} ends within a day", f"The sign-in of {row.handle} ends within a week",
        ]  # fmt: skip


def test_nobody_is_warned_of_a_sign_in_that_renews_itself(row: PlatformConnection) -> None:
    end = timezone.now() + dt.timedelta(days=60)
    write(row, expires_at=end, refresh_at=end - dt.timedelta(days=1))
    assert tending.warn(now=end - dt.timedelta(days=2), limit=10) == 0
    write(row, refresh_ends_at=end)
    assert tending.warn(now=end - dt.timedelta(days=2), limit=10) == 1


def test_platforms_hear_that_an_organisation_was_erased(row: PlatformConnection, server: PagesServer) -> None:
    assert connections.give_all_back(row.organization_id) == 1
    assert server.revoked
    server.fault("POST", "^/revoke$", cut_before=True)
    assert connections.give_all_back(row.organization_id) == 0
