"""What the tables can hold: numbers and names beyond it are put right before they are stored, with a note."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from trends.normalise import is_visible
from trends.sources.base import TITLE_LIMIT, Item, Items

MOST = 2**63 - 1
LOWEST_RANK = 2**31 - 1
SIBLINGS = 200  # other names of one item that are looked at

BELOW, BEYOND, LONG, MANY, BLANK = (
    "a number below zero, taken for not said",
    "a number beyond all measure, cut",
    f"a name of more than {TITLE_LIMIT} letters, cut",
    f"more than {SIBLINGS} other names, the rest left out",
    "a name that shows nothing, left out",
)


def bounded(items: Iterable[Item]) -> Items:
    """Return the items as they can be stored, with notes on what was put right."""
    put_right: Counter[str] = Counter()
    kept = [fit for item in items if (fit := _fit(item, put_right)) is not None]
    told = getattr(items, "notes", [])
    return Items(kept, notes=[*told, *(f"Put right {number}: {what}." for what, number in put_right.items())])


def _fit(item: Item, put_right: Counter[str]) -> Item | None:
    title = _name(item.title, put_right)
    if not is_visible(title):
        put_right[BLANK] += 1
        return None
    changes: dict[str, Any] = {
        "title": title,
        "count": _whole(item.count, put_right),
        "traffic": _whole(item.traffic, put_right),
        "rank": item.rank if item.rank is None or 0 < item.rank <= LOWEST_RANK else None,
        "engagement": _real(item.engagement, put_right),
        "names": _names(item.names, put_right),
        "history": tuple((at, whole) for at, count in item.history if (whole := _whole(count, put_right)) is not None),
        "context": tuple(_storable(text) for text in item.context[:SIBLINGS]),
        "tags": tuple(_storable(tag) for tag in item.tags[:SIBLINGS]),
    }
    return replace(item, **changes)


def _names(names: tuple[str, ...], put_right: Counter[str]) -> tuple[str, ...]:
    if len(names) > SIBLINGS:
        put_right[MANY] += 1
    return tuple(name for told in names[:SIBLINGS] if is_visible(name := _name(told, put_right)))


def _name(told: str, put_right: Counter[str]) -> str:
    name = _storable(told)
    if len(name) <= TITLE_LIMIT:
        return name
    put_right[LONG] += 1
    return name[: TITLE_LIMIT - 1].rstrip() + "…"


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _whole(number: int | None, put_right: Counter[str]) -> int | None:
    if number is None or 0 <= number <= MOST:
        return number
    put_right[BELOW if number < 0 else BEYOND] += 1
    return None if number < 0 else MOST


def _real(number: float | None, put_right: Counter[str]) -> float | None:
    if number is None or (math.isfinite(number) and number >= 0):
        return number
    put_right[BELOW if number < 0 else BEYOND] += 1
    return None
