"""A recording laid out as one row of words, so that any stretch of it can be counted at once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import regex
from numpy.typing import NDArray

from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import normal_words, stem

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

STRETCH, SHORTEST_STRETCH, STRETCHES = 160, 10, 40  # words about a minute long, of which there should be enough
BEGINNING = 5  # letters that "develop", "developed" and "development" share
ENDINGS = ("ing", "ed", "er", "ly")
SHORTEST_ROOT = 3
MARKED = regex.compile(r"\{\s*\w+\s*\}|<\w+>")  # what transcribers write for laughter and the like
SAYING_NOTHING = frozenset(
    {
        "um",
        "uh",
        "erm",
        "mm",
        "mmm",
        "hmm",
        "hm",
        "mm-hmm",
        "uh-huh",
        "yeah",
        "yes",
        "no",
        "okay",
        "ok",
        "oh",
        "well",
        "right",
        "just",
        "like",
        "really",
        "kind",
        "gonna",
        "know",
        "think",
    }
)


@dataclass(frozen=True)
class Part:
    """A sentence or a turn, who says it, and its seconds where they are known."""

    text: str
    speaker: str = ""
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Windows:
    """Stretches of parts: the first part and the one after the last, shape (n,), with their words from and to."""

    first: Numbers
    stop: Numbers
    begins: Floats
    ends: Floats

    @property
    def middle(self) -> Floats:
        """The word in the middle."""
        return (self.begins + self.ends) / 2

    def __len__(self) -> int:
        return len(self.first)


class Laid:
    """The telling words of a recording and where they stand: `words`, their `beginnings`, and `pairs` of neighbours."""

    def __init__(self, parts: Sequence[Part], language: str = "en") -> None:
        self.parts = list(parts)
        self.skipped = stop_words(language) | SAYING_NOTHING
        words: dict[str, list[int]] = {}
        beginnings: dict[str, list[int]] = {}
        pairs: dict[tuple[str, str], list[int]] = {}
        offsets, telling = [0], [0]
        for part in self.parts:
            spoken, count, before = normal_words(MARKED.sub("", part.text)), 0, ""
            for number, word in self._telling(spoken):
                place = offsets[-1] + number
                words.setdefault(word, []).append(place)
                beginnings.setdefault(root(word), []).append(place)
                if before:
                    pairs.setdefault((before, word), []).append(place)
                before, count = word, count + 1
            offsets.append(offsets[-1] + max(1, len(spoken)))
            telling.append(telling[-1] + count)
        self.offsets, self.telling = np.array(offsets), np.array(telling)
        self.words, self.beginnings = _arrays(words), _arrays(beginnings)
        self.pairs = {key: np.array(found) for key, found in pairs.items()}
        self.total = offsets[-1]
        self.stretch = max(SHORTEST_STRETCH, min(STRETCH, self.total // STRETCHES))

    def _telling(self, spoken: Sequence[str]) -> Iterator[tuple[int, str]]:
        return ((at, stem(word)) for at, word in enumerate(spoken) if len(word) > 1 and word not in self.skipped)

    def windows(self, pairs: Sequence[tuple[int, int]]) -> Windows:
        """Stretches from (first, last) part, both included."""
        first = np.array([one for one, _ in pairs], dtype=np.int64)
        stop = np.array([two + 1 for _, two in pairs], dtype=np.int64)
        return Windows(first, stop, self.offsets[first].astype(float), self.offsets[stop].astype(float))

    def heard_in(self, places: Numbers) -> int:
        """In how many stretches a word is heard."""
        return len(np.unique(places // self.stretch))

    def rarity(self, places: Numbers) -> float:
        """How much a word tells: the fewer stretches it is heard in, the more."""
        count = max(2.0, self.total / self.stretch)
        heard = self.heard_in(places)
        return math.log(1 + max(0.0, count - heard + 0.5) / (heard + 0.5))


def root(word: str) -> str:
    """The beginning of a word without its ending, so that "test", "tested" and "testing" meet."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_ROOT:
            word = word.removesuffix(ending)
            break
    return (word[:-1] if len(word) > SHORTEST_ROOT and word[-1] == word[-2] else word)[:BEGINNING]


def counted(places: Numbers, begins: Floats, ends: Floats) -> Floats:
    """How often a word is said in each stretch."""
    found: Floats = (np.searchsorted(places, ends) - np.searchsorted(places, begins)).astype(np.float64)
    return found


def _arrays(found: Mapping[str, list[int]]) -> dict[str, Numbers]:
    return {key: np.array(places) for key, places in found.items()}
