"""How much an original was worth, 0 to 100, from parts that are each said: return, attention, price, reuse.

Plain formulas instead of learned ones, so that anybody can follow them. A part that nobody can tell is left out, and
the others carry its weight; without any part there is no score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from analytics import comparing
from analytics.best_times import to_score

RETURN, ATTENTION, PRICE, REUSE = "return", "attention", "price", "reuse"
WEIGHTS: Mapping[str, int] = {RETURN: 40, ATTENTION: 30, PRICE: 15, REUSE: 15}
# So many posts of one original are 63 of 100, twice as many 86.
PLENTY = 5.0


@dataclass(frozen=True)
class Part:
    """One part of a score: 0 to 100 points, what it was made of, and how much it weighs among those that are told."""

    points: int
    value: float
    weight: int


@dataclass(frozen=True)
class Known:
    """What is known of an original; None is what nobody told."""

    roi: float | None = None
    attention: float | None = None
    cost_per_engagement: float | None = None
    usual_cost_per_engagement: float | None = None
    posts: int = 0


def parts(known: Known) -> dict[str, Part]:
    """Return the parts that can be told, by name."""
    found: dict[str, tuple[int, float]] = {}
    if known.roi is not None:
        found[RETURN] = (of_return(known.roi), known.roi)
    if known.attention is not None:
        found[ATTENTION] = (to_score(comparing.log_of(known.attention)), known.attention)
    own, usual = known.cost_per_engagement, known.usual_cost_per_engagement
    if own and usual:
        found[PRICE] = (to_score(comparing.log_of(usual / own)), own / usual)
    if known.posts:
        found[REUSE] = (round(100 * (1 - math.exp(-known.posts / PLENTY))), float(known.posts))
    if not found or set(found) == {REUSE}:
        return {}  # posts alone are no worth: nothing came of them yet that could be told
    total = sum(WEIGHTS[name] for name in found)
    return {name: Part(points, value, round(100 * WEIGHTS[name] / total)) for name, (points, value) in found.items()}


def score(found: Mapping[str, Part]) -> int | None:
    """Return the weighed mean of the parts; None where there is none."""
    if not found:
        return None
    total = sum(WEIGHTS[name] for name in found)
    return round(sum(WEIGHTS[name] * part.points for name, part in found.items()) / total)


def of_return(roi: float) -> int:
    """Return 0 where all is lost, 50 where it came back, 75 where it doubled, and never quite 100."""
    if roi < 0:
        return round(50 * max(0.0, 1 + roi))
    return round(50 + 50 * roi / (1 + roi))


def roi(value: Decimal | None, cost: Decimal | None) -> float | None:
    """Return (value - cost) / cost; None where either is not told, or nothing was spent."""
    if value is None or not cost or cost <= 0:
        return None
    return float((value - cost) / cost)


def per(cost: Decimal | None, count: int | None) -> Decimal | None:
    """Return the cost of one; None where nothing was won, or the cost is not told."""
    if cost is None or not count or count <= 0:
        return None
    return (cost / count).quantize(Decimal("0.0001"))
