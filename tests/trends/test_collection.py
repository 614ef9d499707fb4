"""Collecting over real HTTP: good answers, bad answers, and workers that get in each other's way."""

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from django.conf import settings as configured
from django.db import connection, connections
from django.db.models import Count

from tests.trends.collecting import HOUR, again, collect, feed, keyword, source_of
from tests.trends.feeds import FeedServer
from trenddrop.core import claims
from trenddrop.core.http import Fetched, fetch_public
from trends.collection import fetching
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.sources.base import Items

ALL = ["google_news", "google_trends", "mastodon", "bluesky", "hacker_news", "wikipedia"]


@pytest.fixture(autouse=True)
def local_server_allowed(settings: Any) -> None:
    """The feeds of these tests stand on this machine."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_of_source_is_fetched_stored_and_well(
    kind: str, feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed(kind, feeds)
    answer = collect(row, now)
    assert answer is not None
    assert not answer.error
    assert again(row).health == "ok"
    assert row.last_item_count == len(answer.items or []) > 2
    assert row.last_success_at == row.last_polled_at == now
    assert row.lease_until is None
    topics = TrendTopic.objects.filter(source_kinds=[kind])
    assert 0 < topics.count() <= row.last_item_count
    assert topics.filter(embedding=None).count() == 0
    assert topics.filter(score__gt=0).count() == topics.count()
    assert TrendObservation.objects.filter(source=row).count() >= topics.count()


def test_a_second_fetch_asks_only_for_changes_and_nothing_is_lost_by_304(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("bluesky", feeds)
    collect(row, now)
    counted = TrendTopic.objects.count()
    later = again(row).next_poll_at
    assert later is not None
    answer = collect(row, later)
    assert answer is not None
    assert answer.unchanged
    assert "if-none-match" in feeds.asked[-1].headers
    assert again(row).health == "ok"
    assert row.last_success_at == later
    assert row.last_item_count == counted
    assert TrendTopic.objects.filter(last_seen_at=later).count() == counted


def test_what_was_said_last_stands_for_the_hour_of_a_304(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = feed("bluesky", feeds)
    collect(row, now)
    then = now + HOUR
    collect(row, then)
    first, second = (TrendObservation.objects.filter(source=row, hour=hour.replace(minute=0)) for hour in (now, then))
    assert first.count() == second.count() > 0
    assert set(first.values_list("topic", "count")) == set(second.values_list("topic", "count"))


def test_a_count_of_the_day_is_not_carried_over_by_a_304(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = feed("mastodon", feeds)
    collect(row, now)
    stored = TrendObservation.objects.count()
    answer = collect(row, now + 2 * HOUR)
    assert answer is not None
    assert answer.unchanged
    assert TrendObservation.objects.count() == stored


@pytest.mark.parametrize("last", [fetching.Answer(unchanged=True), fetching.Answer(items=Items([keyword("Stays", 5)]))])
def test_what_left_the_list_in_an_hour_is_not_carried_over_to_the_next(
    last: fetching.Answer, now: dt.datetime, db: None
) -> None:
    row, minutes = source_of(), 0
    told = [Items([keyword("Stays", 5), keyword("Leaves", 9)]), Items([keyword("Stays", 5)])]
    for answer in (*(fetching.Answer(items=items) for items in told), last):
        at = now + dt.timedelta(minutes=minutes)
        fetching.record(again(row), answer, began=at, now=at + dt.timedelta(seconds=3), rng=random.Random(1))
        minutes += 20
    hours = dict(TrendObservation.objects.values_list("topic__title").annotate(Count("hour")))
    assert hours == {"Stays": 2, "Leaves": 1}


def test_a_list_over_several_pages_is_ranked_through(now: dt.datetime, db: None) -> None:
    row = TrendSource.objects.create(kind="youtube", name="YouTube India", config={"region": "IN", "pages": "2"})
    row.credentials = "example-key-example-key-0123"
    row.save()

    def fetch(url: str, **_asked: Any) -> Fetched:
        second = "pageToken" in url
        entries = [{"id": f"v{n}", "snippet": {"title": f"Video {n}"}, "statistics": {}} for n in range(3)]
        page = {"items": entries} if not second else {"items": [entries[0] | {"snippet": {"title": "The fourth"}}]}
        more = {} if second else {"nextPageToken": "NEXT"}
        return Fetched(url, 200, httpx.Headers(), json.dumps(page | more).encode())

    answer = fetching.ask(row, now=now, fetch=fetch)
    assert [(item.title, item.rank) for item in answer.items or []] == [
        ("Video 0", 1), ("Video 1", 2), ("Video 2", 3), ("The fourth", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("500", "trouble of its own"),
        ("403", "refuses us"),
        ("404", "may have moved"),
        ("410", "closed this feed"),
        ("429", "slow down"),
        ("html", "web page"),
        ("bomb", "entities"),
        ("empty", "empty"),
        ("truncated", ""),
        ("huge", "more than"),
        ("private", "private network"),
        ("loop", "passed on more than"),
    ],
)
def test_a_bad_answer_is_told_in_words_and_asked_again_later(
    variant: str, said: str, feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("google_news", feeds, variant)
    answer = collect(row, now)
    assert answer is not None
    assert said in answer.error
    assert again(row).health == "failing"
    assert row.last_error == answer.error != ""
    assert row.consecutive_failures == 1
    assert row.last_success_at is None
    assert row.next_poll_at is not None
    assert row.next_poll_at > now
    assert not TrendTopic.objects.exists()


def test_after_429_we_wait_as_long_as_we_were_asked_to(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    feeds.retry_after = 7200
    row = feed("google_news", feeds, "429")
    collect(row, now)
    assert again(row).next_poll_at is not None
    assert row.next_poll_at >= now + dt.timedelta(hours=2)  # type: ignore[operator]


def test_failures_back_off_further_and_further_until_the_source_is_down_and_one_success_heals_it(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("google_news", feeds)
    feeds.behave("google_news", "500")
    waits, at = [], now
    for _ in range(5):
        collect(row, at)
        assert again(row).next_poll_at is not None
        waits.append(row.next_poll_at - at)  # type: ignore[operator]
        at = row.next_poll_at  # type: ignore[assignment]
    assert waits == sorted(waits)
    assert waits[-1] > 8 * waits[0]
    assert row.health == "down"
    feeds.behave("google_news", "ok")
    collect(row, at)
    assert again(row).health == "ok"
    assert (row.consecutive_failures, row.last_error) == (0, "")


def test_what_is_not_published_yet_is_no_failure(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = feed("wikipedia", feeds, "waiting")
    answer = collect(row, now)
    assert answer is not None
    assert answer.waiting
    assert (again(row).health, row.consecutive_failures, row.last_error) == ("ok", 0, "")
    assert "not published yet" in row.last_note
    assert row.last_success_at is None
    assert row.next_poll_at is not None
    assert row.next_poll_at < now + 2 * HOUR


def test_an_endlessly_slow_answer_is_given_up(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    feeds.pause = 0.05
    row = feed("google_news", feeds, "slow")
    began = time.monotonic()

    def hurried(url: str, *, headers: Any, body: Any = None, max_bytes: int = 0, max_seconds: float = 0) -> Any:
        return fetch_public(url, headers=headers, max_bytes=max_bytes, max_seconds=0.4)

    fetching.collect(row.pk, clock=lambda: now, rng=random.Random(1), fetch=hurried)
    assert time.monotonic() - began < 5
    assert again(row).health == "failing"
    assert "slow" in row.last_error or "in time" in row.last_error


def test_an_answer_that_took_long_is_kept_and_the_source_called_slow(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = feed("bluesky", feeds)
    collect(row, now, now + dt.timedelta(seconds=9))
    assert again(row).health == "slow"
    assert row.last_duration == 9
    assert TrendTopic.objects.exists()


def test_a_kind_nobody_knows_and_settings_that_wont_do_are_told(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    unknown = TrendSource.objects.create(kind="teletext", name="Page 100")
    wrong = feed("mastodon", feeds, config={"list": "everything"})
    collect(unknown, now)
    collect(wrong, now)
    assert "teletext" in again(unknown).last_error
    assert "everything" in again(wrong).last_error


def test_one_source_down_holds_up_no_other(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    down = feed("google_news", feeds, "500")
    well = [feed(kind, feeds) for kind in ALL if kind != "google_news"]
    for key in fetching.due_ids(now):
        fetching.collect(key, clock=lambda: now, rng=random.Random(1))
    assert again(down).health == "failing"
    assert [again(row).health for row in well] == ["ok"] * len(well)


def test_only_what_is_due_switched_on_and_real_is_asked(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    due = feed("bluesky", feeds, next_poll_at=now)
    fresh = feed("mastodon", feeds)
    feed("hacker_news", feeds, next_poll_at=now + HOUR)
    feed("wikipedia", feeds, enabled=False)
    feed("google_news", feeds, is_example=True)
    feed("google_trends", feeds, lease_until=now + fetching.LEASE)
    assert fetching.due_ids(now) == [str(fresh.pk), str(due.pk)]


def test_a_validator_is_not_sent_to_a_feed_that_was_asked_anew(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = feed("bluesky", feeds)
    collect(row, now)
    TrendSource.objects.filter(pk=row.pk).update(etag="", last_modified="", next_poll_at=now)
    answer = collect(row, now)
    assert answer is not None
    assert answer.items is not None
    assert "if-none-match" not in feeds.asked[-1].headers


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_fetch_the_same_source_at_once(feeds: FeedServer, now: dt.datetime) -> None:
    feeds.pause = 0.0005
    row = feed("google_news", feeds, "slow")

    def work(_number: int) -> bool:
        try:
            return fetching.collect(row.pk, clock=lambda: now, rng=random.Random(1)) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(work, range(4)))
    assert won.count(True) == 1
    assert len(feeds.asked) == 1
    assert again(row).fence == 1


@pytest.mark.django_db(transaction=True)
def test_two_sources_that_name_the_same_topic_at_once_open_it_once(feeds: FeedServer, now: dt.datetime) -> None:
    rows = [feed("bluesky", feeds, name=f"Bluesky {number}") for number in range(4)]

    def work(row: TrendSource) -> None:
        try:
            fetching.collect(row.pk, clock=lambda: now, rng=random.Random(1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, rows))
    keys = list(TrendTopic.objects.values_list("normalized", flat=True))
    assert len(keys) == len(set(keys)) > 0
    assert {again(row).health for row in rows} == {"ok"}
    assert TrendObservation.objects.count() == len(keys) * 4


def test_a_worker_that_comes_too_late_writes_nothing(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = feed("bluesky", feeds)
    late = claims.claim_one(fetching.due(now).filter(pk=row.pk), now=now, lease=fetching.LEASE, changes={})
    assert late is not None
    answer = fetching.ask(late, now=now, fetch=partial(fetch_public))
    assert collect(row, now) is None
    after = now + fetching.LEASE + dt.timedelta(seconds=1)
    assert collect(row, after) is not None
    assert not fetching.record(late, answer, began=now, now=after, rng=random.Random(1))
    assert again(row).last_polled_at == after


WORKER = """
import django, random, sys
django.setup()
from django.utils import timezone
from trends.collection import fetching
fetching.collect(sys.argv[1], clock=timezone.now, rng=random.Random(1))
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_fetched_when_its_lease_ends(feeds: FeedServer) -> None:
    feeds.pause = 0.05
    row = feed("google_news", feeds, "slow")
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(row.pk)], env=environment(), cwd=configured.BASE_DIR)
    try:
        patiently(lambda: bool(feeds.asked))
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert again(row).lease_until is not None
    assert row.last_polled_at is None
    now = dt.datetime.now(dt.UTC)
    assert fetching.due_ids(now) == []
    TrendSource.objects.filter(pk=row.pk).update(config={"base_url": feeds.url})
    after = now + fetching.LEASE + dt.timedelta(seconds=1)
    assert fetching.due_ids(after) == [str(row.pk)]
    assert collect(row, after) is not None
    assert again(row).health == "ok"
    assert TrendTopic.objects.exists()


def environment() -> dict[str, str]:
    """This process's, with the test's database and local addresses allowed."""
    told = connection.settings_dict
    host, port = told["HOST"], told["PORT"]
    address = f"postgres://{told['USER']}:{told['PASSWORD']}@{host}:{port}/{told['NAME']}"
    own = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "trenddrop.settings"}
    return os.environ | own | {"PRIVATE_ADDRESSES_ALLOWED": "127.0.0.1", "PYTHONPATH": str(configured.BASE_DIR)}


def patiently(is_so: Any) -> None:
    """Wait until something is so, at most half a minute."""
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
