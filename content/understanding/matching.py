"""Which live topics an asset is about: by names and rare words said, at which second; vectors support or shortlist.

"Nothing fits" is an answer: without words as evidence (or a meaning-aware vector well above chance) there is no match.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from content.understanding.results import Reason
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.gazetteer import ambiguous, names
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import Token, stem, tokens

THRESHOLD = 45  # of 100; calibrated on tests/content/matching_cases.py
MEANING_FLOOR = 0.55  # cosine of a meaning-aware embedder that counts without a shared word
NEIGHBOURS = 1  # sentences before and after that may complete a headline
HEADLINE_COVERAGE = 0.5
SHORT_NAME = 3  # words; a longer title is a headline, and need not be said whole
FEWEST_HEADLINE_WORDS = 3
COMMON_RARITY, NAME_RARITY = 0.3, 1.2
MOST_EVIDENCE = 5
HESITATION = 1.0  # seconds
CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_")
EVERYDAY = frozenset(stem(word) for name in ("common_en", "verbs_en") for word in word_list(name)) | stop_words("en")
FEWEST_SQUASHED = 6  # letters of a hashtag that may be matched against words run together


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
class Evidence:
    """The words that met the topic, the second at which they are said (None for plain text), and the sentence."""

    words: str
    at: float | None
    sentence: str


@dataclass(frozen=True)
class Match:
    """A topic that fits, 0..100 = the sum of the reasons' weights."""

    topic_key: str
    score: int
    evidence: list[Evidence]
    reasons: list[Reason]
    sources: list[str] = field(default_factory=list)
    age_hours: float = 0.0


@dataclass(frozen=True)
class _Said:
    """A sentence as stems, to be looked for names in."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True)
class _Name:
    """One way a topic is called: its telling stems in order, and how rare each is."""

    stems: tuple[str, ...]
    rarity: tuple[float, ...]
    squashed: str
    headline: bool


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
    said = [_said(sentence) for sentence in sentences]
    rarity = _rarities(candidates)
    weights = {stem(word): weight for phrase, weight in keywords for word in _telling(phrase)}
    found = [_match(one, said, rarity, weights, vector, semantic=semantic) for one in candidates]
    return sorted(
        (one for one in found if one is not None and one.score >= threshold),
        key=lambda one: (-one.score, one.topic_key),
    )


def _match(
    candidate: Candidate,
    said: Sequence[_Said],
    rarity: Mapping[str, float],
    keywords: Mapping[str, float],
    vector: NDArray[np.float32] | None,
    *,
    semantic: bool,
) -> Match | None:
    near = float(candidate.vector @ vector) if candidate.vector is not None and vector is not None else 0.0
    best_points, best_evidence, best_reason = 0.0, list[Evidence](), ""
    for name in _names(candidate, rarity):
        points, evidence, reason = _named(name, said)
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


def _named(name: _Name, said: Sequence[_Said]) -> tuple[float, list[Evidence], str]:
    """Points, where, and why, for one name of a topic; nothing when it is not said."""
    whole = [one for each in said if (one := _whole_name(name, each))]
    whole = whole or [one for each in _across_pauses(said) if (one := _whole_name(name, each))]
    if whole:
        return _points_for_name(name), whole[:MOST_EVIDENCE], "its name is said"
    if name.headline:
        return _headline(name, said)
    return 0.0, [], ""


def _across_pauses(said: Sequence[_Said]) -> Iterator[_Said]:
    """Neighbouring spoken sentences as one: a speaker may hesitate inside a name."""
    for first, second in pairwise(said):
        before, after = first.sentence.end, second.sentence.start
        if before is not None and after is not None and after - before < HESITATION:
            text = f"{first.sentence.text} {second.sentence.text}"
            yield _said(Sentence(text, first.sentence.start, second.sentence.end))


def _points_for_name(name: _Name) -> float:
    """Several rare words identify a topic; a single word needs support, an everyday word much of it."""
    if len(name.stems) == 1:
        return 38.0 if name.rarity[0] >= 1 else 22.0
    return 34 + 22 * min(1.0, sum(name.rarity) / 2)


def _whole_name(name: _Name, each: _Said) -> Evidence | None:
    """The name's words in order with at most stop words between them, or run together as in a hashtag."""
    length = len(name.stems)
    telling = [n for n, token in enumerate(each.tokens) if token.normal not in stop_words("en")]
    for at in range(len(telling) - length + 1):
        run = telling[at : at + length]
        if tuple(each.stems[n] for n in run) == name.stems and run[-1] - run[0] < length + 2:
            return _evidence(each, run[0], run[-1])
    return _squashed_name(name, each) if len(name.squashed) >= FEWEST_SQUASHED else None


def _squashed_name(name: _Name, each: _Said) -> Evidence | None:
    for first in range(len(each.tokens)):
        joined = ""
        for last in range(first, len(each.tokens)):
            joined += each.tokens[last].normal.replace("'", "").replace("-", "")
            if joined == name.squashed and (last > first or len(name.stems) == 1):
                return _evidence(each, first, last)
            if not name.squashed.startswith(joined):
                break
    return None


def _headline(name: _Name, said: Sequence[_Said]) -> tuple[float, list[Evidence], str]:
    """A headline fits when enough of its rare words stand within neighbouring sentences."""
    rare = dict(zip(name.stems, name.rarity, strict=True))
    total = sum(rare.values())
    best, evidence = 0.0, list[Evidence]()
    for n in range(len(said)):
        window = said[max(0, n - NEIGHBOURS) : n + NEIGHBOURS + 1]
        heard = {word for each in window for word in each.stems if word in rare}
        telling = [word for word in heard if rare[word] >= 1]
        coverage = sum(rare[word] for word in heard) / total
        enough = len(heard) >= FEWEST_HEADLINE_WORDS and len(telling) >= 2
        if enough and coverage >= HEADLINE_COVERAGE and coverage > best:
            best, evidence = coverage, _words_heard(window, rare)
    return (24 + 40 * best, evidence, "its words are said together") if evidence else (0.0, [], "")


def _words_heard(window: Sequence[_Said], rare: Mapping[str, float]) -> list[Evidence]:
    found = []
    for each in window:
        at = [n for n, word in enumerate(each.stems) if word in rare]
        if at:
            words = " … ".join(dict.fromkeys(each.tokens[n].text for n in at))
            found.append(Evidence(words, each.sentence.second_of(each.tokens[at[0]].start), each.sentence.text))
    return found[:MOST_EVIDENCE]


def _evidence(each: _Said, first: int, last: int) -> Evidence:
    text = each.sentence.text
    words = text[each.tokens[first].start : each.tokens[last].end]
    return Evidence(words, each.sentence.second_of(each.tokens[first].start), text)


def _said(sentence: Sentence) -> _Said:
    spoken = tuple(tokens(sentence.text))
    return _Said(sentence, spoken, tuple(stem(token.normal) for token in spoken))


def _names(candidate: Candidate, rarity: Mapping[str, float]) -> list[_Name]:
    made = []
    for written in dict.fromkeys([candidate.title, *candidate.names]):
        stems = tuple(stem(word) for word in _telling(written))
        squashed = "".join(token.normal.replace("'", "").replace("-", "") for token in tokens(_spread(written)))
        if stems:
            known = " ".join(_telling(written)) in names()
            rare = tuple(max(1.0, rarity[word]) if known and len(stems) > 1 else rarity[word] for word in stems)
            made.append(_Name(stems, rare, squashed, headline=len(stems) > SHORT_NAME))
    return made


def _telling(text: str) -> list[str]:
    """The words of a name or hashtag that are not stop words; all of them when there are no others."""
    words = [token.normal for token in tokens(_spread(text))]
    return [word for word in words if word not in stop_words("en")] or words


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
