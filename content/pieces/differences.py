"""What changed between two texts, word by word, for people to read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|[^\s]+")
MOST_COMPARED = 6000  # words and gaps of both texts; longer ones are compared line by line
SAME, ADDED, GONE = "same", "added", "gone"


@dataclass(frozen=True)
class Part:
    """A stretch of text: kind "same", "added" or "gone"."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Part]:
    """Return the parts that make `after` of `before`: without "added" they are `before`, without "gone" `after`."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if len(old) + len(new) > MOST_COMPARED:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[Part] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            _add(parts, SAME, old[a:b])
            continue
        _add(parts, GONE, old[a:b])
        _add(parts, ADDED, new[c:d])
    return parts


def _add(parts: list[Part], kind: str, tokens: Sequence[str]) -> None:
    if tokens:
        parts.append(Part(kind, "".join(tokens)))


def differ(parts: Sequence[Part]) -> bool:
    """Say whether anything changed."""
    return any(part.kind != SAME for part in parts)
