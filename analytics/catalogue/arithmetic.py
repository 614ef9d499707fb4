"""Reckoning with numbers some of which are not known: what rests on nothing is nothing, never nought."""

import math
from collections.abc import Callable, Sequence

from analytics.catalogue.definitions import Counted, Value

Reckon = Callable[[Counted], Value]
LARGEST = 1e15


def known(value: Value) -> Value:
    """The number, or None where it is no number that anybody could read."""
    return value if value is not None and math.isfinite(value) and abs(value) <= LARGEST else None


def told(key: str) -> Reckon:
    """What stands under a key."""
    return lambda counted: known(counted.get(key))


def over(part: str, whole: str, *, times: float = 1.0) -> Reckon:
    """One number per another; None where either is missing or the other is not above nought."""

    def of(counted: Counted) -> Value:
        above, below = known(counted.get(part)), known(counted.get(whole))
        return None if above is None or below is None or below <= 0 else known(above / below * times)

    return of


def less(first: str, second: str) -> Reckon:
    """One number less another."""

    def of(counted: Counted) -> Value:
        one, other = known(counted.get(first)), known(counted.get(second))
        return None if one is None or other is None else known(one - other)

    return of


def total(keys: Sequence[str]) -> Reckon:
    """The sum of those that are told; None where none is."""

    def of(counted: Counted) -> Value:
        values = [value for key in keys if (value := known(counted.get(key))) is not None]
        return known(sum(values)) if values else None

    return of


def first_of(keys: Sequence[str]) -> Reckon:
    """The first that is told."""
    return lambda counted: next((value for key in keys if (value := known(counted.get(key))) is not None), None)


def share(part: str, whole: str) -> Reckon:
    """A part of a whole, 0 to 1: a whole that shrank after its part was counted gives all of it."""
    plain = over(part, whole)

    def of(counted: Counted) -> Value:
        value = plain(counted)
        return None if value is None else min(max(value, 0.0), 1.0)

    return of


def rest_of(key: str) -> Reckon:
    """What a share leaves, 0 to 1."""

    def of(counted: Counted) -> Value:
        value = known(counted.get(key))
        return None if value is None else min(max(1.0 - value, 0.0), 1.0)

    return of


def score(parts: Sequence[tuple[str, float, float]], *, fewest: int = 1) -> Reckon:
    """0 to 100 from parts (key, weight, usual): each counts value ÷ (value + usual), a half at what is usual.

    Parts that are not told are left out and the others weigh more; None with fewer than `fewest` of them.
    """

    def of(counted: Counted) -> Value:
        found = [
            (weight, max(value, 0.0) / (max(value, 0.0) + usual))
            for key, weight, usual in parts
            if (value := known(counted.get(key))) is not None
        ]
        if len(found) < fewest:
            return None
        weights = sum(weight for weight, _part in found)
        return round(100 * sum(weight * part for weight, part in found) / weights)

    return of


def score_formula(parts: Sequence[tuple[str, float, float]]) -> str:
    """The same in words of the catalogue."""
    terms = " + ".join(f"{weight:g} × {{{key}}} ÷ ({{{key}}} + {usual:g})" for key, weight, usual in parts)
    return f"100 × ({terms}) ÷ {' + '.join(f'{weight:g}' for _key, weight, _usual in parts)}"
