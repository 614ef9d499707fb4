"""Texts inside a platform's limits, whether they are one post or a thread of several."""

from trenddrop.core.platforms import PlatformRules, fits, shorten
from trenddrop.core.platforms.threads import joined, parts_of


def fits_whole(row: PlatformRules, text: str) -> bool:
    """Whether every post that the text makes is inside the limits."""
    return all(fits(row.key, part, row=row) for part in parts_of(row.key, text))


def with_parts_fitted(row: PlatformRules, text: str) -> str:
    """The text with each of its posts shortened as far as it must be."""
    shortened = (shorten(row.key, part, row=row) for part in parts_of(row.key, text))
    return joined([part for part in shortened if part])
