"""A question that was asked, before anybody knows whether its answer may be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.comparing import Interval

Words = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A test: what was asked of whom, its p, and how to say how large the effect is once that is known to be told.

    `effect` is given how many standard deviations the interval must reach to each side.
    """

    kind: str
    question: str
    key: str
    p: float
    sample: int
    effect: Callable[[float], Interval]
    told: Callable[[Interval], tuple[str, Words]]
    basis: tuple[str, Words]
    evidence: Callable[[], dict[str, Any]]
    account: str = ""
    client: str = ""
    goal: str = ""
    platform: str = ""
    metric: str = ""
    test: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    advice: Mapping[str, Any] = field(default_factory=dict)
    is_simulated: bool = False


@dataclass(frozen=True)
class Thin:
    """Too little is known to ask: of what, how much there is, and how much there should be."""

    what: str
    name: str
    have: int
    need: int
    client: str = ""
