"""The voice check: it hears how a text is written, not what it is about, and says why."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tests.voices import BRANDS, on_the_same_topics, posts
from trenddrop.core.embeddings import HashedEmbedder
from trenddrop.core.voice import CannotSay, Reading, agreement, habits_of, judge, score_all
from trenddrop.core.voice.features import masked
from trenddrop.core.voice.general import general
from trenddrop.core.voice.measuring import learn

HYPE = (
    "Delhi’s air is doing something quiet to your skin. Unlock your ultimate glow with our game-changing serum!"
    " Wash once. Then ceramides, while damp."
)


def auc(ours: list[float], others: list[float]) -> float:
    """How often a text of ours is scored above somebody else's."""
    return float(roc_auc_score([1] * len(ours) + [0] * len(others), [*ours, *others]))


def others(brand: str) -> list[str]:
    return [post for name in BRANDS if name != brand for post in posts(name)]


@pytest.mark.parametrize("brand", BRANDS)
def test_a_brands_own_posts_left_out_in_turn_are_told_from_the_others(brand: str) -> None:
    own = [float(score) for score in agreement(posts(brand), languages=[BRANDS[brand]]) if score is not None]
    foreign = score_all(others(brand), posts(brand), languages=[BRANDS[brand]])
    assert auc(own, foreign) >= 0.98
    assert sum(score >= 50 for score in own) >= 0.75 * len(own)
    assert max(foreign) < 50


@pytest.mark.parametrize("brand", BRANDS)
def test_on_the_same_topics_the_voice_alone_decides(brand: str) -> None:
    ours = score_all(list(on_the_same_topics(brand).values()), posts(brand), languages=[BRANDS[brand]])
    foreign = [text for name in BRANDS if name != brand for text in on_the_same_topics(name).values()]
    assert min(ours) > 75
    assert max(score_all(foreign, posts(brand), languages=[BRANDS[brand]])) < 55


@pytest.mark.parametrize("brand", BRANDS)
def test_a_subject_that_the_samples_know_does_not_make_a_strange_voice_ours(brand: str) -> None:
    """With vectors, which see the subject: the same subject in a strange voice stays below another in ours."""
    model = HashedEmbedder()
    samples = list(posts(brand))
    vectors = model.embed(samples)
    shout = f"OMG!!! {samples[0].upper()} ;) Kindly upon which therefore"
    strange = judge(shout, samples, vectors=vectors, vector=model.embed([shout])[0])
    familiar = on_the_same_topics(brand)["train"]
    ours = judge(familiar, samples, vectors=vectors, vector=model.embed([familiar])[0])
    assert strange.score < ours.usual[0] <= ours.score


@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_few_samples_are_enough_to_tell_clearly_different_voices_apart(count: int) -> None:
    dice = random.Random(count)
    right = total = 0
    for _round in range(5):
        chosen = {brand: dice.sample(posts(brand), count) for brand in BRANDS}
        learnt = {brand: learn(tuple(chosen[brand]), frozenset([BRANDS[brand]])) for brand in BRANDS}
        for brand in BRANDS:
            for post in set(posts(brand)) - set(chosen[brand]):
                right += max(learnt, key=lambda name: learnt[name].score(post)) == brand
                total += 1
    assert right / total >= 0.93


def test_posts_of_nobody_in_particular_are_mostly_below_a_brands_own() -> None:
    for brand, language in BRANDS.items():
        assert learn(posts(brand), frozenset([language])).tells_apart >= 0.88


def test_the_reasons_name_what_differs_with_the_places_that_show_it() -> None:
    verdict = judge(HYPE, posts("ledgerline"), languages=["en"])
    assert verdict.score < 30
    assert verdict.words == "Not like you"
    told = {reason.name: reason for reason in verdict.odd}
    assert told["exclamations"].words == "No sample has an exclamation mark; this has"
    assert told["exclamations"].quotes[0].endswith("serum!")
    assert set(told["sales"].quotes) == {"Unlock", "ultimate", "game-changing"}


def test_what_is_shared_is_told_too_and_the_numbers_are_those_of_the_texts() -> None:
    long = " ".join(["We measured the closing of every plant in the group and found that"] * 5) + " it was late."
    verdict = judge(long, posts("slowmiles"), languages=["en"])
    told = {reason.name: reason.words for reason in verdict.odd}
    assert "this has 68" in told["sentence_words"]
    kept = judge(on_the_same_topics("slowmiles")["rain"], posts("slowmiles"), languages=["en"])
    assert any("so has this" in reason.words for reason in kept.like)


def test_a_language_the_samples_do_not_use_is_told() -> None:
    verdict = judge(on_the_same_topics("glowgappa")["rain"], posts("slowmiles"), languages=["en"])
    assert "hinglish" in {reason.name for reason in verdict.odd}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_with_too_few_samples_nothing_is_said(count: int) -> None:
    with pytest.raises(CannotSay, match=f"Too few samples: {count} of at least 3"):
        judge(HYPE, posts("slowmiles")[:count])
    assert agreement(posts("slowmiles")[:count]) == [None] * count


def test_too_short_a_text_shows_no_voice() -> None:
    with pytest.raises(CannotSay, match="too short"):
        judge("Nice weather.", posts("slowmiles"))


def test_a_rough_figure_says_why_it_is_rough() -> None:
    doubts = " ".join(judge("We have measured it twice today.", posts("ledgerline")[:4]).doubts)
    assert "only 4 samples" in doubts
    assert "a short text" in doubts
    unknown = judge(HYPE, posts("ledgerline"), languages=["sv"]).doubts
    assert any("no other people" in doubt for doubt in unknown)
    assert judge(on_the_same_topics("ledgerline")["rain"], posts("ledgerline"), languages=["en"]).doubts == ()


def test_the_nearest_samples_are_the_evidence() -> None:
    samples = [*posts("slowmiles")[:6], *posts("glowgappa")[:6]]
    verdict = judge(on_the_same_topics("glowgappa")["train"], samples)
    assert all(near.place >= 6 for near in verdict.nearest)
    assert [near.likeness for near in verdict.nearest] == sorted((n.likeness for n in verdict.nearest), reverse=True)


def test_who_made_the_figure_is_told() -> None:
    model = HashedEmbedder()
    samples = list(posts("slowmiles"))
    plain = judge(HYPE, samples)
    both = judge(HYPE, samples, vectors=model.embed(samples), vector=model.embed([HYPE])[0], embedded_by=model.name)
    assert plain.made_by == "TrendDrop voice measure 1"
    assert both.made_by == "TrendDrop voice measure 1, hashed-256-1"


def test_the_subject_is_masked_and_the_manner_is_not() -> None:
    assert masked("We sold 41 pumps in Pune, didn't we?") == masked("We lost 7 goats in Porto, didn't we?")
    assert masked("I sold it.") != masked("I sold it!")


def test_the_world_around_has_the_languages_it_says() -> None:
    world = general()
    assert {language: world.languages.count(language) for language in set(world.languages)} == {
        "en": 48, "hi-Latn": 12, "hi": 10,
    }  # fmt: skip
    assert not set(world.texts) & {post for brand in BRANDS for post in posts(brand)}


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200), samples=st.lists(st.text(max_size=80), min_size=3, max_size=4))
def test_any_text_gets_a_score_or_a_sentence(text: str, samples: list[str]) -> None:
    try:
        verdict = judge(text, samples)
    except CannotSay:
        assert len(Reading(text).words) < 5
    else:
        assert 0 <= verdict.score <= 100


def test_habits_are_what_most_samples_do() -> None:
    glow, dry = habits_of(posts("glowgappa")), habits_of(posts("slowmiles"))
    assert glow is not None
    assert dry is not None
    assert (glow.hinglish, glow.own_hashtags, glow.hashtags, glow.emoji_each) == (True, ("GlowGappa",), 2, 3)
    assert (dry.hinglish, dry.emoji, dry.hashtags, dry.contracts) == (False, (), 0, True)
    assert habits_of([]) is None


def test_greetings_and_sign_offs_are_found() -> None:
    told = [f"Hey team, here is number {n}.\nIt went well.\nStay curious" for n in range(4)]
    found = habits_of(told)
    assert found is not None
    assert (found.greeting, found.sign_off, found.breaks_lines) == ("Hey team", "Stay curious", True)
