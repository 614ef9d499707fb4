"""Who speaks from when on: a list of (start in seconds, name); no name says that nobody is named."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from trenddrop.core.speech import Word
from trenddrop.core.speech.plaintext import Passage

Turn = tuple[float, str]

NEAR = 0.011  # seconds; times are kept to a hundredth
LONGEST_NAME = 60


def turns_of(rows: Sequence[Sequence[Any]]) -> list[Turn]:
    """Return stored turns."""
    return [(float(start), str(name)) for start, name in rows]


def speaker_at(turns: Sequence[Turn], at: float) -> str:
    """Return who speaks at a second."""
    place = bisect_right(turns, at + NEAR, key=lambda turn: turn[0])
    return turns[place - 1][1] if place else ""


def begins(turns: Sequence[Turn], after: float, at: float) -> bool:
    """Say whether a turn begins after one second and not after another."""
    place = bisect_right(turns, after + NEAR, key=lambda turn: turn[0])
    return place < len(turns) and turns[place][0] <= at + NEAR


def named(turns: Sequence[Turn], at: float, name: str) -> list[Turn]:
    """Let somebody speak from a second on, until the next turn begins."""
    if speaker_at(turns, at) == name:
        return list(turns)
    others = [turn for turn in turns if abs(turn[0] - at) > NEAR]
    return sorted([*others, (round(at, 3), name)])


def put(turns: Sequence[Turn], start: float, end: float, inside: Sequence[Turn]) -> list[Turn]:
    """Put turns in place of those that began after `start` and before `end`."""
    others = [turn for turn in turns if turn[0] <= start + NEAR or turn[0] >= end - NEAR]
    added = {round(at, 3) for at, _name in inside}
    return sorted([*(turn for turn in others if round(turn[0], 3) not in added), *inside])


def renamed(turns: Sequence[Turn], old: str, new: str) -> list[Turn]:
    """Call a speaker differently; two speakers with one name become one."""
    return [(at, new if name == old else name) for at, name in turns]


def names(turns: Sequence[Turn]) -> list[str]:
    """Return who speaks, in the order they begin."""
    return list(dict.fromkeys(name for _at, name in turns if name))


def merged(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns at which the speaker changes."""
    names = ["", *(name for _at, name in turns)]
    return [turn for before, turn in zip(names, turns, strict=False) if turn[1] != before]


def clean(name: str) -> str:
    """Return a name as it can stand in front of a line."""
    return " ".join(name.replace(":", " ").replace("\x00", "").split())[:LONGEST_NAME].strip()


def of_passages(passages: Sequence[Passage], words: Sequence[Word]) -> list[Turn]:
    """Return where each line begins and who says it; a line without a name goes on with the one before.

    `words` are those of the passages, in order, with their seconds.
    """
    found: list[Turn] = []
    at, name = 0, ""
    for passage in passages:
        name = name if passage.speaker is None else clean(passage.speaker)
        size = len(passage.text.split())
        if size and at < len(words):
            found.append((round(words[at].start, 3), name))
        at += size
    return found
