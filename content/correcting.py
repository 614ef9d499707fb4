"""Keeping the seconds of words when a person corrects the text."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from trenddrop.core.speech import Word


def retimed(words: Sequence[Word], text: str) -> list[Word]:
    """Return the words of `text` with the times of the old words: those that stayed keep theirs, new ones share.

    Words put in where none were share the gap between their neighbours.
    """
    told = text.split()
    plain = [_plain(word.text) for word in words]
    same = SequenceMatcher(a=plain, b=[_plain(word) for word in told], autojunk=False)
    found: list[Word] = []
    for kind, first, last, begin, end in same.get_opcodes():
        if kind == "equal":
            pairs = zip(words[first:last], told[begin:end], strict=True)
            found += [Word(old.start, old.end, new, old.confidence if old.text == new else None) for old, new in pairs]
        elif begin < end:
            found += _shared(told[begin:end], *_span(words, first, last))
    return found


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum()) or word


def _span(words: Sequence[Word], first: int, last: int) -> tuple[float, float]:
    """Return from when to when the replaced words were said, or the gap where there were none."""
    if first < last:
        return words[first].start, words[last - 1].end
    before = words[first - 1].end if first > 0 else 0.0
    after = words[first].start if first < len(words) else before
    return before, max(before, after)


def _shared(told: Sequence[str], start: float, end: float) -> list[Word]:
    """Spread words over a span by their length."""
    letters, at, found = sum(map(len, told)) or 1, start, []
    for word in told:
        share = (end - start) * len(word) / letters
        found.append(Word(round(at, 3), round(at + share, 3), word))
        at += share
    return found
