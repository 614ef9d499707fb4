"""Hours become days, once, made alike however a source counts; late hours and two workers change nothing else."""

import datetime as dt
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.trends.collecting import HOUR, again, keyword, source_of, store
from trends.collection import rollup
from trends.collection.observing import Observed, observe
from trends.models import TrendDay, TrendObservation, TrendSource, TrendTopic

DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
KEPT = dt.date(2026, 7, 1)
LATER = MONDAY + 30 * DAY


def topic_named(name: str) -> TrendTopic:
    return TrendTopic.objects.create(
        title=name, normalized=name, kind="keyword", first_detected_at=MONDAY, last_seen_at=MONDAY
    )


def tell(
    source: TrendSource, counts: Mapping[float, int | None], *, topic: TrendTopic | None = None, **told: Any
) -> TrendTopic:
    """Let a source have said these counts, so many hours after Monday began."""
    topic = topic or topic_named(f"Topic of {source.name} {len(counts)}")
    observe(Observed(topic.pk, source.pk, MONDAY + hour * HOUR, count, **told) for hour, count in counts.items())
    return topic


def roll(now: dt.datetime = LATER) -> int:
    return rollup.roll_up(now=now, hours_from=KEPT)


def days(topic: TrendTopic) -> dict[int, tuple[int | None, int | None]]:
    """Each day of November with its count and its busiest hour's."""
    return {row.day.day: (row.count, row.most) for row in topic.days.order_by("day")}


def test_levels_add_up_over_the_hours_they_stand_for(db: None) -> None:
    topic = tell(source_of("google_news"), {0: 10, 1: 20, 2: 30, 10: 5, 23: 7, 24: 9, 26: 8})
    roll()
    assert days(topic)[2] == (10 + 20 + 30 + 5 + 7, 30)
    assert days(topic)[3] == (9 + 3 * 8 + 8, 9), "the hour without a poll, and two after the last one"


def test_a_count_of_the_day_is_what_it_said_last(db: None) -> None:
    topic = tell(source_of("mastodon"), {2: 3, 9: 10, 20: 24, 24: 1, 47: 12})
    roll()
    assert {day: count for day, (count, _most) in days(topic).items()} == {2: 24, 3: 12}


def test_a_total_is_what_it_grew_by(db: None) -> None:
    topic = tell(source_of("hacker_news"), {20: 100, 23: 130, 25: 150, 47: 250})
    roll()
    assert {day: count for day, (count, _most) in days(topic).items()} == {2: 30, 3: 120}


def test_a_day_keeps_the_best_rank_the_most_traffic_and_how_often_it_was_observed(db: None) -> None:
    source = source_of("google_trends")
    topic = tell(source, {3: None}, rank=9, traffic=2000)
    tell(source, {5: None}, topic=topic, rank=2, traffic=5000, engagement=4.0)
    tell(source, {7: None}, topic=topic, rank=4, traffic=500)
    roll()
    row = TrendDay.objects.get()
    assert (row.hours, row.count, row.most, row.rank, row.traffic, row.engagement) == (3, None, None, 2, 5000, 4.0)


@pytest.mark.parametrize(
    "first", [dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC), dt.datetime(2027, 2, 28, 23, tzinfo=dt.UTC)]
)
def test_days_are_cut_at_midnight_in_utc_over_the_turn_of_a_month(first: dt.datetime, db: None) -> None:
    source, topic = source_of("bluesky"), topic_named("Turn")
    observe([Observed(topic.pk, source.pk, first, 5), Observed(topic.pk, source.pk, first + HOUR, 6)])
    roll(first + 9 * DAY)
    assert list(topic.days.order_by("day").values_list("day", "hours")) == [
        (first.date(), 1),
        (first.date() + DAY, 1),
    ]


def test_a_day_is_rolled_up_two_days_after_its_end_and_not_before(db: None) -> None:
    source = source_of("bluesky")
    tell(source, {12: 5})
    over = MONDAY + DAY
    assert roll(over + 2 * DAY - HOUR) == 0
    assert not TrendDay.objects.exists()
    assert roll(over + 2 * DAY) == 1
    assert again(source).rolled_to == MONDAY.date()


def test_rolling_up_twice_changes_nothing(db: None) -> None:
    topic = tell(source_of("bluesky"), {1: 10, 30: 4})
    assert roll() == 2
    before = list(TrendDay.objects.order_by("day").values())
    assert roll() == 0
    assert list(TrendDay.objects.order_by("day").values()) == before
    assert len(days(topic)) == 2


def test_a_run_takes_so_many_days_and_the_next_goes_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "DAYS_A_RUN", 2)
    topic = tell(source_of("bluesky"), {24 * day: 5 for day in range(5)})
    assert [roll() for _run in range(4)] == [2, 2, 1, 0]
    assert len(days(topic)) == 5


def test_a_long_silence_is_passed_over(db: None) -> None:
    topic = tell(source_of("bluesky"), {0: 5, 24 * 20: 6})
    roll()
    assert sorted(days(topic)) == [2, 22]


def test_a_late_hour_marks_its_day_and_is_taken_in_for_its_topic_only(db: None) -> None:
    source = source_of("mastodon")
    topic = tell(source, {2: 3, 9: 10})
    other = tell(source, {4: 8, 5: 9, 6: 9})
    roll()
    TrendDay.objects.filter(topic=other).update(count=-1)  # would be put right if it were looked at
    tell(source, {22: 40}, topic=topic)
    assert TrendDay.objects.get(is_stale=True).topic_id == topic.pk
    assert roll() == 1
    assert days(topic)[2][0] == 40
    assert days(other)[2][0] == -1
    assert not TrendDay.objects.filter(is_stale=True).exists()


def test_a_topic_first_told_of_after_its_day_was_rolled_up_gets_its_day(db: None) -> None:
    source = source_of("mastodon")
    tell(source, {2: 3})
    roll()
    late = tell(source, {3: 7, 4: 8})
    assert days(late) == {2: (None, None)}
    roll()
    assert days(late)[2][0] == 8


def test_history_told_again_marks_nothing(db: None) -> None:
    source = source_of("mastodon")
    now = MONDAY + 5 * HOUR
    item = keyword("Pani puri", 4, history=((MONDAY - HOUR, 90),))
    store(source, [item], now=now)
    TrendSource.objects.filter(pk=source.pk).update(rolled_to=MONDAY.date() - DAY)
    store(source, [item], now=now)
    assert not TrendDay.objects.exists()
    store(source, [keyword("Pani puri", 4, history=((MONDAY - HOUR, 95),))], now=now)
    assert TrendDay.objects.get().is_stale


def test_a_day_whose_hours_went_to_another_topic_goes(db: None) -> None:
    source = source_of("bluesky")
    topic = tell(source, {2: 3})
    roll()
    TrendDay.objects.update(is_stale=True, hours=0)
    TrendObservation.objects.all().delete()
    roll()
    assert days(topic) == {}


def test_examples_are_not_rolled_up(db: None) -> None:
    tell(source_of("bluesky", is_example=True), {2: 3})
    assert roll() == 0


def test_a_day_takes_the_same_statements_for_3_topics_as_for_300(db: None) -> None:
    counts = []
    for size in (3, 300):
        source = source_of("bluesky", name=f"Bluesky {size}")
        topics = [topic_named(f"{size} {number}") for number in range(size)]
        observe(Observed(topic.pk, source.pk, MONDAY, 5) for topic in topics)
        with CaptureQueriesContext(connection) as asked:
            roll()
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_two_workers_at_once_roll_up_each_day_once(transactional_db: None) -> None:
    source = source_of("bluesky")
    topic = tell(source, {24 * day: 5 for day in range(6)})
    done: list[int] = []

    def work() -> None:
        try:
            done.append(roll())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    roll()
    assert sum(done) <= 6
    assert len(days(topic)) == 6
    assert again(source).rolled_to == LATER.date() - rollup.BEHIND


def test_a_worker_that_finds_the_source_held_leaves_it(transactional_db: None) -> None:
    source = source_of("bluesky")
    tell(source, {2: 3})
    found: list[int] = []

    def work() -> None:
        try:
            found.append(roll())
        finally:
            connections.close_all()

    with transaction.atomic():
        TrendSource.objects.select_for_update().get(pk=source.pk)
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
    assert found == [0]
    assert roll() == 1
