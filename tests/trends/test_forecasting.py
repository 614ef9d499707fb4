"""Features use nothing later, kept trees say what their learner says, and only what beats the rule is praised."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, f1_score
from threadpoolctl import threadpool_limits

from tests.trends import foreseen
from trends.forecasting import features, history, judging, rule, starts, states, telling, wordings
from trends.forecasting.forest import BadModel, Forest, packed
from trends.forecasting.learning import Learned, TooLittle, breakout_examples, learn_breakout, learn_states
from trends.forecasting.model import Model
from trends.forecasting.panel import HOUR, Panel, columns
from trends.forecasting.states import IN_AN_HOUR, IN_SIX_HOURS

HOURS = 320


@pytest.fixture(scope="module")
def panel() -> Panel:
    return foreseen.panel(foreseen.readings(hours=120))


def forest(classes: int) -> tuple[HistGradientBoostingClassifier, np.ndarray]:
    chance = np.random.default_rng(classes)
    given_ = chance.normal(size=(600, 5))
    given_[chance.random(given_.shape) < 0.1] = np.nan
    truth = np.digitize(np.nan_to_num(given_[:, 0] + given_[:, 1]), np.linspace(-1, 1, classes + 1)[1:-1])
    with threadpool_limits(1, user_api="openmp"):
        return HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(given_, truth), given_


@pytest.mark.parametrize("classes", [2, 4])
def test_kept_trees_say_what_their_learner_says(classes: int) -> None:
    learner, seen = forest(classes)
    kept = Forest.from_arrays(Forest.of(learner).arrays("f"), "f")
    assert np.abs(kept.chances(seen) - learner.predict_proba(seen)).max() < 1e-6
    unseen = np.vstack([seen * 100, np.full((1, 5), np.nan), np.full((1, 5), np.inf)])
    assert np.abs(kept.chances(unseen) - learner.predict_proba(np.where(np.isinf(unseen), 1e300, unseen))).max() < 1e-6


@pytest.fixture(scope="module")
def taught() -> Learned:
    """A model of breaking out."""
    return learn_breakout([foreseen.listing(hours=HOURS)])


def test_a_model_goes_to_bytes_and_back_unchanged_and_without_pickles(taught: Learned) -> None:
    learned = taught.model
    again = Model.from_bytes(learned.to_bytes())
    made = foreseen.panel(foreseen.readings(hours=60, seed=9))
    found = starts.cases(made)
    texts = ["Topic", "", "😀", "مرحبا"] * found.topics.size
    asked = starts.table(made, found), texts[: found.topics.size]
    assert np.array_equal(learned.breakout(*asked), again.breakout(*asked))
    assert b"pickle" not in learned.to_bytes()
    assert again.levels == {"bluesky": foreseen.BREAKOUT}


@pytest.mark.parametrize("content", [b"", b"no archive", packed({}, {"format": 99}), packed({}, {}), b"PK\x03\x04" * 9])
def test_parameters_that_are_none_are_refused(content: bytes) -> None:
    with pytest.raises(BadModel):
        Model.from_bytes(content)


def test_a_tree_that_would_never_end_is_refused() -> None:
    arrays = Forest.of(forest(2)[0]).arrays("f")
    arrays["f.left"] = np.zeros_like(arrays["f.left"])
    with pytest.raises(BadModel):
        Forest.from_arrays(arrays, "f")


@pytest.mark.parametrize("hour", [30, 47, 90])
def test_nothing_later_than_a_moment_changes_what_is_said_at_it(panel: Panel, hour: int) -> None:
    moment = hour * HOUR
    cut = panel.until(moment)
    before = np.flatnonzero(panel.times <= moment)
    for name, column in features.of(cut).items():
        assert np.array_equal(column, features.of(panel)[name][before], equal_nan=True), name
    full, short = starts.cases(panel, settled=False), starts.cases(cut, settled=False)
    decided, known = full.decided <= moment, short.decided <= moment
    assert full.topics[decided].tolist() == short.topics[known].tolist()
    assert known.sum() > 10
    later, earlier = starts.table(panel, full), starts.table(cut, short)
    for name, column in earlier.items():
        assert np.array_equal(column[known], later[name][decided], equal_nan=True), name


def test_states_told_at_a_moment_are_the_same_when_the_future_is_cut_off() -> None:
    chances = np.random.default_rng(3).dirichlet(np.ones(4), size=4000)
    moments = np.sort(np.random.default_rng(4).integers(0, 20 * 24 * HOUR, size=4000))
    base = np.array([1.0, 1.4, 0.8, 0.9])
    told = telling.in_order(chances, moments, base)
    for cut in (500, 1999, 3000):
        assert np.array_equal(telling.in_order(chances[:cut], moments[:cut], base), told[:cut])


def test_a_new_topic_is_a_case_once_and_one_that_is_hot_already_is_none() -> None:
    told = [(0, hour, 5.0) for hour in range(60)]
    told += [(1, 30, 10.0), (1, 32, 2000.0), (2, 30, 10.0), (2, 31, 3000.0), (3, 30, 10.0), (3, 44, 2000.0)]
    made = foreseen.panel(told)
    found = starts.cases(made)
    assert found.topics.tolist() == [1, 3]
    assert starts.broke_out(made, found).tolist() == [True, False]


def test_a_topic_that_was_silent_for_half_a_day_begins_anew() -> None:
    made = foreseen.panel([(0, hour, 5.0) for hour in range(80)] + [(1, 30, 9.0), (1, 31, 9.0), (1, 44, 9.0)])
    assert starts.cases(made).begins.tolist() == [30 * HOUR, 44 * HOUR]


def test_states_are_what_the_later_reading_says() -> None:
    told = [(0, 0, 100.0), (0, 1, 116.0), (1, 0, 100.0), (1, 1, 100.0), (2, 0, 100.0), (2, 1, 80.0), (3, 0, 100.0)]
    made = foreseen.panel(told)
    live = states.cases(made, IN_AN_HOUR)
    assert [states.STATES[one].value for one in states.outcomes(made, live)] == ["up", "flat", "down", "gone"]
    assert states.cases(made, IN_SIX_HOURS).rows.size == 0


def test_what_can_be_learned_beats_the_rule_and_is_calibrated(taught: Learned) -> None:
    learned = taught
    assert learned.beats_rule
    assert learned.figures["ap"] > 0.8 > learned.figures["rule"]["ap"]
    assert sum(one["cases"] for one in learned.figures["calibration"]) == learned.figures["cases"]
    best = learned.figures["calibration"][-1]
    assert abs(best["foretold"] - best["happened"]) < 0.25


def test_states_are_learned_and_judged_beside_the_rule() -> None:
    learned = learn_states([foreseen.listing(hours=120)], IN_AN_HOUR)
    assert learned.figures["macro_f1"] > learned.figures["rule"]["macro_f1"]
    assert learned.beats_rule
    assert set(learned.figures["f1"]) == {"up", "flat", "down", "gone"}


def test_nothing_is_learned_from_nothing() -> None:
    with pytest.raises(TooLittle):
        learn_breakout([])
    with pytest.raises(TooLittle):
        breakout_examples([foreseen.listing(hours=2)])


def test_figures_are_those_of_scikit_learn() -> None:
    chance = np.random.default_rng(1)
    truth, chances = chance.random(400) < 0.2, np.round(chance.random(400), 2)
    assert judging.average_precision(truth, chances) == pytest.approx(average_precision_score(truth, chances))
    told, was = chance.integers(0, 4, 300), chance.integers(0, 4, 300)
    assert judging.macro_f1(was, told, 4) == pytest.approx(f1_score(was, told, average="macro"))
    assert judging.brier(truth, truth.astype(float)) == 0


def test_totals_and_day_counts_become_mentions_an_hour() -> None:
    hours = np.array([0, 1, 3, 25]) * HOUR
    same = np.zeros(4, dtype=np.int64)
    figures = np.array([100.0, 130.0, 190.0, 20.0])
    total = history.levels(same, same, hours, figures, np.full(4, history.TOTAL))
    assert np.array_equal(total, [np.nan, 30, 30, np.nan], equal_nan=True)
    day = history.levels(same, same, hours, figures, np.full(4, history.DAY))
    assert day.tolist() == [100, 30, 30, 10]
    assert history.figures(np.array([np.nan]), np.array([np.nan]), np.array([2.0])).tolist() == [50]


def test_breaking_out_is_the_highest_twentieth_of_the_peaks_once_there_are_fifty() -> None:
    levels = np.arange(1.0, 101)
    assert history.breakout_level(np.arange(100), levels) == pytest.approx(95.05)
    assert history.breakout_level(np.arange(49), levels[:49]) is None
    assert history.breakout_level(np.array([], dtype=np.int64), np.array([])) is None


def test_the_rule_rises_with_level_slope_burst_growth_and_breadth() -> None:
    table = {"level": np.array([-3.0, -1.0, -1.0]), "slope": np.array([0.0, 0.0, 0.8])}
    low, high, steep = rule.breakout(table)
    assert 0 < low < high < steep < 1
    plain = rule.breakout_of_topic(burst=None, growth=None, sources=0)
    assert plain < rule.breakout_of_topic(burst=5, growth=2, sources=4) < 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_score(text: str) -> None:
    wording = wordings.Wording(np.ones(wordings.BUCKETS), np.linspace(-1, 1, wordings.BUCKETS), -2.0)
    assert math.isfinite(wording.scores([text])[0])
    assert all(np.isfinite(column).all() for column in wordings.marks([text]).values())


def test_columns_stand_side_by_side_in_the_order_asked() -> None:
    table = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    assert columns(table, ["b", "a"]).tolist() == [[3, 1], [4, 2]]
