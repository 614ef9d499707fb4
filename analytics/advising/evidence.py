"""What may be said aloud: evidence that stays honest however often one looks, and whatever was chosen why. Pure.

Each post is ranked among the account's posts before it. If a choice makes no difference, that rank is a fair draw, no
matter how the choice was made; so somebody who bets on the posts that made the choice cannot be expected to win. What
such a bettor has won (from 1) is the evidence, an e-value: 20 comes up by chance at most once in 20 accounts, at any
moment of their whole life, not once in 20 looks. Ranks know no viral outlier. What is claimed of everything that was
asked is bounded by e-BH (Wang and Ramdas 2022), which holds however the questions hang together.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ERROR = 0.05
BETS = np.array([0.15, 0.35, 0.6, 0.9])
MOST = 60.0  # of a logarithm
FEWEST = 5  # posts that went before, below which a rank says next to nothing
Key = TypeVar("Key", bound=Hashable)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """What was won by betting on better, and on worse; and by either, before it was known which."""

    better: float
    worse: float

    @property
    def either(self) -> float:
        """The evidence that it makes a difference at all."""
        return (self.better + self.worse) / 2


def ranks(values: Sequence[float], *, seed: int = 0) -> Array:
    """Return each value's place among those before it, from -1 (the least) to 1; ties are broken by lot."""
    rng, found = np.random.default_rng(seed), np.zeros(len(values))
    known = np.asarray(values, dtype=np.float64)
    for place in range(len(known)):
        before = known[:place]
        below = float(np.count_nonzero(before < known[place]))
        same = int(np.count_nonzero(before == known[place]))
        below += float(rng.integers(0, same + 1))
        found[place] = 2 * (below + float(rng.random())) / (place + 1) - 1 if place >= FEWEST else 0.0
    return found


def of(placed: Array, chosen: Sequence[bool]) -> Evidence:
    """Return the evidence that posts with a choice rank otherwise than chance would have it."""
    return of_stakes(staked(np.asarray(chosen, dtype=np.float64)) * placed)


def of_stakes(stakes: Array) -> Evidence:
    """Return what is won with these stakes, each times its rank."""
    return Evidence(_won(stakes), _won(-stakes))


def staked(chosen: Array) -> Array:
    """Return how much is staked on each post: one less its share so far on those with the choice, against the others
    that share. It is known before the post is.
    """
    before = np.concatenate([np.zeros_like(chosen[:1]), np.cumsum(chosen, axis=0)[:-1]])
    seen = np.arange(len(chosen)).reshape((-1,) + (1,) * (chosen.ndim - 1))
    return np.asarray(chosen - (before + 1) / (seen + 2))


def _won(stakes: Array) -> float:
    """What is won from 1, spread evenly over bets of several sizes."""
    logs = np.log1p(np.outer(BETS, stakes)).sum(axis=1)
    return float(np.exp(np.minimum(logs, MOST)).mean())


def path(placed: Array, chosen: Array) -> Array:
    """Return the evidence for either after each post (rows), of several choices (columns)."""
    stakes = staked(chosen) * placed[:, None]
    sides = [np.log1p(bet * side * stakes).cumsum(axis=0) for bet in BETS for side in (1.0, -1.0)]
    return np.asarray(np.exp(np.minimum(sides, MOST)).mean(axis=0))


class Judge:
    """The evidence of an account's choices: each must stand by itself, and beside what its other choices bring.

    Choices come together: who learns asks a question more often, and posts at another hour more often. Ranked by what
    is left without the others, an hour no longer wins by the question's merit.
    """

    def __init__(self, logs: Sequence[float], beside: Callable[[str], Sequence[float]], *, seed: int = 0) -> None:
        self.alone = ranks(logs, seed=seed)
        self.beside = cache(lambda choice: ranks(beside(choice), seed=seed + 1))

    def of(self, choice: str, chosen: Sequence[bool]) -> tuple[float, float]:
        """Return the evidence for one value of a choice: by itself, and beside the others."""
        return of(self.alone, chosen).either, of(self.beside(choice), chosen).either

    def path(self, choice: str, chosen: Array) -> tuple[Array, Array]:
        """Return the same for some values of a choice (columns) after each post (rows)."""
        return path(self.alone, chosen), path(self.beside(choice), chosen)


def claims(found: Mapping[Key, float], *, beside: Mapping[Key, float] | None = None, error: float = ERROR) -> set[Key]:
    """Return what may be claimed of all that was asked, so that of the claims at most `error` are expected wrong.

    `beside`: each must be evidence beside the other choices too.
    """
    ordered = sorted(found, key=lambda key: -found[key])
    count = len(ordered)
    best = max((place for place, key in enumerate(ordered, 1) if found[key] >= count / (error * place)), default=0)
    return {key for key in ordered[:best] if beside is None or beside[key] >= 1 / error}
