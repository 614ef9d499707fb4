"""How near a text is to a voice, 0–100: by its measures and its masked letters, against the rest of the world.

A text's nearness is laid between two marks: the middle of the samples' own nearness to each other (each one left out
in turn), and the more alike part of texts of nobody in particular. Vectors, which see the subject, only nudge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trenddrop.core.voice.features import masked, rows_of, tamed
from trenddrop.core.voice.general import General, general

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import HashingVectorizer

Numbers = NDArray[np.float64]
Vectors = NDArray[np.float32]

MADE_BY = "TrendDrop voice measure 1"
FEWEST = 3  # samples; fewer show no voice
PRIOR = 4.0  # samples' worth of belief that a brand varies as the world does
MOST_ADDED, MOST_TAKEN = 2.5, 4.0  # by one measure: what is odd weighs more than what is common
SMALLEST = 0.15  # a measure that never moves in the world still may by chance
SHARES = np.array([0.6, 0.4])  # of measures and masked letters, each by how well it tells this voice apart
NUDGE = 0.1  # of vectors
SOMEBODY_ELSE = 60  # percentile of the world's nearness that is nothing of ours any more
FARTHEST = 1.5
STEEP = 4.4  # a text as near as the samples' own middle gets 90
LETTERS = 2**13


@cache
def _counter() -> "HashingVectorizer":
    from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415 (slow to load)

    return HashingVectorizer(n_features=LETTERS, analyzer="char", ngram_range=(1, 4), norm=None, alternate_sign=False)


def letters_of(texts: Sequence[str]) -> "csr_matrix":
    """Groups of letters, signs and stars of the masked texts, rare ones lifted by a root; rows of length 1."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (slow to load)

    counted = csr_matrix(_counter().transform([masked(text) for text in texts]))
    counted.data = np.sqrt(counted.data)
    lengths = np.sqrt(np.asarray(counted.multiply(counted).sum(axis=1)).ravel())
    return csr_matrix(counted.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))


@dataclass(frozen=True)
class Spread:
    """Where the measures of some texts lie, and how far apart."""

    middle: Numbers
    spread: Numbers

    def unlikely(self, row: Numbers) -> Numbers:
        """How unlikely each measure of a text is here."""
        found: Numbers = ((row - self.middle) / self.spread) ** 2 / 2 + np.log(self.spread)
        return found


class Learnt:
    """A voice, learnt from samples and the world around it."""

    def __init__(self, texts: Sequence[str], world: General, vectors: Vectors | None = None) -> None:
        self.texts, self.vectors = list(texts), vectors
        self.rows, self.letters = tamed(rows_of(texts)), letters_of(texts)
        world_rows, world_letters = tamed(world.rows), letters_of(world.texts)
        self.world = Spread(world_rows.mean(axis=0), world_rows.std(axis=0) + SMALLEST)
        self._sum = np.asarray(self.letters.sum(axis=0)).ravel()
        world_middle = np.asarray(world_letters.mean(axis=0)).ravel()
        self._world_letters = world_middle / np.linalg.norm(world_middle)
        own = [self._nearness(self.rows[n], self.letters[n], without=n) for n in range(len(texts))]
        others = [self._nearness(row, world_letters[n]) for n, row in enumerate(world_rows)]
        self._calibrate(np.stack(own), np.stack(others))

    def _calibrate(self, own: Numbers, others: Numbers) -> None:
        """Set the two marks, the weights of the two measures, and where the samples themselves lie."""
        from sklearn.metrics import roc_auc_score  # noqa: PLC0415 (slow to load)

        truth = [1] * len(own) + [0] * len(others)
        apart = [float(roc_auc_score(truth, np.r_[own[:, n], others[:, n]])) for n in range(2)]
        self._weights = SHARES * np.maximum(np.array(apart) - 0.5, 0.02)
        self._weights /= self._weights.sum()
        self._far = np.percentile(others, SOMEBODY_ELSE, axis=0)
        self._near = np.maximum(np.median(own, axis=0), self._far + 1e-3)
        self._own_vectors = self._by_vectors_of_own()
        places = np.array([self._place(row, n) for n, row in enumerate(own)])
        self.own_scores = np.array([_score(place) for place in places])
        world_places = np.array([self._place(row) for row in others])
        self.tells_apart = float(roc_auc_score(truth, np.r_[places, world_places]))

    def spread(self, without: int | None = None) -> Spread:
        """Where the samples' measures lie; few samples are believed to vary as the world does."""
        rows = self.rows if without is None else np.delete(self.rows, without, axis=0)
        n = len(rows)
        varied = (n * rows.var(axis=0) + PRIOR * self.world.spread**2) / (n + PRIOR)
        return Spread(rows.mean(axis=0), np.sqrt(varied))

    def _nearness(self, row: Numbers, letters: "csr_matrix", *, without: int | None = None) -> Numbers:
        said = np.clip(self.world.unlikely(row) - self.spread(without).unlikely(row), -MOST_TAKEN, MOST_ADDED)
        whole = self._sum if without is None else self._sum - self.letters[without].toarray().ravel()
        ours, theirs = letters @ (whole / max(float(np.linalg.norm(whole)), 1e-9)), letters @ self._world_letters
        return np.array([said.mean(), float(ours[0] - theirs[0])])

    def _by_vectors_of_own(self) -> Numbers | None:
        if self.vectors is None:
            return None
        near = self.vectors @ self.vectors.T
        np.fill_diagonal(near, -1.0)
        found: Numbers = np.sort(near, axis=1)[:, -min(3, len(near) - 1) :].mean(axis=1).astype(np.float64)
        return found

    def _place(self, nearness: Numbers, own: int | None = None, vector: Vectors | None = None) -> float:
        """1 where the samples' own middle lies, 0 where somebody else's texts do."""
        places = np.clip((nearness - self._far) / (self._near - self._far), -FARTHEST, FARTHEST)
        place = float(places @ self._weights)
        if self._own_vectors is None or self.vectors is None:
            return place
        if own is not None:
            near = float(self._own_vectors[own])
        elif vector is not None:
            near = float(np.sort(self.vectors @ vector)[-3:].mean())
        else:
            return place
        usual, varied = float(np.median(self._own_vectors)), float(self._own_vectors.std())
        subject = float(np.clip(1 + (near - usual) / (3 * varied + 0.1), -FARTHEST, FARTHEST))
        return (1 - NUDGE) * place + NUDGE * subject

    def score(self, text: str, vector: Vectors | None = None) -> float:
        """0–100."""
        nearness = self._nearness(tamed(rows_of([text]))[0], letters_of([text]))
        return _score(self._place(nearness, vector=vector))

    def likeness(self, text: str, vector: Vectors | None = None) -> Numbers:
        """How alike each sample is, 0–1: in letters and measures, and in what it speaks of when there are vectors."""
        row, spread = tamed(rows_of([text]))[0], self.spread().spread
        apart = np.sqrt((np.clip((self.rows - row) / spread, -3, 3) ** 2).mean(axis=1))
        alike = (np.asarray((self.letters @ letters_of([text]).T).todense()).ravel() + np.exp(-apart)) / 2
        if self.vectors is None or vector is None:
            return np.asarray(np.clip(alike, 0, 1), dtype=np.float64)
        found: Numbers = np.clip((alike + (self.vectors @ vector).astype(np.float64)) / 2, 0, 1)
        return found


def _score(place: float) -> float:
    return float(100 / (1 + np.exp(-STEEP * (place - 0.5))))


@lru_cache(maxsize=32)
def learn(texts: tuple[str, ...], languages: frozenset[str] = frozenset(), vectors: bytes | None = None) -> Learnt:
    """The voice of these texts, kept for the next question. `vectors`: float32 rows, one for each text."""
    rows = None if vectors is None else np.frombuffer(vectors, dtype=np.float32).reshape(len(texts), -1)
    return Learnt(texts, general().of(languages), rows)
