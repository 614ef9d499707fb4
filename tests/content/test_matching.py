"""Which live topics fit: calibrated on hand-made cases, explained by what is said and when."""

from dataclasses import replace

import numpy as np
import pytest

from content.understanding import read, understand
from content.understanding.matching import THRESHOLD, Candidate, Match, match, shortlist
from tests.content import transcripts
from tests.content.matching_cases import BELONG, MAY, SPOKEN, candidates
from trenddrop.core.embeddings import HashedEmbedder
from trenddrop.core.text.sentences import Sentence


def topics(text: str, *, heard: bool = False) -> list[Match]:
    source = transcripts.spoken(text) if heard else text
    reading = understand(source)
    told = read(source, language=reading.language)
    embedder = HashedEmbedder()
    live = candidates()
    vectors = embedder.embed([" ".join([one.title, *one.names]) for one in live])
    live = [replace(one, vector=vector) for one, vector in zip(live, vectors, strict=True)]
    whole = embedder.embed([" ".join(one.text for one in told)])[0]
    return match(told, live, keywords=reading.keywords, vector=whole)


def said(text: str, *titles: str) -> list[str]:
    """The titles that match a plain text."""
    return [
        one.topic_key for one in match([Sentence(text)], [Candidate(title, title) for title in titles], threshold=20)
    ]


@pytest.mark.parametrize("case", SPOKEN)
def test_what_belongs_matches_and_nothing_else(case: str) -> None:
    found = {one.topic_key for one in topics(SPOKEN[case], heard=case == "saffron")}
    assert BELONG[case] <= found
    assert found <= BELONG[case] | MAY.get(case, set())


def test_nothing_fits_is_an_answer() -> None:
    text = "We repaired an old wooden chair in our kitchen and sanded its legs by hand."
    assert topics(text) == []
    assert match([], candidates()) == []
    assert match([Sentence(text)], []) == []


def test_the_world_is_no_world_cup_final() -> None:
    assert said("It is the most expensive spice in the world.", "World Cup final") == []
    assert said("Finally I had a cup of tea with the world.", "World Cup final") == []
    assert said("We watched the World Cup final at home.", "World Cup final") == ["World Cup final"]


def test_a_name_matches_as_a_hashtag_and_across_stop_words() -> None:
    assert said("Black Friday starts today.", "#BlackFriday") == ["#BlackFriday"]
    assert said("Real women skate here.", "#realwomenskate") == ["#realwomenskate"]
    assert said("The Lord of the Rings is back.", "Lord of the Rings") == ["Lord of the Rings"]
    assert said("The cars race.", "#carsracetrack") == []


def test_words_apart_are_no_name() -> None:
    assert said("Taylor made the coat. She is swift.", "Taylor Swift") == []


def test_a_name_of_little_words_must_be_said_as_it_is() -> None:
    assert said("Is your saffron real?", "The Real Ones") == []
    assert said("They listened to the real ones.", "The Real Ones") == ["The Real Ones"]
    assert said("Who is it?", "The Who") == []


def test_a_headline_needs_its_rare_words_together() -> None:
    headline = "Regulator finds fake saffron with synthetic color in most brands"
    near = "Most brands sell fake saffron. They use a synthetic color instead."
    assert said(near, headline) == [headline]
    far = [Sentence("The regulator called."), *[Sentence("Something else happened.")] * 5, Sentence("Saffron is dear.")]
    assert match(far, [Candidate("h", headline)], threshold=20) == []


def test_evidence_names_the_words_and_their_second() -> None:
    found = next(one for one in topics(transcripts.SAFFRON_LINES, heard=True) if one.topic_key == "saffron")
    heard = [word.start for word in transcripts.spoken(transcripts.SAFFRON_LINES) if word.text == "saffron"]
    assert found.evidence[0].words.lower() == "saffron"
    assert found.evidence[0].at == pytest.approx(heard[0], abs=1.5)
    assert "saffron" in found.evidence[0].sentence.lower()


def test_a_name_broken_by_a_hesitation_is_still_heard() -> None:
    told = [Sentence("Everybody said natural skin.", 1.0, 3.0), Sentence("Care is a crowded market.", 3.5, 5.0)]
    (found,) = match(told, [Candidate("s", "natural skin care")], threshold=20)
    assert found.evidence[0].words == "natural skin. Care"


def test_the_score_is_the_sum_of_its_reasons() -> None:
    for found in topics(transcripts.SMALL_MODELS):
        assert found.score == max(0, min(100, round(sum(reason.weight for reason in found.reasons))))
        assert found.score >= THRESHOLD


def test_an_everyday_word_alone_is_not_enough() -> None:
    assert match([Sentence("Put it in cold water. The water is cold.")], [Candidate("w", "Water")]) == []


def test_a_word_that_most_topics_share_tells_little() -> None:
    live = [Candidate(f"{n}", f"Diwali {name}") for n, name in enumerate("abcdefghijkl")] + [Candidate("one", "Diwali")]
    alone = match([Sentence("Diwali is near.")], [live[-1]], threshold=0)[0].score
    crowded = next(m for m in match([Sentence("Diwali is near.")], live, threshold=0) if m.topic_key == "one").score
    assert crowded < alone


def test_meaning_counts_without_words_only_for_an_embedder_that_sees_it() -> None:
    vector = np.zeros(256, dtype=np.float32)
    vector[0] = 1
    live = [Candidate("same", "Quokka", vector=vector)]
    told = [Sentence("A small marsupial smiles.")]
    assert match(told, live, vector=vector) == []
    (found,) = match(told, live, vector=vector, semantic=True)
    assert found.evidence == []
    assert found.reasons[0].factor == "means the same"


def test_the_shortlist_is_nearest_first() -> None:
    embedder = HashedEmbedder()
    titles = ["Bitcoin price", "saffron soap", "football"]
    rows = embedder.embed(titles)
    live = [Candidate(title, title, vector=row) for title, row in zip(titles, rows, strict=True)]
    whole = embedder.embed(["we make soap with saffron"])[0]
    near = shortlist(whole, [*live, Candidate("x", "no vector")], limit=2)
    assert near[0].key == "saffron soap"
    assert len(near) == 2
    assert shortlist(whole, []) == []


SKIN = "Why does your skin feel worse every monsoon? The air is wet, but your skin barrier is losing water."
ABOUT_SKIN = [("skin barrier", 1.0), ("monsoon", 0.6)]


@pytest.mark.parametrize("title", ["monsoon skincare", "#MonsoonSkincare"])
def test_a_topic_whose_words_are_said_apart_in_one_sentence_fits_what_is_about_them(title: str) -> None:
    (found,) = match(read(SKIN, language="en"), [Candidate("1", title)], keywords=ABOUT_SKIN)
    assert found.evidence[0].words == "skin … monsoon"
    assert found.reasons[0].factor == "its words are said in one sentence"


@pytest.mark.parametrize(
    ("title", "keywords"),
    [
        ("monsoon skincare", []),
        ("monsoon skincare", [("skin barrier", 1.0)]),
        ("monsoon footwear", ABOUT_SKIN),
        ("skin cancer", ABOUT_SKIN),
        ("water air", [("water", 1.0), ("air", 1.0)]),
    ],
)
def test_words_that_only_pass_by_are_no_topic(title: str, keywords: list[tuple[str, float]]) -> None:
    assert match(read(SKIN, language="en"), [Candidate("1", title)], keywords=keywords) == []
