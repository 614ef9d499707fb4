"""What results teach: effects beyond chance, and corrections judged on posts they have not seen."""

import math
import random

import pytest

from content.understanding import posts
from content.understanding.learning import (
    FEWEST_EACH,
    FEWEST_POSTS,
    Result,
    corrected,
    correction,
    curve,
    effects,
    seen,
    times,
)
from content.understanding.posts import Post

SAFFRON = (
    "Is your saffron real? Most people lose money on fake saffron, and never know."
    " Put one strand in warm water: real saffron takes ten minutes to colour it."
)


def results(count: int, *, effect: float, slope: float, seed: int = 7) -> list[Result]:
    """Posts whose results follow a feature (`effect`, log) and the prediction (`slope` per point), with noise."""
    dice = random.Random(seed)
    made = []
    for _number in range(count):
        asks, emoji, predicted = dice.random() < 0.5, dice.random() < 0.5, dice.uniform(20, 95)
        ratio = math.exp(slope * (predicted - 60) + (effect if asks else 0.0) + dice.gauss(0, 0.4))
        made.append(Result(ratio, predicted, {"asks": asks, "emoji": emoji}))
    return made


# Scale


def test_as_usual_is_fifty_and_the_scale_can_be_read_back() -> None:
    assert seen(1.0) == 50
    assert seen(3.0) == 75
    assert seen(0.0) == 0
    assert times(seen(2.5)) == pytest.approx(2.5)


# Effects


def test_a_feature_that_doubles_results_is_found_and_one_of_no_effect_is_not_certain() -> None:
    found = {one.feature: one for one in effects(results(80, effect=math.log(2), slope=0.0))}
    assert found["asks"].certain
    assert 1.5 < found["asks"].ratio < 2.7
    assert found["asks"].with_it + found["asks"].without == 80
    assert not found["emoji"].certain


def test_few_posts_on_one_side_say_nothing() -> None:
    rows = [Result(3.0, None, {"list": n < FEWEST_EACH - 1}) for n in range(40)]
    assert effects(rows) == []


def test_noise_alone_hardly_ever_looks_like_a_lesson() -> None:
    wrong = sum(one.certain for seed in range(60) for one in effects(results(40, effect=0.0, slope=0.0, seed=seed)))
    assert wrong <= 4  # of 120 features without any effect


def test_a_post_nobody_looked_at_does_not_break_the_sums() -> None:
    rows = [Result(0.0 if n % 7 == 0 else 1.0, 50.0, {"asks": n % 2 == 0}) for n in range(40)]
    assert all(math.isfinite(one.ratio) for one in effects(rows))


# Corrections


def test_under_thirty_posts_nothing_is_corrected() -> None:
    assert correction(results(FEWEST_POSTS - 1, effect=0.0, slope=0.03)) is None
    assert correction([Result(1.0, None, {}) for _ in range(100)]) is None


def test_predictions_that_are_too_high_are_brought_down_on_posts_not_seen_before() -> None:
    found = correction(results(90, effect=0.0, slope=0.02))
    assert found is not None
    assert found.helps
    assert found.after < found.before
    assert found.after < found.usual
    assert corrected(90, found.points) > corrected(30, found.points)


def test_where_nothing_can_be_known_the_correction_is_no_better_than_as_usual() -> None:
    found = correction(results(90, effect=0.0, slope=0.0))
    assert found is not None
    assert found.after > found.usual - 1.5


def test_the_curve_never_falls_and_holds_its_ends() -> None:
    points = curve([(one.predicted or 0.0, seen(one.ratio)) for one in results(60, effect=0.3, slope=0.01)])
    assert [y for _x, y in points] == sorted(y for _x, y in points)
    assert corrected(-10, points) == points[0][1]
    assert corrected(200, points) == points[-1][1]


def test_without_a_curve_a_prediction_stays_as_it_is() -> None:
    assert corrected(63, []) == 63


# Posts


def test_features_name_what_a_post_holds() -> None:
    found = posts.features(Post("x", SAFFRON, hashtags=["saffron"], call_to_action="Save this."))
    held = {name for name, there in found.items() if there}
    assert {"opens_with_question", "asks", "number", "second_person", "contrast", "call"} <= held
    assert not {"emoji", "link", "mention", "media", "trend", "list"} & held
    assert set(found) == set(posts.FEATURES)


@pytest.mark.parametrize("name", list(posts.FEATURES))
def test_every_feature_can_be_told(name: str) -> None:
    assert posts.told(name) != name


def test_a_trend_is_named_in_words_or_run_together_in_a_hashtag() -> None:
    assert posts.features(Post("x", "Try it.", hashtags=["SaffronTest"], trends=["saffron test"]))["trend"]
    assert posts.features(Post("x", "The saffron test works.", trends=["Saffron Test"]))["trend"]
    assert not posts.features(Post("x", "Saffron.", trends=["saffron test"]))["trend"]


def test_a_post_an_editor_would_sign_beats_a_broken_one() -> None:
    source = posts.words_of(SAFFRON)
    good = posts.quality(Post("x", SAFFRON, hashtags=["saffron"], call_to_action="Save this.", source=source))
    broken = posts.quality(
        Post("x", "Amazing unicorn deals! Amazing unicorn deals! Amazing unicorn deals! and then the", source=source,
             hashtags=["a", "b", "c", "d", "e", "f"], problems=["Too long."])
    )  # fmt: skip
    assert (good.score or 0) > 80
    assert (broken.score or 0) < 45


def test_what_the_material_does_not_say_costs_quality_and_is_named() -> None:
    made_up = posts.quality(Post("x", "Penguins invented helicopters yesterday.", source=posts.words_of(SAFFRON)))
    grounded = next(one for one in made_up.factors if one.name == "says what the material says")
    assert grounded.value == 0
    assert grounded.why.startswith("0%")


@pytest.mark.parametrize(
    ("text", "value"),
    [("यह केसर असली है। इसे पानी में डालो और देखो", 0), ("यह केसर असली है। इसे पानी में डालो।", 1), ("Try it. And then the", 0)],
)
def test_a_post_that_breaks_off_is_noticed_whatever_sign_its_last_word_ends_with(text: str, value: int) -> None:
    ending = next(one for one in posts.quality(Post("x", text)).factors if one.name == "ends its last sentence")
    assert ending.value == value


def test_a_strong_opening_carries_further_than_a_notice() -> None:
    strong, flat = Post("x", SAFFRON, material=60), Post("x", "We are open on Monday. See you there.", material=60)
    assert (posts.virality(strong).score or 0) > (posts.virality(flat).score or 0) + 25


@pytest.mark.parametrize("text", ["", "🙂🎉", "   "])
def test_no_words_no_prediction(text: str) -> None:
    assert posts.quality(Post("x", text)).score is None
    assert posts.virality(Post("x", text)).score is None


def test_right_to_left_words_get_what_can_be_measured_and_the_rest_is_named() -> None:
    found = posts.virality(Post("x", "هل تعرف الزعفران الحقيقي؟ جرّبه في الماء الدافئ.", language="ar"))
    assert found.score is not None
    assert "strong feeling" in {one.name for one in found.factors if one.value is None}
