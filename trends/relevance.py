"""How well a topic fits a brand: by words both use and by nearness of meaning. 0–100, with the reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trends.normalise import comparison_words

Vector = npt.NDArray[np.float32]

UNRELATED = 0.15  # cosine of texts that share nothing, with the embedded embedder
ALIKE = 0.60
WORD_FULL = 80.0
MEANING_FULL = 70.0
LEAST_MEANING = 5.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the fit: "words" or "meaning", the points it gave, and how to say it."""

    name: str
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """The fit and its reasons, weightiest first; their points add up to the score."""

    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """The cosines between which nearness counts, and whether it is one of meaning: another embedder has others."""

    unrelated: float = UNRELATED
    alike: float = ALIKE
    semantic: bool = False

    @property
    def words(self) -> str:
        """How nearness is told: an embedder that sees only words must not claim meaning."""
        if self.semantic:
            return "close in meaning to what this brand talks about"
        return "much the same words as this brand uses"


def relevance(
    brand_keywords: Sequence[str],
    brand_vector: Vector | None,
    topic_words: Iterable[str],
    topic_vector: Vector | None,
    *,
    scale: Scale = Scale(),
) -> Relevance:
    """Return the fit of a topic to a brand; vectors are of length 1, None when there is none.

    `topic_words` are texts: the title, its other names, what is said about it. Words and meaning back each other up:
    either alone can carry the score, both together carry it further, never beyond 100.
    """
    said = [_stems(text) for text in topic_words]
    matches = [(keyword, share) for keyword in brand_keywords if (share := _share(keyword, said)) >= 0.5]
    by_words = WORD_FULL * (1 - float(np.prod([1 - 0.75 * share**2 for _, share in matches] or [1.0])))
    by_meaning = MEANING_FULL * _nearness(brand_vector, topic_vector, scale)
    reasons = []
    if matches:
        best = sorted(matches, key=lambda match: -match[1])[:3]
        verb = "speaks of" if best[0][1] == 1 else "touches on"
        whole = [keyword for keyword, share in best if share == best[0][1]]
        reasons.append(Reason("words", round(by_words, 1), f"{verb} {_quoted(whole)}"))
    if by_meaning >= LEAST_MEANING:
        added = by_meaning * (1 - by_words / 100)
        reasons.append(Reason("meaning", round(added, 1), scale.words))
    reasons.sort(key=lambda reason: -reason.points)
    return Relevance(round(sum(reason.points for reason in reasons), 1), tuple(reasons))


def _stems(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in comparison_words(text))


def _stem(word: str) -> str:
    """Fold the plural of English words, so that "ceramides" meets "ceramide"; other scripts stay."""
    if not word.isascii() or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("s")


def _share(keyword: str, said: Sequence[tuple[str, ...]]) -> float:
    """Return how much of a keyword one of the texts says: 1 for all its words, also when written together."""
    wanted = _stems(keyword)
    if not wanted:
        return 0.0
    closed = "".join(wanted)
    best = 0.0
    for words in said:
        if _closed_in(closed, words):
            return 1.0
        best = max(best, len(set(wanted) & set(words)) / len(set(wanted)))
    return best


def _closed_in(closed: str, words: Sequence[str]) -> bool:
    if len(closed) >= 5 and any(closed in word for word in words):
        return True
    return any(
        closed == "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + 5, len(words) + 1))
    )


def _nearness(one: Vector | None, other: Vector | None, scale: Scale) -> float:
    if one is None or other is None or one.shape != other.shape:
        return 0.0
    cosine = float(np.dot(one, other))
    return min(1.0, max(0.0, (cosine - scale.unrelated) / (scale.alike - scale.unrelated)))


def _quoted(keywords: Sequence[str]) -> str:
    quoted = [f"“{keyword}”" for keyword in keywords]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
