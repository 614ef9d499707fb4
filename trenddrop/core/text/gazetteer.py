"""A short list of names: countries, cities, companies, feast days, first names. It is a start, not a census."""

from functools import cache

from trenddrop.core.text.data import lines


@cache
def names() -> dict[str, tuple[str, str]]:
    """lower-cased name -> (name as it is written, kind)."""
    return {
        name.lower(): (name, kind)
        for kind, entries in _rows()
        if kind not in {"first", "ambiguous"}
        for name in entries
    }


@cache
def ambiguous() -> frozenset[str]:
    """Names, lower-cased, that are also words: to be believed only when written with a capital."""
    return frozenset(name.lower() for kind, entries in _rows() if kind == "ambiguous" for name in entries)


@cache
def first_names() -> frozenset[str]:
    """Common first names as written."""
    return frozenset(name for kind, entries in _rows() if kind == "first" for name in entries)


@cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = (line.split("|", 1) for line in lines("gazetteer"))
    return tuple((kind.strip(), _entries(kind.strip(), rest)) for kind, rest in rows)


def _entries(kind: str, rest: str) -> tuple[str, ...]:
    parts = rest.split() if kind == "first" else rest.split(",")
    return tuple(part.strip() for part in parts if part.strip())
