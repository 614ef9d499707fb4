"""Counting how often: exact under a crowd, by Redis's clock, and open when Redis is away."""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as active

from trenddrop.core import rates
from trenddrop.core.rates import Rate, hit

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    rates._Rest.until = 0.0
    yield
    rates._Rest.until = 0.0


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def test_as_many_as_the_limit_are_allowed_and_no_more(key: str) -> None:
    answers = [hit("test", key, limit=3, per=HOUR) for _ in range(5)]
    assert [one.allowed for one in answers] == [True, True, True, False, False]
    assert [one.remaining for one in answers] == [2, 1, 0, 0, 0]
    assert answers[-1].limit == 3


def test_a_refused_one_is_told_when_to_come_back_and_a_third_of_the_hour_brings_one_back(key: str) -> None:
    for _ in range(3):
        last = hit("test", key, limit=3, per=HOUR)
    assert last.retry_after is None
    assert last.reset_after == pytest.approx(3600, abs=2)
    refused = hit("test", key, limit=3, per=HOUR)
    assert refused.retry_after == pytest.approx(1200, abs=2)
    assert refused.reset_after == pytest.approx(3600, abs=2)


def test_being_refused_costs_nothing(key: str) -> None:
    for _ in range(3):
        hit("test", key, limit=3, per=HOUR)
    waits = [hit("test", key, limit=3, per=HOUR).retry_after or 0 for _ in range(20)]
    assert waits == sorted(waits, reverse=True)


def test_time_brings_back_what_was_used(key: str) -> None:
    per = timedelta(milliseconds=600)
    assert [hit("test", key, limit=2, per=per).allowed for _ in range(3)] == [True, True, False]
    time.sleep(0.35)
    assert [hit("test", key, limit=2, per=per).allowed for _ in range(2)] == [True, False]
    time.sleep(0.7)
    assert hit("test", key, limit=2, per=per, cost=0) == Rate(True, 2, 2, None, 0.0)


def test_a_dear_one_counts_for_several(key: str) -> None:
    assert hit("test", key, limit=10, per=HOUR, cost=7).remaining == 3
    assert not hit("test", key, limit=10, per=HOUR, cost=4).allowed
    assert hit("test", key, limit=10, per=HOUR, cost=3).allowed


def test_what_can_never_fit_is_refused_without_a_time(key: str) -> None:
    answer = hit("test", key, limit=5, per=HOUR, cost=6)
    assert not answer.allowed
    assert answer.retry_after is None
    assert answer.remaining == 5


def test_asking_counts_nothing(key: str) -> None:
    hit("test", key, limit=2, per=HOUR)
    assert [hit("test", key, limit=2, per=HOUR, cost=0).remaining for _ in range(5)] == [1] * 5


def test_names_and_keys_do_not_share_a_counter(key: str) -> None:
    assert hit("one", key, limit=1, per=HOUR).allowed
    assert hit("two", key, limit=1, per=HOUR).allowed
    assert hit("one", key + "!", limit=1, per=HOUR).allowed
    assert not hit("one", key, limit=1, per=HOUR).allowed


def test_starting_over_gives_everything_back(key: str) -> None:
    hit("test", key, limit=1, per=HOUR)
    rates.forget("test", key)
    assert hit("test", key, limit=1, per=HOUR).allowed


def test_of_two_hundred_at_the_same_moment_exactly_fifty_get_in(key: str) -> None:
    gate = threading.Barrier(20)

    def rush(_number: int) -> list[bool]:
        gate.wait()
        return [hit("race", key, limit=50, per=HOUR).allowed for _ in range(10)]

    with ThreadPoolExecutor(20) as crowd:
        answers = [one for each in crowd.map(rush, range(20)) for one in each]
    assert len(answers) == 200
    assert sum(answers) == 50


def test_a_counter_goes_when_nothing_is_counted_any_more(key: str) -> None:
    hit("test", key, limit=2, per=timedelta(milliseconds=80))
    place = rates._place("test", key)
    client = redis.Redis.from_url(active.REDIS_URL)
    assert 0 < int(str(client.pttl(place))) <= 42
    time.sleep(0.1)
    assert client.exists(place) == 0
    client.close()


def test_nobody_can_be_read_in_the_counters_keys() -> None:
    address = f"203.0.113.{time.time_ns() % 250}"
    hit("test", address, limit=9, per=timedelta(seconds=5))
    client = redis.Redis.from_url(active.REDIS_URL)
    kept = [bytes(name).decode() for name in client.scan_iter(f"{active.REDIS_PREFIX}:*", count=1000)]
    client.close()
    assert rates._place("test", address) in kept
    assert [name for name in kept if address in name] == []


def test_without_redis_everything_is_allowed_and_the_log_says_so(
    key: str, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    with caplog.at_level(logging.WARNING, logger="trenddrop.core.rates"):
        answers = [hit("test", key, limit=1, per=HOUR) for _ in range(3)]
    assert answers == [Rate(True, 1, 1, None, 0.0)] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING"], "one warning, not one a page"
    assert "Redis does not answer" in caplog.text


def test_when_redis_is_back_it_is_asked_again(key: str, settings: Any, tmp_path: Path) -> None:
    address = settings.REDIS_URL
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    hit("test", key, limit=1, per=HOUR)
    settings.REDIS_URL = address
    assert [hit("test", key, limit=1, per=HOUR).allowed for _ in range(3)] == [True] * 3
    rates._Rest.until = 0.0
    assert [hit("test", key, limit=1, per=HOUR).allowed for _ in range(2)] == [True, False]
