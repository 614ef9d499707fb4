"""Who earned a conversion: four models over touches, held to what must hold of any of them."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import attribution
from analytics.attribution import DECAY, FIRST, LAST, LINEAR, MODELS, NOBODY, Touched

AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
WINDOW = dt.timedelta(days=30)
touched = st.builds(
    Touched,
    at=st.integers(-60 * 86400, 5 * 86400).map(lambda seconds: AT + dt.timedelta(seconds=seconds)),
    channel=st.sampled_from(["", "x", "instagram", "newsletter"]),
    campaign=st.sampled_from(["", "monsoon"]),
    post=st.sampled_from(["", "p1", "p2", "p3"]),
)
journeys = st.lists(touched, max_size=12)
lives = st.floats(min_value=1e-6, max_value=1e6)


def days_before(days: float, post: str) -> Touched:
    return Touched(AT - dt.timedelta(days=days), post=post, channel="x")


@given(journeys, lives)
def test_the_shares_of_every_model_add_up_to_one(journey: list[Touched], half_life: float) -> None:
    counting = attribution.counted(journey, at=AT, window=WINDOW)
    for shares in attribution.every_model(counting, half_life=half_life).values():
        assert math.isclose(math.fsum(each.share for each in shares), 1.0, abs_tol=1e-9)
        assert all(0 < each.share <= 1 + 1e-9 for each in shares)


@given(journeys)
def test_only_touches_of_the_window_and_not_after_the_conversion_count(journey: list[Touched]) -> None:
    counting = attribution.counted(journey, at=AT, window=WINDOW)
    assert all(AT - WINDOW <= each.at <= AT for each in counting)
    assert len(counting) == sum(AT - WINDOW <= each.at <= AT for each in journey)
    assert counting == sorted(counting, key=lambda each: each.at)


@given(journeys, lives, st.sampled_from(MODELS))
def test_nobody_is_credited_who_did_not_touch(journey: list[Touched], half_life: float, model: str) -> None:
    counting = attribution.counted(journey, at=AT, window=WINDOW)
    shares = attribution.credit(counting, model, half_life=half_life)
    known = {each.earner for each in counting}
    if not counting:
        assert shares == [NOBODY]
    else:
        assert {(each.post, each.channel, each.campaign) for each in shares} <= known
    assert len({(each.post, each.channel, each.campaign) for each in shares}) == len(shares)


@given(journeys, lives)
def test_a_touch_outside_the_window_changes_nothing(journey: list[Touched], half_life: float) -> None:
    outside = [Touched(AT - WINDOW - dt.timedelta(seconds=1), post="old"), Touched(AT + dt.timedelta(seconds=1))]
    asked = attribution.counted(journey, at=AT, window=WINDOW)
    more = attribution.counted([*outside, *journey], at=AT, window=WINDOW)
    assert attribution.every_model(asked, half_life=half_life) == attribution.every_model(more, half_life=half_life)


@given(touched, lives)
def test_with_one_touch_all_models_agree(touch: Touched, half_life: float) -> None:
    answers = attribution.every_model([touch], half_life=half_life)
    assert {tuple(shares) for shares in answers.values()} == {tuple(answers[FIRST])}
    assert answers[FIRST][0].share == pytest.approx(1)


@given(st.lists(touched, min_size=2, max_size=12, unique_by=lambda each: each.at), lives)
def test_a_later_touch_never_decays_more(journey: list[Touched], half_life: float) -> None:
    ordered = sorted(journey, key=lambda each: each.at)
    alone = [Touched(each.at, post=str(number)) for number, each in enumerate(ordered)]
    shares = {each.post: each.share for each in attribution.credit(alone, DECAY, half_life=half_life)}
    told = [shares.get(str(number), 0.0) for number in range(len(alone))]
    assert told == sorted(told)


def test_each_model_says_what_its_name_says() -> None:
    journey = [days_before(14, "a"), days_before(7, "b"), days_before(0, "c")]
    answers = {
        model: {each.post: round(each.share, 4) for each in shares}
        for model, shares in attribution.every_model(journey, half_life=7).items()
    }
    assert answers[FIRST] == {"a": 1.0}
    assert answers[LAST] == {"c": 1.0}
    assert answers[LINEAR] == {"a": 0.3333, "b": 0.3333, "c": 0.3333}
    assert answers[DECAY] == {"c": 0.5714, "b": 0.2857, "a": 0.1429}  # 4 : 2 : 1


def test_several_touches_of_one_post_are_one_earner() -> None:
    journey = [days_before(3, "a"), days_before(2, "b"), days_before(1, "a"), days_before(0, "a")]
    shares = {each.post: each.share for each in attribution.credit(journey, LINEAR, half_life=7)}
    assert shares == pytest.approx({"a": 0.75, "b": 0.25})


def test_no_touch_is_nobodys_and_a_half_life_of_nothing_is_the_last() -> None:
    assert attribution.credit([], DECAY, half_life=7) == [NOBODY]
    journey = [days_before(400, "a"), days_before(1, "b")]
    assert [each.post for each in attribution.credit(journey, DECAY, half_life=0)] == ["b"]
    with pytest.raises(ValueError, match="best"):
        attribution.credit(journey, "best", half_life=7)
