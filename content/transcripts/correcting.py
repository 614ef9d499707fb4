"""Keeping the seconds of words when a person corrects the text."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import regex

from trenddrop.core.speech import Word
from trenddrop.core.speech.plaintext import spread

FEWEST_TELLING = 12  # words, to say whether two transcripts are of one recording


def retimed(words: Sequence[Word], text: str) -> list[Word]:
    """Return the words of `text` with the times of the old words: those that stayed keep theirs, new ones share.

    Words put in where none were share the gap between their neighbours.
    """
    told = text.split()
    plain, wanted = [_plain(word.text) for word in words], [_plain(word) for word in told]
    head, tail = _shared_ends(plain, wanted)
    same = SequenceMatcher(a=plain[head : len(plain) - tail], b=wanted[head : len(wanted) - tail], autojunk=False)
    found = _kept(words[:head], told[:head])
    for kind, first, last, begin, end in same.get_opcodes():
        old, new = (first + head, last + head), told[begin + head : end + head]
        if kind == "equal":
            found += _kept(words[old[0] : old[1]], new)
        elif new:
            found += spread(new, *_span(words, *old))
    return found + _kept(words[len(words) - tail :], told[len(told) - tail :])


def _shared_ends(plain: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    """Return how many words both begin with, and how many of the rest they end with: most of a corrected hour."""
    most = min(len(plain), len(wanted))
    head = next((at for at in range(most) if plain[at] != wanted[at]), most)
    most -= head
    return head, next((at for at in range(most) if plain[-1 - at] != wanted[-1 - at]), most)


def _kept(words: Sequence[Word], told: Sequence[str]) -> list[Word]:
    return [
        Word(old.start, old.end, new, old.confidence if old.text == new else None)
        for old, new in zip(words, told, strict=True)
    ]


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum()) or word


def _span(words: Sequence[Word], first: int, last: int) -> tuple[float, float]:
    """Return from when to when the replaced words were said, or the gap where there were none."""
    if first < last:
        return words[first].start, words[last - 1].end
    before = words[first - 1].end if first > 0 else 0.0
    after = words[first].start if first < len(words) else before
    return before, max(before, after)


def place(words: Sequence[Word], was: str, near: int, *, follows: str | None = None) -> range | None:
    """Return where the words `was` stand, nearest to word number `near`; None where they do no more.

    `follows` is the word that must come next, empty for the end; None asks for none.
    """
    told, size = was.split(), len(was.split())
    if not size:
        return None
    for away in range(len(words) + 1):
        for at in {near - away, near + away}:
            is_same = 0 <= at <= len(words) - size and [word.text for word in words[at : at + size]] == told
            if is_same and (follows is None or following(words, at + size) == follows):
                return range(at, at + size)
    return None


def following(words: Sequence[Word], number: int) -> str:
    """Return a word, or nothing after the last one."""
    return words[number].text if number < len(words) else ""


def edited(words: Sequence[Word], where: range, text: str) -> list[Word]:
    """Return all words with those at `where` said as `text`; nothing in it takes them out."""
    before, after = words[: where.start], words[where.stop :]
    return [*before, *retimed(words[where.start : where.stop], text), *after]


def wanted(find: str, *, match_case: bool = False, whole_words: bool = True) -> "regex.Pattern[str]":
    """Return the pattern of what somebody looks for; any space in it is any space.

    Vowel signs, as Hindi writes them, belong to a word.
    """
    inside = r"\s+".join(regex.escape(part) for part in find.split())
    edge = (r"(?<!\w)", r"(?!\w)") if whole_words else ("", "")
    return regex.compile(f"{edge[0]}{inside}{edge[1]}" if inside else r"(?!)", 0 if match_case else regex.IGNORECASE)


def found(words: Sequence[Word], pattern: "regex.Pattern[str]") -> list[range]:
    """Return the words that hold each place the pattern fits, in order."""
    starts, ends, at = [], [], 0
    for word in words:
        starts.append(at)
        ends.append(at + len(word.text))
        at += len(word.text) + 1
    text, places, number = " ".join(word.text for word in words), [], 0
    for hit in pattern.finditer(text):
        while ends[number] <= hit.start():
            number += 1
        last = number
        while last + 1 < len(words) and starts[last + 1] < hit.end():
            last += 1
        places.append(range(number, last + 1))
    return places


def replaced(words: Sequence[Word], pattern: "regex.Pattern[str]", replacement: str) -> tuple[list[Word], int]:
    """Return the words with every place replaced, and how many places there were."""
    changed: list[Word] = []
    at = count = 0
    for where in _merged(found(words, pattern)):
        text = " ".join(word.text for word in words[where.start : where.stop])
        new, times = pattern.subn(lambda _hit: replacement, text)
        changed += words[at : where.start]
        changed += spread(new.split(), words[where.start].start, words[where.stop - 1].end)
        at, count = where.stop, count + times
    return [*changed, *words[at:]], count


def _merged(places: Sequence[range]) -> list[range]:
    """Join places that share a word."""
    joined: list[range] = []
    for where in places:
        if joined and where.start < joined[-1].stop:
            joined[-1] = range(joined[-1].start, where.stop)
        else:
            joined.append(where)
    return joined


def agreement(heard: Sequence[str], brought: Sequence[str]) -> float | None:
    """Return which share of the telling words that were brought was also heard; None where too few tell anything."""
    one, other = set(heard), set(brought)
    return len(one & other) / len(other) if min(len(one), len(other)) >= FEWEST_TELLING else None
