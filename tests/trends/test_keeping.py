"""Partitions are made ahead and dropped by a role that owns nothing; days and topics go when their term is over."""

import datetime as dt
from typing import Any

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from accounts import tenancy
from tests.cast import Cast
from tests.trends.collecting import source_of
from trends.collection import keeping, rollup
from trends.collection.observing import Observed
from trends.collection.observing import observe as observe_rows
from trends.models import FiredAlert, TrendAlert, TrendDay, TrendObservation, TrendOpportunity, TrendSource, TrendTopic

NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'trends_trendobservation'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def name_of(month: dt.date) -> str:
    return f"trends_trendobservation_{month:%Y_%m}"


def topic_at(at: dt.datetime, status: str = "emerging", name: str = "Kept") -> TrendTopic:
    return TrendTopic.objects.create(
        title=name, normalized=f"{name} {at}", kind="keyword", first_detected_at=at, last_seen_at=at, status=status
    )


def observe(at: dt.datetime) -> TrendObservation:
    source = source_of("google_news", name=f"Source {at}")
    return TrendObservation.objects.create(topic=topic_at(at), source=source, hour=at, count=7)


def stands_in(row: TrendObservation) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM trends_trendobservation WHERE topic_id = %s", [row.topic_id]
        )
        return str(cursor.fetchone()[0])


def rolled_up() -> None:
    """Let every source's days be rolled up, however many runs that takes."""
    for _run in range(10):
        rollup.roll_up(now=NOW, hours_from=keeping.hours_from(TODAY))


def test_the_months_around_today_are_made_once(db: None) -> None:
    made, dropped = keeping.keep_partitions(now=NOW)
    assert (made, dropped) == (4, 0)
    assert {name_of(keeping.month_away(TODAY, step)) for step in (-1, 0, 1, 2)} <= partitions()
    assert keeping.keep_partitions(now=NOW) == (0, 0)


def test_what_came_before_its_partition_is_moved_there(db: None) -> None:
    row = observe(NOW.replace(minute=0, second=0, microsecond=0))
    assert stands_in(row) == "trends_trendobservation_rest"
    keeping.keep_partitions(now=NOW)
    assert stands_in(row) == name_of(TODAY)
    assert TrendObservation.objects.get(topic=row.topic_id).count == 7


def test_the_first_and_the_last_hour_of_a_month_stand_in_it(db: None) -> None:
    keeping.keep_partitions(now=NOW)
    month, following = keeping.month_away(TODAY, 0), keeping.month_away(TODAY, 1)
    first = dt.datetime.combine(month, dt.time(), dt.UTC)
    last = dt.datetime.combine(following, dt.time(), dt.UTC) - dt.timedelta(hours=1)
    assert stands_in(observe(first)) == stands_in(observe(last)) == name_of(month)


def old_month() -> dt.date:
    """The newest month whose hours' term is over."""
    return keeping.month_away(keeping.hours_from(TODAY), -1)


def test_an_old_month_is_dropped_when_it_is_rolled_up_and_not_before(db: None) -> None:
    recent = keeping.month_away(old_month(), 1)
    for month in (old_month(), recent):
        assert keeping._call("trends_add_partition", month)
    gone = observe(rollup.start_of(old_month()) + 5 * DAY)
    observe(rollup.start_of(recent))
    assert keeping.keep_partitions(now=NOW)[1] == 0
    rolled_up()
    assert keeping.keep_partitions(now=NOW)[1] == 1
    assert name_of(old_month()) not in partitions()
    assert name_of(recent) in partitions()
    assert not TrendObservation.objects.filter(topic=gone.topic_id).exists()
    assert TrendDay.objects.get(topic=gone.topic_id).most == 7


def test_an_hour_that_comes_after_its_month_was_dropped_adds_to_its_day_and_goes(db: None) -> None:
    keeping._call("trends_add_partition", old_month())
    row = observe(rollup.start_of(old_month()) + 5 * DAY)
    rolled_up()
    keeping.keep_partitions(now=NOW)
    late = Observed(row.topic_id, row.source_id, row.hour + dt.timedelta(hours=3), 4, 2)
    observe_rows([late])
    keeping.keep_partitions(now=NOW)
    assert stands_in(row) == "trends_trendobservation_rest", "it is not rolled up yet"
    rolled_up()
    day = TrendDay.objects.get(topic=row.topic_id)
    assert (day.most, day.rank, day.is_stale) == (7, 2, False)
    keeping.keep_partitions(now=NOW)
    assert not TrendObservation.objects.filter(topic=row.topic_id).exists()


def test_a_month_with_a_day_to_be_rolled_up_again_stays(db: None) -> None:
    keeping._call("trends_add_partition", old_month())
    observe(rollup.start_of(old_month()))
    rolled_up()
    TrendDay.objects.update(is_stale=True)
    assert keeping.keep_partitions(now=NOW)[1] == 0


@pytest.mark.parametrize("years", [50, -1])
def test_a_clock_far_from_the_databases_is_not_believed(years: int, db: None) -> None:
    before = partitions()
    for command in (keeping.keep_partitions, keeping.remove_old):
        with pytest.raises(keeping.ClockAstray, match="The clock says"):
            command(now=NOW + years * 365 * DAY)
    assert partitions() == before


def test_a_clock_that_jumped_carries_age_by_a_month_a_run_only(db: None) -> None:
    row = observe(rollup.start_of(TODAY - 5 * DAY))
    for _run in range(2):
        rollup.roll_up(now=NOW + 50 * 365 * DAY, hours_from=keeping.hours_from(TODAY))
    source = TrendSource.objects.get(pk=row.source_id)
    assert source.rolled_to is not None
    assert TODAY < source.rolled_to <= TODAY + 2 * rollup.DAYS_A_RUN * DAY


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


def test_no_setting_keeps_hours_shorter_than_the_owner_allows(settings: Any) -> None:
    settings.TREND_HOURS_KEPT = DAY
    assert keeping.hours_from(dt.date(2026, 11, 30)) == dt.date(2026, 9, 1)
    assert keeping.hours_from(dt.date(2026, 11, 29)) == dt.date(2026, 8, 1)


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


# Days and topics past their term

LONG_AGO = NOW - 800 * DAY


@pytest.fixture
def rolled(db: None) -> TrendSource:
    """A source whose days are rolled up to now."""
    return source_of(rolled_to=TODAY - rollup.BEHIND)


def test_days_past_their_term_go(rolled: TrendSource) -> None:
    topic = topic_at(NOW)
    for days in (729, 731):
        TrendDay.objects.create(topic=topic, source=rolled, day=TODAY - days * DAY, hours=1)
    assert keeping.remove_old(now=NOW) == (1, 0)
    assert TrendDay.objects.get().day == TODAY - 729 * DAY


def test_expired_topics_go_with_all_that_hangs_on_them_live_and_recent_ones_stay(rolled: TrendSource) -> None:
    gone = topic_at(LONG_AGO, "expired", "Gone")
    TrendObservation.objects.create(topic=gone, source=rolled, hour=LONG_AGO, count=1)
    TrendDay.objects.create(topic=gone, source=rolled, day=TODAY - 10 * DAY, hours=1)
    topic_at(LONG_AGO, "declining", "Still there")
    topic_at(NOW - 300 * DAY, "expired", "Not long over")
    assert keeping.remove_old(now=NOW) == (0, 1)
    assert set(TrendTopic.objects.values_list("title", flat=True)) == {"Still there", "Not long over"}
    assert not TrendObservation.objects.exists()
    assert not TrendDay.objects.exists()


@pytest.mark.parametrize("reference", ["alert", "idea"])
def test_a_topic_that_somebodys_row_names_stays(reference: str, rolled: TrendSource, cast: Cast) -> None:
    topic = topic_at(LONG_AGO, "expired")
    with tenancy.of_organization(cast.kesar.pk):
        mine = {"organization": cast.kesar}
        if reference == "alert":
            watch = TrendAlert.objects.create(**mine, brand=cast.brand, name="Skin", keywords=["skin"])
            FiredAlert.objects.create(**mine, alert=watch, topic=topic, fired_at=LONG_AGO, reason="says skin")
        else:
            TrendOpportunity.objects.create(
                **mine, topic=topic, brand=cast.brand, platform="bluesky", content_format="thread", title="A thread",
                angle="Say it", made_by="templates",
            )  # fmt: skip
    assert keeping.remove_old(now=NOW) == (0, 0)
    assert TrendTopic.objects.filter(pk=topic.pk).exists()


def test_nothing_goes_while_nothing_is_rolled_up(db: None) -> None:
    topic_at(LONG_AGO, "expired")
    assert keeping.remove_old(now=NOW) == (0, 0)


def test_many_topics_go_in_batches_a_run_has_an_end(rolled: TrendSource, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        topic_at(LONG_AGO, "expired", f"Old {number}")
    monkeypatch.setattr(keeping, "BATCH", 2)
    monkeypatch.setattr(keeping, "BATCHES", 2)
    assert [keeping.remove_old(now=NOW)[1] for _run in range(3)] == [4, 3, 0]
