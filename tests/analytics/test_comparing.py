"""Comparisons rest on ranks, say how sure they are, and are silent where too little is known."""

import math
from random import Random
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import comparing

LOG = st.floats(min_value=-2.3, max_value=2.3, allow_nan=False)
SOME = st.lists(LOG, min_size=comparing.FEWEST, max_size=60)


@given(SOME, SOME)
def test_a_lift_lies_in_its_range_and_turns_around_with_its_sides(ours: list[float], theirs: list[float]) -> None:
    there, back = comparing.lift(ours, theirs), comparing.lift(theirs, ours)
    assert there is not None
    assert back is not None
    assert there.low is not None
    assert there.high is not None
    assert there.low <= there.value + 1e-9
    assert there.value <= there.high + 1e-9
    assert there.value * back.value == pytest.approx(1.0, rel=1e-6)


@given(SOME, SOME, st.floats(min_value=-1, max_value=1))
def test_what_lifts_both_sides_alike_lifts_nothing(ours: list[float], theirs: list[float], shift: float) -> None:
    plain = comparing.lift(ours, theirs)
    moved = comparing.lift([each + shift for each in ours], [each + shift for each in theirs])
    assert plain is not None
    assert moved is not None
    assert moved.value == pytest.approx(plain.value, rel=1e-6)


@given(SOME, SOME)
def test_order_says_nothing(ours: list[float], theirs: list[float]) -> None:
    assert comparing.lift(ours, theirs) == comparing.lift(ours[::-1], theirs[::-1])


@given(st.lists(LOG, max_size=comparing.FEWEST - 1), SOME)
def test_too_few_posts_say_nothing(few: list[float], many: list[float]) -> None:
    assert comparing.lift(few, many) is None
    assert comparing.lift(many, few) is None


@given(st.lists(LOG, min_size=1, max_size=80))
def test_the_usual_is_the_median_within_its_range(logs: list[float]) -> None:
    found = comparing.usual(logs)
    assert found is not None
    assert found.value == pytest.approx(math.exp(median(logs)))
    if found.low is not None and found.high is not None:
        assert found.low <= found.value + 1e-9
        assert found.value <= found.high + 1e-9


@given(st.lists(LOG, max_size=40), st.floats(min_value=-1, max_value=1))
def test_what_is_drawn_lies_between_the_posts_and_what_is_known_otherwise(logs: list[float], towards: float) -> None:
    found = math.log(comparing.drawn(logs, towards=towards))
    mean = sum(logs) / len(logs) if logs else towards
    assert min(mean, towards) - 1e-9 <= found <= max(mean, towards) + 1e-9


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_change_of_use_never_divides_by_nought(now: int, more: int, before: int, others: int) -> None:
    found = comparing.rate_change(now, now + more, before, before + others)
    if found is None:
        assert not (now + more) or not (before + others) or not now + before
    else:
        assert found.low is not None
        assert found.high is not None
        assert 0 < found.low <= found.value <= found.high


def test_ranges_of_pure_noise_hold_one_nearly_always() -> None:
    """Four hundred pairs of groups with no difference: about one in twenty may be called certain."""
    chance = Random(11)
    wrong = 0
    for _number in range(400):
        ours = [chance.gauss(0, 0.6) for _post in range(12)]
        theirs = [chance.gauss(0, 0.6) for _post in range(30)]
        found = comparing.lift(ours, theirs)
        wrong += bool(found and found.is_certain)
    assert 4 <= wrong <= 36


def test_a_true_lift_is_found_and_told() -> None:
    chance = Random(5)
    ours = [chance.gauss(math.log(1.6), 0.4) for _post in range(40)]
    theirs = [chance.gauss(0, 0.4) for _post in range(80)]
    found = comparing.lift(ours, theirs)
    assert found is not None
    assert found.is_certain
    assert 1.3 < found.value < 2.0


def test_one_post_that_went_round_the_world_moves_little() -> None:
    theirs = [0.0] * 20
    plain, lucky = comparing.lift([0.1] * 10, theirs), comparing.lift([0.1] * 9 + [2.3], theirs)
    assert plain is not None
    assert lucky is not None
    assert lucky.value == pytest.approx(plain.value)


def test_very_many_posts_are_thinned_without_changing_what_they_say() -> None:
    chance = Random(2)
    ours = [chance.gauss(0.3, 0.5) for _post in range(3000)]
    theirs = [chance.gauss(0, 0.5) for _post in range(3000)]
    found = comparing.lift(ours, theirs)
    assert found is not None
    assert found.value == pytest.approx(math.exp(0.3), rel=0.06)
    assert found.low is not None
    assert found.high is not None
    assert found.high / found.low < 1.2


def test_ratios_nobody_would_call_typical_are_cut() -> None:
    assert comparing.log_of(1000) == comparing.log_of(10)
    assert comparing.log_of(0) == comparing.log_of(0.1)


@pytest.mark.parametrize("values", [2, 40, 100_000])
@pytest.mark.parametrize(("ours", "theirs"), [(600, 600), (40, 600), (600, 35), (5, 9)])
def test_ranks_of_many_pairs_are_those_of_all_of_them(ours: int, theirs: int, values: int) -> None:
    """Also where most are equal, and where the ranks lie at the edges."""
    chance = np.random.default_rng(ours * theirs + values)
    mine, others = (np.sort(chance.integers(values, size=size) / values) for size in (ours, theirs))
    every = np.sort((mine[:, None] - others[None, :]).ravel())
    for at in (0, len(every) // 9, len(every) * 46 // 100):
        ranks = (at, (len(every) - 1) // 2, len(every) // 2, len(every) - 1 - at)
        assert comparing._at_ranks(mine, others, ranks) == [every[rank] for rank in ranks]
