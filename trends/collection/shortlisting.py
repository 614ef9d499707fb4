"""Which of many topics could fit a brand at all: by the words of both, by field, by nearness. Never fewer than fit."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from trends.niches import Stems, niches, stems
from trends.relevance import CLOSED, MEANING, NICHE, WORDING, Facts, Profile, Scale

END = "\U0010ffff"


class Index:
    """The words, fields and vectors of some topics side by side."""

    def __init__(self, topics: Sequence[Facts], vectors: NDArray[np.float32]) -> None:
        self.vectors = vectors
        self.keys: dict[str, list[int]] = defaultdict(list)
        postings: dict[str, set[int]] = defaultdict(set)
        joined: dict[str, set[int]] = defaultdict(set)
        self.fields = np.zeros((len(topics), len(niches())), dtype=np.float32)
        self._column = {key: place for place, key in enumerate(niches())}
        for place, topic in enumerate(topics):
            for text in (*topic.named, *topic.besides):
                for word in text:
                    postings[word].add(place)
                for together in _joined(text):
                    joined[together].add(place)
            for key in topic.keys:
                self.keys[key].append(place)
            for key, share in topic.niches.items():
                self.fields[place, self._column[key]] = share
        self.postings, self.joined = dict(postings), dict(joined)
        self._words = sorted(self.postings)
        self._backwards = sorted(word[::-1] for word in self.postings)

    def shortlist(self, brand: Profile, *, floor: float, scale: Scale) -> list[int]:
        """Return the places of topics whose fit to a brand may reach the floor (of 100), in order."""
        found: set[int] = set()
        for phrase in [*brand.keywords, *brand.interests]:
            found |= self._saying(stems(phrase))
        for key in brand.past:
            found.update(self.keys.get(key, ()))
        mine = np.zeros(self.fields.shape[1], dtype=np.float32)
        for key, share in brand.niches.items():
            mine[self._column[key]] = share
        least = floor / 100
        found.update(np.flatnonzero((self.fields * mine).max(axis=1, initial=0) * NICHE >= least * 0.6).tolist())
        if brand.vector is not None and len(self.vectors):
            weight = MEANING if scale.semantic else WORDING
            enough = scale.unrelated + (scale.alike - scale.unrelated) * least / weight
            found.update(np.flatnonzero(self.vectors @ brand.vector >= enough).tolist())
        return sorted(found)

    def _saying(self, wanted: Stems) -> set[int]:
        """Return the topics that say all words of a phrase, also written together or inside a longer word."""
        if not wanted:
            return set()
        sets = [self.postings.get(word, set()) for word in wanted]
        found = set.intersection(*sets)
        closed = "".join(wanted)
        found |= self.postings.get(closed, set()) | self.joined.get(closed, set())
        if len(closed) >= CLOSED:
            for word in [
                *_beginning(self._words, closed),
                *(w[::-1] for w in _beginning(self._backwards, closed[::-1])),
            ]:
                found |= self.postings[word]
        return found


def _joined(text: Stems) -> Iterator[str]:
    """Yield what two to four words that follow each other make together."""
    for start in range(len(text) - 1):
        together = text[start]
        for word in text[start + 1 : start + 4]:
            together += word
            yield together


def _beginning(words: Sequence[str], start: str) -> Iterator[str]:
    """Yield the sorted words that begin so."""
    for place in range(bisect_left(words, start), bisect_left(words, start + END)):
        yield words[place]
