"""How often sources are asked: by how their answers change, within what they allow, each for itself."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from threading import Event
from typing import Any

import pytest
from django.db import connections

from tests.trends.collecting import HOUR, again, collect, feed
from tests.trends.conftest import NOW
from tests.trends.feeds import TOKEN, Answer, FeedServer, running
from trends import polling, sources
from trends.collection import fetching, quotas
from trends.models import TrendSource
from trends.polling import Change
from trends.services.defaults import FEEDS

QUARTER = dt.timedelta(minutes=15)
MINUTE = dt.timedelta(minutes=1)
KEY = "example-key-example-key-0123"
APP = "example-app:example-secret"


@pytest.fixture(autouse=True)
def local_server_allowed(settings: Any) -> None:
    """The feeds of these tests stand on this machine."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]


def paced(*changes: Change, interval: dt.timedelta = QUARTER, floor: dt.timedelta = MINUTE) -> dt.timedelta:
    """The pace after these answers."""
    pace, unchanged = interval, 0
    for change in changes:
        unchanged = unchanged + 1 if change is Change.SAME else 0
        pace = polling.paced(pace, interval=interval, floor=floor, change=change, unchanged=unchanged)
    return pace


def test_news_at_each_poll_quicken_it_down_to_a_quarter_of_the_interval() -> None:
    assert paced(Change.NEWS) == QUARTER * 0.75
    assert paced(*[Change.NEWS] * 20) == QUARTER / 4
    assert paced(*[Change.NEWS] * 20, floor=QUARTER / 2) == QUARTER / 2
    assert paced(*[Change.NEWS] * 20, floor=HOUR) == QUARTER


def test_where_nothing_changes_it_slows_down_to_four_intervals_but_not_by_chance() -> None:
    assert paced(Change.SAME, Change.SAME) == QUARTER
    assert paced(*[Change.SAME] * 3) == QUARTER * 1.5
    assert paced(*[Change.SAME] * 50) == QUARTER * 4
    assert paced(*[Change.SAME] * 50, interval=dt.timedelta(hours=12)) == dt.timedelta(days=1)


def test_a_change_brings_a_slowed_one_back_at_once_and_other_numbers_alone_quicken_nothing() -> None:
    assert paced(*[Change.SAME] * 50, Change.MOVED) == QUARTER
    assert paced(*[Change.SAME] * 50, Change.NEWS) == QUARTER * 0.75
    assert paced(*[Change.MOVED] * 50) == QUARTER


def test_what_is_left_of_a_quota_is_spread_over_the_rest_of_the_day() -> None:
    ends = NOW + 6 * HOUR
    assert polling.spread(now=NOW, left=12, cost=1, day_ends=ends) == HOUR / 2
    assert polling.spread(now=NOW, left=12, cost=4, day_ends=ends) == 2 * HOUR
    assert polling.spread(now=NOW, left=3, cost=4, day_ends=ends) == 6 * HOUR


def test_a_quotas_day_ends_where_the_platform_is() -> None:
    day, ends = polling.quota_day(dt.datetime(2026, 11, 19, 7, 30, tzinfo=dt.UTC), "America/Los_Angeles")
    assert (day, ends.astimezone(dt.UTC)) == (dt.date(2026, 11, 18), dt.datetime(2026, 11, 19, 8, tzinfo=dt.UTC))
    spent = {at: polling.spent_today(7, counted_on=at, today=day) for at in (day, day + dt.timedelta(days=1))}
    assert set(spent.values()) == {7}
    assert polling.spent_today(7, counted_on=day - dt.timedelta(days=1), today=day) == 0
    assert polling.spent_today(7, counted_on=day + dt.timedelta(days=300), today=day) == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"x-ratelimit-reset": "27", "x-ratelimit-remaining": "3.0"}, 27), ({"x-rate-limit-reset": "1795085100"}, 900)],
)
def test_a_refusal_with_a_reset_is_waited_for(headers: dict[str, str], seconds: int) -> None:
    waits = polling.asked_to_wait(headers, now=dt.datetime.fromtimestamp(1795084200, tz=dt.UTC), refused=True)
    assert waits == dt.timedelta(seconds=seconds)


def test_a_feed_that_changes_is_asked_sooner_and_a_still_one_later(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    def rss(title: str) -> bytes:
        return f"<rss><channel><item><title>{title}</title></item></channel></rss>".encode()

    row, at = feed("rss", feeds, config={"feed_url": f"{feeds.url}/news.xml"}, interval=HOUR), now
    for number in range(6):
        feeds.serve("/news.xml", rss(f"News {number}"))
        collect(row, at)
        at = again(row).next_poll_at  # type: ignore[assignment]
    assert row.pace == HOUR / 4
    assert [outcome[1] for outcome in row.outcomes] == ["moved", *["news"] * 5]
    for _ in range(12):
        collect(row, at)
        at = again(row).next_poll_at  # type: ignore[assignment]
    assert row.pace == 4 * HOUR
    assert 4 * HOUR <= at - row.last_polled_at <= 4.4 * HOUR  # type: ignore[operator]
    feeds.serve("/news.xml", rss("At last"))
    collect(row, at)
    assert again(row).pace == HOUR * 0.75
    assert len(row.outcomes) == 19


def test_only_the_last_day_of_outcomes_is_kept_and_a_failure_is_one(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row, at = feed("bluesky", feeds), now
    for _ in range(26):
        collect(row, at)
        at = again(row).next_poll_at  # type: ignore[assignment]
    feeds.behave("bluesky", "500")
    collect(row, at)
    assert len(again(row).outcomes) == 24
    assert row.outcomes[-1][1] == "bad"


def test_a_quota_is_never_passed_and_the_page_says_when_it_goes_on(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("youtube", feeds, credentials=KEY, quota_per_day=5, config={"pages": "2"})
    for _ in range(6):
        TrendSource.objects.update(next_poll_at=None)
        collect(row, now)
    assert len(feeds.asked) == 5 == again(row).quota_spent
    assert row.health == "ok"
    assert "quota" in row.last_note
    assert row.next_poll_at is not None
    assert row.next_poll_at >= dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    TrendSource.objects.update(next_poll_at=None, etag="", last_modified="")
    collect(row, now + dt.timedelta(days=1))
    assert again(row).quota_spent == 2


def test_feeds_of_a_platform_share_its_own_quota(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    day, _ends = polling.quota_day(now, "America/Los_Angeles")
    spender = feed("youtube", feeds, name="one", credentials=KEY, quota_spent=9_998, quota_day=day)
    other = feed("youtube", feeds, name="two", credentials=KEY, config={"pages": "4"})
    collect(other, now)
    assert len(feeds.asked) == 2
    assert "quota" in again(other).last_note
    assert (other.last_error, other.health) == ("", "ok")
    collect(spender, now)
    assert len(feeds.asked) == 2
    assert again(spender).outcomes[-1][1] == "wait"


def test_the_next_poll_leaves_enough_of_the_quota_for_the_rest_of_the_day(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("youtube", feeds, credentials=KEY, quota_per_day=4, interval=QUARTER)
    collect(row, now)
    rest = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC) - now
    assert again(row).next_poll_at is not None
    assert rest / 3 <= row.next_poll_at - now <= rest / 3 * 1.1  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_many_workers_together_never_pass_a_quota(now: dt.datetime) -> None:
    row = TrendSource.objects.create(kind="youtube", name="Y", quota_per_day=5)
    adapter = sources.source("youtube")

    def work(_number: int) -> bool:
        try:
            return quotas.take(row, adapter, cost=1, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(work, range(12)))
    assert taken.count(True) == 5


def test_subreddits_wait_their_turn_of_half_a_minute_each(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    config = {"subreddit": "SkincareExample"}
    rows = [feed("reddit", feeds, name=f"r{number}", config=config) for number in range(3)]
    asked_at: list[dt.datetime] = []
    at = now
    while len(asked_at) < 3:
        for row in rows:
            before = len(feeds.asked)
            collect(row, at)
            asked_at += [at] * (len(feeds.asked) - before)
        at += dt.timedelta(seconds=10)
        assert at < now + HOUR
    gaps = [later - earlier for earlier, later in pairwise(asked_at)]
    assert all(dt.timedelta(seconds=30) <= gap <= dt.timedelta(seconds=60) for gap in gaps)
    assert {again(row).health for row in rows} == {"ok"}


def test_an_app_of_reddit_signs_in_once_and_asks_with_its_token(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    config = {"subreddit": "SkincareExample", "api_url": feeds.url}
    row = feed("reddit", feeds, credentials=APP, config=config)
    for moment in (now, now + HOUR):
        TrendSource.objects.update(next_poll_at=None)
        collect(row, moment)
    assert [asked.path.partition("?")[0] for asked in feeds.asked] == [
        "/api/v1/access_token", "/r/SkincareExample/hot", "/r/SkincareExample/hot"
    ]  # fmt: skip
    assert feeds.asked[-1].headers["authorization"] == f"bearer {TOKEN}"
    assert again(row).last_item_count == 3
    feeds.served["/r/SkincareExample/hot"] = Answer(401, b"{}")
    for moment in (now + 2 * HOUR, now + 3 * HOUR):
        TrendSource.objects.update(next_poll_at=None)
        collect(row, moment)
    assert [asked.path.partition("?")[0] for asked in feeds.asked[3:]] == [
        "/r/SkincareExample/hot", "/api/v1/access_token", "/r/SkincareExample/hot"
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["youtube", "x"])
def test_without_its_key_a_source_is_not_asked_and_says_so(
    kind: str, feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed(kind, feeds)
    collect(row, now)
    assert feeds.asked == []
    assert "asks for a key" in again(row).last_error


def test_a_key_a_server_says_back_to_us_is_kept_nowhere(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    body = f'{{"error":{{"message":"The key {KEY} is not valid."}}}}'.encode()
    feeds.served["/youtube/v3/videos"] = Answer(400, body)
    row = feed("youtube", feeds, credentials=KEY)
    collect(row, now)
    assert "is not valid" in again(row).last_error
    assert all(KEY not in str(value) for value in TrendSource.objects.values().get().values())
    assert KEY not in feeds.asked[0].path
    assert feeds.asked[0].headers["x-goog-api-key"] == KEY


def test_a_key_stays_with_the_server_it_was_meant_for(
    feeds: FeedServer, now: dt.datetime, settings: Any, db: None
) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]
    with running(clock=lambda: now) as stranger:
        away = stranger.url.replace("127.0.0.1", "localhost")
        feeds.served["/youtube/v3/videos"] = Answer(302, b"", {"Location": f"{away}/youtube/v3/videos"})
        collect(feed("youtube", feeds, credentials=KEY), now)
        assert len(stranger.asked) == 1
        assert "x-goog-api-key" not in stranger.asked[0].headers
        assert "accept" in stranger.asked[0].headers


@pytest.mark.django_db(transaction=True)
def test_a_source_that_does_not_finish_holds_up_no_other(feeds: FeedServer, now: dt.datetime) -> None:
    let_go = Event()

    def held() -> Any:
        yield b"<rss>"
        let_go.wait(20)
        yield b"<channel><item><title>Late</title></item></channel></rss>"

    feeds.served["/slow.xml"] = Answer(200, chunks=held)
    slow = feed("rss", feeds, config={"feed_url": f"{feeds.url}/slow.xml"})
    others = [feed(kind, feeds) for kind in ("bluesky", "mastodon", "hacker_news")]

    def work(row: TrendSource) -> None:
        try:
            fetching.collect(row.pk, clock=lambda: now, rng=Random(1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(work, slow)
        try:
            list(pool.map(work, others))
            assert not waiting.done()
            assert [again(row).health for row in others] == ["ok"] * 3
        finally:
            let_go.set()
        waiting.result(20)
    assert again(slow).health == "ok"


def test_a_new_installation_begins_with_what_is_free_and_the_rest_switched_off() -> None:
    for each in FEEDS:
        adapter = sources.source(each.kind)
        needs_a_key = adapter.credential is not None and adapter.credential.required
        assert not (each.enabled and (needs_a_key or each.kind == "reddit")), each.name
        adapter.request(
            {"region": each.region, "language": each.language, "category": each.category, **each.config}, NOW
        )
