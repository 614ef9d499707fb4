"""Connecting an account at a Mastodon server: the way out, the way back, and everybody who should not come back."""

import datetime as dt
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from publishing.delivery import adapters
from publishing.models import MastodonApp, PlatformConnection
from publishing.platforms.mastodon.apps import challenge
from publishing.services import connections
from tests.cast import Cast
from tests.peers.wire import Request, Response, Server, free_port

CODE = "the-code-71"
CONNECT, BACK = "/connections/new/mastodon/", "/connections/mastodon/back/"


class SignInServer(Server):
    """A Mastodon server's doors for applications: it registers them, and trades codes by PKCE."""

    def __init__(self) -> None:
        self.challenges: list[str] = []
        self.apps = 0
        self.traded = 0
        self.lock = threading.Lock()
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.path == "/api/v1/apps":
            self.apps += 1
            return Response(200, {"client_id": f"id-{self.apps}", "client_secret": "app-secret-8"})
        if request.path == "/oauth/token":
            return self._trade(dict(parse_qsl(request.body.decode())))
        if request.path == "/api/v1/accounts/verify_credentials" and request.bearer == "token-5":
            return Response(200, {"id": "1", "username": "kesar", "acct": "kesar", "display_name": "Kesar"})
        return Response(401, {"error": "The access token is invalid"})

    def _trade(self, sent: dict[str, str]) -> Response:
        with self.lock:
            known = sent.get("code") == CODE and challenge(sent.get("code_verifier", "")) in self.challenges
            if not known or sent.get("client_secret") != "app-secret-8":
                return Response(400, {"error": "invalid_grant"})
            self.challenges.clear()
            self.traded += 1
        return Response(200, {"access_token": "token-5", "token_type": "Bearer"})


@pytest.fixture
def server(settings: Any) -> Iterator[SignInServer]:
    """A server on this machine, which the product may speak to."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    adapters.close()
    with SignInServer() as running:
        yield running
    adapters.close()


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def go(client: Client, server: SignInServer) -> dict[str, str]:
    """Start at the page; return what the browser carries to the server."""
    answer = client.post(CONNECT, {"server": server.url})
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith(f"{server.url}/oauth/authorize?")
    carried = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    server.challenges.append(carried["code_challenge"])
    return carried


@pytest.mark.parametrize(
    ("next_url", "lands"),
    [("/studio/?piece=1", "/studio/?piece=1"), ("//elsewhere.example/", "/connections/"), ("", "/connections/")],
)
def test_whoever_came_from_a_piece_is_led_back_to_it_once(cast: Cast, next_url: str, lands: str) -> None:
    client = signed_in(cast.asha)
    shown = client.get(reverse("connections"), {"next": next_url}).content.decode()
    assert ("Back to where you were" in shown) == (lands == next_url)
    for place in (lands, "/connections/"):
        assert client.post(reverse("connect_practice"), {"name": f"Practice {place}"})["Location"] == place
    client.get(reverse("connections"), {"next": next_url})
    client.get(reverse("connections"))
    assert client.post(reverse("connect_practice"), {"name": "Practice"})["Location"] == "/connections/"


def back(client: Client, **query: str) -> str:
    """Come back; return what the page says."""
    answer = client.get(BACK, query)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("connections")
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def connected(cast: Cast) -> list[PlatformConnection]:
    with tenancy.operator():
        return list(PlatformConnection.objects.filter(platform="mastodon"))


def test_the_way_out_and_back_connects_the_account_and_is_told_in_the_log(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    assert carried["code_challenge_method"] == "S256"
    assert "is connected" in back(client, code=CODE, state=carried["state"])
    (row,) = connected(cast)
    assert (row.organization_id, row.service_url, row.status) == (cast.kesar.pk, server.url, "active")
    assert row.access_token is not None
    assert row.access_token.open() == "token-5"
    with tenancy.of_organization(cast.kesar.pk):
        told = AuditEntry.objects.get(action="connection.made")
    assert told.actor_id == cast.asha.user_id
    assert "token-5" not in str(told.metadata)


def test_a_server_that_knows_us_is_not_introduced_to_again(cast: Cast, server: SignInServer) -> None:
    go(signed_in(cast.asha), server)
    go(signed_in(cast.dev), server)
    assert server.apps == 1
    assert MastodonApp.objects.count() == 1


def age(**span: int) -> None:
    MastodonApp.objects.update(created_at=dt.datetime.now(dt.UTC) - dt.timedelta(**span))


def test_a_registration_nobody_signed_in_with_is_made_anew_after_a_day(cast: Cast, server: SignInServer) -> None:
    go(signed_in(cast.asha), server)
    age(hours=22)
    go(signed_in(cast.asha), server)
    assert server.apps == 1
    age(hours=25)
    client = signed_in(cast.asha)
    carried = go(client, server)
    assert (server.apps, carried["client_id"]) == (2, "id-2")
    age(hours=25)
    assert "is connected" in back(client, code=CODE, state=carried["state"])
    assert server.apps == 2


def test_a_registration_that_accounts_hang_on_is_kept(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    back(client, code=CODE, state=carried["state"])
    age(days=400)
    go(signed_in(cast.dev), server)
    assert server.apps == 1
    (row,) = connected(cast)
    with tenancy.of_member(cast.asha):
        PlatformConnection.objects.filter(pk=row.pk).update(status="removed")
    go(signed_in(cast.dev), server)
    assert server.apps == 2


def test_accounts_with_the_same_number_on_two_servers_are_two(cast: Cast, server: SignInServer) -> None:
    with SignInServer() as other:
        for each in (server, other):
            client = signed_in(cast.asha)
            carried = go(client, each)
            assert "is connected" in back(client, code=CODE, state=carried["state"])
        rows = connected(cast)
        assert {row.service_url for row in rows} == {server.url, other.url}
        assert {row.account_id for row in rows} == {f"1@{urlsplit(each.url).netloc}" for each in (server, other)}
        with tenancy.of_member(cast.asha):
            for row in rows:
                assert connections.check(row, by=cast.asha, now=dt.datetime.now(dt.UTC)).id == row.account_id


def test_numbers_of_before_get_their_servers_name_once(cast: Cast) -> None:
    made = {"organization": cast.kesar, "platform": "mastodon", "handle": "@k"}
    rows: dict[str, dict[str, Any]] = {
        "109348@social.example": {"account_id": "109348", "extra": {"instance": "https://social.example"}},
        "7@old.example": {"account_id": "7", "service_url": "https://old.example/", "status": "removed"},
        "8@here.example": {"account_id": "8@here.example", "service_url": "https://here.example"},
        "by_hand:kesar": {"account_id": "by_hand:kesar", "kind": "by_hand", "service_url": "https://joinmastodon.org"},
        "erased:0a": {"account_id": "erased:0a", "service_url": "https://social.example"},
    }
    with tenancy.of_organization(cast.kesar.pk):
        keys = {wanted: PlatformConnection.objects.create(**made, **fields).pk for wanted, fields in rows.items()}
    migration = import_module("publishing.migrations.0018_mastodon_accounts_by_server")
    [step] = migration.Migration.operations
    for _twice in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in step.sql:
                cursor.execute(statement)
    with tenancy.of_organization(cast.kesar.pk):
        assert {wanted: PlatformConnection.objects.get(pk=key).account_id for wanted, key in keys.items()} == {
            wanted: wanted for wanted in rows
        }


@pytest.mark.parametrize("state", ["", "x", "ü", "x" * 32])
def test_a_return_with_another_state_connects_nothing_and_ends_what_was_begun(
    cast: Cast, server: SignInServer, state: str
) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    assert "not begun here" in back(client, code=CODE, state=state)
    assert "not begun here" in back(client, code=CODE, state=carried["state"])
    assert (connected(cast), server.traded) == ([], 0)


def test_a_return_that_nobody_began_is_turned_away(cast: Cast, server: SignInServer) -> None:
    assert "not begun here" in back(signed_in(cast.asha), code=CODE, state="")
    assert "not begun here" in back(signed_in(cast.asha), code=CODE, state="guess")
    assert server.traded == 0


def test_a_return_comes_once(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    back(client, code=CODE, state=carried["state"])
    assert "not begun here" in back(client, code=CODE, state=carried["state"])
    assert len(connected(cast)) == server.traded == 1


def test_somebody_else_cannot_finish_what_one_began(cast: Cast, server: SignInServer) -> None:
    carried = go(signed_in(cast.asha), server)
    assert "not begun here" in back(signed_in(cast.dev), code=CODE, state=carried["state"])
    assert connected(cast) == []


def test_who_signs_out_and_another_in_finishes_nothing(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    client.logout()
    client.force_login(cast.dev.user)
    assert "not begun here" in back(client, code=CODE, state=carried["state"])
    assert connected(cast) == []


def test_a_switch_of_organisation_on_the_way_connects_it_to_neither(cast: Cast, server: SignInServer) -> None:
    with tenancy.operator():
        Membership.objects.create(organization=cast.lisbon, user=cast.asha.user, role="admin")
    client = signed_in(cast.asha)
    carried = go(client, server)
    client.post(reverse("switch"), {"organization": str(cast.lisbon.pk)})
    assert "not begun here" in back(client, code=CODE, state=carried["state"])
    assert connected(cast) == []


def test_a_stranger_and_one_without_the_right_are_turned_away(cast: Cast, server: SignInServer) -> None:
    carried = go(signed_in(cast.asha), server)
    query = {"code": CODE, "state": carried["state"]}
    assert Client().get(BACK, query)["Location"].startswith(reverse("account_login"))
    assert signed_in(cast.ben).get(BACK, query).status_code == 403
    assert signed_in(cast.ben).post(CONNECT, {"server": server.url}).status_code == 403
    assert connected(cast) == []


def test_after_a_quarter_of_an_hour_it_must_be_begun_anew(cast: Cast, server: SignInServer, monkeypatch: Any) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)
    with monkeypatch.context() as clock:
        clock.setattr("django.utils.timezone.now", lambda: later)
        assert "too long ago" in back(client, code=CODE, state=carried["state"])
    assert server.traded == 0


def test_who_says_no_at_the_server_is_told_so(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    assert "did not allow it" in back(client, error="access_denied", state=carried["state"])
    assert connected(cast) == []


@pytest.mark.parametrize("code", ["", "another-code"])
def test_a_code_the_server_does_not_know_connects_nothing(cast: Cast, server: SignInServer, code: str) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    assert back(client, code=code, state=carried["state"])
    assert connected(cast) == []


def test_a_code_taken_on_the_way_is_worth_nothing_without_the_verifier(cast: Cast, server: SignInServer) -> None:
    go(signed_in(cast.asha), server)
    thief = signed_in(cast.dev)
    carried = go(thief, server)
    server.challenges.remove(carried["code_challenge"])
    assert back(thief, code=CODE, state=carried["state"])
    assert connected(cast) == []


def test_connecting_again_renews_the_same_account(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    for _number in range(2):
        carried = go(client, server)
        back(client, code=CODE, state=carried["state"])
    assert len(connected(cast)) == 1
    with tenancy.of_organization(cast.kesar.pk):
        actions = AuditEntry.objects.filter(action__startswith="connection.").order_by("sequence")
        assert list(actions.values_list("action", flat=True)) == ["connection.made", "connection.renewed"]


def test_a_server_that_is_down_is_said_with_what_was_typed_kept(cast: Cast, settings: Any) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    adapters.close()
    typed = f"http://127.0.0.1:{free_port()}"
    answer = signed_in(cast.asha).post(CONNECT, {"server": typed})
    assert answer.status_code == 422
    assert typed in answer.content.decode()
    assert "Nothing was connected; try again later." in answer.content.decode()
    assert MastodonApp.objects.count() == 0


def test_a_server_that_goes_down_on_the_way_connects_nothing(cast: Cast, server: SignInServer) -> None:
    client = signed_in(cast.asha)
    carried = go(client, server)
    server.stop()
    assert back(client, code=CODE, state=carried["state"])
    assert connected(cast) == []


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1",
        "http://localhost:8000",
        "http://169.254.169.254",
        "http://[::1]",
        "http://10.0.0.7",
        "0.0.0.0",
    ],
)
def test_a_server_on_a_private_address_is_not_asked(cast: Cast, settings: Any, typed: str) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []
    adapters.close()
    answer = signed_in(cast.asha).post(CONNECT, {"server": typed})
    assert answer.status_code == 422
    assert MastodonApp.objects.count() == 0


@pytest.mark.parametrize("typed", ["", "not a server", "file:///etc/passwd", "https://a b", "javascript:alert(1)"])
def test_what_is_no_server_is_said_at_once(cast: Cast, server: SignInServer, typed: str) -> None:
    assert signed_in(cast.asha).post(CONNECT, {"server": typed}).status_code == 422
    assert server.apps == 0
