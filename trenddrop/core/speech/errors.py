"""How many words a recogniser got wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}']+")  # vowel signs, as Hindi writes them, belong to words


@dataclass(frozen=True)
class WordErrors:
    """Words that were changed, left out or put in, out of how many were said."""

    wrong: int
    said: int

    @property
    def rate(self) -> float:
        """The word error rate: 0 is perfect; over 1 when more was put in than was said."""
        return self.wrong / self.said if self.said else 0.0

    def __add__(self, other: "WordErrors") -> "WordErrors":
        """Add up two recordings: a long one counts for more."""
        return WordErrors(self.wrong + other.wrong, self.said + other.said)


def compare(said: str, heard: str) -> WordErrors:
    """Count the words that differ; capitals and punctuation do not count (Levenshtein's distance over words)."""
    told, found = plain(said), plain(heard)
    return WordErrors(_distance(told, found), len(told))


def plain(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return NO_WORD.sub(" ", text.lower().replace("’", "'")).split()


def _distance(said: Sequence[str], heard: Sequence[str]) -> int:
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, start=1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]
