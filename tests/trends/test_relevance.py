"""A topic's fit to a brand, with its reasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trends.relevance import Scale, Vector, relevance

KESAR = ["skincare", "monsoon", "skin barrier", "ceramides", "स्किन केयर"]


def at(degrees: float) -> Vector:
    """A vector of length 1 at an angle."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


@pytest.mark.parametrize(
    ("title", "keyword"),
    [
        ("#MonsoonSkincare", "skincare"),
        ("#monsoonskincare", "skincare"),
        ("Ceramide milk", "ceramides"),
        ("A surge in skin-barrier complaints", "skin barrier"),
        ("#SkinBarrier", "skin barrier"),
        ("शादी से पहले स्किन केयर", "स्किन केयर"),
    ],
)
def test_a_topic_that_says_a_keyword_fits_and_says_which(title: str, keyword: str) -> None:
    found = relevance(KESAR, None, [title], None)
    assert found.score >= 60
    assert f"“{keyword}”" in found.reasons[0].words
    assert found.reasons[0].words.startswith("speaks of")


@pytest.mark.parametrize("title", ["India win by nine", "Night mode cameras", "كأس", "🌧️", "ass"])
def test_a_topic_that_shares_nothing_does_not_fit(title: str) -> None:
    assert relevance(KESAR, None, [title], None).score == 0


def test_half_a_keyword_only_touches_on_it() -> None:
    found = relevance(["skin barrier"], None, ["Barrier reef in trouble"], None)
    assert 0 < found.score < 30
    assert found.reasons[0].words == "touches on “skin barrier”"


def test_more_keywords_fit_better() -> None:
    one = relevance(KESAR, None, ["Monsoon in Mumbai"], None).score
    two = relevance(KESAR, None, ["Monsoon skincare in Mumbai"], None).score
    assert one < two <= 80


def test_what_is_said_about_a_topic_counts_too() -> None:
    found = relevance(KESAR, None, ["Humid days", "Dermatologists on the skin barrier"], None)
    assert found.score >= 60


def test_nearness_alone_can_carry_the_score_and_grows_with_it() -> None:
    scores = [relevance([], at(0), ["x"], at(angle)).score for angle in (90, 75, 60, 45)]
    assert scores[0] == 0
    assert scores == sorted(scores)
    assert scores[-1] == 70


def test_an_embedder_that_sees_only_words_claims_no_meaning() -> None:
    (plain,) = relevance([], at(0), ["x"], at(10)).reasons
    (deep,) = relevance([], at(0), ["x"], at(10), scale=Scale(semantic=True)).reasons
    assert "meaning" not in plain.words
    assert "meaning" in deep.words


def test_vectors_of_different_embedders_are_not_compared() -> None:
    assert relevance([], at(0), ["x"], np.ones(3, dtype=np.float32)).score == 0


@given(keywords=st.lists(st.text(max_size=20), max_size=5), texts=st.lists(st.text(max_size=40), max_size=4))
def test_any_words_give_a_score_between_0_and_100_that_its_reasons_add_up_to(
    keywords: list[str], texts: list[str]
) -> None:
    found = relevance(keywords, at(0), texts, at(30))
    assert 0 <= found.score <= 100
    assert found.score == pytest.approx(sum(reason.points for reason in found.reasons), abs=0.11)
