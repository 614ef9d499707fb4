"""What made a score, in the reader's language: every sentence the engines write is known again."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from content.screens import reasons
from content.understanding import understand
from content.understanding.fits import fit
from content.understanding.posts import Post, quality, virality
from content.understanding.scores import score
from content.understanding.weighing import Score, Weighed
from tests.content import transcripts
from tests.content.test_scores import DULL, FRENCH, facts

# What these say is a name, a call or a platform's own refusal: it stands as it is.
OWN_WORDS = {"names people search for", "asks for something", "inside the platform’s rules"}


def factors(found: dict[str, Score]) -> Iterator[Weighed]:
    for one in found.values():
        yield from one.factors


def everything() -> Iterator[Weighed]:
    for text in (transcripts.LISBON_ROOFTOPS, transcripts.SAFFRON_LINES, DULL, FRENCH):
        for given in (
            {"title": "Lisbon", "kind": "video", "duration": 70.0, "width": 1080, "height": 1920, "trend": 40.0,
             "trend_title": "Lisbon"},
            {"title": "", "kind": "video", "duration": 7000.0, "width": 1920, "height": 1080, "trend": 0.0},
            {"kind": "audio", "description": "word", "tags": ["one"]},
        ):  # fmt: skip
            told = facts(text, **given)
            yield from (*factors(score(told)), *factors(fit(told)))
        for platform, call in (("x", ""), ("linkedin", "Try it")):
            post = Post(platform=platform, text=text, call_to_action=call, language="en", trends=["Lisbon"])
            yield from (*quality(post).factors, *virality(post).factors)


def test_every_factor_and_every_sentence_can_be_said_in_another_language() -> None:
    found = list(everything())
    assert len(found) > 500
    assert {one.name for one in found} <= reasons.NAMES
    told = {one.why for one in found if one.name not in OWN_WORDS}
    assert {why for why in told if not reasons.is_known(why)} == set()
    assert {why for why in told if reasons.why(why) != why} == set()


def test_reasons_of_moments_are_known() -> None:
    found = understand(transcripts.LISBON_ROOFTOPS)
    moments = [*found.hooks, *found.quotes, *found.insights]
    assert {reason.factor for one in moments for reason in one.reasons} <= reasons.NAMES


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("“Lisbon” fits with 90 of 100.", "„Lisbon“ passt zu 90 von 100."),
        ("62% of its telling words stand in the material; 75% earn all.", "62% von allen, 75% genügen."),
        ("What an older version wrote.", "What an older version wrote."),
    ],
)
def test_a_sentence_is_said_with_its_own_figures(kept: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    german = {
        "“%(title)s” fits with %(n)s of 100.": "„%(title)s“ passt zu %(n)s von 100.",
        "%(share)s of its telling words stand in the material; 75%% earn all.": "%(share)s von allen, 75%% genügen.",
    }
    with translation.override("de"):
        catalog = translation._trans._translations["de"]._catalog  # type: ignore[attr-defined]
        for source, target in german.items():
            monkeypatch.setitem(catalog._catalogs[0], source, target)
        assert reasons.why(kept) == told
