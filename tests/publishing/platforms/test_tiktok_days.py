"""What TikTok tells of an account: totals, and what its newest videos come to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import TryLater
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.tiktok import TikTok
from tests.analytics.counting_contract import ANY, Counted, CountingContract
from tests.peers.contracts import schemas
from tests.peers.fake_tiktok import EVERYTHING, NARROW, FakeTikTok, no
from tests.publishing.platforms.tiktok_bench import made, token

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FakeTikTok]:
    with FakeTikTok(lambda: NOW) as running:
        yield running


@pytest.fixture
def adapter(server: FakeTikTok, client: httpx.Client, naps: list[float]) -> TikTok:
    return made(client, lambda: NOW, naps, server)


@pytest.fixture
def counted(server: FakeTikTok, adapter: TikTok) -> Counted:
    return Counted(
        adapter=adapter,
        token=token(),
        account="open-kesar",
        server=server,
        today=date(2026, 11, 20),
        document="tiktok",
        stand=lambda number: setattr(server, "followers", number),
        vanish=lambda: setattr(server, "is_gone", True),
        narrow=token(NARROW, "user.info.basic"),
        stranger=token("act.nobody"),
        busy=no(429, "rate_limit_exceeded", "The API rate limit was exceeded."),
        busy_for=timedelta(minutes=1),
    )


class TestTikTokDays(CountingContract):
    looks_back = False
    stands_now = frozenset({"followers", "following", "likes_total", "videos", "views_7d", "top_videos"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def video(server: FakeTikTok, number: int, at: datetime, **counts: int) -> str:
    told = {"like_count": 0, "comment_count": 0, "share_count": 0, "view_count": 0, **counts}
    post: dict[str, Any] = {
        "id": str(7_400_000_000_000_000_000 + number), "publish_id": f"p{number}", "text": f"Film {number}",
        "level": "PUBLIC_TO_EVERYONE", "kind": "video", "created": int(at.timestamp()), "counts": told, "media": [],
    }  # fmt: skip
    server.posts.append(post)
    return str(post["id"])


def test_a_week_is_reckoned_from_its_own_videos(counted: Counted, server: FakeTikTok) -> None:
    video(server, 1, NOW - timedelta(days=8), view_count=9_000, like_count=500)
    video(server, 2, NOW - timedelta(days=6), view_count=100, like_count=10, comment_count=4, share_count=1)
    video(server, 3, NOW - timedelta(hours=1), view_count=300, like_count=20, comment_count=4, share_count=1)
    told = counted.day().figures
    assert (told["views_7d"], told["average_views"], told["engagement_rate"]) == (400, 3133, 0.1)
    assert [row["views"] for row in told["top_videos"]] == [300, 100]
    assert (told["top_videos"][0]["title"], told["top_videos"][0]["shares"]) == ("Film 3", 1)
    assert told["likes_total"] == 530


def test_of_no_videos_no_average_is_made_up(counted: Counted) -> None:
    told = counted.day()
    assert told.figures["views_7d"] == 0
    assert told.missing["engagement_rate"] is told.missing["average_views"] is Missing.NO_ANSWER


def test_more_reactions_than_views_are_no_rate(counted: Counted, server: FakeTikTok) -> None:
    video(server, 1, NOW - timedelta(hours=1), view_count=3, like_count=9)
    assert "engagement_rate" not in counted.day().figures


def test_a_hundred_videos_are_looked_at_page_by_page(counted: Counted, server: FakeTikTok) -> None:
    for number in range(130):
        video(server, number, NOW - timedelta(hours=200 - number), view_count=number)
    told = counted.day().figures
    assert told["average_views"] == round(sum(range(30, 130)) / 100)
    assert len(server.seen("POST", r"/video/list/$")) == 5


def test_likes_that_fall_are_told_as_they_stand(counted: Counted, server: FakeTikTok) -> None:
    video(server, 1, NOW - timedelta(days=20), like_count=50)
    assert counted.day().figures["likes_total"] == 50
    server.posts[0]["counts"]["like_count"] = 31
    assert counted.day().figures["likes_total"] == 31


@pytest.mark.parametrize(
    ("wanting", "lost", "kept"),
    [("user.info.stats", "followers", "top_videos"), ("video.list", "top_videos", "followers")],
)
def test_each_right_costs_only_what_needs_it(
    counted: Counted, server: FakeTikTok, wanting: str, lost: str, kept: str
) -> None:
    scope = ",".join(name for name in EVERYTHING.split(",") if name != wanting)
    server.tokens["act.some"] = scope
    told = counted.day(token("act.some", scope))
    assert kept in told.figures
    assert told.missing[lost] is Missing.NO_ACCESS


def test_a_right_taken_back_since_costs_only_what_needs_it(counted: Counted, server: FakeTikTok) -> None:
    server.tokens["act.less"] = "user.info.basic,video.list"
    told = counted.day(token("act.less", EVERYTHING))
    assert told.missing["followers"] is Missing.NO_ACCESS
    assert "views_7d" in told.figures
    server.tokens["act.less"] = "user.info.basic,user.info.stats"
    told = counted.day(token("act.less", EVERYTHING))
    assert told.missing["views_7d"] is Missing.NO_ACCESS
    assert told.figures["followers"] == 1200


def test_an_account_without_a_name_is_gone(counted: Counted, server: FakeTikTok) -> None:
    server.is_gone = True
    with pytest.raises(AccountGone):
        counted.day()


def test_a_limit_under_http_200_is_a_limit(counted: Counted, server: FakeTikTok) -> None:
    server.fault("GET", ANY, answer=no(200, "rate_limit_exceeded"))
    with pytest.raises(TryLater) as busy:
        counted.day()
    assert busy.value.after == timedelta(minutes=1)


def test_what_is_asked_of_days_keeps_to_the_contract_written_from_the_facts(
    counted: Counted, server: FakeTikTok
) -> None:
    one = video(server, 1, NOW)
    counted.day()
    counted.day(counted.narrow)
    counted.adapter.metrics([one], token=counted.token)
    assert schemas("tiktok").problems(server.answered) == []
