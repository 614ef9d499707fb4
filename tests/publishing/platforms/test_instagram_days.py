"""What Instagram tells of an account's days, through both of its sign-ins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Token
from publishing.platforms.counting import Missing
from publishing.platforms.instagram import Instagram
from tests.analytics.counting_contract import Counted, CountingContract
from tests.peers.contracts import Meta, folder
from tests.peers.fake_instagram import ACCOUNT, METRICS, FakeInstagram
from tests.publishing.platforms.at_instagram import OWN_SIGNED, PAGE_SIGNED, built
from tests.publishing.platforms.meta_days import counted as counted_at

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def server() -> Iterator[FakeInstagram]:
    with FakeInstagram(lambda: NOW) as running:
        yield running


@pytest.fixture
def adapter(server: FakeInstagram, client: httpx.Client, naps: list[float]) -> Instagram:
    return built(server, client=client, clock=lambda: NOW, sleep=naps.append)


def bench(server: FakeInstagram, adapter: Instagram, token: Token) -> Counted:
    return counted_at(adapter, server, token, ACCOUNT, renamed=("saves", "saves"))


class InstagramDays(CountingContract):
    audiences = True
    every_day = frozenset(
        {"reach", "views", "accounts_engaged", "likes", "comments", "saves", "shares", "website_clicks"}
    )
    stands_now = frozenset({"followers", "following", "posts", "stories", "reels", "posted_24h", "top_posts"})


class TestThroughAPage(InstagramDays):
    @pytest.fixture
    def counted(self, server: FakeInstagram, adapter: Instagram) -> Counted:
        return bench(server, adapter, PAGE_SIGNED)


class TestByItsOwnLogin(InstagramDays):
    @pytest.fixture
    def counted(self, client: httpx.Client, naps: list[float]) -> Iterator[Counted]:
        with FakeInstagram(lambda: NOW, own=True) as server:
            yield bench(server, built(server, client=client, clock=lambda: NOW, sleep=naps.append), OWN_SIGNED)


@pytest.fixture
def counted(server: FakeInstagram, adapter: Instagram) -> Counted:
    return bench(server, adapter, PAGE_SIGNED)


def posted(
    server: FakeInstagram, number: int, at: datetime, *, product: str = "FEED", likes: int = 0
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": str(18_000_000_000 + number), "caption": f"Harvest {number}", "permalink": f"https://ig.example/{number}",
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"), "media_product_type": product, "like_count": likes,
        "comments_count": 1, "media_type": "VIDEO" if product == "REELS" else "IMAGE", "comments": [],
        "insights": dict.fromkeys(METRICS[product], 7), "made": {},
    }  # fmt: skip
    server.posts.append(row)
    return row


def test_days_are_pacific_ones(counted: Counted, server: FakeInstagram) -> None:
    server.told.tell(date(2026, 11, 15), reach=70)
    posted(server, 1, datetime(2026, 11, 16, 7, 59, tzinfo=UTC), product="REELS")
    posted(server, 2, datetime(2026, 11, 16, 8, 1, tzinfo=UTC))
    (told,) = counted.past(6)
    assert (told.day, told.figures["reach"], told.figures["posted_24h"], told.figures["reels"]) == (
        date(2026, 11, 15), 70, 1, 1,
    )  # fmt: skip
    assert told.settled


def test_the_last_two_days_may_still_be_corrected(counted: Counted, server: FakeInstagram) -> None:
    for number in range(1, 5):
        server.told.tell(counted.today - timedelta(days=number))
    assert [told.settled for told in counted.past(4)] == [True, True, False, False]


def test_what_is_late_is_said_to_come(counted: Counted, server: FakeInstagram) -> None:
    server.told.days[counted.today - timedelta(days=1)] = {"reach": 5}
    server.told.days[counted.today - timedelta(days=4)] = {"reach": 6}
    old, new = counted.past(5)
    assert (old.missing["likes"], new.missing["likes"]) == (Missing.NO_ANSWER, Missing.NOT_YET)


def test_dead_metrics_are_not_offered_and_never_asked_for(counted: Counted, server: FakeInstagram) -> None:
    server.told.tell(counted.today - timedelta(days=4))
    (told,) = counted.past(5)
    today = counted.day()
    for each in (told, today):
        assert each.missing["impressions"] is each.missing["profile_views"] is Missing.NOT_OFFERED
    assert not any(name in one.target for one in server.requests for name in ("impressions", "profile_views"))


def test_below_a_hundred_followers_who_came_and_went_is_kept_back(counted: Counted, server: FakeInstagram) -> None:
    counted.stand(99)
    server.told.tell(counted.today - timedelta(days=4))
    (told,) = counted.past(5)
    assert told.missing["follows"] is told.missing["unfollows"] is Missing.TOO_FEW
    counted.stand(100)
    (told,) = counted.past(5)
    assert (told.figures["follows"], told.figures["unfollows"]) == (
        server.told.days[told.day]["follows_and_unfollows"],
        3,
    )


def test_a_dead_metric_is_looked_for_once_and_not_every_day(counted: Counted, server: FakeInstagram) -> None:
    for number in range(1, 11):
        server.told.tell(counted.today - timedelta(days=number))
    server.told.rename("views")
    assert len(counted.past(10)) == 10
    # One for the days there are, eight names halved until the one is found, then two calls a day.
    assert len(server.seen("GET", r"/insights$")) <= 1 + 6 + 2 * 10


def test_a_quarter_without_numbers_costs_a_call_a_month(counted: Counted, server: FakeInstagram) -> None:
    assert counted.past(90) == []
    assert len(server.seen("GET", r"/insights$")) == 3
    server.told.tell(counted.today - timedelta(days=70))
    assert [told.day for told in counted.past(90)] == [counted.today - timedelta(days=70)]
    assert len(server.seen("GET", r"/insights$")) == 3 + 3 + 2


def test_without_a_series_of_reach_every_day_is_asked_for(counted: Counted, server: FakeInstagram) -> None:
    server.told.tell(counted.today - timedelta(days=3))
    server.told.rename("reach")
    (told,) = counted.past(5)
    assert told.missing["reach"] is Missing.NOT_OFFERED
    assert "views" in told.figures


def test_the_month_and_what_did_best_in_it(counted: Counted, server: FakeInstagram) -> None:
    for number in range(1, 31):
        server.told.tell(counted.today - timedelta(days=number), profile_links_taps=2, reach=900 + number)
    posted(server, 9, NOW - timedelta(days=45), likes=999)
    for number in range(1, 8):
        posted(server, number, NOW - timedelta(days=number), likes=number, product="REELS" if number == 7 else "FEED")
    told = counted.day()
    assert told.figures["website_clicks_30d"] == 60
    assert told.figures["reach_28d"] == 901
    best = told.figures["top_posts"]
    assert [row["likes"] for row in best] == [7, 6, 5, 4, 3]
    assert (best[0]["title"], best[0]["views"], best[0]["saves"]) == ("Harvest 7", 7, 7)
    assert not told.settled


def test_stories_of_today_are_counted(counted: Counted, server: FakeInstagram) -> None:
    for hours in (1, 0.5, 20):
        at = NOW - timedelta(hours=hours)
        server.stories.append({"id": f"{hours}", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000")})
    # Two since Pacific midnight (08:00 UTC), one of the day before.
    assert counted.day().figures["stories"] == 2


def test_who_follows_is_told_in_parts_of_those_instagram_speaks_of(counted: Counted) -> None:
    told = {each.kind: each for each in counted.adapter.audience(ACCOUNT, token=counted.token)}
    assert set(told) == {"country", "city", "age", "gender"}
    assert told["gender"].shares["female"] == pytest.approx(503 / 912, abs=1e-5)
    assert (told["gender"].counted, told["gender"].of) == (912, "followers")


def test_a_limit_in_the_middle_of_many_days_puts_all_of_them_off(counted: Counted, server: FakeInstagram) -> None:
    for number in range(1, 6):
        server.told.tell(counted.today - timedelta(days=number))
    server.fault("GET", r"/insights$", answer=counted.busy)
    with pytest.raises(Exception, match="slow down"):
        counted.past(5)


# Posts


def test_a_reel_tells_how_long_it_was_watched(counted: Counted, server: FakeInstagram) -> None:
    row = posted(server, 1, NOW, product="REELS")
    row["insights"] |= {
        "ig_reels_avg_watch_time": 6_420, "ig_reels_video_view_total_time": 1_284_000, "reels_skip_rate": 41.5,
        "reposts": 4, "crossposted_views": 300, "facebook_views": 100,
    }  # fmt: skip
    told = counted.adapter.metrics([row["id"]], token=counted.token)[row["id"]].metrics
    assert (told["average_watch_seconds"], told["watch_seconds"], told["skip_rate"]) == (6.42, 1284, 0.415)
    assert (told["reposts"], told["crossposted_views"], told["facebook_views"]) == (4, 300, 100)


def test_a_story_tells_taps_and_a_picture_visits(counted: Counted, server: FakeInstagram) -> None:
    story, picture = posted(server, 1, NOW, product="STORY"), posted(server, 2, NOW)
    story["insights"] |= {"navigation": 90, "replies": 2, "link_clicks": 5}
    picture["insights"] |= {"profile_visits": 11, "follows": 3}
    told = counted.adapter.metrics([story["id"], picture["id"]], token=counted.token)
    shown = told[story["id"]].metrics
    assert (shown["navigation"], shown["replies"], shown["comments"], shown["link_clicks"]) == (90, 2, 2, 5)
    assert (told[picture["id"]].metrics["profile_visits"], told[picture["id"]].metrics["follows"]) == (11, 3)
    assert "watch_seconds" not in told[picture["id"]].metrics


def test_without_the_right_to_insights_a_post_has_its_likes_still(counted: Counted, server: FakeInstagram) -> None:
    row = posted(server, 1, NOW, likes=12)
    told = counted.adapter.metrics([row["id"]], token=counted.narrow)[row["id"]].metrics
    assert dict(told) == {"likes": 12, "comments": 1}


def test_a_metric_renamed_for_posts_costs_only_itself_and_is_asked_for_once(
    counted: Counted, server: FakeInstagram
) -> None:
    rows = [posted(server, number, NOW) for number in range(6)]
    for row in rows:
        del row["insights"]["total_interactions"]
    told = counted.adapter.metrics([row["id"] for row in rows], token=counted.token)
    assert all(counts.metrics["saves"] == 7 and "interactions" not in counts.metrics for counts in told.values())
    assert len(server.seen("GET", r"/insights$")) <= 6 + 8


# Meta's own specs


@pytest.mark.shared
def test_what_is_asked_of_days_fits_metas_specs(counted: Counted, server: FakeInstagram) -> None:
    row = posted(server, 1, NOW)
    for number in range(1, 6):
        counted.tell(counted.today - timedelta(days=number))
    counted.day()
    counted.past(5)
    counted.adapter.audience(ACCOUNT, token=counted.token)
    counted.adapter.metrics([row["id"]], token=counted.token)
    contract = Meta(folder("meta"), {ACCOUNT: "IGUser", row["id"]: "IGMedia"})
    assert contract.problems(server.answered) == []
    known = {*contract.enums["shadowiguserinsights_metric_enum_param"]}
    media = {*contract.enums["shadowigmediainsights_metric_enum_param"], "link_clicks"}
    for asked in server.seen("GET", r"/insights$"):
        names = set(asked.first("metric").split(","))
        assert names <= (known if ACCOUNT in asked.path else media)
