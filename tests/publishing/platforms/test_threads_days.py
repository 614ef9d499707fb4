"""What Threads tells of an account's days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Token
from publishing.platforms.counting import Missing
from publishing.platforms.threads import Threads
from tests.analytics.counting_contract import Counted, CountingContract
from tests.peers.contracts import Postman, folder
from tests.peers.fake_threads import ACCOUNT, APP, METRICS, SECRET, TOKEN, FakeThreads
from tests.publishing.platforms.meta_days import counted as counted_at

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SIGNED = Token(TOKEN, refresh=TOKEN)


@pytest.fixture
def server() -> Iterator[FakeThreads]:
    with FakeThreads(lambda: NOW) as running:
        yield running


@pytest.fixture
def counted(server: FakeThreads, client: httpx.Client, naps: list[float]) -> Counted:
    adapter = Threads(
        client=client, clock=lambda: NOW, sleep=naps.append, app_id=APP, app_secret=SECRET, graph=server.url
    )
    return counted_at(adapter, server, SIGNED, ACCOUNT, renamed=("quotes", "quotes"))


class TestThreadsDays(CountingContract):
    audiences = True
    every_day = frozenset({"views", "likes", "replies", "reposts", "quotes", "clicks"})
    stands_now = frozenset({"followers", "posted_24h", "top_posts"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def posted(server: FakeThreads, number: int, at: datetime, **insights: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": str(17_000_000_000 + number), "text": f"Words {number}", "reply_to_id": None,
        "permalink": f"https://threads.example/{number}", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "made": {}, "insights": {**dict.fromkeys(METRICS, 0), **insights},
    }  # fmt: skip
    server.posts.append(row)
    return row


def test_views_come_by_one_call_and_clicks_are_added_over_links(counted: Counted, server: FakeThreads) -> None:
    for number in range(1, 31):
        server.told.tell(counted.today - timedelta(days=number), clicks=number, views=100 + number)
    told = counted.past(30)
    assert [each.figures["clicks"] for each in told] == list(range(30, 0, -1))
    assert [each.figures["views"] for each in told] == list(range(130, 100, -1))
    asked = server.seen("GET", r"/threads_insights$")
    assert len(asked) == 31
    assert sum("views" in one.first("metric").split(",") for one in asked) == 1


def test_nothing_is_asked_before_threads_began_to_count(counted: Counted, server: FakeThreads) -> None:
    server.told.tell(date(2024, 4, 14))
    told = counted.adapter.past_days(ACCOUNT, token=SIGNED, first=date(2024, 4, 1), last=date(2024, 4, 15))
    assert [each.day for each in told] == [date(2024, 4, 14)]


def test_what_did_best_of_the_newest(counted: Counted, server: FakeThreads) -> None:
    for number in range(1, 21):
        posted(server, number, NOW - timedelta(hours=30 - number), likes=number, views=10 * number)
    told = counted.day()
    assert [row["likes"] for row in told.figures["top_posts"]] == [20, 19, 18, 17, 16]
    assert len(server.seen("GET", r"/\d+/insights$")) == 15
    assert told.figures["posted_24h"] == 0  # it is one in the morning there


def test_posts_are_counted_by_pacific_day(counted: Counted, server: FakeThreads) -> None:
    server.told.tell(date(2026, 11, 16))
    posted(server, 1, datetime(2026, 11, 17, 7, 59, tzinfo=UTC))
    posted(server, 2, datetime(2026, 11, 17, 8, 1, tzinfo=UTC))
    (told,) = counted.past(5)
    assert (told.day, told.figures["posted_24h"]) == (date(2026, 11, 16), 1)


def test_without_the_right_nothing_but_posts_is_told(counted: Counted, server: FakeThreads) -> None:
    told = counted.day(counted.narrow)
    assert told.missing["followers"] is told.missing["views"] is told.missing["top_posts"] is Missing.NO_ACCESS
    assert "posted_24h" in told.figures


def test_a_post_tells_reposts_by_themselves_too(counted: Counted, server: FakeThreads) -> None:
    row = posted(server, 1, NOW, views=90, replies=4, reposts=3, shares=2, quotes=1)
    told = counted.adapter.metrics([row["id"]], token=SIGNED)[row["id"]].metrics
    assert (told["comments"], told["reposts"], told["shares"], told["quotes"]) == (4, 3, 5, 1)


def test_a_metric_renamed_for_posts_costs_only_itself(counted: Counted, server: FakeThreads) -> None:
    row = posted(server, 1, NOW, likes=5)
    del row["insights"]["shares"]
    told = counted.adapter.metrics([row["id"]], token=SIGNED)[row["id"]].metrics
    assert (told["likes"], told["views"]) == (5, 0)


@pytest.mark.shared
def test_what_is_asked_of_days_fits_the_published_collection(counted: Counted, server: FakeThreads) -> None:
    row = posted(server, 1, NOW - timedelta(days=1))
    for number in range(1, 4):
        counted.tell(counted.today - timedelta(days=number))
    counted.day()
    counted.past(3)
    counted.adapter.audience(ACCOUNT, token=SIGNED)
    counted.adapter.metrics([row["id"]], token=SIGNED)
    # The collection shows no answer with clicks; the documentation does.
    answered = [(asked, told) for asked, told in server.answered if "clicks" not in asked.first("metric")]
    contract = Postman(folder("threads-postman.json"))
    assert contract.problems(answered) == []
    assert not any(contract.validate_request(asked) for asked, _told in server.answered)
