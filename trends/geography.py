"""Where a topic is talked about, as far as its sources look at one country each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trends.normalise import country_of
from trends.scoring import Hours

WORLD = ""


@dataclass(frozen=True)
class Place:
    """A country by its code ("" is the world): what its sources counted, and its share of all, 0–100."""

    country: str
    figure: float
    share: float
    sources: int


def places(own: Mapping[str, Hours], countries: Mapping[str, str]) -> list[Place]:
    """Return where it is named, the most first: each source's figures, by the country that source looks at."""
    sums: dict[str, float] = {}
    counted: dict[str, int] = {}
    for source, figures in own.items():
        amount = float(np.nansum(figures))
        country = country_of(countries.get(source, WORLD))
        if amount > 0:
            sums[country] = sums.get(country, 0.0) + amount
            counted[country] = counted.get(country, 0) + 1
    whole = sum(sums.values())
    ranked = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    return [Place(country, amount, 100 * amount / whole, counted[country]) for country, amount in ranked]
