"""What a topic's words say of its chances: hashed character pairs weighted by a logistic fit. Any script. Pure."""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trends.forecasting.panel import Floats, Ints, Table

BUCKETS = 2**14
LONGEST = 2  # characters in a piece
MOST_CHARACTERS = 120


@dataclass(frozen=True)
class Wording:
    """Weights of pieces (rarity times coefficient), of rarity alone, and what a text without any is worth."""

    rarity: Floats
    weights: Floats
    base: float

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return each text's log odds."""
        return np.array([self._score(text) for text in texts], dtype=np.float64)

    def _score(self, text: str) -> float:
        found = pieces(text)
        length = float(np.sqrt(np.sum(self.rarity[found] ** 2)))
        return self.base + (float(np.sum(self.rarity[found] * self.weights[found])) / length if length else 0.0)


def pieces(text: str) -> Ints:
    """Return the buckets of a text's single characters and pairs, each once."""
    told = " ".join(text.casefold().split())[:MOST_CHARACTERS]
    found = {told[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(told) - size + 1)}
    return np.array(sorted({zlib.crc32(piece.encode()) % BUCKETS for piece in found}), dtype=np.int64)


def rarity_of(found: Iterable[Ints], number: int) -> Floats:
    """Return the weight of each bucket by how few of so many texts have it."""
    counts = np.zeros(BUCKETS)
    for one in found:
        counts[one] += 1
    return np.log((1 + number) / (1 + counts)) + 1


def marks(texts: Sequence[str]) -> Table:
    """Return what a text's look says: its length, and how much of it is Latin letters, digits, gaps."""
    sizes = np.array([max(1, len(text)) for text in texts], dtype=np.float64)
    latin = np.array([sum(one.isascii() and one.isalpha() for one in text) for text in texts], dtype=np.float64)
    digits = np.array([sum(one.isdigit() for one in text) for text in texts], dtype=np.float64)
    gaps = np.array([text.strip().count(" ") for text in texts], dtype=np.float64)
    return {"text_length": np.log(sizes), "text_latin": latin / sizes, "text_digits": digits, "text_gaps": gaps}


def of_topics(texts: Mapping[int, str], topics: Ints) -> list[str]:
    """Return the text of each topic, empty where it has none."""
    return [texts.get(int(topic), "") for topic in topics]


def odds(chance: float) -> float:
    """Return the logarithm of the odds of a chance."""
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))
