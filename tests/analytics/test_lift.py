"""Did a clip lift the streams? The arithmetic, held to what it promises."""

import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from analytics import lift
from analytics.lift import DAY, Lift, Thin

CLIP = dt.date(2026, 11, 2)
TODAY = dt.date(2026, 11, 20)
WEEK = [100, 110, 120, 130, 150, 180, 170]


def days(count: int = 70, *, first: dt.date = CLIP - 56 * DAY, times: float = 50.0) -> dict[dt.date, float]:
    """A steady week, over and over."""
    return {(day := first + number * DAY): times * WEEK[day.weekday()] for number in range(count)}


def test_a_steady_week_after_is_as_expected() -> None:
    found = lift.lift(days(), CLIP, today=TODAY)
    assert isinstance(found, Lift)
    assert (found.excess, found.verdict, found.days, found.is_over) == (0.0, "usual", 7, True)


def test_a_rise_that_began_with_the_clip_is_told_with_its_range() -> None:
    known = days() | {CLIP + number * DAY: 50.0 * WEEK[(CLIP + number * DAY).weekday()] + 4000 for number in range(7)}
    found = lift.lift(known, CLIP, today=TODAY)
    assert isinstance(found, Lift)
    assert found.excess == 28_000
    assert found.verdict == "more"
    assert found.low < found.excess < found.high


def test_three_wild_days_before_do_not_move_what_was_expected() -> None:
    wild = days() | {CLIP - number * DAY: 1_000_000.0 for number in (3, 10, 30)}
    calm, found = lift.lift(days(), CLIP, today=TODAY), lift.lift(wild, CLIP, today=TODAY)
    assert isinstance(calm, Lift)
    assert isinstance(found, Lift)
    assert found.expected == calm.expected


def test_too_few_days_before_say_so_and_nothing_else() -> None:
    known = days(70, first=CLIP - 20 * DAY)
    assert lift.lift(known, CLIP, today=TODAY) == Thin(20, lift.FEWEST_DAYS)


def test_too_few_days_after_say_so() -> None:
    assert lift.lift(days(58), CLIP, today=CLIP + 2 * DAY) == Thin(2, 3, is_after=True)


def test_days_nobody_counted_are_left_out_on_both_sides() -> None:
    known = days()
    del known[CLIP + 2 * DAY]
    found = lift.lift(known, CLIP, today=TODAY)
    assert isinstance(found, Lift)
    assert (found.days, found.excess) == (6, 0.0)


def test_a_window_that_is_not_over_says_so() -> None:
    found = lift.lift(days(60), CLIP, today=CLIP + 4 * DAY)
    assert isinstance(found, Lift)
    assert not found.is_over
    assert found.days == 4


def test_streams_that_rose_already_are_told_of() -> None:
    known = {day: value * (1.9 if day > CLIP - 15 * DAY else 1.0) for day, value in days().items()}
    noisy = {day: value + (day.toordinal() * 37 % 101) * 6 for day, value in known.items()}
    found = lift.lift(noisy, CLIP, today=TODAY)
    assert isinstance(found, Lift)
    assert found.was_rising


def test_nothing_but_noughts_makes_no_claim_of_certainty() -> None:
    known = dict.fromkeys(days(), 0.0) | {CLIP: 1.0}
    found = lift.lift(known, CLIP, today=TODAY)
    assert isinstance(found, Lift)
    assert found.verdict == "usual"


def test_growth_is_never_told_over_a_gap() -> None:
    totals = {CLIP: 100.0, CLIP + DAY: 130.0, CLIP + 4 * DAY: 400.0}
    assert lift.growth(totals) == {CLIP + DAY: 30.0}


def test_nine_of_ten_ranges_hold_what_chance_alone_brings() -> None:
    chance, held, claimed = random.Random(9), 0, 0
    for _round in range(300):
        known = {day: value * (1 + 0.15 * chance.gauss(0, 1)) for day, value in days().items()}
        found = lift.lift(known, CLIP, today=TODAY)
        assert isinstance(found, Lift)
        held += found.low <= 0 <= found.high
        claimed += found.verdict == "more"
    assert held >= 300 * 0.86
    assert claimed <= 300 * 0.08


series = st.dictionaries(
    st.integers(-60, 10).map(lambda number: CLIP + number * DAY),
    st.floats(0, 1e9, allow_nan=False, allow_infinity=False),
    max_size=80,
)


@given(series, st.integers(1, lift.LONGEST_WINDOW))
def test_whatever_the_days_a_range_holds_its_own_middle_or_is_silent(known: dict[dt.date, float], window: int) -> None:
    found = lift.lift(known, CLIP, window=window, today=TODAY)
    if isinstance(found, Thin):
        assert found.known < found.needed
        return
    assert found.low <= found.excess <= found.high
    assert found.days <= window


@given(series, st.floats(0.01, 1000))
def test_counting_in_other_units_changes_no_expectation_but_its_size(known: dict[dt.date, float], times: float) -> None:
    first = lift.lift(known, CLIP, today=TODAY)
    second = lift.lift({day: value * times for day, value in known.items()}, CLIP, today=TODAY)
    assert isinstance(first, Thin) == isinstance(second, Thin)
    if isinstance(first, Lift) and isinstance(second, Lift):
        assert abs(second.expected - first.expected * times) <= 1e-6 * max(1.0, abs(second.expected))


@given(series, st.floats(0, 1e6))
def test_more_streams_after_a_clip_never_look_like_fewer(known: dict[dt.date, float], more: float) -> None:
    first = lift.lift(known, CLIP, today=TODAY)
    raised = {day: value + more if day >= CLIP else value for day, value in known.items()}
    second = lift.lift(raised, CLIP, today=TODAY)
    if isinstance(first, Lift) and isinstance(second, Lift):
        assert second.excess >= first.excess - 1e-3
        assert second.expected == first.expected
