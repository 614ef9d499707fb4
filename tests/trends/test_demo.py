"""The example trends look like what sources answer, and rise and fall."""

import datetime as dt
from collections import defaultdict
from itertools import pairwise

import pytest

from tests.trends.conftest import NOW
from tests.trends.test_sources import check
from trends import sources
from trends.demo import FEEDS, LABEL, demo_items
from trends.scoring import Reading, Status, assess
from trends.sources.base import Counting

ALL_DAY = [NOW.replace(hour=hour, minute=5) for hour in range(0, 24, 5)]


def test_the_examples_are_called_so() -> None:
    assert LABEL == "Example data"


def test_every_source_tells_of_each_of_48_hours_and_only_of_the_past() -> None:
    snapshots = demo_items(NOW)
    assert {snapshot.feed for snapshot in snapshots} == set(FEEDS)
    hours = {snapshot.at for snapshot in snapshots}
    assert len(hours) == 48
    assert max(hours) == NOW.replace(minute=0)


def test_the_items_are_such_as_the_adapters_return() -> None:
    for snapshot in demo_items(NOW):
        assert [item.rank for item in snapshot.items] == list(range(1, len(snapshot.items) + 1))
        assert len({item.key for item in snapshot.items}) == len(snapshot.items)
        for item in snapshot.items:
            check(item)
            assert item.url == ""


def test_the_same_moment_gives_the_same_examples() -> None:
    assert demo_items(NOW) == demo_items(NOW)


def test_counts_run_as_their_sources_count() -> None:
    counts: dict[tuple[str, str], list[tuple[dt.datetime, int]]] = defaultdict(list)
    for snapshot in demo_items(NOW):
        for item in snapshot.items:
            if item.count is not None:
                counts[snapshot.feed.kind, item.title + snapshot.feed.region].append((snapshot.at, item.count))
    for (source, title), told in counts.items():
        counting = sources.source(source).counting
        for (before, was), (at, is_) in pairwise(told):
            same_day = before.date() == at.date()
            if counting is Counting.TOTAL or (counting is Counting.DAY and same_day):
                assert is_ >= was, (source, title, at)


@pytest.mark.parametrize("now", ALL_DAY, ids=lambda now: f"{now:%H}h")
def test_at_any_hour_some_rise_some_fall_and_the_best_is_worth_showing(now: dt.datetime) -> None:
    told: dict[str, list[Reading]] = defaultdict(list)
    for snapshot in demo_items(now):
        counting = sources.source(snapshot.feed.kind).counting
        for item in snapshot.items:
            told[item.context[0]].append(
                Reading(snapshot.at, str(snapshot.feed), item.count, item.rank, item.traffic, item.engagement, counting)
            )
    found = [
        assess(own, now=now, first_seen=min(r.hour for r in own), last_seen=max(r.hour for r in own))
        for own in told.values()
    ]
    standing = [one.status for one in found]
    assert len(found) == 14
    assert standing.count(Status.EMERGING) >= 2
    assert standing.count(Status.TRENDING) >= 2
    assert standing.count(Status.DECLINING) >= 1
    assert max(one.score for one in found) > 80
    assert max(one.growth_24h or 0 for one in found) > 2
