"""A topic's score, growth and life, from readings that sources count in different ways."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trends.conftest import NOW
from trends import scoring
from trends.scoring import Assessment, Reading, Status, assess
from trends.sources.base import Counting

THIS_HOUR = NOW.replace(minute=0)
HOUR = dt.timedelta(hours=1)


def readings(
    rate: Callable[[int], int | None], *, hours: int = 48, source: str = "news", rank: int | None = None
) -> list[Reading]:
    """Hourly levels, `rate(hours ago)`."""
    return [
        Reading(THIS_HOUR - ago * HOUR, source, count=rate(ago), rank=rank)
        for ago in range(hours - 1, -1, -1)
        if rate(ago) is not None
    ]


def assessed(
    told: list[Reading], *, before: Status | None = None, age: int | None = None, quiet: int = 0
) -> Assessment:
    """Assess, first seen at the first reading unless said."""
    first = THIS_HOUR - age * HOUR if age is not None else min(reading.hour for reading in told)
    return assess(told, now=NOW, first_seen=first, last_seen=NOW - quiet * HOUR, before=before)


def test_growth_is_today_against_yesterday() -> None:
    assert assessed(readings(lambda ago: 400 if ago < 24 else 100)).growth_24h == pytest.approx(4.0, rel=0.01)


def test_tiny_numbers_do_not_explode() -> None:
    growth = assessed(readings(lambda ago: 1 if ago == 0 else 0)).growth_24h
    assert growth is not None
    assert growth == pytest.approx(1.2)


def test_growth_is_unknown_without_yesterday() -> None:
    young = assessed(readings(lambda _: 100, hours=10))
    assert young.growth_24h is None
    assert "no yesterday to compare with yet" in young.words


def test_growth_is_unknown_when_most_of_yesterday_was_missed() -> None:
    assert assessed(readings(lambda ago: 100 if ago < 24 or ago > 45 else None)).growth_24h is None


def test_sources_are_compared_with_themselves_only() -> None:
    loud = readings(lambda _: 100_000, source="loud")
    quiet = readings(lambda ago: 80 if ago < 24 else 20, source="quiet")
    growth = assessed(loud + quiet).growth_24h
    assert growth is not None
    assert 1.2 < growth < 2.5


def test_a_source_that_appears_today_is_no_growth_of_the_others() -> None:
    old = readings(lambda _: 50, source="old")
    new = readings(lambda _: 5000, hours=12, source="new")
    assert assessed(old + new).growth_24h == pytest.approx(1.0)


def test_totals_become_hourly_increments_spread_over_missed_polls() -> None:
    totals = [(10, 1000), (6, 1400), (5, 1500), (1, 1900)]
    told = [Reading(THIS_HOUR - ago * HOUR, "b", count=count, counting=Counting.TOTAL) for ago, count in totals]
    figures = scoring.hourly(told, now=NOW, hours=12)
    assert figures[:2].tolist() == pytest.approx([np.nan, np.nan], nan_ok=True)
    assert figures[2:11].tolist() == [100.0] * 9
    assert np.isnan(figures[11])


def test_a_total_that_falls_begins_anew_and_invents_nothing() -> None:
    told = [
        Reading(THIS_HOUR - ago * HOUR, "b", count=n, counting=Counting.TOTAL) for ago, n in [(3, 90), (2, 10), (1, 30)]
    ]
    assert np.nansum(scoring.hourly(told, now=NOW, hours=6)) == 20


def test_a_days_count_begins_at_midnight() -> None:
    midnight = THIS_HOUR.replace(hour=0)
    told = [
        Reading(midnight - HOUR, "m", count=240, counting=Counting.DAY),
        Reading(midnight + 4 * HOUR, "m", count=100, counting=Counting.DAY),
        Reading(midnight + 5 * HOUR, "m", count=150, counting=Counting.DAY),
    ]
    figures = scoring.hourly(told, now=NOW, hours=48)
    start = 47 - 10
    assert figures[start - 24 : start].tolist() == [10.0] * 24
    assert figures[start : start + 6].tolist() == [20.0] * 5 + [50.0]


def test_a_day_counter_that_tells_in_the_days_last_hour_is_a_source_at_once() -> None:
    at = NOW.replace(hour=23, minute=20)
    told = [
        Reading(at.replace(hour=23, minute=0) - dt.timedelta(days=1), "mastodon", count=20, counting=Counting.DAY),
        Reading(at.replace(minute=0), "mastodon", count=41, counting=Counting.DAY),
        Reading(at.replace(minute=0), "news", count=5),
    ]
    assert assess(told, now=at, first_seen=at, last_seen=at, before=None).source_count == 2


def test_mentions_and_searches_are_never_added_up() -> None:
    mentions = readings(lambda _: 10, source="m")
    searches = [Reading(THIS_HOUR - ago * HOUR, "g", traffic=200_000) for ago in range(48)]
    both = assessed(mentions + searches)
    assert both.mention_count == 240
    assert both.source_count == 2
    alone = assessed(searches)
    assert alone.mention_count == 0
    assert "about 200,000 searches or views in a day" in alone.words


def test_the_score_is_the_sum_of_its_named_factors() -> None:
    found = assessed(readings(lambda ago: 400 - ago, rank=3))
    assert found.score == pytest.approx(sum(factor.points for factor in found.factors), abs=0.06)
    assert sum(factor.weight for factor in found.factors) == pytest.approx(1.0, abs=0.001)
    assert {factor.name for factor in found.factors} == set(scoring.WEIGHTS)


def test_a_riser_in_three_sources_outscores_a_steady_one_and_a_fading_one() -> None:
    def three(rate: Callable[[int], int]) -> list[Reading]:
        return [one for source in "abc" for one in readings(rate, source=source)]

    rising = assessed(three(lambda ago: 1000 // (1 + ago)))
    steady = assessed(readings(lambda _: 1000))
    fading = assessed(readings(lambda ago: ago * 20))
    assert rising.score > 80 > steady.score > 40 > fading.score


def test_the_explanation_speaks_plainly() -> None:
    told = [one for source in "abc" for one in readings(lambda ago: 400 if ago < 24 else 100, source=source)]
    words = assessed(told).words
    assert "4× yesterday" in words
    assert "seen in 3 sources" in words
    young = assess(
        [Reading(THIS_HOUR, "a", count=3)], now=NOW, first_seen=NOW - dt.timedelta(minutes=35), last_seen=NOW
    )
    assert "first seen 35 minutes ago" in young.words
    assert "seen in one source" in young.words


def test_a_topic_lives_from_emerging_to_expired() -> None:
    rising = readings(lambda ago: 2 ** (10 - ago), hours=10)
    settled = readings(lambda _: 100)
    falling = readings(lambda ago: 10 + ago * ago)
    assert assessed(rising).status is Status.EMERGING
    assert assessed(settled, before=Status.EMERGING).status is Status.TRENDING
    assert assessed(falling, before=Status.TRENDING).status is Status.DECLINING
    assert assessed(falling, before=Status.DECLINING, quiet=24).status is Status.EXPIRED
    assert assessed(rising, before=Status.EXPIRED).status is Status.EXPIRED


def wobbling(level: int) -> list[Reading]:
    """A topic that fell from 100 and now goes up and down a little around a level."""
    return readings(lambda ago: 100 if ago > 20 else level + (3 if ago % 2 else -3))


@pytest.mark.parametrize("level", [45, 55, 60, 65])
def test_a_fallen_topic_below_seven_tenths_of_its_peak_stays_declining(level: int) -> None:
    assert assessed(wobbling(level), before=Status.DECLINING).status is Status.DECLINING


@pytest.mark.parametrize("level", [55, 60, 65, 95])
def test_a_trending_topic_above_half_of_its_peak_stays_trending(level: int) -> None:
    assert assessed(wobbling(level), before=Status.TRENDING).status is Status.TRENDING


def test_a_declining_topic_that_truly_rises_again_trends_again() -> None:
    again = readings(lambda ago: 100 if ago > 30 else (20 if ago > 6 else 40 * (7 - ago)))
    assert assessed(again, before=Status.DECLINING).status is Status.TRENDING


def test_a_missed_poll_is_no_fall() -> None:
    gap = readings(lambda ago: 100 if ago > 3 else None)
    assert assessed(gap, before=Status.TRENDING, quiet=4).status is Status.TRENDING


def test_one_source_falling_silent_is_no_crash_of_the_topic() -> None:
    told = readings(lambda _: 50, source="a") + readings(lambda ago: 500 if ago > 4 else None, source="b")
    assert assessed(told, before=Status.TRENDING).status is Status.TRENDING


def test_start_and_peak_are_hours_of_the_curve() -> None:
    hill = assessed(readings(lambda ago: {22: 80, 21: 500, 20: 900, 19: 600}.get(ago, 100 if ago < 19 else 1)))
    assert hill.started_at == THIS_HOUR - 21 * HOUR
    assert hill.peaked_at == THIS_HOUR - 20 * HOUR


def test_a_topic_still_at_its_top_has_not_peaked() -> None:
    assert assessed(readings(lambda ago: 500 - ago)).peaked_at is None


def test_the_sparkline_has_a_day_of_hours_and_tells_what_is_unknown() -> None:
    line = assessed(readings(lambda _: 7, hours=5)).sparkline
    assert line == (None,) * 19 + (7.0,) * 5


def test_readings_from_the_future_are_not_used() -> None:
    told = [*readings(lambda _: 10), Reading(THIS_HOUR + 3 * HOUR, "news", count=10**9)]
    assert assessed(told).mention_count == 240


def test_a_topic_without_any_number_is_still_assessed() -> None:
    found = assessed([Reading(THIS_HOUR, "a", rank=2)])
    assert found.growth_24h is None
    assert found.mention_count == 0
    assert 0 < found.score < 70


READING = st.builds(
    Reading,
    hour=st.integers(-5, 400).map(lambda ago: THIS_HOUR - ago * HOUR),
    source=st.sampled_from("abc"),
    count=st.none() | st.integers(0, 2**63 - 1),
    rank=st.none() | st.integers(1, 1000),
    traffic=st.none() | st.integers(0, 2**63 - 1),
    engagement=st.none() | st.floats(0, 1e12),
    counting=st.sampled_from(Counting),
)


@given(told=st.lists(READING, max_size=30), before=st.none() | st.sampled_from(Status), age=st.integers(0, 10_000))
def test_any_readings_give_a_score_between_0_and_100(told: list[Reading], before: Status | None, age: int) -> None:
    first = NOW - dt.timedelta(minutes=age)
    found = assess(told, now=NOW, first_seen=first, last_seen=NOW, before=before)
    assert 0 <= found.score <= 100
    assert found.growth_24h is None or found.growth_24h >= 0
    assert len(found.sparkline) == 24
    assert all(value is None or value >= 0 for value in found.sparkline)
    assert found.started_at is not None
    assert found.started_at <= NOW
