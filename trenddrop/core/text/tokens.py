"""Words of a text, in any script."""

import unicodedata
from dataclasses import dataclass

import regex

WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.&-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*")
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True)
class Token:
    """A word as written at `text[start:end]`, and its normal form."""

    text: str
    normal: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of `text` in order; `can't`, `U.S` and `re-use` are one word each."""
    return [Token(m[0], normal_form(m[0]), m.start(), m.end()) for m in WORD.finditer(text)]


def normal_form(word: str) -> str:
    """Lower case, compatibility characters plain, without a possessive 's."""
    plain = unicodedata.normalize("NFKC", word).translate(APOSTROPHES).lower()
    return plain.removesuffix("'s")


def normal_words(text: str) -> list[str]:
    """The normal forms of the words of `text`."""
    return [token.normal for token in tokens(text)]


def stem(word: str) -> str:
    """`word` without an English plural ending: enough to let "videos" meet "video"."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
