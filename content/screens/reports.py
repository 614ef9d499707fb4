"""What the product found looking at a file, as its reader says it."""

from collections.abc import Mapping, Sequence
from typing import Any

from trenddrop.core.media.rendering import sentences
from trenddrop.core.retelling import Retelling

_told = Retelling(sentences.ALL)


def told(report: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a kept report with its sentences in the reader's language."""
    return [{**one, "told": _told(str(one["told"]))} for one in report]


def is_known(sentence: str) -> bool:
    """Say whether a sentence can be told in other languages."""
    return _told.knows(sentence)
