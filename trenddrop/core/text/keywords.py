"""Keywords of a text: words by TextRank, phrases from runs between stop words (RAKE), proper prose or speech alike."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from trenddrop.core.text.casing import has_capitals
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.gazetteer import names
from trenddrop.core.text.sentences import split
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import Token, stem, tokens

WINDOW = 3  # words: who stands near whom
DAMPING = 0.85
ROUNDS = 30
LONGEST_PHRASE = 3
MOST_WORDS = 20_000  # read at most; an hour of speech has about 9,000
COMMON_WEIGHT = 0.45
VERBAL_WEIGHT = 0.6
VERB_WEIGHT = 0.2
REPEATED_NAME = 1.5
Run = list[Token]


@dataclass(frozen=True)
class _Phrase:
    stems: tuple[str, ...]
    weight: float
    shown: str


def extract(text: str, language: str = "en", limit: int = 15) -> list[tuple[str, float]]:
    """[(phrase, weight 0..1)], the best first; empty for a text that says nothing."""
    runs = _runs(text, language)
    if not runs:
        return []
    rank = _text_rank(runs)
    phrases = _phrases(runs, rank, cased=has_capitals(text))
    chosen = _without_repeats(sorted(phrases, key=lambda phrase: (-phrase.weight, phrase.shown)), limit)
    top = chosen[0].weight if chosen else 1.0
    return [(phrase.shown, round(phrase.weight / top, 3)) for phrase in chosen]


def _runs(text: str, language: str) -> list[Run]:
    """Runs of telling words, cut at stop words, punctuation and sentence ends."""
    stopped = stop_words(language)
    spoken = [_plain_start(tokens(sentence)) for sentence in split(text)]
    capitals = {token.text for sentence in spoken for token in sentence[1:] if token.text[0].isupper()}
    runs: list[Run] = []
    for sentence in spoken:
        runs += _telling_runs([_proper(token, capitals) for token in sentence], stopped)
    return runs


def _telling_runs(sentence: Run, stopped: frozenset[str]) -> list[Run]:
    runs: list[Run] = [[]]
    for token in sentence:
        telling = token.normal not in stopped and len(token.normal) > 1 and not token.normal[0].isdigit()
        adjoining = bool(runs[-1]) and token.start - runs[-1][-1].end == 1
        if runs[-1] and not (telling and adjoining):
            runs.append([])
        if telling:
            runs[-1].append(token)
    return [run for run in runs if run]


def _plain_start(sentence: Run) -> Run:
    """The first word says nothing by its capital, unless there are more in it."""
    if not sentence or not sentence[0].text[1:].islower():
        return sentence
    return [replace(sentence[0], text=sentence[0].text.lower()), *sentence[1:]]


def _proper(token: Token, capitals: set[str]) -> Token:
    return replace(token, text=token.text.capitalize()) if token.text.capitalize() in capitals else token


def _text_rank(runs: list[Run]) -> dict[str, float]:
    """The rank of each stem: PageRank over who stands within WINDOW telling words of whom."""
    order = [stem(token.normal) for run in runs for token in run][:MOST_WORDS]
    index = {word: number for number, word in enumerate(dict.fromkeys(order))}
    edges: Counter[tuple[int, int]] = Counter()
    for position, word in enumerate(order):
        for other in order[position + 1 : position + 1 + WINDOW]:
            if other != word:
                edges[index[word], index[other]] += 1
                edges[index[other], index[word]] += 1
    counts = Counter(order)
    base = np.array([counts[word] for word in index], dtype=np.float64)
    base /= base.sum()
    if not edges:
        return dict(zip(index, base.tolist(), strict=True))
    pairs = np.array(list(edges), dtype=np.int64)
    strength = np.fromiter(edges.values(), dtype=np.float64)
    out = np.bincount(pairs[:, 0], weights=strength, minlength=len(index))
    rank = base.copy()
    for _ in range(ROUNDS):
        flow = np.bincount(pairs[:, 1], weights=strength * rank[pairs[:, 0]] / out[pairs[:, 0]], minlength=len(index))
        rank = (1 - DAMPING) * base + DAMPING * flow
    return dict(zip(index, rank.tolist(), strict=True))


def _phrases(runs: list[Run], rank: dict[str, float], *, cased: bool) -> list[_Phrase]:
    counts: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], Counter[str]] = {}
    whole: Counter[tuple[str, ...]] = Counter()
    for run in runs:
        stems = tuple(stem(token.normal) for token in run)
        whole[stems] += 1
        for length in range(1, LONGEST_PHRASE + 1):
            for at in range(len(run) - length + 1):
                key = stems[at : at + length]
                counts[key] += 1
                written = " ".join(token.text for token in run[at : at + length])
                shown.setdefault(key, Counter())[written] += 1
    return [
        _Phrase(key, weight, _as_shown(shown[key], cased=cased))
        for key, count in counts.items()
        if (weight := _weight(key, count, rank, counts, whole, _is_name(shown[key], cased=cased), cased=cased))
    ]


def _weight(
    key: tuple[str, ...],
    count: int,
    rank: dict[str, float],
    counts: Counter[tuple[str, ...]],
    whole: Counter[tuple[str, ...]],
    name: bool,
    *,
    cased: bool,
) -> float:
    """A phrase must recur, be a name, or be all that stands between two stop words; zero drops it."""
    if len(set(key)) < len(key):
        return 0.0
    single = [rank.get(word, 0.0) * _telling(word) for word in key]
    if len(key) == 1:
        return single[0] * (REPEATED_NAME if name and count > 1 else 1.0) * (1.0 if len(key[0]) > 2 else 0.5)
    if count < 2 and not name and (not (whole[key] and cased) or len(key) > 2):
        return 0.0
    if not name and (
        min(map(_telling, key)) < COMMON_WEIGHT or (count < 2 and all(_telling(word) < 1 for word in key))
    ):
        return 0.0
    together = count / min(counts[(word,)] for word in key)
    recurring = 1.25 if count > 1 or name else 0.55
    return sum(single) * recurring * (0.5 + 0.5 * together)


def _telling(word: str) -> float:
    """How much a single word can stand for a topic: names and rare nouns most, verbs and adverbs least."""
    if word in names():
        return 1.2
    if word in _stems("verbs_en"):
        return VERB_WEIGHT
    if word in _stems("common_en"):
        return COMMON_WEIGHT
    if word.endswith(("ly", "ed")) and len(word) > 4:
        return VERB_WEIGHT
    return VERBAL_WEIGHT if word.endswith("ing") and len(word) > 5 else 1.0


@cache
def _stems(name: str) -> frozenset[str]:
    return frozenset(map(stem, word_list(name)))


def _is_name(written: Counter[str], *, cased: bool) -> bool:
    best = written.most_common(1)[0][0]
    if not cased:
        return best.lower() in names()
    return all(part[0].isupper() for part in best.split())


def _as_shown(written: Counter[str], *, cased: bool) -> str:
    best = written.most_common(1)[0][0]
    if best.lower() in names():
        return names()[best.lower()][0]
    return best if cased else best.lower()


def _without_repeats(phrases: list[_Phrase], limit: int) -> list[_Phrase]:
    """The best phrases, none a part of a better one or around it."""
    chosen: list[_Phrase] = []
    for phrase in phrases:
        if len(chosen) == limit:
            break
        if not any(_overlaps(phrase.stems, other.stems) for other in chosen):
            chosen.append(phrase)
    return chosen


def _overlaps(phrase: tuple[str, ...], better: tuple[str, ...]) -> bool:
    return set(phrase) <= set(better) or (set(better) <= set(phrase) and len(better) > 1)
