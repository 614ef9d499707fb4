"""What a Mastodon server tells of an account's days, by hand and at a server somebody else wrote."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import PublishKit, Token
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.mastodon import Mastodon
from tests.analytics.counting_contract import Counted, CountingContract, signed_otherwise
from tests.peers import MastodonPeer
from tests.peers.fake_mastodon import TOKEN, FakeMastodon

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def posted(server: FakeMastodon, number: int, at: datetime, **counts: int) -> dict[str, Any]:
    status = {
        "id": str(113_000_000_000_000_000 + number), "created_at": at.isoformat().replace("+00:00", "Z"),
        "content": f"<p>Raga {number} &amp; rain<br>falls</p>", "url": f"{server.url}/@kesar/{number}",
        "favourites_count": 0, "reblogs_count": 0, "replies_count": 0, "quotes_count": 0, **counts,
    }  # fmt: skip
    server.statuses.append(status)
    return status


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    with FakeMastodon(lambda: NOW) as running:
        yield running


@pytest.fixture
def counted(server: FakeMastodon, client: httpx.Client) -> Counted:
    token = Token(TOKEN, extra={"instance": server.url})
    return Counted(
        adapter=Mastodon(client=client, clock=lambda: NOW, sleep=lambda _seconds: None),
        token=token,
        account="1",
        server=server,
        today=NOW.date(),
        document="mastodon",
        stand=lambda number: setattr(server, "followers", number),
        vanish=lambda: setattr(server, "is_gone", True),
        stranger=signed_otherwise(token, "token-of-nobody"),
    )


class TestMastodon(CountingContract):
    looks_back = False
    stands_now = frozenset({"followers", "following", "posts", "likes_7d", "posted_24h", "top_posts"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def test_statuses_of_a_week_are_added_up(counted: Counted, server: FakeMastodon) -> None:
    posted(server, 1, NOW - timedelta(days=9), favourites_count=100)
    posted(server, 2, NOW - timedelta(days=6), favourites_count=9, reblogs_count=2, quotes_count=1)
    posted(server, 3, NOW - timedelta(hours=3), favourites_count=4, replies_count=1)
    told = counted.day()
    figures = told.figures
    assert (figures["likes_7d"], figures["reposts_7d"], figures["replies_7d"], figures["quotes_7d"]) == (13, 2, 1, 1)
    assert (figures["posts"], figures["posted_24h"]) == (3, 1)
    assert figures["top_posts"][0]["title"] == "Raga 2 & rain falls"
    assert told.missing["views"] is Missing.NOT_OFFERED


def test_servers_without_quotes_tell_the_rest(counted: Counted, server: FakeMastodon) -> None:
    del posted(server, 1, NOW - timedelta(days=1), favourites_count=3)["quotes_count"]
    told = counted.day()
    assert told.figures["likes_7d"] == 3
    assert "quotes_7d" not in told.figures


def test_more_statuses_than_are_read_are_not_told_half(counted: Counted, server: FakeMastodon) -> None:
    for number in range(420):
        posted(server, number, NOW - timedelta(hours=1), favourites_count=1)
    assert counted.day().missing["likes_7d"] is Missing.NO_ANSWER


@pytest.mark.parametrize("hidden", [None, -1])
def test_hidden_followers_are_no_nought(counted: Counted, server: FakeMastodon, hidden: int | None) -> None:
    server.followers = hidden
    assert "followers" not in counted.day().figures
    server.is_gone = True
    with pytest.raises(AccountGone):
        counted.day()


def test_a_server_that_somebody_else_wrote_is_counted(mastodon_peer: MastodonPeer, client: httpx.Client) -> None:
    mastodon_peer.reset()
    adapter = Mastodon(client=client, clock=lambda: datetime.now(UTC), sleep=lambda _seconds: None)
    token = Token(mastodon_peer.token, extra={"instance": mastodon_peer.url})
    post = adapter.publish(PublishKit("k", "Rain & saffron"), token=token, record=lambda _step: None)
    mastodon_peer.favourite(post.platform_id)
    account = adapter.profile(token).id
    figures = adapter.day(account, token=token, today=datetime.now(UTC).date()).figures
    assert (figures["posts"], figures["likes_7d"], figures["posted_24h"]) == (1, 1, 1)
    assert figures["top_posts"][0]["title"] == "Rain & saffron"
    assert figures["followers"] == 0
    assert adapter.metrics([post.platform_id], token=token)[post.platform_id].metrics["likes"] == 1
