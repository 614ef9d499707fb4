"""Does this sound like us? A verdict with its evidence, and how far it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from trenddrop.core.voice.features import Reading
from trenddrop.core.voice.general import general
from trenddrop.core.voice.measuring import FEWEST, MADE_BY, Learnt, learn
from trenddrop.core.voice.reasons import Reason, reasons

FEWEST_WORDS = 5  # fewer show no voice
SHOWN = 3
MANY, SHORT_TEXT, CLEARLY_APART = 8, 15, 0.85
LIKE_US, MOSTLY, PARTLY = 75, 55, 35

Vectors = NDArray[np.float32]


class CannotSay(Exception):
    """There is nothing to judge by; the message says what is missing."""


@dataclass(frozen=True)
class Near:
    """A sample that is near: its place among the samples given, and how alike, 0–100."""

    place: int
    likeness: int


@dataclass(frozen=True)
class Verdict:
    """A score with what backs it: where the samples themselves lie, the nearest, reasons, and how sure this is."""

    score: int
    words: str
    usual: tuple[int, int]
    nearest: tuple[Near, ...]
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]
    made_by: str

    @property
    def odd(self) -> list[Reason]:
        """What sets the text apart."""
        return [reason for reason in self.reasons if not reason.is_like]

    @property
    def like(self) -> list[Reason]:
        """What it shares."""
        return [reason for reason in self.reasons if reason.is_like]


def judge(
    text: str,
    samples: Sequence[str],
    *,
    languages: Sequence[str] = (),
    vector: Vectors | None = None,
    vectors: Vectors | None = None,
    embedded_by: str = "",
) -> Verdict:
    """Score a text against samples; raise CannotSay. `vectors`: a row for each, by the embedder that made `vector`."""
    if len(samples) < FEWEST:
        raise CannotSay(
            _("Too few samples: %(count)s of at least %(needed)s. Add some posts you like the sound of.")
            % {"count": len(samples), "needed": FEWEST}
        )
    if len(Reading(text).words) < FEWEST_WORDS:
        raise CannotSay(_("That is too short to hear a voice in. Paste a sentence or two."))
    with_vectors = vector is not None and vectors is not None
    rows = np.ascontiguousarray(vectors, dtype=np.float32).tobytes() if with_vectors and vectors is not None else None
    learnt = learn(tuple(samples), frozenset(languages), rows)
    score = round(learnt.score(text, vector if with_vectors else None))
    low, high = (round(float(mark)) for mark in np.percentile(learnt.own_scores, [10, 90]))
    return Verdict(
        score=score,
        words=_words(score),
        usual=(low, high),
        nearest=_nearest(learnt, text, vector if with_vectors else None),
        reasons=tuple(reasons(learnt, text)),
        doubts=tuple(_doubts(learnt, text, languages)),
        made_by=f"{MADE_BY}, {embedded_by}" if with_vectors and embedded_by else MADE_BY,
    )


def agreement(samples: Sequence[str], *, languages: Sequence[str] = ()) -> list[int | None]:
    """How near each sample is to the others, 0–100; None while there are too few to say."""
    if len(samples) < FEWEST:
        return [None] * len(samples)
    return [round(float(score)) for score in learn(tuple(samples), frozenset(languages)).own_scores]


def score_all(texts: Sequence[str], samples: Sequence[str], *, languages: Sequence[str] = ()) -> list[float]:
    """How near each text is to the samples, 0–100; all alike while there are too few samples."""
    if len(samples) < FEWEST:
        return [0.0] * len(texts)
    learnt = learn(tuple(samples), frozenset(languages))
    return [learnt.score(text) for text in texts]


def _words(score: int) -> str:
    if score >= LIKE_US:
        return _("Sounds like you")
    if score >= MOSTLY:
        return _("Mostly you")
    return _("Partly you") if score >= PARTLY else _("Not like you")


def _nearest(learnt: Learnt, text: str, vector: Vectors | None) -> tuple[Near, ...]:
    alike = learnt.likeness(text, vector)
    order = np.argsort(-alike, kind="stable")[:SHOWN]
    return tuple(Near(int(place), round(100 * float(alike[place]))) for place in order)


def _doubts(learnt: Learnt, text: str, languages: Sequence[str]) -> list[str]:
    """Why the figure is rougher than it looks; empty when it is as sure as it gets."""
    found = []
    if len(learnt.texts) < MANY:
        found.append(
            _("only %(count)s samples; from %(many)s on it is steadier") % {"count": len(learnt.texts), "many": MANY}
        )
    if len(Reading(text).words) < SHORT_TEXT:
        found.append(_("a short text"))
    if learnt.tells_apart < CLEARLY_APART:
        found.append(_("your samples differ much among themselves, or are hard to tell from other people’s posts"))
    if languages and not set(languages) & set(general().languages):
        found.append(_("for this language we know no other people’s texts to compare with"))
    return found
