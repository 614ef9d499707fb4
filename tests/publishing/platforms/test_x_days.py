"""What X tells of an account's days, in both dialects."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Token
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.x import X
from tests.analytics.counting_contract import Counted, CountingContract, signed_otherwise
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.fake_x import CLIENT, HANDLE, SECRET, USER_ID, FakeX

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOLD = {
    "likes": 8, "retweets": 4, "replies": 3, "quote_tweets": 2, "bookmarks": 1, "impressions": 400, "follows": 5,
    "user_profile_clicks": 9, "url_clicks": 6, "unfollows": 0, "engagements": 24,
}  # fmt: skip


def posted(server: FakeX, number: int, at: datetime, **counts: int) -> dict[str, Any]:
    post = {
        "id": str(1_990_000_000_000_000_500 + number), "sent": {"text": f"Raga {number}"}, "text": f"Raga {number}",
        "urls": [], "keys": [], "at": at, "counts": counts,
    }  # fmt: skip
    server.posts.append(post)
    return post


def counted_at(server: FakeX, client: httpx.Client, dialect: str) -> Counted:
    server.dialect = dialect
    adapter = X(
        client=client, clock=lambda: NOW, sleep=lambda _seconds: None, client_id=CLIENT, client_secret=SECRET,
        api=server.url, web="https://x.com", dialect=dialect,
    )  # fmt: skip
    access, refresh = server.signed_in()
    token = Token(access, refresh, extra={"user_id": USER_ID, "handle": HANDLE})
    posted(server, 1, NOW - timedelta(days=20))
    days = server.days = {}

    def rename() -> str:
        server.renamed["url_clicks"] = "link_clicks"
        return "link_clicks"

    return Counted(
        adapter=adapter,
        token=token,
        account=USER_ID,
        server=server,
        today=TODAY,
        document="x",
        stand=lambda number: setattr(server, "followers", number),
        tell=lambda day: days.update({day: TOLD}),
        vanish=lambda: setattr(server, "is_gone", True),
        hush=days.clear,
        rename=rename,
        stranger=signed_otherwise(token, "token-of-nobody"),
    )


@pytest.fixture
def server() -> Iterator[FakeX]:
    with FakeX(lambda: NOW) as running:
        yield running


class XDays(CountingContract):
    every_day = frozenset(
        {"likes", "reposts", "replies", "quotes", "saves", "impressions", "profile_views", "link_clicks", "follows"}
    )
    stands_now = frozenset({"followers", "following", "posts", "lists", "likes_7d", "top_posts", "posted_24h"})


class TestAsThePagesSay(XDays):
    @pytest.fixture
    def counted(self, server: FakeX, client: httpx.Client) -> Counted:
        return counted_at(server, client, "tweet")


class TestAsTheDocumentSays(XDays):
    @pytest.fixture
    def counted(self, server: FakeX, client: httpx.Client) -> Counted:
        return counted_at(server, client, "post")


@pytest.fixture
def counted(server: FakeX, client: httpx.Client) -> Counted:
    return counted_at(server, client, "tweet")


def test_posts_of_a_week_are_added_up_and_the_best_is_named(counted: Counted, server: FakeX) -> None:
    posted(server, 2, NOW - timedelta(days=6), like_count=5, shares=2, impression_count=90)
    best = posted(server, 3, NOW - timedelta(hours=2), like_count=7, reply_count=1, impression_count=10)
    posted(server, 4, NOW - timedelta(days=8), like_count=100)
    figures = counted.day().figures
    assert (figures["likes_7d"], figures["reposts_7d"], figures["replies_7d"], figures["views_7d"]) == (12, 2, 1, 100)
    assert figures["posted_24h"] == 1
    assert figures["top_posts"][0]["id"] == best["id"]
    assert figures["top_posts"][0]["url"] == f"https://x.com/{HANDLE}/status/{best['id']}"
    assert counted.day().missing["likes"] is Missing.NOT_YET


def test_days_hold_what_they_won_and_the_newest_may_still_grow(counted: Counted) -> None:
    for number in range(1, 6):
        counted.tell(TODAY - timedelta(days=number))
    told = {each.day: each for each in counted.past(5)}
    assert told[date(2026, 11, 16)].figures["impressions"] == 400
    assert told[date(2026, 11, 16)].settled
    assert not told[date(2026, 11, 19)].settled
    assert told[date(2026, 11, 16)].missing["followers"] is Missing.NOT_OFFERED


def test_nothing_is_asked_beyond_thirty_days(counted: Counted, server: FakeX) -> None:
    counted.tell(TODAY - timedelta(days=29))
    days = counted.adapter.past_days(USER_ID, token=counted.token, first=date(2026, 1, 1), last=date(2026, 11, 19))
    assert [each.day for each in days] == [TODAY - timedelta(days=29)]
    before = date(2026, 3, 1)
    assert counted.adapter.past_days(USER_ID, token=counted.token, first=before, last=before) == ()


def test_an_account_with_more_posts_than_are_shown_is_not_told_half(counted: Counted, server: FakeX) -> None:
    counted.tell(TODAY - timedelta(days=1))
    for number in range(10, 520):
        posted(server, number, NOW - timedelta(days=3))
    assert list(counted.past(5)) == []


def test_a_plan_without_analytics_has_no_past(counted: Counted, server: FakeX) -> None:
    server.days = None
    assert list(counted.past(5)) == []
    assert counted.day().figures["followers"] == 12


def test_a_suspended_account_is_gone(counted: Counted, server: FakeX) -> None:
    server.is_gone = True
    with pytest.raises(AccountGone):
        counted.day()
    server.is_gone, server.followers = False, None
    assert "followers" not in counted.day().figures


@pytest.mark.shared
@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine")
def test_all_that_is_asked_and_answered_is_as_x_describes_it(server: FakeX, client: httpx.Client) -> None:
    counted = counted_at(server, client, "post")
    counted.tell(TODAY - timedelta(days=2))
    posted(server, 2, NOW - timedelta(hours=2))
    counted.day()
    counted.past(5)
    counted.adapter.metrics([server.posts[0]["id"]], token=counted.token)
    assert OpenApi(folder("x-openapi.json")).problems(server.answered) == []
