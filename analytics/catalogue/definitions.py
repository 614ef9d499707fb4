"""What a metric is: one line of the catalogue that pages, the API and docs/metrics.md are made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

Words = str | Promise
Value = float | None
Counted = Mapping[str, Value]


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1, shown in percent
    RATIO = "ratio"  # times something
    SECONDS = "seconds"
    HOURS = "hours"
    PER_HOUR = "per_hour"
    PER_THOUSAND = "per_thousand"
    MONEY = "money"
    SCORE = "score"  # 0 to 100


class Better(StrEnum):
    """Which direction is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Metric:
    """Name, meaning and formula in words; which platforms give it and from where; `of` reckons it, None when it is raw.

    `of` takes what is counted, by key, and answers None wherever a part is missing or would be divided by nought.
    """

    key: str
    name: Words
    means: Words
    unit: Unit
    better: Better = Better.HIGHER
    formula: str = ""
    source: Words = ""
    platforms: frozenset[str] = frozenset()
    of: Callable[[Counted], Value] | None = None

    @property
    def is_derived(self) -> bool:
        """Whether we reckon it ourselves."""
        return self.of is not None
