"""Was what was advised better than what the account would have done anyway? Pure.

Posts that did as advised are held against posts that did not, only within the same account and the same four weeks, so
that neither a growing account nor a good month speaks for the advice. The interval is Student's on logarithms; what is
beyond ten times the usual is cut off. Whether anything is claimed rests on evidence that may be looked at every week
(analytics.advising.evidence), not on the interval of one week. "It did worse" is an answer like any other.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.advising import evidence
from analytics.advising.posterior import LARGEST

BLOCK = dt.timedelta(days=28)
FEWEST = 5  # posts on either side
EPOCH = dt.datetime(2020, 1, 6, tzinfo=dt.UTC)
HELPED, HURT, SAME, THIN = "helped", "hurt", "same", "thin"
CLAIM = 1 / evidence.ERROR


@dataclass(frozen=True)
class Trial:
    """A settled post: of which account, whether it did as advised, and the logarithm of its result over the usual."""

    at: dt.datetime
    account: str
    advised: bool
    log: float


@dataclass(frozen=True)
class Outcome:
    """What came of it. Results are geometric means over the usual; `ratio`: advised over own, account by account."""

    advised: int
    own: int
    advised_result: float | None
    own_result: float | None
    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    better: float
    worse: float
    matched: int
    verdict: str


def compare(trials: Iterable[Trial]) -> Outcome:
    """Return what advised posts did against the account's own."""
    rows = sorted(trials, key=lambda one: (one.at, one.account))
    cut = [Trial(one.at, one.account, one.advised, max(-LARGEST, min(LARGEST, one.log))) for one in rows]
    sides = {advised: [one.log for one in cut if one.advised is advised] for advised in (True, False)}
    gap = _gap(cut)
    won = _evidence(cut)
    ratio, low, high, p = (None, None, None, None) if gap is None else gap.told
    return Outcome(
        advised=len(sides[True]),
        own=len(sides[False]),
        advised_result=_result(sides[True]),
        own_result=_result(sides[False]),
        ratio=ratio,
        low=low,
        high=high,
        p=p,
        better=won.better,
        worse=won.worse,
        matched=gap.posts if gap else 0,
        verdict=_verdict(gap, won),
    )


def _result(logs: Sequence[float]) -> float | None:
    return math.exp(sum(logs) / len(logs)) if logs else None


@dataclass(frozen=True)
class _Gap:
    mean: float
    error: float
    freedom: int
    advised: int
    own: int

    @property
    def posts(self) -> int:
        """How many have a counterpart."""
        return self.advised + self.own

    @property
    def told(self) -> tuple[float, float, float, float]:
        """The ratio, its interval, and how often chance alone would go as far."""
        from scipy.stats import t as student  # noqa: PLC0415 (slow to load)

        reach = float(student.ppf(0.975, self.freedom)) * self.error
        p = 2 * float(student.sf(abs(self.mean) / self.error, self.freedom)) if self.error else 1.0
        return math.exp(self.mean), math.exp(self.mean - reach), math.exp(self.mean + reach), p


def _gap(trials: Sequence[Trial]) -> _Gap | None:
    """The mean gap within account and weeks; each stratum counts as much as it tells. None where too few meet."""
    strata: dict[tuple[str, int], dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    for one in trials:
        strata[one.account, (one.at - EPOCH) // BLOCK][one.advised].append(one.log)
    met = [each for each in strata.values() if each[True] and each[False]]
    advised, own = (sum(len(each[side]) for each in met) for side in (True, False))
    freedom = advised + own - 2 * len(met)
    if min(advised, own) < FEWEST or freedom < 1:
        return None
    weights = [len(each[True]) * len(each[False]) / (len(each[True]) + len(each[False])) for each in met]
    gaps = [float(np.mean(each[True]) - np.mean(each[False])) for each in met]
    squares = sum(float(np.var(each[side])) * len(each[side]) for each in met for side in (True, False))
    mean = sum(w * gap for w, gap in zip(weights, gaps, strict=True)) / sum(weights)
    return _Gap(mean, math.sqrt(squares / freedom / sum(weights)), freedom, advised, own)


def _evidence(trials: Sequence[Trial]) -> evidence.Evidence:
    """What was won over all accounts, each against its own posts before."""
    by_account: dict[str, list[Trial]] = defaultdict(list)
    for one in trials:
        by_account[one.account].append(one)
    stakes = [
        evidence.staked(np.array([float(one.advised) for one in own])) * evidence.ranks([one.log for one in own])
        for own in by_account.values()
        if any(one.advised for one in own)
    ]
    return evidence.of_stakes(np.concatenate(stakes) if stakes else np.zeros(0))


def _verdict(gap: _Gap | None, won: evidence.Evidence) -> str:
    if gap is None:
        return THIN
    _ratio, low, high, _p = gap.told
    if low > 1 and won.better >= CLAIM:
        return HELPED
    return HURT if high < 1 and won.worse >= CLAIM else SAME
