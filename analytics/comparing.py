"""Comparing groups of posts honestly: medians, how sure they are, and silence where too little is known.

Values are logarithms of a post's result against its account's usual, so that twice and half lie alike far from it.
Everything here rests on ranks: one post that went round the world moves nothing by itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 1.96  # standard deviations: 95 of 100 such intervals hold what is true
FEWEST = 5
# So many posts of a group weigh as much as what is known of all of them.
STIFFNESS = 5.0
# Pairs that are looked at, at most: beyond, both sides are thinned evenly by rank.
MOST = 600
# Of more pairs than that, some are looked at first: those of every so many values, with a margin of ranks.
MANY, EVERY, EDGE = 20_000, 12, 0.04
DECADE = 10.0
Logs = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A number and the range that holds it with 95 % certainty; both ends None where too few posts say anything."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the range lies on one side of 1: as usual is ruled out."""
        return self.low is not None and self.high is not None and (self.low > 1 or self.high < 1)


def log_of(ratio: float, *, largest: float = DECADE) -> float:
    """The logarithm of a ratio; what nobody would call typical counts as ten times the usual, or a tenth of it."""
    return math.log(min(max(ratio, 1 / largest), largest))


def usual(logs: Logs) -> Interval | None:
    """The median as a ratio, with the range of it by order statistics; None of nothing."""
    n = len(logs)
    if not n:
        return None
    ordered = np.sort(np.asarray(logs, dtype=np.float64))
    middle = math.exp((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)
    if n < FEWEST + 1:
        return Interval(middle)
    step = SURE * math.sqrt(n) / 2
    low, high = math.floor(n / 2 - step), math.ceil(n / 2 + step) - 1
    return Interval(middle, math.exp(ordered[max(low, 0)]), math.exp(ordered[min(high, n - 1)]))


def lift(with_it: Logs, without: Logs, *, sure: float = SURE) -> Interval | None:
    """How many times better posts with something did than those without: the median of all pairs (Hodges–Lehmann).

    The range is that of the rank sum test turned around, `sure` standard deviations to each side. Below the fewest
    posts on either side: None.
    """
    if len(with_it) < FEWEST or len(without) < FEWEST:
        return None
    ours, theirs = _thinned(with_it), _thinned(without)
    m, n, size = len(with_it), len(without), len(ours) * len(theirs)
    # Where both sides were thinned, the ranks are those of the pairs that are looked at.
    share = 0.5 - sure * math.sqrt((m + n + 1) / (12 * m * n))
    at = max(0, math.floor(share * size))
    low, one, two, high = _at_ranks(ours, theirs, (at, (size - 1) // 2, size // 2, size - 1 - at))
    return Interval(math.exp((one + two) / 2), math.exp(low), math.exp(high))


def bounded(ratio: float, *, largest: float = DECADE) -> float:
    """A ratio, ten times and a tenth at most; what is nothing or less is a tenth."""
    return min(max(ratio, 1 / largest), largest)


def ratio_of(log: float) -> float:
    """`log_of` turned around."""
    return math.exp(log)


def certainty(sure: float) -> float:
    """How certain an interval is that reaches so many standard deviations to each side."""
    return math.erf(sure / math.sqrt(2))


def agreement(value: float, n: int, *, sure: float = SURE) -> Interval:
    """A rank correlation with its range (Fisher's z, variance by Bonett and Wright), each as a ratio's logarithm."""
    z = math.atanh(min(max(value, -0.999), 0.999))
    step = sure * math.sqrt((1 + value**2 / 2) / max(n - 3, 1))
    return Interval(math.exp(value), math.exp(math.tanh(z - step)), math.exp(math.tanh(z + step)))


def drawn(logs: Sequence[float], *, towards: float = 0.0, stiffness: float = STIFFNESS) -> float:
    """The mean drawn towards what is known otherwise, as a ratio: the fewer posts, the nearer."""
    return math.exp((sum(logs) + stiffness * towards) / (len(logs) + stiffness))


def rate_change(now: int, of_now: int, before: int, of_before: int) -> Interval | None:
    """How many times as often something is used: its share of posts now against before, with its range.

    Half a post is added on each side (Haldane), so that none before is no division by nought. None without posts.
    """
    if not of_now or not of_before or not now + before:
        return None
    share, past = (now + 0.5) / (of_now + 0.5), (before + 0.5) / (of_before + 0.5)
    ratio = share / past
    spread = 1 / (now + 0.5) - 1 / (of_now + 0.5) + 1 / (before + 0.5) - 1 / (of_before + 0.5)
    step = SURE * math.sqrt(max(spread, 0.0))
    return Interval(ratio, ratio * math.exp(-step), ratio * math.exp(step))


def _at_ranks(ours: NDArray[np.float64], theirs: NDArray[np.float64], ranks: Sequence[int]) -> list[float]:
    """Which differences stand at these ranks among all; both sides are in order, the first rank is the lowest.

    Of very many pairs only those are put in place that lie where some of them say that the ranks are.
    """
    pairs, below = (ours[:, None] - theirs[None, :]).ravel(), 0
    if len(pairs) > MANY:
        some = np.sort((ours[::EVERY, None] - theirs[None, ::EVERY]).ravel())
        first, last = (int(len(some) * (ranks[place] / len(pairs) + edge)) for place, edge in ((0, -EDGE), (-1, EDGE)))
        least, most = some[max(first, 0)], some[min(last, len(some) - 1)]
        under = pairs < least
        among = pairs[under ^ (pairs <= most)]
        lower = int(np.count_nonzero(under))
        if lower <= ranks[0] and ranks[-1] < lower + len(among):
            pairs, below = among, lower
    places = [rank - below for rank in ranks]
    pairs.partition(places)  # all that is asked for is in its place then: nobody needs the others in order
    return [float(pairs[place]) for place in places]


def _thinned(logs: Logs) -> NDArray[np.float64]:
    """The values in order, at most MOST of them, evenly by rank."""
    ordered = np.sort(np.asarray(logs, dtype=np.float64))
    if len(ordered) > MOST:
        step = (len(ordered) - 1) / (MOST - 1)
        ordered = ordered[np.rint(step * np.arange(MOST)).astype(np.intp)]
    return ordered
