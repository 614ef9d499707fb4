"""What is usual, what is an event, and what is made of many topics at once."""

import datetime as dt
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trenddrop.core import display
from trends.detection import (
    Scores,
    Standing,
    Tuning,
    expected_band,
    explaining,
    lifecycle,
    passing,
    scoring_pass,
    sentence,
    tuned,
)
from trends.detection.alarms import excesses, first_of
from trends.detection.judging import judge, quality
from trends.detection.tuning import COUNTS, PRICES, BadTuning

Figures = npt.NDArray[np.float64]
HOURS = np.arange(240)
NAN = np.nan


def standing(*rows: npt.NDArray[np.floating], before: int = lifecycle.NEVER, age: float = 240) -> Standing:
    """Topics with these hours, all else alike."""
    many = len(rows)
    return Standing(
        hourly=np.vstack(rows),
        age=np.full(many, age),
        quiet=np.zeros(many),
        sources=np.ones(many, int),
        rank=np.full(many, NAN),
        before=np.full(many, before, np.int8),
    )


def scored(*rows: Figures, tuning: Tuning | None = None) -> Scores:
    return scoring_pass(standing(*rows), tuning)


def daily(low: float, high: float, hours: int = 240) -> Figures:
    """A topic of habit: busy at one hour of the day, which is also the last one here."""
    return np.where((hours - 1 - np.arange(hours)) % 24 == 0, high, low)


def noisy(mean: float, dispersion: float, hours: int = 240, seed: int = 1) -> Figures:
    """Counts whose variance is `dispersion` times their mean."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, hours), float)


def with_last(row: Figures, last: float) -> Figures:
    return np.append(row[:-1], last)


def test_the_busy_hour_of_every_day_is_no_burst_but_the_same_count_at_another_hour_is() -> None:
    habit = daily(20, 100)
    found = scored(habit, with_last(np.roll(habit, 12), 100))
    assert abs(found.burst[0]) < 2
    assert found.burst[1] > 4
    assert not found.alarm[0]
    assert found.expected[0] > 2.5 * found.expected[1]


def test_with_few_days_the_hour_of_the_day_counts_less() -> None:
    two, four, ten = (scored(daily(20, 100, days * 24)).expected[0] for days in (2, 4, 10))
    assert two < 30  # the level alone
    assert two < four < ten


def test_the_day_of_the_week_counts_after_weeks() -> None:
    week = np.tile(np.r_[np.full(144, 20.0), np.full(24, 200.0)], 4)
    sunday = scored(week, tuning=tuned({"history_hours": 672})).expected[0]
    assert sunday > 2 * scored(week[-168:]).expected[0] or sunday > 60


def test_the_same_rise_says_less_of_a_restless_topic() -> None:
    calm, restless = noisy(100, 1.5), noisy(100, 60)
    found = scored(with_last(calm, 300), with_last(restless, 300))
    assert found.burst[0] > 3 * found.burst[1] > 0


def test_chance_alone_seldom_alarms() -> None:
    rows = [noisy(50, 5, seed=seed) for seed in range(400)]
    assert scored(*rows).alarm.sum() <= 4


def test_a_burst_beyond_all_it_has_seen_is_an_alarm_and_one_it_knows_is_not() -> None:
    calm = noisy(100, 2)
    known = calm.copy()
    known[[40, 100, 160]] = 900
    found = scored(with_last(calm, 600), with_last(known, 600), with_last(calm, calm[-2]))
    assert found.alarm.tolist() == [True, False, False]


def test_nine_mentions_are_never_an_alarm() -> None:
    assert not scored(with_last(np.zeros(240), 9)).alarm[0]
    assert scored(with_last(np.zeros(240), 40)).alarm[0]


def test_too_little_is_known_of_a_young_topic_to_call_anything_unusual() -> None:
    young = np.r_[np.full(235, NAN), [5.0, 50, 500, 5000, 50_000]]
    found = scored(young)
    assert np.isnan(found.burst[0])
    assert np.isnan(found.expected[0])
    assert not found.alarm[0]


def test_a_source_that_repeats_yesterday_is_nothing_new() -> None:
    day = noisy(80, 10, hours=24)
    found = scored(np.tile(day, 10))
    assert found.growth[0] == pytest.approx(1.0)
    assert abs(found.burst[0]) < 2
    assert not found.alarm[0]


def test_missed_hours_are_not_quiet_hours() -> None:
    full = noisy(100, 2)
    gaps = full.copy()
    gaps[::3] = NAN
    gaps[-1] = full[-1]
    whole, part = scored(full), scored(gaps)
    assert part.expected[0] == pytest.approx(whole.expected[0], rel=0.1)
    assert part.growth[0] == pytest.approx(whole.growth[0], rel=0.15)
    assert part.status[0] == whole.status[0]


def test_the_band_of_an_hour_is_made_of_the_hours_before_it() -> None:
    row = noisy(60, 8)
    whole, cut = expected_band(row), expected_band(row[:100])
    for name in ("expected", "low", "high"):
        np.testing.assert_array_equal(getattr(whole, name)[:100], getattr(cut, name))
    changed = expected_band(with_last(row, 10_000))
    np.testing.assert_array_equal(changed.high, whole.high)


def test_most_hours_lie_within_their_band() -> None:
    row = noisy(60, 8)
    band = expected_band(row)
    told = np.isfinite(band.expected)
    assert (~told).sum() == Tuning().least_hours
    within = (row[told] >= band.low[told]) & (row[told] <= band.high[told])
    assert 0.9 < within.mean() < 1


@given(hnp.arrays(np.float64, st.integers(1, 300), elements=st.floats(-1e18, 1e19) | st.just(NAN)))
def test_a_band_is_in_order_and_never_negative(row: Figures) -> None:
    band = expected_band(row)
    assert band.low.shape == row.shape
    known = np.isfinite(band.expected)
    assert (band.low[known] >= 0).all()
    assert (band.low[known] <= band.expected[known] * 1.000001 + 1e-9).all()
    assert (band.expected[known] <= band.high[known] * 1.000001 + 1e-9).all()


MATRIX = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.sampled_from([24, 48, 100])),
    elements=st.floats(-10, 9e18) | st.just(NAN) | st.just(np.inf),
)


@given(hourly=MATRIX, before=st.integers(0, 4), age=st.floats(0, 1e5))
def test_whatever_the_hours_hold_scores_stay_in_bounds(hourly: Figures, before: int, age: float) -> None:
    found = scoring_pass(standing(*hourly, before=before, age=age))
    assert ((found.score >= 0) & (found.score <= 100)).all()
    assert set(found.status.tolist()) <= {1, 2, 3, 4}
    for figures in (found.growth, found.expected, found.observed, found.mentions):
        assert not (figures < 0).any()
    assert ((found.novelty >= 0) & (found.novelty <= 1)).all()


def test_topics_do_not_touch_each_other_and_chunks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [noisy(20 + seed, 3, hours=48, seed=seed) for seed in range(40)]
    together = scored(*rows)
    alone = [scored(row).score[0] for row in rows]
    np.testing.assert_allclose(together.score, alone)
    monkeypatch.setattr(passing, "CHUNK", 7)
    np.testing.assert_array_equal(scored(*rows).score, together.score)


def test_half_the_precision_tells_the_same() -> None:
    rows = np.vstack([noisy(50, 6, hours=48, seed=seed) for seed in range(200)])
    fine, coarse = scoring_pass(standing(*rows)), scoring_pass(standing(*rows.astype(np.float32)))
    np.testing.assert_array_equal(fine.status, coarse.status)
    np.testing.assert_allclose(fine.score, coarse.score, atol=0.01)


def states(curve: Figures) -> list[int]:
    """The status hour by hour, each pass knowing what the one before said."""
    before, told = lifecycle.EMERGING, []
    for end in range(24, curve.size + 1):
        row = np.r_[np.full(max(0, 48 - end), NAN), curve[max(0, end - 48) : end]]
        before = int(scoring_pass(standing(row, before=before, age=float(end))).status[0])
        told.append(before)
    return told


def test_a_life_goes_through_its_states_once() -> None:
    life = np.r_[np.full(30, 10), 10 * 1.25 ** np.arange(14), np.full(30, 220), 220 * 0.9 ** np.arange(40)]
    told = states(life)
    changes = [after for before, after in pairwise(told) if after != before]
    assert changes == [lifecycle.DECLINING]
    assert told[0] == lifecycle.TRENDING


@pytest.mark.parametrize("level", [0.45, 0.55, 0.65])
def test_a_topic_that_wobbles_about_a_threshold_does_not_flicker(level: float) -> None:
    rng = np.random.default_rng(5)
    curve = np.r_[np.full(24, 100.0), 100 * level + rng.normal(0, 8, 120)]
    told = states(curve)
    assert sum(before != after for before, after in pairwise(told)) <= 2


def test_a_name_heard_last_week_is_less_new_than_one_never_heard() -> None:
    row = np.full(48, 5.0)
    known = standing(row, row, row, age=1)
    silent = np.array([np.inf, 60.0, 3.0])
    novelty = scoring_pass(Standing(**{**{n: getattr(known, n) for n in Standing.__slots__}, "silent": silent})).novelty
    assert 1 > novelty[0] > novelty[1] > novelty[2] > 0


def test_what_is_over_stays_over() -> None:
    rising = 2.0 ** np.arange(48)
    assert scoring_pass(standing(rising, before=lifecycle.EXPIRED)).status[0] == lifecycle.EXPIRED


# Alarms on streams


def stream(rows: int = 4000, seed: int = 3) -> Figures:
    """Five-minute counts with a day's rhythm and two events."""
    rng = np.random.default_rng(seed)
    rhythm = 30 + 20 * np.sin(np.arange(rows) / 288 * 2 * np.pi)
    values = rng.negative_binomial(rhythm / 4, 0.2).astype(float)
    values[1500:1524] += 600
    values[3000:3024] += 1200
    return values


def told_in(values: Figures) -> list[int]:
    """Rows that tell an event in five-minute counts."""
    found = excesses(values, COUNTS, spacing=300)
    return np.flatnonzero(
        first_of(found, np.linspace(0, 300 * values.size, values.size, endpoint=False), COUNTS)
    ).tolist()


def test_each_event_is_told_once_within_the_hour() -> None:
    told = [row for row in told_in(stream()) if row >= 600]
    assert len(told) == 2
    assert 0 <= told[0] - 1500 < 12
    assert 0 <= told[1] - 3000 < 12


@pytest.mark.parametrize("cut", [700, 1503, 1510, 2999, 3500])
def test_what_was_decided_before_a_moment_does_not_change_with_what_comes_after(cut: int) -> None:
    values = stream()
    np.testing.assert_array_equal(
        excesses(values[:cut], COUNTS, spacing=300), excesses(values, COUNTS, spacing=300)[:cut]
    )
    assert told_in(values[:cut]) == [row for row in told_in(values) if row < cut]


def test_only_a_record_breaks_the_quiet_after_an_alarm() -> None:
    scores = np.array([0.0, 2, 2, 5, 6.1, 7, 0, 0])
    told = first_of(scores, np.arange(0, 8 * 3601.0, 3601), COUNTS)
    assert np.flatnonzero(told).tolist() == [1, 4]


def test_the_climb_of_the_means_in_the_first_hour_is_the_same_event() -> None:
    scores = np.array([2.0, 5, 9, 9, 28])
    told = first_of(scores, np.array([0.0, 300, 600, 3900, 4200]), COUNTS)
    assert np.flatnonzero(told).tolist() == [0, 4]


def test_after_the_quiet_a_smaller_event_is_told_again() -> None:
    scores, moments = np.array([9.0, 0, 1.5]), np.array([0.0, 3600, 86_401])
    assert first_of(scores, moments, COUNTS).tolist() == [True, False, True]


def test_a_clock_set_back_tells_nothing_twice() -> None:
    scores, moments = np.array([5.0, 50, 50]), np.array([10_000.0, 5000, 14_000])
    assert first_of(scores, moments, COUNTS).tolist() == [True, False, True]


def test_a_price_that_falls_is_an_event_as_one_that_rises() -> None:
    rng = np.random.default_rng(2)
    price = 0.1 * np.exp(rng.normal(0, 0.1, 600))
    price[400], price[500] = 0.9, 0.001
    found = excesses(price, PRICES, spacing=3600)
    assert np.flatnonzero(found > 3).tolist() == [400, 500]


def test_a_calm_stream_that_is_nothing_but_chance_tells_nothing() -> None:
    assert told_in(np.random.default_rng(4).poisson(30, 4000).astype(float)) == []


def test_a_stream_of_nothing_and_a_short_one_tell_nothing() -> None:
    assert told_in(np.zeros(2000)) == []
    assert told_in(np.array([5.0, 5000])) == []
    assert told_in(np.zeros(0)) == []


# Judging


def test_never_an_alarm_is_0_and_one_at_the_start_of_each_window_100() -> None:
    windows = [(1000, 1100), (2000, 2100)]
    alarms = np.zeros(5000, bool)
    assert quality([judge(alarms, windows)]) == 0
    alarms[[1000, 1050, 2000]] = True
    assert quality([judge(alarms, windows)]) == pytest.approx(100)


def test_an_alarm_outside_costs_and_less_just_behind_a_window() -> None:
    windows = [(1000, 1100)]
    far, near, early = np.zeros(5000, bool), np.zeros(5000, bool), np.zeros(5000, bool)
    far[3000], near[1101], early[10] = True, True, True
    costs = [quality([judge(alarms, windows)]) for alarms in (far, near, early)]
    assert costs[0] == pytest.approx(-5.5)
    assert costs[0] < costs[1] < 0
    assert costs[2] == 0
    assert judge(far, windows).false_alarms == 1


# Words and numbers


def told(**changes: float | None) -> str:
    known: dict[str, float | None] = {"observed": 80, "expected": 10, "burst": 9, "growth": 3.0}
    known.update(changes)
    return sentence(**known, sources=4, age=dt.timedelta(minutes=35))


def test_the_sentence_says_how_far_beyond_the_usual_where_and_how_old() -> None:
    assert told() == "8× its usual for this hour, in 4 sources, 35 minutes old"


@pytest.mark.parametrize("minutes", [1, 59, 60, 119, 35 * 60 + 59, 36 * 60, 42 * 60, 48 * 60, 30 * 24 * 60])
def test_the_age_in_the_sentence_is_the_one_that_stands_beside_it(minutes: int) -> None:
    age = dt.timedelta(minutes=minutes)
    number, unit = display.span(age).split()
    told, word, _old = explaining.old(age).split()
    assert told == ("one" if number == "1" else number)
    assert word[:1] == unit[:1], (explaining.old(age), display.span(age))


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"expected": 0.2}, "80 in this hour, where hardly any are usual"),
        ({"observed": 2500, "expected": 100}, "25× its usual for this hour"),
        ({"observed": 25, "expected": 10}, "2.5× its usual for this hour"),
        ({"burst": 1.0}, "4× yesterday"),
        ({"burst": 0.5, "growth": 0.1}, "as usual for this hour"),
        ({"burst": None, "expected": None, "growth": None}, "in 4 sources"),
    ],
)
def test_the_sentence_says_what_is_known(changes: dict[str, float | None], begins: str) -> None:
    assert told(**changes).startswith(begins)


def test_the_sentence_follows_the_readers_numbers() -> None:
    with translation.override("de"):
        assert "2,5×" in told(observed=25)


def test_the_table_takes_numbers_of_names_it_knows() -> None:
    assert tuned({"alarm_burst": 5, "season_days": 2}).alarm_burst == 5.0
    for wrong in (
        {"alarm_brust": 5},
        {"alarm_burst": "5"},
        {"alarm_burst": True},
        {"alarm_burst": -1},
        {"alarm_burst": float("nan")},
        {"history_hours": 24},
        {f"weight_{name}": 0 for name in Tuning().weights},
    ):
        with pytest.raises(BadTuning):
            tuned(wrong)


def test_a_part_that_weighs_nothing_changes_nothing() -> None:
    row = with_last(noisy(100, 2), 600)
    plain, without = scored(row), scored(row, tuning=tuned({"weight_burst": 0}))
    assert plain.score[0] > without.score[0]
