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
    gone: list[str] = []
    added: list[str] = []
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (how, a, b, c, d) in enumerate(steps):
        if how == "equal" and not _is_gap(steps, number, old[a:b]):
            _add(parts, GONE, gone)
            _add(parts, ADDED, added)
            _add(parts, SAME, old[a:b])
            gone, added = [], []
            continue
        gone += old[a:b]
        added += new[c:d]
    _add(parts, GONE, gone)
    _add(parts, ADDED, added)
    return parts


def _is_gap(steps: Sequence[tuple[str, int, int, int, int]], number: int, tokens: Sequence[str]) -> bool:
    """Say whether only a space stays the same between two changes: to a reader they are one."""
    is_between = 0 < number < len(steps) - 1
    return is_between and all(token.isspace() and "\n" not in token for token in tokens)


def _add(parts: list[Part], kind: str, tokens: Sequence[str]) -> None:
    if tokens:
        parts.append(Part(kind, "".join(tokens)))


def differ(parts: Sequence[Part]) -> bool:
    """Say whether anything changed."""
    return any(part.kind != SAME for part in parts)
