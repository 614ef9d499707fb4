"""TikTok: signing in, what it tells by itself, and the contract written from the facts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from publishing.platforms.base import SENDING, Media, OutcomeUnknown, Rejected, SignInAgain, Step, TokenExpired
from publishing.platforms.hearing import Delivery, News, NotGenuine
from publishing.platforms.tiktok import TikTok
from publishing.platforms.tiktok.login import challenge
from tests.peers.contracts import schemas
from tests.peers.fake_tiktok import EVERYTHING, NARROW, REFRESH, SECRET, FakeTikTok, no, sign
from tests.publishing.platforms.contract import Bench
from tests.publishing.platforms.tiktok_bench import (
    NOON,
    PHOTOS,
    PIECE,
    WAY,
    approve,
    bench_at,
    film,
    kit_of,
    made,
    token,
)


@pytest.fixture
def server() -> Iterator[FakeTikTok]:
    with FakeTikTok() as running:
        yield running


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeTikTok) -> TikTok:
    return made(client, clock, naps, server)


@pytest.fixture
def bench(adapter: TikTok, server: FakeTikTok) -> Bench:
    return bench_at(adapter, server, final=PIECE)


def test_the_challenge_is_hexadecimal() -> None:
    assert challenge("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_an_account_is_connected_with_what_it_may_choose(adapter: TikTok, server: FakeTikTok, tmp_path: Path) -> None:
    server.creator |= {"comment_disabled": True, "privacy_level_options": ["FOLLOWER_OF_CREATOR", "SELF_ONLY"]}
    address = adapter.authorize_url(WAY)
    assert "client_id" not in address
    [connected] = adapter.exchange(WAY, code=approve(address))
    assert connected.profile.handle == "kesar.naturals"
    assert connected.profile.id == connected.token.extra["open_id"] == "open-kesar"
    assert (connected.profile.followers, connected.profile.url) == (1200, f"{server.url}/@kesar.naturals")
    assert set(connected.scopes) == set(EVERYTHING.split(","))
    assert connected.ends_at is not None
    assert connected.ends_at > datetime.now(UTC) + timedelta(days=364)
    told = {name: connected.token.extra[name] for name in ("may_privacy", "max_seconds", "locked")}
    assert told == {"may_privacy": "followers private", "max_seconds": "300", "locked": "comments"}
    assert adapter.profile(connected.token).name == "Kesar Naturals"


def test_a_code_is_good_once_and_for_its_verifier(adapter: TikTok) -> None:
    code = approve(adapter.authorize_url(WAY))
    with pytest.raises(Rejected, match="start it again") as refused:
        adapter.exchange(replace(WAY, verifier="w" * 43), code=code)
    assert SECRET not in str(refused.value)
    with pytest.raises(Rejected, match="start it again"):
        adapter.exchange(WAY, code=code)


def test_a_refresh_rotates_and_an_old_one_ends_the_sign_in(adapter: TikTok, server: FakeTikTok) -> None:
    new = adapter.refresh(token())
    assert new.refresh not in {"", REFRESH}
    assert new.extra["open_id"] == "open-kesar"
    assert datetime.fromisoformat(new.extra["ends_at"]) > datetime.now(UTC) + timedelta(days=364)
    assert adapter.profile(new).handle == "kesar.naturals"
    with pytest.raises(SignInAgain) as ended:
        adapter.refresh(token())
    assert REFRESH not in str(ended.value)


def test_a_refresh_is_kept_when_the_account_cannot_be_asked_what_it_may(adapter: TikTok, server: FakeTikTok) -> None:
    server.fault("POST", "creator_info", answer=no(500, "internal_error"))
    assert adapter.refresh(token()).access in server.tokens


def test_an_app_tiktok_does_not_know_disconnects_nobody(
    client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeTikTok
) -> None:
    adapter = TikTok(client=client, clock=clock, sleep=naps.append, client_key="x", client_secret="y", url=server.url)
    with pytest.raises(Rejected) as refused:
        adapter.refresh(token())
    assert refused.value.code == "config"


def test_a_rights_less_account_shows_its_name_alone(adapter: TikTok) -> None:
    profile = adapter.profile(token(NARROW, "user.info.basic"))
    assert (profile.handle, profile.followers, profile.url) == ("Kesar Naturals", None, "")


def test_giving_the_rights_back_ends_the_token(adapter: TikTok) -> None:
    adapter.revoke(token())
    with pytest.raises(TokenExpired):
        adapter.profile(token())


def test_what_an_operator_must_set_is_named(client: httpx.Client, clock: Callable[[], datetime]) -> None:
    bare = TikTok(client=client, clock=clock, sleep=lambda _seconds: None)
    assert bare.missing == ["TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET"]


# Hearing


def delivery(body: bytes, headers: dict[str, str], now: datetime = NOON) -> Delivery:
    return Delivery(body, headers, {}, now)


def test_a_public_post_is_heard_with_its_id_and_address(adapter: TikTok, server: FakeTikTok) -> None:
    content = {"publish_id": "v_pub_file~v2-1.1", "post_id": "7300000000000000001", "publish_type": "DIRECT_PUBLISH"}
    body, headers = server.event("post.publish.publicly_available", content, at=NOON)
    [heard] = adapter.hear(delivery(body, headers))
    assert (heard.news, heard.account_id, heard.at) == (News.LIVE, "open-kesar", NOON)
    assert (heard.publish_id, heard.post_id) == ("v_pub_file~v2-1.1", "7300000000000000001")
    assert heard.data["url"].endswith("/video/7300000000000000001")
    assert [heard.key] == [one.key for one in adapter.hear(delivery(body, headers))]


@pytest.mark.parametrize(
    ("name", "news"),
    [
        ("post.publish.failed", News.FAILED),
        ("post.publish.no_longer_publicaly_available", News.GONE),
        ("authorization.removed", News.SIGNED_OUT),
    ],
)
def test_other_news_are_understood(adapter: TikTok, server: FakeTikTok, name: str, news: News) -> None:
    body, headers = server.event(name, {"publish_id": "v1", "reason": "spam_risk"}, at=NOON)
    [heard] = adapter.hear(delivery(body, headers))
    assert heard.news == news
    assert heard.data == ({"reason": "spam_risk"} if news == News.FAILED else {})


@pytest.mark.parametrize("name", ["post.publish.complete", "post.publish.completed", "post.publish.inbox_delivered"])
def test_what_changes_nothing_is_not_kept(adapter: TikTok, server: FakeTikTok, name: str) -> None:
    body, headers = server.event(name, {"publish_id": "v1"}, at=NOON)
    assert list(adapter.hear(delivery(body, headers))) == []


def test_only_tiktoks_own_words_are_heard(adapter: TikTok, server: FakeTikTok) -> None:
    body, headers = server.event("post.publish.failed", {"publish_id": "v1"}, at=NOON)
    forged = {"tiktok-signature": sign(body, NOON, secret="guessed")}
    for wrong in (
        delivery(body + b" ", headers),
        delivery(body, {}),
        delivery(body, forged),
        delivery(body, {"tiktok-signature": "t=1,s=zz"}),
        delivery(body, headers, NOON + timedelta(minutes=6)),
        delivery(body, headers, NOON - timedelta(minutes=6)),
    ):
        with pytest.raises(NotGenuine):
            adapter.hear(wrong)


def test_without_a_secret_nothing_is_heard(client: httpx.Client, clock: Callable[[], datetime]) -> None:
    bare = TikTok(client=client, clock=clock, sleep=lambda _seconds: None)
    body = b'{"event": "authorization.removed", "user_openid": "open-kesar"}'
    with pytest.raises(NotGenuine):
        bare.hear(delivery(body, {"tiktok-signature": sign(body, NOON, secret="")}))


# The contract


def test_a_whole_day_keeps_to_the_contract_written_from_the_facts(
    bench: Bench, server: FakeTikTok, adapter: TikTok, tmp_path: Path
) -> None:
    [connected] = adapter.exchange(WAY, code=approve(adapter.authorize_url(WAY)))
    adapter.refresh(connected.token)
    media = film(tmp_path)
    post = bench.publish(kit_of(media))
    bench.publish(kit_of(media, as_draft=True))
    server.verified.append("https://")
    server.fault(*PHOTOS, answer=no(403, "url_ownership_unverified"))
    with pytest.raises(Rejected):
        bench.publish(kit_of(Media(media.path, "image/jpeg", url="https://media.trenddrop.example/a.jpg")))
    with pytest.raises(OutcomeUnknown):
        bench.find(kit_of(replace(media, mime="image/jpeg")), resume=Step(SENDING, {}))
    bench.find(kit_of(media))
    adapter.metrics([post], token=bench.token)
    adapter.revoke(bench.token)
    beyond = r"^GET /v2/auth/authorize/$"
    assert schemas("tiktok").problems(server.answered, beyond=beyond) == []
