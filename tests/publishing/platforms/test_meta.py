"""Signing in through Meta's doors, the webhooks of its products, and every error of the Graph API."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import OutcomeUnknown, PlatformError, Rejected, SignInAgain, TryLater
from publishing.platforms.hearing import Delivery, Hears, News, NotGenuine, Subscribes
from publishing.platforms.instagram import Instagram
from publishing.platforms.meta.errors import Meaning
from publishing.platforms.signing_in import Doors, SignsIn, Way
from publishing.platforms.wire import Answer
from tests.peers.fake_graph import APP_SECRET, PAGE, PERSON
from tests.peers.fake_instagram import ACCOUNT, OWN_PERSON, OWN_SECRET, FakeInstagram
from tests.peers.wire import Response
from tests.publishing.platforms.at_instagram import OWN_SIGNED, PAGE_SIGNED, built
from tests.publishing.platforms.meta import NOW, delivery, sign_in, signed_request

BACK = "https://trenddrop.example/connections/back/instagram/"
WAY = Way(state="s-1", verifier="v" * 43, redirect_uri=BACK)
Build = Callable[[FakeInstagram], Instagram]


@pytest.fixture
def server() -> Iterator[FakeInstagram]:
    with FakeInstagram() as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[FakeInstagram]:
    with FakeInstagram(own=True) as running:
        yield running


@pytest.fixture
def build(client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Build:
    return lambda server: built(server, client=client, clock=clock, sleep=naps.append)


# Errors


def answer(code: int, subcode: int = 0, **more: Any) -> Answer:
    error = {"code": code, "error_subcode": subcode, "message": "words", **more}
    return Answer(400, httpx.Headers(), json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("code", "subcode", "kind", "wanted"),
    [
        (190, 463, SignInAgain, ""), (190, 460, SignInAgain, ""), (102, 0, SignInAgain, ""), (10, 0, SignInAgain, ""),
        (200, 0, SignInAgain, ""), (299, 0, SignInAgain, ""), (3, 0, SignInAgain, ""),
        (4, 0, TryLater, ""), (17, 0, TryLater, ""), (32, 0, TryLater, ""), (613, 0, TryLater, ""),
        (80002, 0, TryLater, ""), (80014, 0, TryLater, ""), (1, 0, TryLater, ""), (2, 0, TryLater, ""),
        (9, 2207042, TryLater, ""), (4, 2207051, Rejected, "blocked"), (25, 2207050, Rejected, "restricted"),
        (-2, 2207003, TryLater, ""), (-1, 2207001, TryLater, ""), (24, 2207006, TryLater, ""),
        (9007, 2207027, TryLater, ""), (-2, 2207020, TryLater, ""), (24, 2207008, TryLater, ""),
        (36000, 2207004, Rejected, "media_too_big"), (36001, 2207005, Rejected, "media_type"),
        (36003, 2207009, Rejected, "media_aspect"), (352, 2207026, Rejected, "media_type"),
        (36004, 2207010, Rejected, "text_too_long"), (100, 2207028, Rejected, "carousel"),
        (100, 1363128, Rejected, "media_duration"), (506, 0, Rejected, "duplicate"), (368, 0, TryLater, ""),
        (100, 33, Rejected, "gone"), (100, 0, Rejected, "100"),
        (101, 0, Rejected, "config"), (2635, 0, Rejected, "config"),
    ],
)  # fmt: skip
def test_every_graph_error_is_one_of_ours(code: int, subcode: int, kind: type[PlatformError], wanted: str) -> None:
    found = Meaning("Instagram")(answer(code, subcode))
    assert isinstance(found, kind)
    assert getattr(found, "code", "") == wanted


def test_passing_trouble_after_the_last_call_is_an_open_question() -> None:
    assert isinstance(Meaning("Instagram", final=True)(answer(2)), OutcomeUnknown)
    assert isinstance(Meaning("Instagram", final=True)(answer(999, is_transient=True)), OutcomeUnknown)
    assert isinstance(Meaning("Instagram", final=True)(answer(4)), TryLater)


# Signing in


def test_a_page_brings_its_instagram_account(build: Build, server: FakeInstagram) -> None:
    adapter = build(server)
    way = replace(WAY, door="facebook")
    came = sign_in(adapter, way)
    assert came["state"] == "s-1"
    (connected,) = adapter.exchange(way, code=came["code"])
    assert (connected.profile.id, connected.profile.handle, connected.profile.followers) == (ACCOUNT, "kesar", 4210)
    assert connected.token == PAGE_SIGNED
    assert connected.token.expires_at is None
    assert set(connected.scopes) >= {"instagram_content_publish", "pages_show_list"}
    adapter.revoke(connected.token)


def test_instagrams_own_login_gives_a_token_that_renews_itself(build: Build, own_server: FakeInstagram) -> None:
    adapter = build(own_server)
    way = replace(WAY, door="instagram")
    (connected,) = adapter.exchange(way, code=sign_in(adapter, way)["code"])
    assert connected.token.extra == {"login": "instagram", "user_id": ACCOUNT, "grant": OWN_PERSON}
    assert connected.token.expires_at is not None
    assert connected.token.expires_at - datetime.now(UTC) > timedelta(days=59)
    again = adapter.refresh(connected.token)
    assert again.access != connected.token.access
    assert again.extra == connected.token.extra
    assert adapter.profile(again).id == ACCOUNT
    assert "instagram_business_content_publish" in connected.scopes


@pytest.mark.parametrize("door", ["facebook", "instagram"])
def test_a_code_that_is_wrong_asks_to_start_again(
    door: str, build: Build, server: FakeInstagram, own_server: FakeInstagram
) -> None:
    adapter = build(own_server if door == "instagram" else server)
    with pytest.raises(SignInAgain, match="start it again") as refused:
        adapter.exchange(replace(WAY, door=door), code="no-such-code-91")
    assert not {"no-such-code-91", APP_SECRET, OWN_SECRET} & set(str(refused.value).split())


def test_a_person_without_a_professional_account_is_told_what_to_do(build: Build, server: FakeInstagram) -> None:
    adapter = build(server)
    server.fault("GET", r"/me/accounts$", answer=Response(200, {"data": []}))
    way = replace(WAY, door="facebook")
    with pytest.raises(Rejected, match="professional"):
        adapter.exchange(way, code=sign_in(adapter, way)["code"])


def test_doors_say_what_the_operator_must_set(client: httpx.Client, build: Build, own_server: FakeInstagram) -> None:
    nobody = Instagram(client=client, clock=lambda: NOW, sleep=print)
    assert isinstance(nobody, SignsIn)
    assert isinstance(nobody, Doors)
    assert [list(door.missing) for door in nobody.doors] == [
        ["META_APP_ID", "META_APP_SECRET"], ["INSTAGRAM_APP_ID", "INSTAGRAM_APP_SECRET"],
    ]  # fmt: skip
    assert nobody.missing
    assert not build(own_server).missing


# Webhooks


COMMENTED = {
    "object": "instagram",
    "entry": [
        {
            "id": ACCOUNT,
            "time": 1_763_629_200,
            "changes": [
                {
                    "field": "comments",
                    "value": {"id": "c1", "text": "Lovely", "from": {"username": "ben"}, "media": {"id": "m1"}},
                },
                {"field": "mentions", "value": {"media_id": "m2", "comment_id": "c2"}},
                {"field": "story_insights", "value": {"media_id": "m3", "reach": 40, "replies": 2}},
                {"field": "messages", "value": {"mid": "x"}},
            ],
        }
    ],
}


def test_the_handshake_answers_the_challenge_only_to_our_token(build: Build, server: FakeInstagram) -> None:
    adapter = build(server)
    assert isinstance(adapter, Hears)
    assert isinstance(adapter, Subscribes)
    query = {"hub.mode": "subscribe", "hub.verify_token": "kesar-verify", "hub.challenge": "1158201444"}
    assert adapter.greet(Delivery(b"", {}, query, NOW)) == "1158201444"
    assert adapter.greet(Delivery(b"", {}, {**query, "hub.verify_token": "guess"}, NOW)) is None


def test_comments_mentions_and_a_storys_numbers_are_heard(build: Build, server: FakeInstagram) -> None:
    heard = build(server).hear(delivery(COMMENTED, APP_SECRET))
    assert [(one.news, one.key, one.account_id, one.post_id) for one in heard] == [
        (News.ENGAGEMENT, "comment:c1", ACCOUNT, "m1"),
        (News.ENGAGEMENT, "mention:m2:c2", ACCOUNT, "m2"),
        (News.ENGAGEMENT, "story:m3", ACCOUNT, "m3"),
    ]
    assert heard[0].data == {"kind": "comment", "user": "ben", "text": "Lovely"}
    assert heard[2].data["numbers"] == {"reach": 40, "replies": 2}
    assert heard[0].at == datetime(2025, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("headers", [{}, {"x-hub-signature-256": "sha256=00"}, {"x-hub-signature-256": "é"}])
def test_what_meta_did_not_sign_is_not_heard(build: Build, server: FakeInstagram, headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        build(server).hear(delivery(COMMENTED, APP_SECRET, headers=headers))


def test_one_changed_byte_is_not_genuine(build: Build, server: FakeInstagram) -> None:
    genuine = delivery(COMMENTED, APP_SECRET)
    with pytest.raises(NotGenuine):
        build(server).hear(replace(genuine, body=genuine.body.replace(b"Lovely", b"lovely")))


def test_either_apps_secret_may_sign(build: Build, own_server: FakeInstagram) -> None:
    assert len(build(own_server).hear(delivery(COMMENTED, OWN_SECRET))) == 3


def test_a_person_who_leaves_is_signed_out_and_one_who_asks_is_erased(build: Build, server: FakeInstagram) -> None:
    adapter = build(server)
    body = signed_request({"user_id": PERSON, "algorithm": "HMAC-SHA256", "issued_at": 1_763_629_200}, APP_SECRET)
    (left,) = adapter.hear(delivery(body, "no"))
    assert (left.news, left.account_id) == (News.SIGNED_OUT, PERSON)
    (erase,) = adapter.hear(delivery(body, "no", query={"about": "deletion"}))
    assert erase.news is News.ERASE
    told, kind = adapter.answer([erase], address="https://trenddrop.example/erased/1")
    assert kind == "application/json"
    assert json.loads(told)["url"] == "https://trenddrop.example/erased/1"
    assert json.loads(told)["confirmation_code"]
    with pytest.raises(NotGenuine):
        adapter.hear(delivery(body.replace(b"signed_request=", b"signed_request=A"), "no"))


def test_an_account_is_subscribed_and_unsubscribed(
    build: Build, server: FakeInstagram, own_server: FakeInstagram
) -> None:
    for host, token, node in ((server, PAGE_SIGNED, PAGE), (own_server, OWN_SIGNED, ACCOUNT)):
        adapter = build(host)
        made = adapter.subscribe(ACCOUNT, token=token, callback="https://trenddrop.example/hooks", secret="")
        assert list(host.subscribed) == [node]
        adapter.unsubscribe(made.topic, account_id=ACCOUNT, token=token, callback="", secret="")
        assert host.subscribed == {}
