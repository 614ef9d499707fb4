"""The learning itself, on accounts whose truth only the tests know; the long runs: `make bench NAME=learning`."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.advising import choosing, evidence, pooling, posterior, telling, trials, universe
from analytics.advising.posterior import Belief, Post, Prior
from content.understanding import levers
from content.understanding.levers import Sent
from content.understanding.posts import Post as Words
from tests.analytics import simulated
from tests.analytics.hidden_effects import BEGIN, PAIRS

DAY = dt.timedelta(days=1)
PAIR = ("hook", "question")
TWO = [PAIR, ("hook", "statement")]


def told(count: int, effect: float, *, noise: float = 0.3, seed: int = 3) -> list[Post]:
    rng = np.random.default_rng(seed)
    return [
        Post(BEGIN + number * DAY, {"hook": "question" if number % 2 else "statement"},
             (effect if number % 2 else 0.0) + noise * float(rng.standard_normal()))
        for number in range(count)
    ]  # fmt: skip


def belief(model: posterior.Model, posts: list[Post]) -> Belief:
    return model.belief(model.against_habit(*PAIR, model.habit(posts)))


# In small what the bench does at length


def test_after_a_hundred_posts_advice_misses_less_than_half_of_what_the_habit_misses() -> None:
    runs = [simulated.regret(seed, pooled=True) for seed in range(2000, 2004)]
    ours, habit = (sum(sum(each[side]) for each in runs) for side in (0, 1))
    assert ours < 0.5 * habit


def test_when_everything_changes_it_follows() -> None:
    runs = [simulated.regret(seed, pooled=False, posts=160, drift=60) for seed in range(2100, 2104)]
    right_after = sum(sum(each[0][60:80]) for each in runs)
    in_the_end = sum(sum(each[0][140:160]) for each in runs)
    assert in_the_end < 0.75 * right_after


def test_on_pure_noise_hardly_anything_is_ever_claimed() -> None:
    assert sum(simulated.ever_claimed(seed) for seed in range(20)) <= 1


def test_a_back_test_of_advice_that_does_nothing_says_so() -> None:
    found = [simulated.back_tested(seed, gain=0.0) for seed in range(20)]
    assert sum(verdict != trials.SAME for verdict, _held in found) <= 2
    assert sum(held for _verdict, held in found) >= 16


# The model


def test_what_does_better_is_believed_with_its_interval_and_the_more_the_surer() -> None:
    few, many = told(8, 0.8), told(60, 0.8)
    little, much = (belief(posterior.learnt(posts, TWO), posts) for posts in (few, many))
    assert much.deviation < little.deviation
    assert much.low < math.exp(0.4) < much.high  # half of the gap: the habit asks every second time
    assert much.sure > 0.95


def test_a_prior_speaks_where_posts_do_not() -> None:
    kin = Prior({PAIR: (0.5, 0.1)})
    assert belief(posterior.Model(TWO, kin), told(4, 0.0)).mean == pytest.approx(0.25)
    posts = told(200, -0.5)
    assert belief(posterior.learnt(posts, TWO, kin), posts).mean < 0


def test_one_viral_post_changes_next_to_nothing() -> None:
    posts = told(40, 0.0)
    viral = [*posts[:-1], Post(posts[-1].at, posts[-1].choices, math.log(5000))]
    calm, wild = (belief(posterior.learnt(each, TWO), each) for each in (posts, viral))
    assert abs(wild.mean - calm.mean) < 0.08


def test_the_same_seed_gives_the_same_advice_and_another_tries_something_else() -> None:
    posts = told(20, 0.2)
    model = posterior.learnt(posts, PAIRS)
    one, two = (choosing.advise(model, posts, seed=5) for _time in range(2))
    assert one == two
    assert len({str(choosing.advise(model, posts, seed=seed).choices) for seed in range(12)}) > 6


def test_one_offer_in_five_follows_the_habit_by_lot() -> None:
    for seed in range(60):
        drawn = [choosing.is_drawn(seed, number) for number in range(50)]
        assert [sum(drawn[at : at + 5]) for at in range(0, 50, 5)] == [1] * 10
    places = [next(place for place in range(5) if choosing.is_drawn(seed, place)) for seed in range(500)]
    assert all(70 <= places.count(place) <= 130 for place in range(5))
    posts = told(20, 0.2)
    model = posterior.learnt(posts, TWO)
    usual = choosing.advise(model, posts, seed=1, is_control=True)
    assert usual.is_control
    assert not choosing.advise(model, posts, seed=1).is_control


def test_only_what_can_be_had_is_advised() -> None:
    model = posterior.Model(PAIRS)
    found = choosing.advise(model, [], seed=1, allowed={"format": {"social_post"}, "trend": set()})
    assert found.choices["format"] == "social_post"
    assert "trend" not in found.choices


def test_nothing_known_is_no_reason_for_anything() -> None:
    found = choosing.advise(posterior.Model([]), [], seed=1)
    assert (found.choices, found.belief.times) == ({}, 1.0)


# Priors


def estimate(mean: float, *, account: str, platform: str = "x", variance: float = 0.02) -> pooling.Estimate:
    return pooling.Estimate(account, account, platform, mean, variance, 30)


def test_accounts_that_agree_narrow_the_prior_and_those_that_do_not_widen_it() -> None:
    alike = pooling.pooled([estimate(0.3, account=str(number)) for number in range(10)])
    apart = pooling.pooled([estimate(0.3 + 0.6 * (-1) ** number, account=str(number)) for number in range(10)])
    assert alike.mean > 0.2
    assert alike.spread < apart.spread


def test_an_account_is_no_evidence_for_itself() -> None:
    found = {PAIR: [estimate(0.9, account="me")]}
    assert pooling.prior_for("x", found, without="me").effects == {}
    assert pooling.prior_for("x", found, without="other").effects[PAIR][0] > 0


def test_the_same_platform_counts_more_than_another() -> None:
    same, other = ({PAIR: [estimate(0.6, account=str(n), platform=key) for n in range(5)]} for key in ("x", "tiktok"))
    assert pooling.prior_for("x", same).of(PAIR)[0] > pooling.prior_for("x", other).of(PAIR)[0] > 0


# Evidence


def test_a_choice_that_always_ranks_higher_is_evidence_and_the_contrary_none() -> None:
    posts = told(60, 1.0)
    placed = evidence.ranks([post.log for post in posts])
    won = evidence.of(placed, [post.choices["hook"] == "question" for post in posts])
    assert won.better > 1000
    assert won.worse < 1
    assert evidence.claims({"a": won.either, "b": 1.0, "c": 2.0}) == {"a"}


def test_all_alike_is_no_evidence() -> None:
    won = evidence.of(evidence.ranks([-3.0] * 50, seed=2), [number % 2 == 0 for number in range(50)])
    assert won.either < 20


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_ranks_are_places_between_minus_one_and_one(seed: int) -> None:
    values = np.random.default_rng(seed).standard_cauchy(30).tolist()
    found = evidence.ranks(values, seed=seed)
    assert (abs(found) <= 1).all()
    assert (evidence.path(found, np.ones((30, 1))) > 0).all()


# Trials


def tried(count: int, gain: float, *, account: str = "a", growth: float = 0.0) -> list[trials.Trial]:
    rng = np.random.default_rng(4)
    return [
        trials.Trial(BEGIN + number * DAY, account, number % 3 > 0,
                     growth * number + gain * (number % 3 > 0) + 0.4 * float(rng.standard_normal()))
        for number in range(count)
    ]  # fmt: skip


def test_three_posts_are_too_few_to_say() -> None:
    found = trials.compare(tried(3, 1.0))
    assert (found.verdict, found.ratio) == ("thin", None)
    assert trials.compare([]).verdict == "thin"


def test_an_account_that_grows_by_itself_does_not_speak_for_the_advice() -> None:
    early = [trials.Trial(one.at, "a", False, one.log) for one in tried(40, 0.0)]
    late = [trials.Trial(one.at + 60 * DAY, "a", True, one.log + 1.0) for one in tried(40, 0.0)]
    assert trials.compare([*early, *late]).verdict == "thin"  # they never meet within the same weeks


def test_what_hurts_is_said_to_hurt() -> None:
    found = trials.compare(tried(90, -1.0))
    assert (found.verdict, found.ratio < 0.6) == ("hurt", True)  # type: ignore[operator]


# What was chosen


def words(text: str, **more: object) -> Words:
    return Words(platform="x", text=text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hook"),
    [
        ("Is your saffron real? Look closely.", "question"),
        ("3 signs that it is not. Look closely.", "number"),
        ("You know this feeling. It passes.", "reader"),
        ("Saffron is a spice. It is red.", "statement"),
    ],
)
def test_a_posts_opening_is_told(text: str, hook: str) -> None:
    assert levers.choices(words(text), Sent())["hook"] == hook


def test_a_posts_choices_are_told_and_what_is_not_known_is_left_out() -> None:
    at = dt.datetime(2026, 11, 20, 19, 30, tzinfo=dt.UTC)
    post = words("Is it real? ✨ Look.", hashtags=["saffron"], call_to_action="Save this for later")
    found = levers.choices(post, Sent(kind="social_post", at=at, trend_began=at - 2 * DAY))
    assert found == {
        "hook": "question", "length": "short", "hashtags": "few", "call": "save", "style": "emoji", "trend": "young",
        "template": "none", "format": "social_post", "hour": "18", "weekday": "4",
    }  # fmt: skip
    assert levers.choices(words(""), Sent()).keys() & {"hook", "length", "hour", "format"} == set()


def test_every_choice_can_be_said_in_words() -> None:
    for choice, values in universe.OPEN.items():
        assert levers.name(choice) != choice
        for value in values:
            assert levers.told(choice, value) not in {value, ""}


def test_a_reason_says_what_it_did_how_sure_and_from_how_many_posts() -> None:
    reason = {"choice": "hook", "value": "question", "times": 1.4, "low": 1.1, "high": 1.8, "sure": 0.98, "posts": 12,
              "others": 30}  # fmt: skip
    assert telling.why(reason).startswith("12 posts with it against 30 without: 1.40 times your usual, between 1.10")
    assert "98 of 100" in telling.why(reason)
    assert "stands against everything" in telling.why(reason | {"is_claim": True})
    assert "not tried it yet" in telling.why(reason | {"posts": 0})
    assert telling.sentence([]) == "Post as you usually do."
