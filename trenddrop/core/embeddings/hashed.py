"""Embeddings without weights: hashed words, word pairs and letter groups. They see shared words, not meaning."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import normal_words, stem

DIMENSIONS = 256
LETTERS_WEIGHT = 0.4  # letter groups forgive spellings and endings, but also meet by chance
STOPPED = stop_words("en") | stop_words("hi-Latn")
NOTHING = "(nothing)"


class HashedEmbedder:
    """256 dimensions from MurmurHash3: the same on every machine and in every process."""

    name = "hashed-256-1"
    dimensions = DIMENSIONS
    semantic = False
    remote = False

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415 (slow to load)

        self._words = HashingVectorizer(n_features=DIMENSIONS, analyzer=_words_and_pairs, norm="l2", dtype=np.float64)
        self._letters = HashingVectorizer(
            n_features=DIMENSIONS, preprocessor=_prepared, analyzer="char_wb", ngram_range=(3, 5), norm="l2"
        )

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """One unit row per text; a text without a word gets the row of "nothing"."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        kept = [text if normal_words(text) else NOTHING for text in texts]
        mixed = self._words.transform(kept) + LETTERS_WEIGHT * self._letters.transform(kept)
        return unit_rows(mixed.toarray())


def unit_rows(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """The rows scaled to length 1; a zero row becomes the first axis."""
    rows = np.asarray(rows, dtype=np.float64)
    empty = ~rows.any(axis=1)
    rows[empty, 0] = 1.0
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _words_and_pairs(text: str) -> list[str]:
    words = [stem(word) for word in _kept(text)]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def _prepared(text: str) -> str:
    return " ".join(_kept(text))


def _kept(text: str) -> list[str]:
    words = normal_words(text)
    return [word for word in words if word not in STOPPED] or words or [NOTHING]
