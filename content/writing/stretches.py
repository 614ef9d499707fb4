"""Different parts of a recording, each of which can be told by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.understanding import Moment, Understanding, understand
from trenddrop.core.text.sentences import Sentence

BEFORE, AFTER = 3, 6  # sentences around a moment that belong to it
FEWEST_WORDS = 25


@dataclass(frozen=True)
class Stretch:
    """A part of a recording and what is in it; seconds where it is spoken."""

    sentences: Sequence[Sentence]
    understanding: Understanding

    @property
    def start(self) -> float | None:
        """Where it begins."""
        return self.sentences[0].start

    @property
    def end(self) -> float | None:
        """Where it ends."""
        return self.sentences[-1].end


def stretches(sentences: Sequence[Sentence], found: Understanding, *, count: int) -> list[Stretch]:
    """Choose at most `count` parts around the strongest moments, none overlapping another, in their order."""
    taken: list[tuple[int, int]] = []
    for place in _places(sentences, _ranked(found)):
        edges = _around(sentences, place)
        if len(taken) < count and edges and not any(start < edges[1] and edges[0] < end for start, end in taken):
            taken.append(edges)
    return [_read(sentences[start:end], found) for start, end in sorted(taken)]


def _ranked(found: Understanding) -> list[Moment]:
    return sorted([*found.hooks, *found.insights, *found.quotes], key=lambda one: -one.score)


def _places(sentences: Sequence[Sentence], moments: Iterable[Moment]) -> Iterable[int]:
    """Where each moment stands; every tenth sentence after them, for a recording of few moments."""
    texts = [one.text for one in sentences]
    for moment in moments:
        place = next((n for n, text in enumerate(texts) if text in moment.text or moment.text in text), None)
        if place is not None:
            yield place
    yield from range(BEFORE, len(texts), BEFORE + AFTER + 1)


def _around(sentences: Sequence[Sentence], place: int) -> tuple[int, int] | None:
    start, end = max(0, place - BEFORE), min(len(sentences), place + AFTER)
    words = sum(len(one.text.split()) for one in sentences[start:end])
    return (start, end) if words >= FEWEST_WORDS else None


def _read(part: Sequence[Sentence], whole: Understanding) -> Stretch:
    return Stretch(part, understand(" ".join(one.text for one in part), whole.language or None))
