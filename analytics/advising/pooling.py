"""Where the effects of an account begin: at those of accounts like it, as far as they agree. Pure.

For each value of each choice the accounts' own estimates (mean and squared error) are put together by a random-effects
model: the mean of all, and how far accounts lie from each other (DerSimonian and Laird). Both are drawn towards
"nothing is known" while few accounts speak. Platforms are drawn towards all platforms together in the same way.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.advising.posterior import USUAL_SPREAD, Pair, Prior

FEWEST_POSTS = 3  # of an account with a value, and with another value of the same choice
WORTH = 3.0  # accounts that the belief "nothing, within the usual spread" is worth
NARROWEST = 0.05


@dataclass(frozen=True)
class Estimate:
    """What one account says of a value by itself: the gap to its other values, its squared error, its posts."""

    account: str
    organization: str
    platform: str
    mean: float
    variance: float
    posts: int


@dataclass(frozen=True)
class Pooled:
    """What all of them say: the mean, how far one more account may lie from it, and who stands behind it."""

    mean: float
    spread: float
    posts: int
    accounts: int
    organizations: int


def estimates_of(
    posts: Sequence[tuple[Mapping[str, str], float]], *, account: str, organization: str, platform: str
) -> dict[Pair, Estimate]:
    """Return an account's own gaps, each value against the other values of its choice, from (choices, log) of posts."""
    logs: dict[str, dict[str, list[float]]] = {}
    for choices, log in posts:
        for choice, value in choices.items():
            logs.setdefault(choice, {}).setdefault(value, []).append(log)
    found = {}
    for choice, by_value in logs.items():
        for value, own in by_value.items():
            others = [log for other, each in by_value.items() if other != value for log in each]
            if min(len(own), len(others)) >= FEWEST_POSTS:
                mean, variance = _gap(own, others)
                share = len(own) / (len(own) + len(others))
                # Against the account's usual, which holds the value itself: the gap to the others, times their share.
                found[choice, value] = Estimate(
                    account, organization, platform, mean * (1 - share), variance * (1 - share) ** 2, len(own)
                )
    return found


def _gap(own: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    both = _squares(own) + _squares(others)
    noise = (both + 2 * 0.4) / (len(own) + len(others) - 2 + 2)
    return sum(own) / len(own) - sum(others) / len(others), noise * (1 / len(own) + 1 / len(others))


def _squares(values: Sequence[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values)


def pooled(estimates: Sequence[Estimate], *, towards: tuple[float, float] = (0.0, USUAL_SPREAD)) -> Pooled:
    """Return what estimates of one value say together, drawn towards what is believed without them."""
    begin, spread = towards
    between = _between(estimates, default=spread**2)
    weights = [1 / (one.variance + between) for one in estimates]
    prior_weight = WORTH / (2 * spread**2)
    total = sum(weights) + prior_weight
    mean = (sum(w * one.mean for w, one in zip(weights, estimates, strict=True)) + prior_weight * begin) / total
    return Pooled(
        mean,
        max(NARROWEST, math.sqrt(between + 1 / total)),
        sum(one.posts for one in estimates),
        len(estimates),
        len({one.organization for one in estimates}),
    )


def _between(estimates: Sequence[Estimate], *, default: float) -> float:
    """Variance between accounts, the belief of before counting as WORTH accounts."""
    count = len(estimates)
    if count < 2:
        return default
    weights = [1 / one.variance for one in estimates]
    total = sum(weights)
    mean = sum(w * one.mean for w, one in zip(weights, estimates, strict=True)) / total
    scatter = sum(w * (one.mean - mean) ** 2 for w, one in zip(weights, estimates, strict=True))
    scale = total - sum(w * w for w in weights) / total
    found = max(0.0, (scatter - (count - 1)) / scale)
    return ((count - 1) * found + WORTH * default) / (count - 1 + WORTH)


def prior_for(
    platform: str,
    estimates: Mapping[Pair, Sequence[Estimate]],
    *,
    without: str = "",
    base: Mapping[Pair, tuple[float, float]] | None = None,
) -> Prior:
    """Return where an account of a platform begins; `without`: the account itself is no evidence for itself.

    `base` is what is believed without any of these: mean and spread.
    """
    effects = {}
    for pair, every in estimates.items():
        others = [one for one in every if one.account != without]
        if not others:
            continue
        begin = (base or {}).get(pair, (0.0, USUAL_SPREAD))
        overall = pooled([one for one in others if one.platform != platform], towards=begin)
        own = pooled([one for one in others if one.platform == platform], towards=(overall.mean, overall.spread))
        effects[pair] = (own.mean, min(own.spread, USUAL_SPREAD * 1.5))
    return Prior(effects)
