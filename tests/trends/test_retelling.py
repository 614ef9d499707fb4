"""Reasons of trends are kept in English and told in the reader's language."""

import datetime as dt
import itertools
import math
import re

import pytest
from django.utils import translation

from trends import niches, relevance, retelling
from trends.detection import explaining
from trends.writing import phrasing

DEVANAGARI = re.compile(r"[\u0900-\u097f]")
SPANS = [dt.timedelta(minutes=n) for n in (1, 35, 119, 130, 60 * 47, 60 * 49, 60 * 24 * 90)]
BURSTS = [(8, 4, math.nan), (8, 4, 0), (8, 0, 9), (8, 4, 9), (9, 8, 9), (1, 8, -9)]
PEAKS = [(0.2, 0.0), (1.0, 2.0), (1.0, math.nan)]
RISE = {
    *map(explaining.growth_words, (math.nan, 12.0, 2.0, 1.0, 1.4, 0.5)),
    *(explaining.burst_words(*each) for each in BURSTS),
    *(explaining.momentum_words(x, y, peak_behind=0.5, still_rising=1.0) for x, y in PEAKS),
    *map(explaining.breadth_words, (0, 1, 5)),
    *map(explaining.quiet_words, SPANS),
    *map(explaining.novelty_words, SPANS),
    *itertools.starmap(explaining.volume_words, [(1200, 0), (0, 5e6), (0, 0)]),
    "place 3 in its list",
}  # fmt: skip


def hindi(kept: str) -> str:
    with translation.override("hi"):
        return retelling.retold(kept)


@pytest.mark.parametrize("kept", sorted(RISE - {""}))
def test_every_reason_for_a_rise_is_known_and_told_in_hindi(kept: str) -> None:
    assert retelling.is_known(kept)
    assert DEVANAGARI.search(hindi(kept))


def test_every_reason_for_a_fit_is_known() -> None:
    day = relevance.Profile(
        keywords=["monsoon"], interests={"tea": "Students"}, pains={"rain": "Students"}, voice=frozenset({"umbrella"}),
        past={"monsoon": (2.0, 4)}, places=["Pune"], languages=frozenset({"hi"}), platforms=frozenset({"bluesky"}),
        guidelines="Avoid cricket.", country="AE", vector=None,
    )  # fmt: skip
    topic = relevance.facts(
        ["monsoon rain tea umbrella Pune", "cricket"],
        keys=frozenset({"monsoon"}),
        platform="bluesky",
        language="en",
        countries=("IN", "GB"),
    )
    told = [reason.words for reason in relevance.relevance(day, topic).reasons]
    assert len(told) > 4
    assert [words for words in told if not retelling.is_known(words)] == []


def test_every_field_has_a_name_in_hindi() -> None:
    labels = [niche.label for niche in niches.niches().values()]
    assert sorted(labels) == sorted(retelling.FIELDS)
    assert all(DEVANAGARI.search(hindi(f"is about {label}, this brand's field")) for label in labels)


def test_every_reason_of_a_phrased_idea_is_known() -> None:
    told = [*phrasing.WHY.values(), *phrasing.TIMES.values()]
    told += [f"{words}, growing by 412% in 24 h" for words in phrasing.TIMES.values()]
    assert [words for words in told if not retelling.is_known(words)] == []


def test_what_stands_in_a_slot_is_told_too_and_names_are_kept() -> None:
    assert hindi("first seen 9 hours ago") == "पहली बार 9 घंटे पहले दिखा"
    assert hindi("speaks of “tea and coffee” and “rain”") == "“tea and coffee” और “rain” की बात करता है"
    assert hindi("says “monsoon”; 8× its usual; fits Kesar Naturals 72") == (
        "“monsoon” कहता है; सामान्य का 8×; Kesar Naturals से मेल 72"
    )


def test_what_is_not_known_is_shown_as_it_was_kept() -> None:
    assert hindi("because it is so") == "because it is so"


def test_english_readers_see_what_was_kept() -> None:
    with translation.override("en-in"):
        assert retelling.retold("first seen 9 hours ago") == "first seen 9 hours ago"


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(2.96, "3×"), (2.54, "2.5×"), (8.98, "9×"), (9.97, "10×"), (15.56, "16×"), (11.2, "11×"), (2.0, "2×")],
)
def test_a_multiple_is_rounded_and_not_cut_off(ratio: float, words: str) -> None:
    assert explaining.times(ratio) == words
    told = explaining.sentence(
        observed=100 * ratio, expected=100, burst=9, growth=None, sources=0, age=dt.timedelta(hours=1)
    )
    assert told.startswith(f"{words} its usual")
    assert explaining.burst_words(100 * ratio, 100, 9).startswith(f"{words} its usual")
