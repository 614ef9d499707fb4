"""YouTube: signing in, its hub, and Google's own contract."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from publishing.platforms.base import Media, Rejected, SignInAgain, Token, TokenExpired, TryLater
from publishing.platforms.hearing import Delivery, News, NotGenuine
from publishing.platforms.youtube import YouTube
from tests.peers.contracts import Discovery, folder
from tests.peers.fake_youtube import ALL, CHANNEL, REFRESH, SECRET, UPLOADS, FakeYouTube, feed, grave, sign
from tests.peers.wire import Response
from tests.publishing.platforms.contract import PNG, Bench
from tests.publishing.platforms.youtube_bench import NOON, WAY, approve, bench_at, film, kit_of, made, token


@pytest.fixture
def server() -> Iterator[FakeYouTube]:
    with FakeYouTube() as running:
        yield running


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeYouTube) -> YouTube:
    return made(client, clock, naps, server)


@pytest.fixture
def bench(adapter: YouTube, server: FakeYouTube) -> Bench:
    return bench_at(adapter, server)


# Signing in


def test_a_channel_is_connected(adapter: YouTube) -> None:
    address = adapter.authorize_url(WAY)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    [connected] = adapter.exchange(WAY, code=approve(address))
    assert connected.profile.handle == "kesarnaturals"
    assert connected.profile.url == "https://www.youtube.com/@kesarnaturals"
    assert (connected.profile.followers, connected.profile.posts) == (1230, 0)
    assert set(connected.scopes) == set(ALL.split())
    assert (connected.token.extra["channel"], connected.token.extra["uploads"]) == (CHANNEL, UPLOADS)
    assert connected.ends_at is None
    assert connected.token.refresh


def test_an_account_without_a_channel_is_told(adapter: YouTube, server: FakeYouTube) -> None:
    server.has_channel = False
    with pytest.raises(Rejected, match="no YouTube channel"):
        adapter.exchange(WAY, code=approve(adapter.authorize_url(WAY)))


def test_a_right_that_would_not_last_is_refused(adapter: YouTube, server: FakeYouTube) -> None:
    code = approve(adapter.authorize_url(WAY))
    server.fault("POST", "^/token$", answer=Response(200, {"access_token": "a-1", "expires_in": 3599, "scope": ALL}))
    with pytest.raises(Rejected, match="no lasting right"):
        adapter.exchange(WAY, code=code)


def test_a_code_is_good_once_and_for_its_verifier(adapter: YouTube) -> None:
    code = approve(adapter.authorize_url(WAY))
    with pytest.raises(Rejected, match="start it again") as refused:
        adapter.exchange(replace(WAY, verifier="w" * 43), code=code)
    assert SECRET not in str(refused.value)


def test_a_refresh_keeps_its_secret_and_its_channel(adapter: YouTube) -> None:
    new = adapter.refresh(token())
    assert new.refresh == REFRESH
    assert new.access != token().access
    assert new.extra["uploads"] == UPLOADS
    assert adapter.profile(new).id == CHANNEL


def test_a_revoked_refresh_means_signing_in_again(adapter: YouTube, server: FakeYouTube) -> None:
    adapter.revoke(token())
    adapter.revoke(token())
    with pytest.raises(SignInAgain, match="expired or revoked") as ended:
        adapter.refresh(token())
    assert REFRESH not in str(ended.value)
    with pytest.raises(TokenExpired):
        adapter.profile(token())


def test_an_app_google_does_not_know_disconnects_nobody(
    client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeYouTube
) -> None:
    with pytest.raises(Rejected) as refused:
        made(client, clock, naps, server, client_secret="wrong").refresh(token())
    assert refused.value.code == "config"


def test_googles_trouble_disconnects_nobody(adapter: YouTube, server: FakeYouTube) -> None:
    server.fault("POST", "^/token$", answer=Response(503, "<html>Error</html>"))
    with pytest.raises(TryLater):
        adapter.refresh(token())


def test_what_an_operator_must_set_is_named(client: httpx.Client, clock: Callable[[], datetime]) -> None:
    bare = YouTube(client=client, clock=clock, sleep=lambda _seconds: None)
    assert bare.missing == ["YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET"]


# The hub

BACK = "https://trenddrop.example/webhooks/youtube/1/"
TOPIC = f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={CHANNEL}"


def test_the_hub_is_asked_to_tell_of_a_channel(adapter: YouTube, server: FakeYouTube) -> None:
    made = adapter.subscribe(CHANNEL, token=Token(""), callback=BACK, secret="hub-secret-1")
    assert (made.topic, made.lease) == (TOPIC, timedelta(days=5))
    form = server.hub[TOPIC, BACK]
    assert (form["hub.mode"], form["hub.lease_seconds"], form["hub.secret"]) == ("subscribe", "432000", "hub-secret-1")
    adapter.unsubscribe(TOPIC, account_id=CHANNEL, token=Token(""), callback=BACK, secret="hub-secret-1")
    assert server.hub[TOPIC, BACK]["hub.mode"] == "unsubscribe"


def test_a_hub_that_says_no_is_understood(adapter: YouTube, server: FakeYouTube) -> None:
    with pytest.raises(Rejected, match=r"hub\.callback is required"):
        adapter.subscribe(CHANNEL, token=Token(""), callback="", secret="hub-secret-1")


def question(topic: str = TOPIC, mode: str = "subscribe", secret: str = "hub-secret-1") -> Delivery:
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c-81", "hub.lease_seconds": "432000"}
    return Delivery(b"", {}, asked, NOON, secret)


def test_the_hub_is_answered_for_subscriptions_of_ours_alone(adapter: YouTube) -> None:
    assert adapter.greet(question()) == adapter.greet(question(mode="unsubscribe")) == "c-81"
    assert adapter.greet(question(topic="https://evil.example/feed")) is None
    assert adapter.greet(question(secret="")) is None
    assert adapter.greet(question(mode="denied")) is None
    assert adapter.greet(Delivery(b"", {}, {}, NOON, "hub-secret-1")) is None


def told(body: bytes, signature: str = "", secret: str = "hub-secret-1") -> Delivery:
    return Delivery(body, {"x-hub-signature": signature or sign(body, "hub-secret-1")}, {}, NOON, secret)


def test_a_video_that_stands_is_heard(adapter: YouTube) -> None:
    [heard] = adapter.hear(told(feed("abc123")))
    assert (heard.news, heard.post_id, heard.account_id) == (News.LIVE, "abc123", CHANNEL)
    assert heard.data == {"url": "https://www.youtube.com/watch?v=abc123"}
    assert heard.at == datetime(2026, 10, 1, 9, 0, 5, tzinfo=UTC)
    [again] = adapter.hear(told(feed("abc123")))
    [edited] = adapter.hear(told(feed("abc123", updated="2026-10-01T10:00:00+00:00")))
    assert again.key == heard.key != edited.key


def test_a_video_that_is_gone_is_heard(adapter: YouTube) -> None:
    [heard] = adapter.hear(told(grave("abc123")))
    assert (heard.news, heard.post_id, heard.account_id) == (News.GONE, "abc123", CHANNEL)


@pytest.mark.parametrize(
    "delivery",
    [
        told(feed("a"), "sha1=" + "0" * 40),
        told(feed("a"), "sha1=é"),
        told(feed("a"), sign(feed("a"), ""), secret=""),
        told(feed("a"), sign(feed("b"), "hub-secret-1")),
        told(b"<not xml"),
        told(b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaa">]><feed>&a;</feed>'),
    ],
)
def test_what_the_hub_did_not_sign_is_dropped_without_a_word(adapter: YouTube, delivery: Delivery) -> None:
    with pytest.raises(NotGenuine) as dropped:
        adapter.hear(delivery)
    assert dropped.value.quiet


# Google's own contract


@pytest.mark.shared
def test_a_whole_day_keeps_to_googles_discovery_document(
    bench: Bench, server: FakeYouTube, adapter: YouTube, tmp_path: Path
) -> None:
    (tmp_path / "cover.png").write_bytes(PNG)
    cover = Media(tmp_path / "cover.png", "image/png")
    kit = replace(
        kit_of(film(tmp_path), playlist="PLkesar", first_comment="Recipes", notify=False),
        thumbnail=cover,
        language="en",
        hashtags=["saffron"],
        extra={"ai_label": True},
    )
    video = bench.publish(kit)
    bench.publish(kit, resume=bench.steps[-4])
    bench.find(kit)
    waiting = bench.adapter.publish(
        replace(kit_of(film(tmp_path)), publish_at=datetime.now(UTC) + timedelta(hours=1)),
        token=token(),
        record=bench.steps.append,
    )
    server.forgets = True
    server.posts[-1]["status"]["publishAt"] = "2026-01-01T00:00:00Z"
    adapter.settle(waiting.platform_id, token=token())
    adapter.metrics([video], token=token())
    adapter.profile(token())
    adapter.delete(video, token=token())
    contract = Discovery(folder("youtube-v3-discovery.json"))
    assert {request.method for request, _answer in server.answered} == {"GET", "POST", "PUT", "DELETE"}
    assert contract.problems(server.answered, beyond=r"^PUT /upload|^GET /v2/reports$") == []
