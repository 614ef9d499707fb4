"""What Bluesky tells of an account's days: how it stands, and what its newest posts have."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.bluesky import Bluesky
from publishing.platforms.counting import AccountGone, Missing
from tests.analytics.counting_contract import Counted, CountingContract
from tests.peers.contracts import CONTRACTS
from tests.peers.fake_bluesky import DID, HANDLE, PASSWORD, FakeBluesky
from tests.peers.lexicon import Lexicons

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CID = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
FOLDER = CONTRACTS / "bluesky" / "lexicons"


def posted(number: int, at: datetime, *, reposted: bool = False, **counts: int) -> dict[str, Any]:
    moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    author = {"did": DID, "handle": HANDLE}
    uri = f"at://{DID}/app.bsky.feed.post/3kabcabca{number:04d}".replace("0", "c").replace("1", "d").replace("8", "e")
    record = {"$type": "app.bsky.feed.post", "text": f"Raga {number}", "createdAt": "2001-01-01T00:00:00.000Z"}
    post = {"uri": uri.replace("9", "f"), "cid": CID, "author": author, "record": record, "indexedAt": moment, **counts}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": author, "indexedAt": moment}
    return {"post": post, **({"reason": reason} if reposted else {})}


@pytest.fixture
def server() -> Iterator[FakeBluesky]:
    with FakeBluesky() as running:
        yield running


@pytest.fixture
def counted(server: FakeBluesky, client: httpx.Client) -> Counted:
    told = {"service": server.url, "appview": server.appview.url}
    adapter = Bluesky(client=client, clock=lambda: NOW, sleep=lambda _seconds: None, **told)
    view = server.appview
    return Counted(
        adapter=adapter,
        token=adapter.sign_in(HANDLE, PASSWORD).token,
        account=DID,
        server=view,
        today=NOW.date(),
        document="bluesky",
        stand=lambda number: setattr(view, "followers", number),
        vanish=lambda: setattr(view, "is_gone", "InvalidRequest"),
    )


class TestBluesky(CountingContract):
    looks_back = False
    stands_now = frozenset({"followers", "following", "posts", "likes_7d", "posted_24h", "top_posts"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def test_posts_of_a_week_are_added_up(counted: Counted, server: FakeBluesky) -> None:
    server.appview.feed = [
        posted(1, NOW - timedelta(hours=3), likeCount=4, replyCount=1, bookmarkCount=2),
        posted(2, NOW - timedelta(hours=9), reposted=True, likeCount=900),
        posted(3, NOW - timedelta(days=6), likeCount=9, repostCount=2, quoteCount=1),
        posted(4, NOW - timedelta(days=9), likeCount=100),
    ]
    told = counted.day()
    figures = told.figures
    assert (figures["likes_7d"], figures["reposts_7d"], figures["replies_7d"], figures["quotes_7d"]) == (13, 2, 1, 1)
    assert figures["posted_24h"] == 1
    assert [post["title"] for post in figures["top_posts"]] == ["Raga 3", "Raga 1"]
    assert figures["top_posts"][1]["saves"] == 2
    assert figures["top_posts"][0]["url"].startswith(f"https://bsky.app/profile/{HANDLE}/post/")
    assert told.missing["views"] is Missing.NOT_OFFERED


def test_a_feed_that_does_not_end_is_not_told_half(counted: Counted, server: FakeBluesky) -> None:
    server.appview.feed = [posted(number, NOW - timedelta(hours=1), likeCount=1) for number in range(100)]
    server.appview.endless = True
    counted.day()
    assert len(server.appview.seen("GET", "getAuthorFeed")) <= 10
    server.appview.endless = False
    server.appview.feed = [posted(number % 99, NOW - timedelta(hours=1), likeCount=1) for number in range(1200)]
    told = counted.day()
    assert told.missing["likes_7d"] is Missing.NO_ANSWER
    assert "likes_7d" not in told.figures


@pytest.mark.parametrize("error", ["InvalidRequest", "AccountTakedown", "AccountDeactivated"])
def test_accounts_that_went_are_gone(counted: Counted, server: FakeBluesky, error: str) -> None:
    server.appview.is_gone = error
    with pytest.raises(AccountGone, match="is gone"):
        counted.day()


def test_a_null_count_of_followers_is_no_nought(counted: Counted, server: FakeBluesky) -> None:
    server.appview.followers = None
    assert "followers" not in counted.day().figures


@pytest.mark.shared
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the lexicons are not on this machine")
def test_all_that_is_asked_and_answered_is_as_the_lexicons_say(counted: Counted, server: FakeBluesky) -> None:
    server.appview.feed = [posted(number, NOW - timedelta(hours=1), likeCount=1) for number in range(130)]
    counted.day()
    lexicons = Lexicons(FOLDER)
    problems = {
        words for asked, answer in server.appview.answered for words in lexicons.problems_of_call(asked, answer)
    }
    assert problems == set()
