"""Tags as people write them."""

from collections.abc import Iterable

import regex

MOST = 20
LONGEST = 60
_ONE_WORD = regex.compile(r"[\p{L}\p{N}_]\w*")  # with vowel signs, as Hindi writes them


def is_hashtag(word: str) -> bool:
    """Say whether this, without its sign, is one word of letters and digits, in any script."""
    return bool(_ONE_WORD.fullmatch(word)) and bool(word.strip("_"))


def split(typed: str) -> list[str]:
    """Split what was typed at commas."""
    return distinct(typed.split(","))


def distinct(tags: Iterable[str]) -> list[str]:
    """Return tags without signs before them, empty ones and repeats; “Oil” and “#oil” are the same."""
    found: dict[str, str] = {}
    for tag in tags:
        clean = " ".join(tag.replace("\x00", "").split()).lstrip("#").strip()
        if clean:
            found.setdefault(clean.casefold(), clean)
    return list(found.values())
