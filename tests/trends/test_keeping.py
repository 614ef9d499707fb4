"""Partitions are made ahead and dropped by a role that owns nothing."""

import datetime as dt

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from tests.trends.collecting import source_of
from trends.collection import keeping
from trends.models import TrendObservation, TrendTopic

TODAY = dt.datetime.now(dt.UTC).date()


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'trends_trendobservation'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def name_of(month: dt.date) -> str:
    return f"trends_trendobservation_{month:%Y_%m}"


def observe(at: dt.datetime) -> TrendObservation:
    topic = TrendTopic.objects.create(
        title="Kept", normalized=f"kept {at}", kind="keyword", first_detected_at=at, last_seen_at=at
    )
    source = source_of(name=f"Source {at}")
    return TrendObservation.objects.create(topic=topic, source=source, hour=at, count=7)


def stands_in(row: TrendObservation) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM trends_trendobservation WHERE topic_id = %s", [row.topic_id]
        )
        return str(cursor.fetchone()[0])


def test_the_months_around_today_are_made_once(db: None) -> None:
    made, dropped = keeping.keep_partitions(today=TODAY)
    assert (made, dropped) == (4, 0)
    assert {name_of(keeping.month_away(TODAY, step)) for step in (-1, 0, 1, 2)} <= partitions()
    assert keeping.keep_partitions(today=TODAY) == (0, 0)


def test_what_came_before_its_partition_is_moved_there(db: None) -> None:
    now = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
    row = observe(now)
    assert stands_in(row) == "trends_trendobservation_rest"
    keeping.keep_partitions(today=TODAY)
    assert stands_in(row) == name_of(TODAY)
    assert TrendObservation.objects.get(topic=row.topic_id).count == 7


def test_the_first_and_the_last_hour_of_a_month_stand_in_it(db: None) -> None:
    keeping.keep_partitions(today=TODAY)
    month, following = keeping.month_away(TODAY, 0), keeping.month_away(TODAY, 1)
    first = dt.datetime.combine(month, dt.time(), dt.UTC)
    last = dt.datetime.combine(following, dt.time(), dt.UTC) - dt.timedelta(hours=1)
    assert stands_in(observe(first)) == stands_in(observe(last)) == name_of(month)


def test_months_older_than_half_a_year_are_dropped_with_their_rows(db: None) -> None:
    old = keeping.month_away(TODAY, -keeping.KEPT - 1)
    recent = keeping.month_away(TODAY, -keeping.KEPT)
    for month in (old, recent):
        assert keeping._call("trends_add_partition", month)
    gone = observe(dt.datetime.combine(old, dt.time(5), dt.UTC))
    assert keeping.keep_partitions(today=TODAY)[1] == 1
    assert name_of(old) not in partitions()
    assert name_of(recent) in partitions()
    assert not TrendObservation.objects.filter(topic=gone.topic_id).exists()


def test_the_app_itself_may_create_no_table(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("CREATE TABLE mine (number int)")


@pytest.mark.parametrize("month", ["2019-01-01", "2999-01-01", None])
def test_a_month_out_of_bounds_is_refused(month: str | None, db: None) -> None:
    with pytest.raises(DataError, match="only months"), transaction.atomic():
        connection.cursor().execute("SELECT trends_add_partition(%s)", [month])


@pytest.mark.parametrize("months", [0, 1, -1, -2])
def test_a_recent_month_is_never_dropped(months: int, db: None) -> None:
    with pytest.raises(DataError, match="90 days"), transaction.atomic():
        keeping._call("trends_drop_partition", keeping.month_away(TODAY, months))


def test_what_is_no_month_never_reaches_the_function(db: None) -> None:
    with pytest.raises(DataError), transaction.atomic():
        connection.cursor().execute("SELECT trends_add_partition(%s)", ["x'); DROP TABLE trends_trendtopic; --"])
    assert TrendTopic.objects.count() == 0


@pytest.mark.parametrize(
    ("months", "expected"), [(0, (2026, 11)), (2, (2027, 1)), (-11, (2025, 12)), (-23, (2024, 12))]
)
def test_months_are_counted_over_the_turn_of_the_year(months: int, expected: tuple[int, int]) -> None:
    day = keeping.month_away(dt.date(2026, 11, 30), months)
    assert (day.year, day.month, day.day) == (*expected, 1)
