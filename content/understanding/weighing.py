"""A score as a sum of named factors: what each weighs, what it was worth here, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FULL = 100.0


@dataclass(frozen=True)
class Factor:
    """One thing a score looks at. `weight`: points of 100 at most; `value` 0..1, or None where it can't be measured."""

    name: str
    weight: float
    value: float | None
    why: str


@dataclass(frozen=True)
class Weighed:
    """A factor with the points it gave; one that could not be measured has no value and gives none."""

    name: str
    weight: float
    value: float | None
    points: float
    why: str


@dataclass(frozen=True)
class Score:
    """0..100, the sum of the points; None where nothing could be measured."""

    score: int | None
    factors: list[Weighed] = field(default_factory=list)


def weigh(factors: Sequence[Factor]) -> Score:
    """Add the factors up; those that can't be measured give their weight to the others in proportion."""
    measured = sum(one.weight for one in factors if one.value is not None)
    if not measured:
        return Score(None, [Weighed(one.name, 0.0, None, 0.0, one.why) for one in factors])
    weighed = [_weighed(one, FULL / measured) for one in factors]
    return Score(max(0, min(100, round(sum(one.points for one in weighed)))), weighed)


def _weighed(one: Factor, stretch: float) -> Weighed:
    if one.value is None:
        return Weighed(one.name, 0.0, None, 0.0, one.why)
    weight, value = one.weight * stretch, max(0.0, min(1.0, one.value))
    return Weighed(one.name, round(weight, 1), round(value, 2), round(weight * value, 1), one.why)


def up_to(value: float, full: float) -> float:
    """0..1: `value` in parts of what earns everything."""
    return max(0.0, min(1.0, value / full)) if full else 0.0


def within(value: float, low: float, high: float) -> float:
    """1 inside the range; half as much at twice its top or half its bottom, and so on towards 0."""
    if value <= 0:
        return 0.0
    return min(1.0, value / low if value < low else high / value)
