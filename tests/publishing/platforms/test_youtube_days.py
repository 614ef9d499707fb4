"""What YouTube tells of a channel's days: the Data API's totals, and YouTube Analytics."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from publishing.platforms.base import TryLater
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.youtube import YouTube
from tests.analytics.counting_contract import Counted, CountingContract, signed_otherwise
from tests.peers.contracts import Discovery, folder
from tests.peers.fake_youtube import CHANNEL, NARROW, FakeYouTube, no
from tests.publishing.platforms.youtube_bench import made, token

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def server() -> Iterator[FakeYouTube]:
    with FakeYouTube(lambda: NOW) as running:
        yield running


@pytest.fixture
def adapter(server: FakeYouTube, client: httpx.Client, naps: list[float]) -> YouTube:
    return made(client, lambda: NOW, naps, server)


@pytest.fixture
def counted(server: FakeYouTube, adapter: YouTube) -> Counted:
    def rename() -> str:
        server.reports.names.remove("shares")
        return "shares"

    return Counted(
        adapter=adapter,
        token=token(),
        account=CHANNEL,
        server=server,
        today=TODAY,
        document="youtube",
        stand=lambda number: setattr(server, "subscribers", number),
        tell=server.reports.tell,
        vanish=lambda: setattr(server, "has_channel", False),
        hush=server.reports.days.clear,
        narrow=signed_otherwise(token(), NARROW),
        rename=rename,
        shrink=lambda: setattr(server.reports, "is_small", True),
        stranger=signed_otherwise(token(), "ya29.nobody"),
    )


class TestYouTubeDays(CountingContract):
    audiences = True
    every_day = frozenset(
        {"views", "likes", "comments", "shares", "watch_minutes", "average_view_seconds"}
        | {"subscribers_gained", "subscribers_lost"}
    )
    stands_now = frozenset({"subscribers", "views_total", "videos", "posted_24h", "top_videos"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def video(server: FakeYouTube, name: str, at: datetime, *, views: int = 0) -> str:
    counts = {"viewCount": str(views), "likeCount": "3", "commentCount": "1", "favoriteCount": "0"}
    snippet = {"title": f"Film {name}", "channelId": CHANNEL, "publishedAt": at.isoformat().replace("+00:00", "Z")}
    server.posts.append({"id": name, "snippet": snippet, "status": {"privacyStatus": "public"}, "statistics": counts})
    return name


def test_the_last_days_are_not_reckoned_yet_and_left_out(counted: Counted, server: FakeYouTube) -> None:
    for number in range(1, 8):
        server.reports.tell(TODAY - timedelta(days=number))
    told = counted.past(7)
    assert [(each.day, each.settled) for each in told] == [
        (TODAY - timedelta(days=number), number > 3) for number in (7, 6, 5, 4, 3)
    ]


def test_two_years_of_days_come_by_one_query(counted: Counted, server: FakeYouTube) -> None:
    for number in range(1, 731):
        server.reports.tell(TODAY - timedelta(days=number), views=number)
    told = counted.past(730)
    assert len(told) == 728
    assert (told[0].figures["views"], told[-1].figures["views"]) == (730, 3)
    assert len(server.seen("GET", r"^/v2/reports$")) == 1


def test_an_answer_without_rows_is_no_day_of_nought(counted: Counted) -> None:
    assert counted.past(30) == []


def test_days_of_publishing_are_pacific_ones(counted: Counted, server: FakeYouTube) -> None:
    server.reports.tell(date(2026, 11, 15))
    video(server, "late", datetime(2026, 11, 16, 7, 59, tzinfo=UTC))
    video(server, "early", datetime(2026, 11, 16, 8, 1, tzinfo=UTC))
    (told,) = counted.past(6)
    assert (told.day, told.figures["posted_24h"]) == (date(2026, 11, 15), 1)


def test_uploads_are_walked_page_by_page_until_the_first_day(counted: Counted, server: FakeYouTube) -> None:
    for number in range(120, 0, -1):
        video(server, f"v{number}", NOW - timedelta(hours=8 * number))
    server.reports.tell(TODAY - timedelta(days=30))
    told = counted.past(30)
    assert told[0].figures["posted_24h"] == 3
    assert len(server.seen("GET", r"^/youtube/v3/playlistItems$")) == 2


def test_hidden_subscribers_are_unknown_not_nought(counted: Counted, server: FakeYouTube) -> None:
    server.subscribers = None
    told = counted.day()
    assert "subscribers" not in told.figures
    assert told.missing["subscribers"] is Missing.NO_ACCESS


def test_a_channel_that_is_gone_is_said_to_be(counted: Counted, server: FakeYouTube) -> None:
    server.has_channel = False
    with pytest.raises(AccountGone):
        counted.day()
    server.has_channel = True
    server.fault("GET", r"/channels$", answer=no(403, "channelClosed"))
    with pytest.raises(AccountGone):
        counted.day()


def test_the_days_quota_is_waited_for_until_pacific_midnight(counted: Counted, server: FakeYouTube) -> None:
    server.fault("GET", r"/channels$", answer=no(403, "quotaExceeded", domain="youtube.quota"))
    with pytest.raises(TryLater) as spent:
        counted.day()
    assert spent.value.after == timedelta(hours=14)


def test_top_videos_are_the_months_by_analytics(counted: Counted, server: FakeYouTube) -> None:
    for number in range(1, 13):
        name = video(server, f"v{number}", NOW - timedelta(days=200), views=10**6)
        server.reports.videos[name] = {"views": number, "likes": 2, "estimatedMinutesWatched": 90}
    best = counted.day().figures["top_videos"]
    assert [row["views"] for row in best] == list(range(12, 2, -1))
    assert (best[0]["title"], best[0]["watch_minutes"], best[0]["likes"]) == ("Film v12", 90, 2)


def test_without_analytics_top_videos_are_ranked_by_ourselves(counted: Counted, server: FakeYouTube) -> None:
    video(server, "old", NOW - timedelta(days=90), views=10**6)
    for number in range(1, 4):
        video(server, f"v{number}", NOW - timedelta(days=4 - number), views=number)
    told = counted.day(counted.narrow)
    assert [row["views"] for row in told.figures["top_videos"]] == [3, 2, 1]
    assert told.missing["watch_minutes"] is Missing.NO_ACCESS


@pytest.mark.parametrize("reason", ["accessNotConfigured", "forbidden"])
def test_an_app_without_the_analytics_api_still_counts_the_rest(
    counted: Counted, server: FakeYouTube, reason: str
) -> None:
    server.fault("GET", r"^/v2/reports$", answer=no(403, reason), times=None)
    told = counted.day()
    assert told.figures["views_total"] == 91000
    assert told.missing["likes"] is Missing.NO_ACCESS


def test_a_day_costs_few_units(counted: Counted, server: FakeYouTube) -> None:
    for number in range(40):
        name = video(server, f"v{number}", NOW - timedelta(days=40 - number))
        server.reports.videos[name] = {"views": number}
    counted.day()
    assert len(server.seen("GET", r"^/youtube/v3/")) == 3


def test_who_watches_is_told_of_viewers(counted: Counted) -> None:
    told = {each.kind: each for each in counted.adapter.audience(CHANNEL, token=counted.token)}
    assert told["country"].shares == {"IN": 0.7, "PT": 0.2}
    assert told["age"].shares["18-24"] == pytest.approx(0.4)
    assert told["age"].shares["65+"] == pytest.approx(0.05)
    assert told["gender"].shares["other"] == pytest.approx(0.05)
    assert {each.of for each in told.values()} == {"viewers"}


# Videos


def test_a_video_tells_how_long_it_was_watched(counted: Counted, server: FakeYouTube) -> None:
    name = video(server, "film", NOW, views=50)
    server.reports.videos[name] = {
        "views": 48, "shares": 4, "dislikes": 1, "estimatedMinutesWatched": 25, "averageViewDuration": 30,
        "averageViewPercentage": 62.5, "subscribersGained": 3, "subscribersLost": 1, "engagedViews": 40,
        "videosAddedToPlaylists": 2,
    }  # fmt: skip
    told = counted.adapter.metrics([name], token=counted.token)[name].metrics
    assert (told["views"], told["shares"], told["dislikes"], told["playlist_adds"]) == (50, 4, 1, 2)
    assert (told["watch_seconds"], told["average_watch_seconds"], told["average_viewed"]) == (1500, 30, 0.625)
    assert (told["follows"], told["subscribers_lost"], told["engaged_views"]) == (3, 1, 40)


def test_many_videos_are_asked_for_fifty_at_once(counted: Counted, server: FakeYouTube) -> None:
    names = [video(server, f"v{number}", NOW) for number in range(120)]
    server.reports.videos |= {name: {"views": 1, "shares": 5} for name in names}
    told = counted.adapter.metrics(names, token=counted.token)
    assert all(counts.metrics["shares"] == 5 for counts in told.values())
    assert len(server.requests) == 6


def test_a_video_without_a_report_has_its_own_counts(counted: Counted, server: FakeYouTube) -> None:
    name = video(server, "film", NOW, views=50)
    for signed in (counted.token, counted.narrow):
        told = counted.adapter.metrics([name], token=signed)[name].metrics
        assert dict(told) == {"views": 50, "likes": 3, "comments": 1}


def test_a_token_that_names_no_channel_asks_for_its_own(counted: Counted, server: FakeYouTube) -> None:
    name = video(server, "film", NOW)
    server.reports.videos[name] = {"views": 1, "shares": 7}
    told = counted.adapter.metrics([name], token=replace(token(), extra={}))[name].metrics
    assert told["shares"] == 7


@pytest.mark.shared
def test_what_is_asked_of_days_keeps_to_googles_discovery_documents(counted: Counted, server: FakeYouTube) -> None:
    name = video(server, "film", NOW - timedelta(days=2))
    server.reports.videos[name] = {"views": 9}
    for number in range(1, 6):
        counted.tell(TODAY - timedelta(days=number))
    counted.day()
    counted.past(5)
    counted.adapter.audience(CHANNEL, token=counted.token)
    counted.adapter.metrics([name], token=counted.token)
    data, analytics = (Discovery(folder(f"youtube-{one}-discovery.json")) for one in ("v3", "analytics-v2"))
    assert data.problems(server.answered, beyond=r"^GET /v2/reports$") == []
    assert analytics.problems(server.answered, beyond=r"^GET /youtube/v3/") == []
    assert analytics.knows(server.seen("GET", r"^/v2/reports$")[0])
