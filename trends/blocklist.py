"""Whether a name says what no topic may be named by, disguised or not. Pure.

A name is read as it stands and with its disguises off: letters of other alphabets that look Latin ("frее"), digits and
signs for letters ("fr€e f0llowers"), letters pulled apart ("f r e e"), hashtags closed up.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import regex

from trends.likeness import singular
from trends.normalise import Kind, comparison_words, normalise, pictures

T = TypeVar("T")

LONG = 8  # letters of a term from which it is also found inside a tag nobody can split: "#getfreefollowersnow"
LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһԛԝкмтвнαεορτυνικχɑɡ",
    "aeopcyxisjdhqwkmtbhaeoptuvikxag",
)
SIGNS = str.maketrans(
    {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "€": "e", "£": "l",
     "!": "i", "|": "i", "¡": "i", "+": "t", "¢": "c", "¥": "y", "*": ""}
)  # fmt: skip
ONES = ("i", "l")
DISGUISED = regex.compile(r"(?=\S*\p{L})(?=\S*[0-9@$€£!|¡+¢¥*])[^\s#]+")


class Match(StrEnum):
    """Where in a name a term counts."""

    WORD = "word"
    NAME = "name"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Term(Generic[T]):
    """A term by its key (see `closed_of`), where it counts, and whose it is."""

    closed: str
    match: str
    row: T


class Blocklist(Generic[T]):
    """Terms made ready to be looked for in many names."""

    def __init__(self, terms: Iterable[Term[T]]) -> None:
        self._by_match: dict[str, dict[str, T]] = {match: {} for match in Match}
        for term in terms:
            self._by_match[term.match].setdefault(term.closed, term.row)
        self._inside = _one_of(
            {closed: row for closed, row in self._by_match[Match.WORD].items() if len(closed) >= LONG}
        )
        self._anywhere = _one_of(self._by_match[Match.PART])

    def first(self, names: Iterable[str]) -> T | None:
        """Return whose term one of a topic's names says, None when none does."""
        for name in names:
            found = self._in(name)
            if found is not None:
                return found
        return None

    def _in(self, name: str) -> T | None:
        for words in readings(name):
            closed = "".join(words)
            found = self._by_match[Match.NAME].get(closed) or self._part(closed) or self._word(words)
            if found is not None:
                return found
        return None

    def _part(self, closed: str) -> T | None:
        found = self._anywhere.search(closed) if self._anywhere else None
        return self._by_match[Match.PART][found[0]] if found else None

    def _word(self, words: tuple[str, ...]) -> T | None:
        known = self._by_match[Match.WORD]
        for start in range(len(words)):
            joined = ""
            for word in words[start : start + 8]:
                joined += word
                if joined in known:
                    return known[joined]
        if self._inside:
            for word in words:
                if len(word) > LONG and (found := self._inside.search(word)):
                    return known[found[0]]
        return None


def closed_of(term: str) -> str:
    """Return the key of a term: its words, plurals folded, closed up; of a term of emoji or signs, those."""
    words = comparison_words(term)
    return "".join(map(singular, words)) or normalise(term, Kind.KEYWORD)


def readings(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways a name can be read, as words with plurals folded, each once."""
    seen: set[tuple[str, ...]] = set()
    for text in dict.fromkeys(_undisguised(name)):
        words = tuple(map(singular, comparison_words(text)))
        for read in (words, _pulled_together(words)):
            if read and read not in seen:
                seen.add(read)
                yield read
    shown = pictures(name)
    if shown:
        yield tuple(shown)
    elif not seen:
        yield (normalise(name, Kind.KEYWORD),)


def _undisguised(name: str) -> Iterator[str]:
    yield name
    plain = unicodedata.normalize("NFKC", name)
    latin = plain.casefold().translate(LOOKALIKES) if not plain.isascii() else plain
    if latin != plain.casefold():
        yield latin
    for one in ONES:
        yield DISGUISED.sub(lambda found: found[0].replace("1", one).casefold().translate(SIGNS), latin)  # noqa: B023


def _pulled_together(words: tuple[str, ...]) -> tuple[str, ...]:
    """Join runs of single letters: "f r e e" is "free"."""
    joined: list[str] = []
    run = ""
    for word in (*words, "  "):
        if len(word) == 1:
            run += word
            continue
        if run:
            joined.extend([run] if len(run) > 2 else run)
        run = ""
        joined.append(word)
    return tuple(joined[:-1])


def _one_of(terms: dict[str, T]) -> "regex.Pattern[str] | None":
    return regex.compile("|".join(map(regex.escape, sorted(terms, key=len, reverse=True)))) if terms else None
