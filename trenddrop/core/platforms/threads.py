"""A thread as one text: its parts stand between lines of three dashes, each a post of its own."""

import re
from collections.abc import Sequence

DASHES = re.compile(r"(?m)^[ \t]*-{3,}[ \t]*$")
SEPARATOR = "\n\n---\n\n"
THREADED = frozenset({"x", "bluesky", "mastodon", "threads", "practice"})


def parts_of(key: str, text: str) -> list[str]:
    """The posts that a text makes: one, or a thread's parts where the platform has threads."""
    if key not in THREADED:
        return [text]
    return [part.strip() for part in DASHES.split(text) if part.strip()] or [text]


def joined(parts: Sequence[str]) -> str:
    """Parts as one text."""
    return SEPARATOR.join(parts)


def numbered(parts: Sequence[str]) -> list[str]:
    """Parts with "1/5" before them."""
    return [f"{number}/{len(parts)} {part}" for number, part in enumerate(parts, 1)]
