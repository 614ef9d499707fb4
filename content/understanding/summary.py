"""An extractive summary: the sentences most like all others (TextRank on TF-IDF), in their own order and words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from content.understanding.cues import holds, stands_alone
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words, stem

DAMPING, ROUNDS = 0.85, 30
MOST_COMPARED = 1500  # sentences; beyond that each is compared with the average only
EARLY_BONUS, LEANING, HOUSEKEEPING, ASKING, SHORT = 0.15, 0.45, 0.1, 0.7, 0.5
TOO_LONG = 40  # words
REPEATS = 0.6


def centrality(sentences: Sequence[str], language: str) -> NDArray[np.float64]:
    """0..1 per sentence: how much it says what the others say."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (slow to load)

    stopped = stop_words(language)

    def told(text: str) -> list[str]:
        return [stem(word) for word in normal_words(text) if word not in stopped]

    if not any(told(sentence) for sentence in sentences):
        return np.zeros(len(sentences))
    matrix = TfidfVectorizer(analyzer=told, sublinear_tf=True).fit_transform(sentences)
    if matrix.shape[0] > MOST_COMPARED:
        centre = np.asarray(matrix.mean(axis=0)).ravel()
        return _scaled(np.asarray(matrix @ centre).ravel())
    return _scaled(_page_rank((matrix @ matrix.T).toarray()))


def _page_rank(alike: NDArray[np.float64]) -> NDArray[np.float64]:
    np.fill_diagonal(alike, 0.0)
    out = alike.sum(axis=1, keepdims=True)
    steps = np.divide(alike, out, out=np.zeros_like(alike), where=out > 0)
    rank = np.full(len(alike), 1 / len(alike))
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / len(alike) + DAMPING * (steps.T @ rank)
    return np.asarray(rank, dtype=np.float64)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.max() - values.min()
    return np.ones(len(values)) if spread == 0 else (values - values.min()) / spread


def summarise(sentences: Sequence[str], rank: Sequence[float], language: str) -> str:
    """Two to five of the sentences, in their order; all of them when there are hardly more."""
    wanted = min(5, max(2, round(len(sentences) / 6)))
    if len(sentences) <= 3:
        return " ".join(sentences)
    worth = [_worth(sentence, rank[n], n, language) for n, sentence in enumerate(sentences)]
    chosen: list[int] = []
    for n in sorted(range(len(sentences)), key=lambda n: -worth[n]):
        if len(chosen) == wanted:
            break
        if not any(_alike(sentences[n], sentences[other]) for other in chosen):
            chosen.append(n)
    return " ".join(sentences[n] for n in sorted(chosen))


def _worth(sentence: str, rank: float, place: int, language: str) -> float:
    count = len(normal_words(sentence))
    worth = rank + EARLY_BONUS / (1 + place)
    worth *= 1.0 if stands_alone(sentence, language) else LEANING
    worth *= HOUSEKEEPING if holds(sentence, "housekeeping", language) else 1.0
    worth *= ASKING if is_question(sentence) else 1.0
    return worth * (SHORT if count < 6 or count > TOO_LONG else 1.0)


def _alike(one: str, other: str) -> bool:
    mine, theirs = set(normal_words(one)), set(normal_words(other))
    return len(mine & theirs) > REPEATS * min(len(mine), len(theirs))
