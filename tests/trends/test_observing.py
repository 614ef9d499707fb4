"""Hours are taken in by COPY: the most of what was told twice, the newest in place of the older, whatever the size."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.trends.collecting import HOUR, source_of
from trends.collection.observing import Observed, observe
from trends.models import TrendObservation, TrendSource, TrendTopic


@pytest.fixture
def source(db: None) -> TrendSource:
    """A source nobody asks."""
    return source_of()


@pytest.fixture
def topic(now: dt.datetime, db: None) -> TrendTopic:
    """One topic."""
    return TrendTopic.objects.create(
        title="Pani puri", normalized="panipuri", kind="keyword", first_detected_at=now, last_seen_at=now
    )


def figures() -> list[tuple[int | None, int | None, int | None, float | None]]:
    rows = TrendObservation.objects.order_by("hour")
    return list(rows.values_list("count", "rank", "traffic", "engagement"))


def test_two_forms_told_at_once_give_the_most_and_the_best_rank(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    hour = now.replace(minute=0)
    observe(
        [
            Observed(topic.pk, source.pk, hour, 5, 9, None, 2.5),
            Observed(topic.pk, source.pk, hour, None, 3, 700, None),
            Observed(topic.pk, source.pk, hour, 4, None, 900, 1.0),
        ]
    )
    assert figures() == [(5, 3, 900, 2.5)]


def test_what_is_said_again_of_an_hour_stands_in_place_of_what_was_said(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    hour = now.replace(minute=0)
    observe([Observed(topic.pk, source.pk, hour, 12, 3, 50, 1.0)])
    observe([Observed(topic.pk, source.pk, hour, 11, 4)])
    assert figures() == [(11, 4, None, None)]


def test_a_past_hour_gives_its_count_and_leaves_the_rest(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    hour = now.replace(minute=0)
    observe([Observed(topic.pk, source.pk, hour, 12, 3, 50, 1.0)])
    observe([Observed(topic.pk, source.pk, hour, 20, is_past=True)])
    observe([Observed(topic.pk, source.pk, hour - HOUR, 8, is_past=True)])
    assert figures() == [(8, None, None, None), (20, 3, 50, 1.0)]


def test_an_hour_told_as_past_and_as_present_at_once_is_the_present_one(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    hour = now.replace(minute=0)
    observe([Observed(topic.pk, source.pk, hour, 4, rank=1), Observed(topic.pk, source.pk, hour, 90, is_past=True)])
    assert figures() == [(4, 1, None, None)]


def test_it_takes_the_same_statements_for_one_hour_as_for_a_thousand(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    hour, counts = now.replace(minute=0), []
    for size in (1, 1000):
        with CaptureQueriesContext(connection) as asked:
            observe(Observed(topic.pk, source.pk, hour - number * HOUR, number) for number in range(size))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3
    assert TrendObservation.objects.count() == 1000


def test_nothing_told_is_nothing_written(db: None) -> None:
    observe([])
    assert not TrendObservation.objects.exists()


def test_twice_in_one_transaction_is_as_good_as_in_two(
    source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    with transaction.atomic():
        for number in range(2):
            observe([Observed(topic.pk, source.pk, now.replace(minute=0) - number * HOUR, number)])
    assert TrendObservation.objects.count() == 2


@pytest.mark.parametrize(("count", "rank"), [(2**63, None), (1, 2**31), (1, -4)])
def test_a_number_the_table_cannot_hold_is_refused_whole(
    count: int, rank: int | None, source: TrendSource, topic: TrendTopic, now: dt.datetime
) -> None:
    good = Observed(topic.pk, source.pk, now.replace(minute=0), 1)
    bad = Observed(topic.pk, source.pk, now.replace(minute=0) - HOUR, count, rank)
    with pytest.raises((DataError, IntegrityError, OverflowError)), transaction.atomic():
        observe([good, bad])
    assert not TrendObservation.objects.exists()


def test_an_hour_of_a_topic_that_is_gone_is_refused(source: TrendSource, now: dt.datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        observe([Observed(uuid4(), source.pk, now.replace(minute=0), 1)])
