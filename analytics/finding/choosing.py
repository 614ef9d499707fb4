"""Which answers may be told: all that was asked of an organisation is corrected together, and ordered by use."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from analytics.comparing import Interval
from analytics.finding import of_days, of_goals, of_posts
from analytics.finding.asked import Asked, Thin
from analytics.finding.facts import Facts
from analytics.inference import correction

# What can be done with it: a choice for the next post counts most, what just is counts least.
DOABLE: Mapping[str, float] = {
    "content": 1.0, "trend": 1.0, "cross.kind": 0.9, "cross": 0.7, "goal": 0.9, "growth.posts": 0.8, "growth": 0.6,
}  # fmt: skip
TOO_SMALL = 1.1  # times, either way: nobody would change anything for less
LARGEST = math.log(4)
STIFF = 2.0  # dismissals and uses that what is unknown weighs
WEIGHTS: Mapping[str, float] = {"useless": 1.0, "wrong": 1.0, "known": 0.5, "": 1.0}


@dataclass(frozen=True)
class Finding:
    """An answer that stands, with its corrected p, its range, and its place in the order."""

    asked: Asked
    q: float
    effect: Interval
    use: float
    certainty: float


@dataclass(frozen=True)
class Outcome:
    """One look: what stands, the most useful first; of what too little is known; and how much was asked."""

    findings: Sequence[Finding]
    thin: Sequence[Thin]
    asked: int
    keys: frozenset[str] = field(default_factory=frozenset)


def look(facts: Facts, *, says: Mapping[str, str] | None = None, taste: Mapping[str, float] | None = None) -> Outcome:
    """Ask everything, and return what stands."""
    answers = list(_all(facts, says or {}))
    asked = [each for each in answers if isinstance(each, Asked)]
    thin = [each for each in answers if isinstance(each, Thin)]
    q = correction.q_values([each.p for each in asked])
    standing = [(each, found) for each, found in zip(asked, q, strict=True) if found <= correction.RATE]
    certainty = correction.level(len(standing), len(asked))
    reach = correction.deviations(certainty)
    findings = [_finding(each, found, each.effect(reach), certainty, taste or {}) for each, found in standing]
    told = sorted((each for each in findings if is_worth(each)), key=lambda each: (-each.use, each.asked.key))
    return Outcome(told, thin, len(asked), frozenset(each.key for each in asked))


def _all(facts: Facts, says: Mapping[str, str]) -> Iterator[Asked | Thin]:
    return chain(of_posts.ask(facts, says), of_days.ask(facts), of_goals.ask(facts))


def is_worth(finding: Finding) -> bool:
    """Whether anybody would change anything for it: not for a certain trifle, nor where its range holds no effect."""
    if finding.asked.question in {"cross.same", "goal.course"}:
        return True
    effect = finding.effect
    if effect.low and effect.high and effect.low <= 1 <= effect.high:
        return False
    return max(effect.value, 1 / max(effect.value, 1e-6)) >= TOO_SMALL


def _finding(asked: Asked, q: float, effect: Interval, certainty: float, taste: Mapping[str, float]) -> Finding:
    size = min(abs(math.log(max(effect.value, 1e-3))), LARGEST) / LARGEST
    if asked.question == "cross.same":
        size = abs(math.log(max(effect.value, 1e-3)))
    sure = 1 - q / correction.RATE / 2
    use = (0.25 + 0.75 * size) * sure * _doable(asked.question) * taste.get(asked.question, 1.0)
    return Finding(asked, q, effect, round(use, 4), certainty)


def _doable(question: str) -> float:
    kind, _dot, rest = question.partition(".")
    return DOABLE.get(f"{kind}.{rest.partition('.')[0]}", DOABLE.get(kind, 0.5))


def tastes(told: Mapping[str, int], used: Mapping[str, int], dismissed: Mapping[str, float]) -> dict[str, float]:
    """Return by question how welcome it is: 1 where nobody said anything, less the more of it was put away."""
    found = {}
    for question in {*told, *used, *dismissed}:
        good, bad = used.get(question, 0), dismissed.get(question, 0.0)
        found[question] = (good + STIFF) / (good + bad + STIFF)
    return found
