"""Word lists, one entry per white space or line, read once."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def words(name: str) -> frozenset[str]:
    """The white-space separated entries of `name`.txt; lines that start with `#` are left out."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def lines(name: str) -> tuple[str, ...]:
    """The non-empty lines of `name`.txt in order; lines that start with `#` are left out."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
