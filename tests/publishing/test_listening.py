"""Platforms that must be asked, account by account, to call us: asked once, again in time, and no more in the end."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import adapters, listening
from publishing.models import Listening, PlatformConnection
from tests.cast import Cast, gather
from tests.peers.wire import Request, Response, Server
from tests.publishing.conftest import make_connection

LEASE = dt.timedelta(days=5)


class Hub(Server):
    """A WebSub hub: takes a subscription and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(dict(parse_qsl(request.body.decode())))
        return Response(202, "")


@pytest.fixture
def hub(settings: Any, transactional_db: None) -> Iterator[Hub]:
    settings.SITE_URL = "https://kesar.example"
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.PUBLISHING_PLATFORMS = {"youtube": "publishing.platforms.youtube.YouTube"}
    with Hub() as server:
        settings.YOUTUBE_HUB_URL = server.url
        adapters.close()
        yield server
    adapters.close()


@pytest.fixture
def account(hub: Hub) -> PlatformConnection:
    cast: Cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        return make_connection(cast.kesar, platform="youtube", account_id="UC" + "a" * 22)


def row(account: PlatformConnection) -> Listening:
    with tenancy.of_organization(account.organization_id):
        return Listening.objects.get(connection=account)


def test_an_account_is_listened_to_once_and_again_at_80_percent_of_the_lease(
    hub: Hub, account: PlatformConnection
) -> None:
    now = timezone.now()
    assert listening.listen_due(now=now) == 1
    assert listening.listen_due(now=now) == 0
    [asked] = hub.asked
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.callback"] == f"https://kesar.example/webhooks/youtube/{row(account).pk}/"
    assert row(account).renew_at == now + LEASE * 0.8
    assert listening.listen_due(now=now + LEASE * 0.79) == 0
    assert listening.listen_due(now=now + LEASE * 0.81) == 1
    assert hub.asked[1]["hub.secret"] == asked["hub.secret"]


def test_the_hub_is_told_that_we_meant_it_and_nobody_else_is(hub: Hub, account: PlatformConnection) -> None:
    listening.listen_due(now=timezone.now())
    asked = {
        "hub.mode": "subscribe",
        "hub.topic": hub.asked[0]["hub.topic"],
        "hub.challenge": "42",
        "hub.lease_seconds": "864000",
    }
    answer = Client().get(f"/webhooks/youtube/{row(account).pk}/", asked)
    assert (answer.status_code, answer.content) == (200, b"42")
    confirmed = row(account)
    assert confirmed.confirmed_at is not None
    assert confirmed.lease_ends_at == confirmed.confirmed_at + dt.timedelta(days=10)
    assert Client().get("/webhooks/youtube/", asked).status_code == 404


def test_a_hub_that_refuses_is_asked_again_in_an_hour_and_the_reason_is_kept(
    hub: Hub, account: PlatformConnection
) -> None:
    now = timezone.now()
    hub.fault("POST", ".", answer=Response(400, {"error": "bad topic"}))
    assert listening.listen_due(now=now) == 0
    assert row(account).error
    assert listening.listen_due(now=now + dt.timedelta(minutes=59)) == 0
    assert listening.listen_due(now=now + dt.timedelta(minutes=61)) == 1
    assert row(account).error == ""


def test_in_the_end_the_hub_is_asked_to_tell_no_more(hub: Hub, account: PlatformConnection) -> None:
    listening.listen_due(now=timezone.now())
    listening.end(account, now=timezone.now())
    assert [asked["hub.mode"] for asked in hub.asked] == ["subscribe", "unsubscribe"]
    with tenancy.of_organization(account.organization_id):
        assert not Listening.objects.exists()


def test_where_nobody_can_reach_us_nobody_is_asked(hub: Hub, account: PlatformConnection, settings: Any) -> None:
    settings.SITE_URL = "http://localhost:8000"
    assert listening.listen_due(now=timezone.now()) == 0
    assert hub.asked == []
