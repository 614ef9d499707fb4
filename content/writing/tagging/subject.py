"""What tags are suggested for, what is learned from, and when two tags are the same."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from trenddrop.core.text.tokens import APOSTROPHES

LONGEST = 60  # characters of a tag
WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:['.-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*|&")
HASHTAG = regex.compile(r"#([\p{L}\p{M}\p{N}_]{2,})")
LINK = regex.compile(r"https?://\S+|www\.\S+|\\n")


@dataclass(frozen=True)
class Subject:
    """A post before it has tags: its title, who speaks, and what else is said in it or of it."""

    title: str
    author: str = ""
    text: str = ""


@dataclass(frozen=True)
class Example:
    """A post with the tags its maker gave it, in normal form."""

    subject: Subject
    tags: Sequence[str]


def normal_tag(tag: str) -> str:
    """Small letters, one space between words, no # or quotes around it."""
    plain = unicodedata.normalize("NFC", tag).translate(APOSTROPHES).lower()
    return " ".join(plain.strip(' "#').split())


def written(text: str) -> list[str]:
    """The words of a text as they stand there; `Jr.` is Jr, `R&B` is three."""
    return WORD.findall(unicodedata.normalize("NFC", text).translate(APOSTROPHES))
