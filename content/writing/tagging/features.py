"""What is known of each candidate, as a row of numbers a model can weigh."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from content.writing.tagging.candidates import Reading
from content.writing.tagging.knowledge import Knowledge, Vote
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.gazetteer import first_names, names
from trenddrop.core.text.stopwords import stop_words

Floats = NDArray[np.float64]

NAMES = (
    "words", "letters", "in_title", "from_start", "from_end", "spelled_large", "is_part", "starts_part", "ends_part",
    "is_title", "title_words", "share_of_title", "words_in_title", "words_in_text", "words_in_author",
    "is_author", "author_run_together", "inside_author", "in_text", "capital_in_text", "hashtag", "text_words",
    "stops", "everyday", "known_name", "first_name", "digits",
    "used_by", "rate", "rate_known", "word_rate_least", "word_rate_mean", "word_used_least",
    "vote", "vote_share", "vote_posts", "vote_authors", "vote_nearest", "best_vote",
    "own", "own_share", "own_posts", "longest_run_rate", "joined", "two_parts", "title_shouts",
)  # fmt: skip
MISSING = -1.0
PRIOR, PRIOR_WEIGHT = 0.12, 3.0


def rows(tags: Sequence[str], reading: Reading, knowledge: Knowledge) -> Floats:
    """Candidates × features."""
    shared = _shared(reading)
    return np.array([_row(tag, reading, knowledge, shared) for tag in tags], dtype=np.float64).reshape(-1, len(NAMES))


def _shared(reading: Reading) -> dict[str, float]:
    letters = [letter for letter in reading.subject.title if letter.isalpha()]
    return {
        "best_vote": max((vote.weight for vote in reading.votes.values()), default=0.0),
        "shouts": sum(letter.isupper() for letter in letters) / max(1, len(letters)),
        "parts": float(len(reading.parts)),
    }


def _row(tag: str, reading: Reading, knowledge: Knowledge, shared: dict[str, float]) -> list[float]:
    words = tag.split(" ")
    at = _place(words, reading.title)
    return [
        *_shape(tag, words, at, reading),
        *_sources(tag, words, reading),
        *_kinds(words),
        *_usage(tag, words, reading, knowledge),
        *_votes(tag, reading, shared),
        *_own(tag, reading),
        _extended(words, at, reading, knowledge),
        float(at is None and set(words) <= set(reading.title)),
        float(tag not in reading.parts and any(tag == f"{a} {b}" for a in reading.parts for b in reading.parts)),
        shared["shouts"],
    ]


def _place(words: Sequence[str], title: Sequence[str]) -> int | None:
    size = len(words)
    return next((at for at in range(len(title) - size + 1) if list(title[at : at + size]) == list(words)), None)


def _shape(tag: str, words: Sequence[str], at: int | None, reading: Reading) -> list[float]:
    total = len(reading.title)
    large = MISSING
    if at is not None:
        spelled = reading.spelled[at : at + len(words)]
        large = sum(word[:1].isupper() for word in spelled) / len(spelled)
    return [
        len(words), len(tag), float(at is not None), MISSING if at is None else at,
        MISSING if at is None else total - at - len(words), large,
        float(tag in reading.parts), float(any(part.startswith(f"{tag} ") for part in reading.parts)),
        float(any(part.endswith(f" {tag}") for part in reading.parts)),
        float(tag == " ".join(reading.title)), total, len(words) / max(1, total),
    ]  # fmt: skip


def _sources(tag: str, words: Sequence[str], reading: Reading) -> list[float]:
    told = set(reading.told)
    bare = tag.replace(" ", "")
    author = "".join(reading.named)
    return [
        _share(words, set(reading.title)), _share(words, told), _share(words, set(reading.named)),
        float(tag in (reading.author, " ".join(reading.named))), float(bare == author),
        float(len(bare) > 2 and bare in author), reading.told.get(tag, 0), reading.capitals.get(tag, 0),
        float(bare in reading.hashtags), len(told),
    ]  # fmt: skip


def _share(words: Sequence[str], among: set[str]) -> float:
    return sum(word in among for word in words) / max(1, len(words))


def _kinds(words: Sequence[str]) -> list[float]:
    stops, everyday = stop_words("en"), word_list("common_en") | word_list("verbs_en")
    first = _first_names()
    return [
        sum(word in stops for word in words), sum(word in everyday for word in words) / max(1, len(words)),
        float(" ".join(words) in names()), float(words[0] in first), float(any(word.isdigit() for word in words)),
    ]  # fmt: skip


def _first_names() -> frozenset[str]:
    return frozenset(name.lower() for name in first_names())


def _smooth(told: tuple[float, int]) -> float:
    return (told[0] + PRIOR * PRIOR_WEIGHT) / (told[1] + PRIOR_WEIGHT)


def _usage(tag: str, words: Sequence[str], reading: Reading, knowledge: Knowledge) -> list[float]:
    author = reading.author
    told = knowledge.rate(tag, without=author)
    each = [_smooth(knowledge.rate(word, without=author)) for word in words]
    used = [knowledge.authors_of(word, without=author) for word in words]
    return [
        math.log1p(knowledge.authors_of(tag, without=author)), _smooth(told), told[1], min(each),
        sum(each) / len(each), math.log1p(min(used)),
    ]  # fmt: skip


def _votes(tag: str, reading: Reading, shared: dict[str, float]) -> list[float]:
    vote = reading.votes.get(tag, Vote())
    best = shared["best_vote"]
    return [vote.weight, vote.weight / best if best else 0.0, vote.posts, vote.authors, vote.nearest, best]


def _own(tag: str, reading: Reading) -> list[float]:
    if not reading.own_posts:
        return [0.0, 0.0, 0.0]
    used = reading.own.get(tag, 0)
    return [used, used / reading.own_posts, reading.own_posts]


def _extended(words: Sequence[str], at: int | None, reading: Reading, knowledge: Knowledge) -> float:
    """How often others made a longer run around this one a tag: "york" is rarely one beside "new york"."""
    if at is None:
        return MISSING
    longer = []
    if at:
        longer.append(" ".join(reading.title[at - 1 : at + len(words)]))
    if at + len(words) < len(reading.title):
        longer.append(" ".join(reading.title[at : at + len(words) + 1]))
    return max((math.log1p(knowledge.authors_of(run, without=reading.author)) for run in longer), default=0.0)
