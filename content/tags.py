"""Tags as people write them."""

from collections.abc import Iterable

MOST = 20
LONGEST = 60


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
