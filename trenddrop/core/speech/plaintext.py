"""Transcripts as plain text, in and out: lines, speakers in front, seconds where they are told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trenddrop.core.speech import labels
from trenddrop.core.speech.base import Word

STAMP = re.compile(r"^\s*[\[(]?((?:\d{1,3}:)?\d{1,2}:\d{2})(?:[.,]\d{1,3})?[\])]?(?:\s*[-–—:|]\s+|\s+|$)(.*)$")
SECONDS_PER_WORD = 0.38
MOST_WITHOUT = 0.34  # of the lines may lack their time in a text that has times


@dataclass(frozen=True)
class Passage:
    """A line: the second it begins at and who says it, where that is told."""

    text: str
    at: float | None = None
    speaker: str | None = None


def parse(text: str, *, known: Iterable[str] = ()) -> list[Passage]:
    """Return the lines of a text that hold words; `known` are speakers' names to look out for."""
    lines = [line.strip() for line in text.replace("\x00", "").splitlines() if line.strip()]
    stamped = [STAMP.match(line) for line in lines]
    if not any(stamped) or sum(found is None for found in stamped) > MOST_WITHOUT * len(lines):
        stamped = [None] * len(lines)
    bare = [found[2] if found else line for found, line in zip(stamped, lines, strict=True)]
    names = labels.speakers(bare, known)
    passages = []
    for found, line in zip(stamped, bare, strict=True):
        speaker, words = labels.split(line, names)
        passages.append(Passage(words, _seconds(found[1]) if found else None, speaker))
    return passages


def has_times(passages: Sequence[Passage]) -> bool:
    """Say whether the lines tell when they are said, in an order that time has."""
    told = [passage.at for passage in passages if passage.at is not None]
    return bool(told) and all(one <= other for one, other in pairwise(told))


def timed(passages: Sequence[Passage], *, until: float | None = None) -> list[Word]:
    """Spread each line's words from its second to the next line's; lines without a second share their neighbour's."""
    words: list[Word] = []
    for group, start, following in _groups(passages):
        texts = [text for passage in group for text in passage.text.split()]
        room = SECONDS_PER_WORD * len(texts)
        end = min(start + room, following if following is not None else until or start + room)
        words += spread(texts, start, max(start, end))
    return words


def _groups(passages: Sequence[Passage]) -> list[tuple[list[Passage], float, float | None]]:
    groups: list[list[Passage]] = []
    for passage in passages:
        if passage.at is not None or not groups:
            groups.append([])
        groups[-1].append(passage)
    starts = [group[0].at or 0.0 for group in groups]
    return list(zip(groups, starts, [*starts[1:], None], strict=True))


def spread(texts: Sequence[str], start: float, end: float) -> list[Word]:
    """Give words their share of a span by their length."""
    letters, at, found = sum(map(len, texts)) or 1, start, []
    for text in texts:
        share = (end - start) * len(text) / letters
        found.append(Word(round(at, 3), round(at + share, 3), text))
        at += share
    return found


def _seconds(clock: str) -> float:
    parts = [int(part) for part in clock.split(":")]
    return float(sum(part * 60**place for place, part in enumerate(reversed(parts))))
