"""An account at X: signing in, its numbers, what its webhook tells, and all of it held to X's own description."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Capability, Media, PublishKit, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.hearing import Delivery, News, NotGenuine
from publishing.platforms.signing_in import SignsIn
from publishing.platforms.x import X
from publishing.platforms.x.hearing import signature
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.fake_x import CONSUMER_SECRET, HANDLE, SECRET, USER_ID, FakeX
from tests.peers.wire import Response
from tests.publishing.platforms.contract import Bench
from tests.publishing.platforms.test_x import (
    NOW,
    WAY,
    asked,
    bench,
    bench_at,
    film,
    make,
    options,
    picture,
    server,
    token_at,
)

__all__ = ["bench", "film", "make", "picture", "server"]

# Signing in


@pytest.mark.parametrize("secret", [SECRET, ""])
def test_an_account_is_connected(make: Callable[..., X], server: FakeX, secret: str) -> None:
    adapter = make(server, client_secret=secret)
    assert isinstance(adapter, SignsIn)
    code = server.allow(asked(adapter))
    [connected] = adapter.exchange(WAY, code=code)
    assert (connected.profile.handle, connected.profile.followers) == (HANDLE, 12)
    assert "tweet.write" in connected.scopes
    assert connected.token.extra == {"user_id": USER_ID, "handle": HANDLE}
    with pytest.raises(Rejected, match="start it again") as spent:
        adapter.exchange(WAY, code=code)
    assert code not in str(spent.value)
    adapter.revoke(connected.token)
    with pytest.raises(TokenExpired):
        adapter.profile(connected.token)


def test_a_verifier_of_another_browser_is_refused(make: Callable[..., X], server: FakeX) -> None:
    adapter = make(server)
    code = server.allow(asked(adapter))
    with pytest.raises(Rejected, match="start it again"):
        adapter.exchange(replace(WAY, verifier="w" * 43), code=code)


def test_a_refresh_spends_the_old_token_and_a_second_use_ends_all(make: Callable[..., X], server: FakeX) -> None:
    adapter, token = make(server), token_at(server)
    fresh = adapter.refresh(token)
    assert {fresh.access, fresh.refresh}.isdisjoint(token.secrets)
    assert fresh.extra == token.extra
    with pytest.raises(SignInAgain):
        adapter.refresh(token)
    with pytest.raises(SignInAgain):
        adapter.refresh(fresh)


def test_an_app_x_does_not_know_disconnects_nobody(make: Callable[..., X], server: FakeX) -> None:
    token = token_at(server)
    with pytest.raises(TryLater, match="X_CLIENT_ID") as refused:
        make(server, client_secret="wrong-secret-00").refresh(token)
    assert "wrong-secret-00" not in str(refused.value)
    for what in ({"answer": Response(502, "<html>")}, {"cut_before": True}, {"answer": Response(429, {})}):
        server.fault("POST", "/token$", **what)
        with pytest.raises(TryLater):
            make(server).refresh(token)
    assert make(server).refresh(token).access


def test_an_access_token_that_ran_out_is_renewed(make: Callable[..., X], client: httpx.Client) -> None:
    now = NOW
    with FakeX(lambda: now) as server:
        adapter = make(server, clock=lambda: now)
        token = adapter.refresh(token_at(server))
        assert token.expires_at == NOW + timedelta(hours=2)
        now = NOW + timedelta(hours=3)
        with pytest.raises(TokenExpired):
            adapter.profile(token)
        assert adapter.profile(adapter.refresh(token)).handle == HANDLE


def test_what_an_operator_must_fill_in_is_named(make: Callable[..., X], server: FakeX) -> None:
    assert make(server, client_id="").missing == ("X_CLIENT_ID",)
    assert make(server).missing == ()


# Numbers


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_numbers_are_read_in_both_dialects(make: Callable[..., X], server: FakeX, dialect: str) -> None:
    server.dialect = dialect
    bench = bench_at(make(server, dialect=dialect), server)
    post = bench.publish(PublishKit("k", "Crocus"))
    server.posts[-1]["counts"] = {"shares": 4, "impression_count": 90, "url_link_clicks": 2, "bookmark_count": 1}
    numbers = bench.adapter.metrics([post], token=bench.token)[post].metrics
    assert numbers == {
        "likes": 0, "comments": 0, "shares": 4, "quotes": 0, "saves": 1, "impressions": 90, "views": 90, "clicks": 2,
        "profile_clicks": 3, "profile_visits": 3, "interactions": 11, "detail_clicks": 6, "follows": 2,
    }  # fmt: skip
    assert bench.adapter.profile(bench.token).posts == 1


def test_an_old_post_is_counted_without_what_x_no_longer_tells(bench: Bench, server: FakeX) -> None:
    old, new = bench.publish(PublishKit("k", "Old")), bench.publish(PublishKit("k2", "New"))
    server.posts[0] |= {"at": datetime.now(UTC) - timedelta(days=31), "counts": {"like_count": 8}}
    numbers = bench.adapter.metrics([old, new, "1"], token=bench.token)
    assert set(numbers) == {old, new}
    assert numbers[old].metrics["likes"] == 8
    assert "clicks" not in numbers[old].metrics


def test_a_film_tells_how_it_was_watched(bench: Bench, server: FakeX, film: Media) -> None:
    post = bench.publish(PublishKit("k", "Film", media=[film]))
    numbers = bench.adapter.metrics([post], token=bench.token)[post].metrics
    assert (numbers["video_views"], numbers["completion"]) == (90, 0.25)
    assert (numbers["watch_seconds"], numbers["average_watch_seconds"]) == (300, 5.0)
    server.days = None
    numbers = bench.adapter.metrics([post], token=bench.token)[post].metrics
    assert (numbers["video_views"], numbers["completion"], numbers["interactions"]) == (80, 0.25, 11)
    assert "watch_seconds" not in numbers


# Hearing


def delivery(body: Any = None, **more: Any) -> Delivery:
    content = json.dumps(body).encode()
    headers = {"x-twitter-webhooks-signature": signature(CONSUMER_SECRET, content)}
    return Delivery(**{"body": content, "headers": headers, "query": {}, "now": NOW, **more})


def test_the_challenge_is_answered(make: Callable[..., X], server: FakeX) -> None:
    told = make(server).greet(delivery(query={"crc_token": "abc"}))
    assert told == '{"response_token": "sha256=' + "y41Iny3LxyQZDQMD/xshmE6JmtyxfCyRev9uZVQSUyE=" + '"}'
    assert make(server).greet(delivery()) is None
    assert make(server, consumer_secret="").greet(delivery(query={"crc_token": "abc"})) is None


def test_what_x_did_not_sign_is_not_heard(make: Callable[..., X], server: FakeX) -> None:
    good = delivery({"for_user_id": USER_ID})
    for bad in (replace(good, body=good.body + b" "), replace(good, headers={})):
        with pytest.raises(NotGenuine):
            make(server).hear(bad)
    with pytest.raises(NotGenuine):
        make(server, consumer_secret="").hear(good)
    assert make(server).hear(delivery([1])) == []


def test_what_happens_to_an_account_is_read(make: Callable[..., X], server: FakeX) -> None:
    me, ben = {"id_str": USER_ID, "screen_name": HANDLE}, {"id_str": "7", "screen_name": "ben"}
    mine = {"id_str": "90", "user": me}
    event = {
        "for_user_id": USER_ID,
        "tweet_delete_events": [{"status": {"id": "12", "user_id": USER_ID}, "timestamp_ms": "1700000000000"}],
        "favorite_events": [{"id": "f1", "favorited_status": mine, "user": ben, "timestamp_ms": 1700000000000}],
        "tweet_create_events": [
            {
                "id_str": "1",
                "user": ben,
                "text": "Where?",
                "in_reply_to_user_id_str": USER_ID,
                "in_reply_to_status_id_str": "90",
            },
            {"id_str": "2", "user": ben, "retweeted_status": mine},
            {"id_str": "3", "user": ben, "quoted_status": mine, "text": "Look"},
            {"id_str": "4", "user": me, "text": "My own"},
        ],
    }
    heard = make(server).hear(delivery(event))
    assert [(one.news, one.key, one.post_id) for one in heard] == [
        (News.GONE, "gone:12", "12"),
        (News.ENGAGEMENT, "like:f1", "90"),
        (News.ENGAGEMENT, "comment:1", "90"),
        (News.ENGAGEMENT, "share:2", "90"),
        (News.ENGAGEMENT, "quote:3", "90"),
    ]
    assert heard[0].at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert heard[2].data == {"kind": "comment", "user": "ben", "text": "Where?"}
    revoked = {"user_event": {"revoke": {"date_time": "2026-11-20T08:00:00+00:00", "source": {"user_id": USER_ID}}}}
    [gone] = make(server).hear(delivery(revoked))
    assert (gone.news, gone.account_id) == (News.SIGNED_OUT, USER_ID)


# X's own description


@pytest.mark.shared
@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine")
def test_all_we_send_and_all_our_stand_in_answers_is_valid(
    make: Callable[..., X], server: FakeX, picture: Media, film: Media
) -> None:
    server.dialect = "post"
    adapter = make(server, dialect="post")
    bench = bench_at(adapter, server)
    [connected] = adapter.exchange(WAY, code=server.allow(asked(adapter)))
    bench.token = adapter.refresh(connected.token)
    chosen = options(replies="following", paid_partnership=True, first_comment="More")
    kits = [
        PublishKit("a", "One https://kesar.example", parts=["Two", "Three"], options=chosen, extra={"ai_label": True}),
        PublishKit("b", "Pictures", media=[picture] * 4),
        PublishKit("c", "Film", media=[film]),
    ]
    ids = [bench.publish(kit) for kit in kits]
    bench.find(kits[1])
    adapter.metrics([*ids, "1"], token=bench.token)
    server.posts[0]["at"] = datetime.now(UTC) - timedelta(days=40)
    adapter.metrics(ids, token=bench.token)
    adapter.delete(ids[0], token=bench.token)
    adapter.revoke(bench.token)
    assert Capability.THREADS in adapter.capabilities
    assert OpenApi(folder("x-openapi.json")).problems(server.answered, beyond=r"^POST /2/oauth2/") == []
