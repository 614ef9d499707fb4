"""Which parts stay when silences and fillers go: no word that stays is touched."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Protocol

from trenddrop.core.media.rendering.edits import Span

LONGEST = 0.45  # seconds of silence that stay: a pause is part of speech
BREATH = 0.15  # seconds left on either side of what goes
TINIEST = 0.25  # a rest without a word that is shorter than this goes too
Interval = tuple[float, float]


class Timed(Protocol):
    """A word with the seconds it is said in."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


def silences_out(
    words: Sequence[Timed], silences: Sequence[Interval], fillers: Sequence[Interval], span: Span
) -> list[Span]:
    """Return the parts of `span` that stay, in order, without long silences and without the fillers (in seconds).

    A filler is left out up to the middle of the pauses around it. Words that are no fillers stay whole.
    """
    spoken = _joined([(word.start, word.end) for word in words if not _is_filler(word, fillers)])
    gone = [(start + BREATH, end - BREATH) for start, end in silences if end - start > LONGEST]
    gone += [_around(filler, spoken, span) for filler in fillers]
    gone = _joined(_without(_joined(gone), spoken))
    kept = _without([(span.start, span.end)], gone)
    return [Span(start, end) for start, end in kept if end - start >= TINIEST or _has_word(spoken, start, end)]


def _is_filler(word: Timed, fillers: Sequence[Interval]) -> bool:
    middle = (word.start + word.end) / 2
    return any(start <= middle <= end for start, end in fillers)


def _around(filler: Interval, spoken: Sequence[Interval], span: Span) -> Interval:
    at = bisect_left(spoken, filler)
    before = min(spoken[at - 1][1], filler[0]) if at else span.start
    after = max(spoken[at][0], filler[1]) if at < len(spoken) else span.end
    return (max((before + filler[0]) / 2, filler[0] - BREATH), min((after + filler[1]) / 2, filler[1] + BREATH))


def _joined(parts: Sequence[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for start, end in sorted(part for part in parts if part[1] > part[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(parts: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """Return what is left of the parts when the intervals `taken` (in order, apart) are taken out."""
    ends = [stop for _begin, stop in taken]
    left: list[Interval] = []
    for start, end in parts:
        at = start
        for begin, stop in takewhile(lambda each: each[0] < end, islice(taken, bisect_right(ends, start), None)):  # noqa: B023
            if begin > at:
                left.append((at, begin))
            at = stop
        if at < end:
            left.append((at, end))
    return left


def _has_word(spoken: Sequence[Interval], start: float, end: float) -> bool:
    at = bisect_left(spoken, (end, end))
    return at > 0 and spoken[at - 1][1] > start
