"""Which live topics an asset is about: by names and rare words said, at which second; vectors support or shortlist.

"Nothing fits" is an answer: without words as evidence (or a meaning-aware vector well above chance) there is no match.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import regex
from numpy.typing import NDArray

from content.understanding.hearing import Evidence, Name, Recording, squash, ways
from content.understanding.results import Reason
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.gazetteer import ambiguous, names
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import Token, stem, tokens

__all__ = ["THRESHOLD", "Candidate", "Evidence", "Match", "match", "shortlist"]

THRESHOLD = 45  # of 100; calibrated on tests/content/matching_cases.py
MEANING_FLOOR = 0.55  # cosine of a meaning-aware embedder that counts without a shared word
SHORT_NAME = 3  # words; a longer title is a headline, and need not be said whole
COMMON_RARITY, NAME_RARITY = 0.3, 1.2
MOST_EVIDENCE = 5
ABOUT = 0.2  # weight of a word that the whole is about
CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_")
EVERYDAY = frozenset(stem(word) for name in ("common_en", "verbs_en") for word in word_list(name)) | stop_words("en")


@dataclass(frozen=True)
class Candidate:
    """A live topic: title, other names, unit vector, who reports it, hours since first seen, growth, score."""

    key: str
    title: str
    names: Sequence[str] = ()
    vector: NDArray[np.float32] | None = None
    sources: Sequence[str] = ()
    age_hours: float = 0.0
    growth: float = 0.0
    score: float = 0.0


@dataclass(frozen=True)
class Match:
    """A topic that fits, 0..100 = the sum of the reasons' weights."""

    topic_key: str
    score: int
    evidence: list[Evidence]
    reasons: list[Reason]
    sources: list[str] = field(default_factory=list)
    age_hours: float = 0.0


def shortlist(vector: NDArray[np.float32], candidates: Sequence[Candidate], *, limit: int = 50) -> list[Candidate]:
    """The candidates whose vectors are nearest to the asset's, nearest first; those without a vector are left out."""
    with_vector = [one for one in candidates if one.vector is not None]
    if not with_vector:
        return []
    near = np.stack([one.vector for one in with_vector if one.vector is not None]) @ vector
    return [with_vector[n] for n in np.argsort(-near, kind="stable")[:limit]]


def match(
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    *,
    keywords: Sequence[tuple[str, float]] = (),
    vector: NDArray[np.float32] | None = None,
    semantic: bool = False,
    threshold: int = THRESHOLD,
) -> list[Match]:
    """The topics that fit, best first; [] when nothing does.

    `keywords` are the asset's own with their weights 0..1; `semantic` says that vectors carry meaning, not only words.
    """
    recording = Recording(sentences)
    rarity = _rarities(candidates)
    weights = {stem(word): weight for phrase, weight in keywords for word in _telling(phrase)}
    found = [_match(one, recording, rarity, weights, vector, semantic=semantic) for one in candidates]
    return sorted(
        (one for one in found if one is not None and one.score >= threshold),
        key=lambda one: (-one.score, one.topic_key),
    )


def _match(
    candidate: Candidate,
    recording: Recording,
    rarity: Mapping[str, float],
    keywords: Mapping[str, float],
    vector: NDArray[np.float32] | None,
    *,
    semantic: bool,
) -> Match | None:
    near = float(candidate.vector @ vector) if candidate.vector is not None and vector is not None else 0.0
    best_points, best_evidence, best_reason = 0.0, list[Evidence](), ""
    for name in _names(candidate, rarity):
        points, evidence, reason = _named(name, recording, keywords)
        if points > best_points:
            best_points, best_evidence, best_reason = points, evidence, reason
    by_meaning = semantic and near >= MEANING_FLOOR
    if not best_evidence and not by_meaning:
        return None
    reasons = [Reason(best_reason, round(best_points, 1))] if best_evidence else []
    reasons += _supporting(candidate, best_evidence, keywords, near, by_meaning=by_meaning)
    score = max(0, min(100, round(sum(reason.weight for reason in reasons))))
    return Match(candidate.key, score, best_evidence, reasons, list(candidate.sources), candidate.age_hours)


def _supporting(
    candidate: Candidate, evidence: list[Evidence], keywords: Mapping[str, float], near: float, *, by_meaning: bool
) -> list[Reason]:
    heard = {stem(word) for one in evidence for word in _telling(one.words)}
    weight = max((keywords.get(word, 0.0) for word in heard), default=0.0)
    factors = [
        ("is said more than once", 8.0 if len(evidence) > 1 else 0.0),
        ("is among what the whole is about", 14 * weight),
        ("means the same", 50 * near if by_meaning else 0.0),
        ("the whole is worded alike", 0.0 if by_meaning else 12 * max(0.0, near)),
        ("several sources report it", 4.0 if len(set(candidate.sources)) > 1 else 0.0),
        ("is still rising", 4.0 if candidate.growth > 0 else 0.0),
        ("is more than two days old", -6.0 if candidate.age_hours > 48 else 0.0),
    ]
    return [Reason(name, round(value, 1)) for name, value in factors if round(value, 1)]


def _named(name: Name, recording: Recording, keywords: Mapping[str, float]) -> tuple[float, list[Evidence], str]:
    """Points, where, and why, for one name of a topic; nothing when it is not said."""
    whole = recording.hear(name)
    if whole:
        return _points_for_name(name), whole[:MOST_EVIDENCE], "its name is said"
    if _may_be_apart(name, keywords) and (apart := recording.hear_apart(name)):
        return 20 + 11 * min(2.0, sum(name.rarity)), apart[:MOST_EVIDENCE], "its words are said in one sentence"
    if name.headline:
        coverage, evidence = recording.hear_headline(name)
        if evidence:
            return 24 + 40 * coverage, evidence[:MOST_EVIDENCE], "its words are said together"
    return 0.0, [], ""


def _may_be_apart(name: Name, keywords: Mapping[str, float]) -> bool:
    """Two or three words, each of which the whole is about; a known name, or everyday words, must be said as it is."""
    if not all(any(keywords.get(way, 0.0) >= ABOUT for way in ways(word)) for word in name.stems):
        return False
    plain = not name.headline and not name.verbatim and 2 <= len(name.stems) <= SHORT_NAME
    return plain and not name.known and not EVERYDAY.intersection(name.stems)


def _points_for_name(name: Name) -> float:
    """Several rare words identify a topic; a single word needs support, an everyday word much of it."""
    if len(name.stems) == 1 or (name.verbatim and len(name.stems) == 2):
        return 38.0 if max(name.rarity) >= 1 else 18.0
    return 34 + 22 * min(1.0, sum(name.rarity) / 2)


def _names(candidate: Candidate, rarity: Mapping[str, float]) -> list[Name]:
    written = dict.fromkeys([candidate.title, *candidate.names])
    return [_name(tokens(_spread(one)), rarity) for one in written if tokens(_spread(one))]


def _name(words: Sequence[Token], rarity: Mapping[str, float]) -> Name:
    """A name's telling words; all of them when one telling word alone would say less ("The Last of Us")."""
    telling = [token.normal for token in words if token.normal not in stop_words("en")]
    verbatim = len(telling) < 2 and len(words) > 1
    kept = [token.normal for token in words] if verbatim else telling or [words[0].normal]
    known = len(kept) > 1 and " ".join(kept) in names()
    stems = tuple(map(stem, kept))
    rare = tuple(max(1.0, rarity.get(word, 0.0)) if known else rarity.get(word, 0.0) for word in stems)
    headline = len(stems) > SHORT_NAME and not verbatim
    return Name(stems, rare, "".join(map(squash, words)), headline=headline, verbatim=verbatim, known=known)


def _telling(text: str) -> list[str]:
    """The words of a name or hashtag that are not stop words."""
    return [token.normal for token in tokens(_spread(text)) if token.normal not in stop_words("en")]


def _spread(text: str) -> str:
    """#WorldCupFinal as World Cup Final."""
    return " ".join(CAMEL.sub(" ", word.lstrip("#")) if word.startswith("#") else word for word in text.split())


def _rarities(candidates: Sequence[Candidate]) -> dict[str, float]:
    """How much a word identifies: everyday words little, names more, and less when many topics share it."""
    shared: Counter[str] = Counter()
    for one in candidates:
        shared.update({stem(word) for name in (one.title, *one.names) for word in _telling(name)})
    total = max(1, len(candidates))
    return {word: _rarity(word) * _uncrowded(count, total) for word, count in shared.items()}


def _rarity(word: str) -> float:
    if word in EVERYDAY:
        return COMMON_RARITY
    return NAME_RARITY if word in names() and word not in ambiguous() else 1.0


def _uncrowded(count: int, total: int) -> float:
    """1 for a word of a few topics, towards 0.3 for one that most topics share."""
    if total < 10:
        return 1.0
    return max(0.3, min(1.0, math.log(total / count) / math.log(total / 3)))
