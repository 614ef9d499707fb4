"""Silences and fillers of a recording: what could be left out without losing a word that matters."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from trenddrop.core.speech import Word

SILENCE, FILLER = "silence", "filler"
Mark = tuple[str, float, float]

# Sounds that are never a word of the language, and words that are none when they stand between pauses.
SOUNDS = {
    "": "um uh erm uhm umm uhh hmm hm mm mmm er ah ehm",
    "de": "äh ähm öh öhm hm",
    "fr": "euh heu hum",
    "es": "eh em este mmm",
    "pt": "hum ahn ééé",
    "it": "ehm mmm",
    "hi": "अं उम् हम्म उह matlab",
}
APART = {"": {"like", "so", "well", "right", "okay", "ok", "basically", "actually", "literally"}, "hi": {"toh", "na"}}
PHRASES = {"": [("you", "know"), ("i", "mean"), ("sort", "of"), ("kind", "of")]}
# A doubled word of these is a stammer; "very very" and "had had" are not.
STAMMERED = frozenset(
    {"i", "the", "a", "an", "and", "to", "we", "it", "in", "of", "but", "is", "he", "she", "they", "you", "my", "this"}
)
SHORTEST_SILENCE = 0.8  # seconds
PAUSE = 0.25  # seconds around what is only a filler when it stands apart
SHORTEST_BY_HAND = 0.1  # seconds
CLOSE = 0.6  # seconds within which a doubled word is a stammer
SAME = 0.05  # seconds by which two marks may differ and mean the same
MARGIN = 0.02


def fillers(words: Sequence[Word], language: str = "") -> list[Mark]:
    """Return where nothing is said in so many words: sounds, words that stand between pauses, stammers."""
    code = language.partition("-")[0]
    plain = [_plain(word.text) for word in words]
    found = {
        (round(words[first].start, 3), round(words[last].end, 3))
        for first, last in (*_sounds(plain, code), *_apart(words, plain, code), *_doubled(words, plain))
    }
    return [(FILLER, start, end) for start, end in sorted(found) if start < end]


def _sounds(plain: Sequence[str], code: str) -> Iterator[tuple[int, int]]:
    known = {*SOUNDS[""].split(), *SOUNDS.get(code, "").split()}
    yield from ((at, at) for at, word in enumerate(plain) if word in known)


def _apart(words: Sequence[Word], plain: Sequence[str], code: str) -> Iterator[tuple[int, int]]:
    """Yield words and phrases with a pause on both sides, or set between commas."""
    single = {(word,) for word in APART[""] | APART.get(code, set())}
    for phrase in (*single, *PHRASES[""]):
        size = len(phrase)
        for at in range(1, len(plain) - size):
            if tuple(plain[at : at + size]) == phrase and _stands_apart(words, at, at + size - 1):
                yield at, at + size - 1


def _stands_apart(words: Sequence[Word], first: int, last: int) -> bool:
    before, after = words[first - 1], words[last + 1]
    if before.text.endswith(",") and words[last].text.endswith(","):
        return True
    return words[first].start - before.end >= PAUSE and after.start - words[last].end >= PAUSE


def _doubled(words: Sequence[Word], plain: Sequence[str]) -> Iterator[tuple[int, int]]:
    for at, (one, other) in enumerate(pairwise(words)):
        is_same = plain[at] == plain[at + 1] and plain[at] in STAMMERED
        if is_same and other.start - one.end < CLOSE and not one.text.endswith((".", "?", "!")):
            yield at, at


def _plain(word: str) -> str:
    """Return the letters of a word with their marks: without its vowel signs a Hindi word is another one."""
    spelled = unicodedata.normalize("NFC", word.casefold())
    return "".join(letter for letter in spelled if unicodedata.category(letter)[0] in "LMN")


def marks_of(rows: Sequence[Sequence[Any]]) -> list[Mark]:
    """Return stored marks."""
    return [(str(kind), float(start), float(end)) for kind, start, end in rows]


def moved(
    marks: Sequence[Mark], before: Sequence[Mark], after: Sequence[Mark], *, words: Sequence[Word] = ()
) -> list[Mark]:
    """Return the marks once the words changed to `words`.

    `before` and `after` are the fillers of the old words and of the new: one that somebody said is none stays away,
    one that is gone goes, one that was marked by hand stays as long as a word stands there, and silences are no
    matter of words.
    """
    known = set(before)
    stay = [mark for mark in marks if mark[0] != FILLER or mark in after or (mark not in known and spans(mark, words))]
    return joined({*stay, *(mark for mark in after if mark not in known)})


def joined(marks: Iterable[Mark]) -> list[Mark]:
    """Return marks in the order they are heard, those of a kind that overlap as one."""
    found: dict[str, list[Mark]] = {}
    for kind, start, end in sorted(marks):
        row = found.setdefault(kind, [])
        if row and start < row[-1][2] - MARGIN:
            row[-1] = (kind, row[-1][1], max(row[-1][2], end))
        else:
            row.append((kind, start, end))
    return sorted((mark for row in found.values() for mark in row), key=lambda mark: (mark[1], mark[2], mark[0]))


def spans(mark: Mark, words: Sequence[Word]) -> range:
    """Return the numbers of the words that are said within a mark, by their middle."""
    first = bisect_left(words, mark[1], key=_middle)
    return range(first, max(first, bisect_right(words, mark[2], key=_middle)))


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def by_hand(kind: str, start: float, end: float, words: Sequence[Word]) -> Mark | None:
    """Return what somebody marks, from where to where it is: a filler is whole words, a silence what is between them.

    None where that is nothing: no word to be a filler, or a word in the silence.
    """
    inside = spans((kind, start, end), words)
    if kind == FILLER:
        return (FILLER, words[inside.start].start, words[inside.stop - 1].end) if inside else None
    if inside:
        return None
    before = words[inside.start - 1].end if inside.start else 0.0
    after = words[inside.start].start if inside.start < len(words) else end
    start, end = round(max(start, before), 3), round(min(end, after), 3)
    return (SILENCE, start, end) if end - start >= SHORTEST_BY_HAND else None


def without(marks: Sequence[Mark], mark: Mark) -> list[Mark]:
    """Return the marks but this one."""
    return [each for each in marks if not _is_same(each, mark)]


def _is_same(one: Mark, other: Mark) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) < SAME and abs(one[2] - other[2]) < SAME


def covered(word: Word, marks: Sequence[Mark]) -> bool:
    """Say whether the word is within one of the marks."""
    return any(start - MARGIN <= word.start and word.end <= end + MARGIN for _kind, start, end in marks)


def kept(words: Sequence[Word], marks: Sequence[Mark]) -> list[Word]:
    """Return the words that are no fillers."""
    skipped = [mark for mark in marks if mark[0] == FILLER]
    return [word for word in words if not covered(word, skipped)] if skipped else list(words)


def between(silences: Sequence[tuple[float, float]], words: Sequence[Word]) -> list[Mark]:
    """Return silences as marks, cut back to where no word is heard."""
    found: list[Mark] = []
    at = 0
    for start, end in silences:
        while at < len(words) and words[at].end <= start:
            at += 1
        inside = at
        while inside < len(words) and words[inside].start < end:
            inside += 1
        edges = [start, *(edge for word in words[at:inside] for edge in (word.start, word.end)), end]
        gaps = [(edges[n], edges[n + 1]) for n in range(0, len(edges), 2)]
        longest = max(gaps, key=lambda gap: gap[1] - gap[0])
        found.append((SILENCE, round(longest[0], 3), round(longest[1], 3)))
    return found


def seconds(marks: Sequence[Mark], kind: str) -> float:
    """Return how long all marks of a kind are together."""
    return round(sum(end - start for name, start, end in marks if name == kind), 1)
