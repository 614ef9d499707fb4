"""What Facebook tells of a Page's days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.counting import KnowsAudience, Missing
from publishing.platforms.facebook import Facebook
from tests.analytics.counting_contract import Counted, CountingContract
from tests.peers.contracts import Meta, folder
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import PAGE
from tests.publishing.platforms.at_facebook import SIGNED, built
from tests.publishing.platforms.meta_days import counted as counted_at

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FakeFacebook]:
    with FakeFacebook(lambda: NOW) as running:
        yield running


@pytest.fixture
def adapter(server: FakeFacebook, client: httpx.Client, naps: list[float]) -> Facebook:
    return built(server, client, lambda: NOW, naps)


@pytest.fixture
def counted(server: FakeFacebook, adapter: Facebook) -> Counted:
    return counted_at(adapter, server, SIGNED, PAGE, renamed=("page_media_view", "views"))


class TestFacebookDays(CountingContract):
    every_day = frozenset(
        {
            "followers",
            "views",
            "reach",
            "post_engagement",
            "page_views",
            "video_views",
            "follows",
            "unfollows",
            "reactions",
        }
    )
    stands_now = frozenset({"followers", "page_likes", "posted_24h", "top_posts"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def posted(server: FakeFacebook, at: datetime, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = server._new("post", message="Harvest", link=None, files=[], alts=[])
    made |= {"public": True, "shown": at, **more}
    server.posts.append(made)
    return made


def test_two_years_come_by_nine_calls_of_ninety_days(counted: Counted, server: FakeFacebook) -> None:
    first, last = counted.today - timedelta(days=728), counted.today - timedelta(days=1)
    assert counted.adapter.history == timedelta(days=728)
    for day in (first, first + timedelta(days=89), first + timedelta(days=90), last):
        server.told.tell(day)
    told = counted.adapter.past_days(PAGE, token=SIGNED, first=first, last=last)
    assert [each.day for each in told] == [first, first + timedelta(days=89), first + timedelta(days=90), last]
    assert len(server.seen("GET", rf"/{PAGE}/insights$")) == 9


def test_days_that_are_no_longer_kept_say_nothing_of_the_metrics(counted: Counted, server: FakeFacebook) -> None:
    first, kept = counted.today - timedelta(days=800), counted.today - timedelta(days=600)
    server.told.tell(kept)
    told = counted.adapter.past_days(PAGE, token=SIGNED, first=first, last=kept)
    assert [each.day for each in told] == [kept]
    assert "views" in told[0].figures


def test_reactions_of_all_kinds_are_added_up(counted: Counted, server: FakeFacebook) -> None:
    day = counted.today - timedelta(days=4)
    server.told.tell(day, page_actions_post_reactions_like_total=5, page_actions_post_reactions_love_total=2)
    kinds = ("wow", "haha", "sorry", "anger")
    server.told.days[day] |= {f"page_actions_post_reactions_{kind}_total": 1 for kind in kinds}
    (told,) = counted.past(5)
    assert told.figures["reactions"] == 11


def test_a_page_of_few_likes_is_told_too_little_and_not_nought(counted: Counted, server: FakeFacebook) -> None:
    counted.stand(99)
    server.told.tell(counted.today - timedelta(days=1))
    told = counted.day()
    assert told.figures["page_likes"] == 99
    assert told.missing["views"] is told.missing["reach"] is Missing.TOO_FEW
    assert counted.past(5) == []


def test_dead_metrics_are_said_to_be_dead(counted: Counted, server: FakeFacebook) -> None:
    told = counted.day()
    assert told.missing["impressions"] is told.missing["comments"] is Missing.NOT_OFFERED
    assert not any("page_impressions" in one.target or "page_fans" in one.target for one in server.requests)
    assert not isinstance(counted.adapter, KnowsAudience)


def test_days_are_cut_where_clocks_change(counted: Counted, server: FakeFacebook) -> None:
    # On 1 November 2026 the Pacific day has 25 hours.
    server.told.tell(date(2026, 10, 31))
    server.told.tell(date(2026, 11, 1))
    told = counted.adapter.past_days(PAGE, token=SIGNED, first=date(2026, 10, 31), last=date(2026, 11, 2))
    assert [each.day for each in told] == [date(2026, 10, 31), date(2026, 11, 1)]


def test_what_was_posted_is_counted_by_day_and_ranked(counted: Counted, server: FakeFacebook) -> None:
    for number in range(8):
        posted(server, NOW - timedelta(days=number, hours=2), reactions=number, shares=number)
    posted(server, NOW - timedelta(days=40), reactions=900)
    server.told.tell(counted.today - timedelta(days=3))
    today = counted.day()
    best = today.figures["top_posts"]
    assert [row["likes"] for row in best] == [7, 6, 5, 4, 3]
    assert (best[0]["shares"], best[0]["views"], best[0]["title"]) == (7, 0, "Harvest")
    assert counted.past(5)[0].figures["posted_24h"] == 1


# Posts


def test_a_post_tells_clicks_by_kind_and_all_reactions(counted: Counted, server: FakeFacebook) -> None:
    post = posted(server, NOW, reactions=9)
    post["insights"] |= {
        "post_clicks_by_type": {"link clicks": 4, "other clicks": 30},
        "post_reactions_by_type_total": {"like": 6, "love": 3},
        "post_clicks": 34,
    }
    told = counted.adapter.metrics([post["id"]], token=SIGNED)[post["id"]].metrics
    assert (told["clicks"], told["link_clicks"], told["reactions"], told["likes"]) == (34, 4, 9, 9)
    assert "reach" not in told


def test_a_reel_tells_how_long_it_was_watched(counted: Counted, server: FakeFacebook) -> None:
    reel = server._new("reel", description="Film", files=[b""])
    reel |= {"public": True, "shown": NOW, "finished": True}
    reel["video_insights"] = {
        "blue_reels_play_count": 500, "post_video_avg_time_watched": 5_250, "post_video_view_time": 2_625_000,
        "post_video_likes_by_reaction_type": {"REACTION_LIKE": 12}, "post_video_social_actions": {"SHARE": 3},
    }  # fmt: skip
    told = counted.adapter.metrics([reel["id"]], token=SIGNED)[reel["id"]].metrics
    assert (told["views"], told["average_watch_seconds"], told["watch_seconds"]) == (500, 5.25, 2625)
    assert (told["reactions"], told["shares"]) == (12, 3)


def test_without_read_insights_a_post_has_its_reactions_still(counted: Counted, server: FakeFacebook) -> None:
    post = posted(server, NOW, reactions=9)
    told = counted.adapter.metrics([post["id"]], token=counted.narrow)[post["id"]].metrics
    assert told["likes"] == 9
    assert "views" not in told


@pytest.mark.shared
def test_what_is_asked_of_days_fits_metas_specs(counted: Counted, server: FakeFacebook) -> None:
    post = posted(server, NOW - timedelta(days=2))
    for number in range(1, 6):
        counted.tell(counted.today - timedelta(days=number))
    counted.day()
    counted.past(5)
    counted.adapter.metrics([post["id"]], token=SIGNED)
    contract = Meta(
        folder("meta"),
        {PAGE: "Page", post["id"]: "PagePost"},
        extra={"PagePost.fields": frozenset({"comments", "reactions", "likes", "shares"})},
    )
    assert contract.problems(server.answered) == []
