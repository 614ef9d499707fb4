"""How failures of HTTP become what a worker acts on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms import PlatformUnavailable, http_client, platform, platform_keys
from publishing.platforms.base import OutcomeUnknown, Rejected, Step, Token, TryLater
from publishing.platforms.bluesky.tid import ALPHABET, tid_for
from publishing.platforms.guard import place_of, public_client
from publishing.platforms.wire import Answer, Wire, redact, wait
from tests.peers.wire import Response, Server, free_port

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def refusal(answer: Answer) -> Rejected:
    return Rejected(f"no: {answer.content.decode()}", code=str(answer.status))


def wire(client: httpx.Client) -> Wire:
    return Wire(client, "Somewhere", lambda: NOW, refusal)


@pytest.mark.parametrize(
    ("header", "value", "after"),
    [
        ("Retry-After", "90", timedelta(seconds=90)),
        ("Retry-After", "0", timedelta(seconds=1)),
        ("Retry-After", "Fri, 20 Nov 2026 10:02:00 GMT", timedelta(minutes=2)),
        ("ratelimit-reset", str(int(NOW.timestamp()) + 300), timedelta(minutes=5)),
        ("X-RateLimit-Reset", "2026-11-20T10:04:00.000000Z", timedelta(minutes=4)),
        ("X-RateLimit-Reset", "2026-11-20T09:00:00Z", timedelta(seconds=1)),
        ("Retry-After", "99999999", timedelta(hours=24)),
        ("Retry-After", "soon", None),
        ("Other", "1", None),
    ],
)
def test_a_wait_is_read_however_it_is_written(header: str, value: str, after: timedelta | None) -> None:
    assert wait(httpx.Headers({header: value}), now=NOW) == after


def test_nothing_was_sent_when_nobody_listens(client: httpx.Client) -> None:
    for address in (f"http://127.0.0.1:{free_port()}/", "http://no-such-host.invalid/", "https://127.0.0.1:1/"):
        with pytest.raises(TryLater, match="Nothing was sent"):
            wire(client).call("POST", address, final=True, json={})


def test_a_tls_failure_is_before_sending(client: httpx.Client) -> None:
    with Server(lambda _request: Response()) as plain, pytest.raises(TryLater, match="Nothing was sent"):
        wire(client).call("POST", plain.url.replace("http:", "https:"), final=True, json={})


def test_a_redirect_is_not_followed_with_our_token(client: httpx.Client) -> None:
    with Server(lambda _request: Response()) as elsewhere:
        there = Response(307, {}, {"Location": elsewhere.url})
        with Server(lambda _request: there) as server, pytest.raises(Rejected, match="another address"):
            wire(client).call("POST", server.url, token="secret-11", final=True, json={})
        assert elsewhere.requests == []


def test_an_endless_answer_is_not_read_to_its_end(client: httpx.Client) -> None:
    with Server(lambda _request: Response(200, b'"' + b"x" * 6 * 1024**2 + b'"')) as server:
        with pytest.raises(TryLater, match="nobody can read"):
            wire(client).call("GET", server.url)
        with pytest.raises(OutcomeUnknown):
            wire(client).call("POST", server.url, final=True, json={})


def test_secrets_and_what_looks_like_one_are_taken_out() -> None:
    shown = redact("pw-1 and eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6ImEifQ.c2ln and more", ["pw-1", ""])
    assert shown == "••• and ••• and more"


def test_a_token_does_not_show_itself() -> None:
    assert "s3cret" not in repr(Token("s3cret-access", "s3cret-refresh", extra={"handle": "kesar.test"}))


def test_only_the_sending_step_may_be_public() -> None:
    assert Step("sending").may_be_public
    assert not Step("uploaded").may_be_public


def test_a_record_key_is_a_tid_that_tells_the_posts_time() -> None:
    keys = [f"01934b6e-{number:04x}-7000-8000-000000000001" for number in (1, 2, 0xFFFF)]
    tids = [tid_for(key) for key in keys]
    assert tids == sorted(tids)
    assert [tid_for(key) for key in keys] == tids
    number = 0
    for letter in tids[0]:
        number = number * 32 + ALPHABET.index(letter)
    assert (number >> 10) // 1000 == 0x01934B6E0001


def test_any_key_makes_a_valid_tid() -> None:
    for key in ("", "post-7", "ключ", "k" * 500):
        tid = tid_for(key)
        assert len(tid) == 13
        assert tid[0] in "234567abcdefghij"
        assert set(tid) <= set(ALPHABET)


def test_the_adapters_of_the_settings_are_built_with_their_settings(client: httpx.Client) -> None:
    for key in platform_keys():
        adapter = platform(key, client=client)
        assert adapter.key == key
        assert adapter.capabilities


def test_a_platform_that_is_not_set_up_is_said(client: httpx.Client) -> None:
    with pytest.raises(PlatformUnavailable, match="not set up"):
        platform("orkut", client=client)


# Servers that users name


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.7", "192.168.1.4"]
)
def test_a_name_that_leads_into_a_private_network_is_refused(address: str) -> None:
    with public_client(resolver=lambda _host, _port: ["93.184.216.34", address]) as guarded:
        with pytest.raises(Rejected, match="private network") as refused:
            wire(guarded).call("GET", "http://social.example/")
        assert refused.value.code == "forbidden_address"


def test_a_name_that_no_server_can_have_is_refused_in_words(client: httpx.Client) -> None:
    with pytest.raises(Rejected, match="Check the server's address") as refused:
        wire(client).call("GET", "https://²/")
    assert refused.value.code == "invalid_address"


def test_only_the_operators_own_servers_are_reached_in_the_house() -> None:
    with Server(lambda _request: Response()) as own, Server(lambda _request: Response()) as other:
        with public_client(urls=[own.url]) as guarded:
            assert wire(guarded).call("GET", own.url).status == 200
            with pytest.raises(Rejected, match="private network"):
                wire(guarded).call("GET", other.url)
        assert other.requests == []
        with public_client(hosts=["127.0.0.1"]) as open_to_it:
            assert wire(open_to_it).call("GET", other.url).status == 200


def test_what_was_checked_is_what_is_connected_to() -> None:
    asked: list[str] = []

    def once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Server(lambda _request: Response()) as server:
        _host, port = place_of(server.url)
        with public_client(hosts=["social.example"], resolver=once) as guarded:
            wire(guarded).call("GET", f"http://social.example:{port}/")
        assert asked == ["social.example"]
        assert server.requests[0].headers["host"] == f"social.example:{port}"


def test_the_second_address_is_tried_when_the_first_is_dead() -> None:
    with Server(lambda _request: Response()) as server:
        _host, port = place_of(server.url)
        both = ["127.0.0.9", "127.0.0.1"]
        with public_client(hosts=["two.example"], resolver=lambda _host, _port: both) as guarded:
            assert wire(guarded).call("GET", f"http://two.example:{port}/").status == 200


def test_a_name_without_an_address_is_before_sending() -> None:
    with public_client() as guarded, pytest.raises(TryLater, match="Nothing was sent"):
        wire(guarded).call("POST", "https://no-such-host.invalid/", final=True, json={})


def test_the_products_client_reaches_the_practice_network(settings: Any) -> None:
    with Server(lambda _request: Response(200, {"id": "a1"})) as server:
        settings.PRACTICE_URL = server.url
        settings.PRIVATE_ADDRESSES_ALLOWED = []
        with http_client() as shared:
            assert wire(shared).call("GET", f"{server.url}/account").fields() == {"id": "a1"}
