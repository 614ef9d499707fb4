"""What is believed of every choice of an account: a linear model of choices, learnt post by post. Pure.

The logarithm of a result over the account's usual is the sum of what was chosen, and chance. Every value of each choice
has an effect that begins where accounts like this one have theirs (`Prior`), and drifts back there as days go by, so
that what was true long ago does not bind. How fast, and how far effects lie from the prior, is not assumed: several
such models run beside each other, and each counts as much as it foretold the posts that came (dynamic model averaging;
Raftery, Kárný and Ettler 2010). One viral post pulls little: what lies far out is believed to be noisy (Student's t).
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr

Array = NDArray[np.float64]
Pair = tuple[str, str]

HALF_LIVES = (math.inf, 180.0, 45.0)  # days after which half of an effect is the prior's again
SPREADS = (0.5, 1.0, 2.0)  # how far effects lie from the prior, times the prior's own spread
USUAL_SPREAD = 0.2  # where nothing pooled is known: two thirds of effects within a fifth of the usual
INTERCEPT_SPREAD = 0.3
FREEDOM = 5.0
# Variance of a log result that nothing explains, and how many posts that belief is worth.
NOISE, NOISE_POSTS = 0.4, 10.0
FORGETS = 0.99  # of a model's record, with each post
LARGEST = math.log(10.0)
SURE = 1.959964
INTERCEPT = ""


@dataclass(frozen=True)
class Post:
    """A settled post: when it went live, what was chosen, and the logarithm of its result over the usual."""

    at: dt.datetime
    choices: Mapping[str, str]
    log: float


@dataclass(frozen=True)
class Prior:
    """Where effects begin: mean and spread by (choice, value); what is not in it begins at nothing."""

    effects: Mapping[Pair, tuple[float, float]]
    spread: float = USUAL_SPREAD

    def of(self, pair: Pair) -> tuple[float, float]:
        """Return mean and spread of one value."""
        return self.effects.get(pair, (0.0, self.spread))


NOTHING = Prior({})


@dataclass(frozen=True)
class Belief:
    """What is believed of something on the logarithmic scale: mean and standard deviation."""

    mean: float
    deviation: float

    @property
    def times(self) -> float:
        """As many times the usual."""
        return math.exp(self.mean)

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return math.exp(self.mean - SURE * self.deviation)

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval."""
        return math.exp(self.mean + SURE * self.deviation)

    @property
    def sure(self) -> float:
        """How probable it is that it is more than nothing."""
        return float(ndtr(self.mean / self.deviation)) if self.deviation > 0 else 0.5


class Model:
    """An account's beliefs, brought forward by one post after the other; `pairs` is every value it knows."""

    def __init__(self, pairs: Sequence[Pair], prior: Prior = NOTHING) -> None:
        self.pairs = list(dict.fromkeys(pairs))
        self.place = {pair: number for number, pair in enumerate(self.pairs)}
        begin = [prior.of(pair) for pair in self.pairs]
        self.start = np.array([0.0, *(mean for mean, _spread in begin)])
        spreads = np.array([INTERCEPT_SPREAD, *(spread for _mean, spread in begin)])
        grid = [(half, times) for half in HALF_LIVES for times in SPREADS]
        self.halves = np.array([half for half, _times in grid])
        self.origin = np.array([np.diag(self._scaled(spreads, times) ** 2) for _half, times in grid])
        self.mean = np.tile(self.start, (len(grid), 1))
        self.spread = self.origin.copy()
        self.noise = np.full(len(grid), NOISE)
        self.told = np.zeros(len(grid))
        self.posts = 0
        self.record: list[tuple[float, dict[str, float]]] = []
        self.last: dt.datetime | None = None

    @staticmethod
    def _scaled(spreads: Array, times: float) -> Array:
        return np.concatenate([spreads[:1], spreads[1:] * times])

    # Learning

    def row(self, choices: Mapping[str, str]) -> Array:
        """Return a post as the model sees it: the intercept, and a one for every value it knows."""
        found = np.zeros(len(self.start))
        found[0] = 1.0
        for pair in choices.items():
            if pair in self.place:
                found[1 + self.place[pair]] = 1.0
        return found

    def learn(self, post: Post) -> None:
        """Take one more post in, not older than the last."""
        self.wait(post.at)
        row, log = self.row(post.choices), max(-LARGEST, min(LARGEST, post.log))
        self.record.append((log, self._parts(post.choices)))
        along = self.spread @ row
        expected, variance = self.mean @ row, along @ row + self.noise
        wrong = log - expected
        self.told = FORGETS * self.told + _log_t(wrong, variance)
        doubt = (FREEDOM + 1) / (FREEDOM + wrong**2 / variance)
        total = along @ row + self.noise / doubt
        gain = along / total[:, None]
        self.mean = self.mean + gain * wrong[:, None]
        self.spread = self.spread - gain[:, :, None] * along[:, None, :]
        share = 1 / (self.posts + NOISE_POSTS + 1)
        self.noise = self.noise * (1 - share) + share * self.noise * np.minimum(doubt * wrong**2 / variance, 4.0)
        self.posts += 1

    def _parts(self, choices: Mapping[str, str]) -> dict[str, float]:
        """What each choice of a post is expected to bring, before its result is known."""
        mean = self.weights @ self.mean
        found = {pair[0]: float(mean[1 + self.place[pair]]) for pair in choices.items() if pair in self.place}
        return {**found, INTERCEPT: float(mean[0])}

    def beside(self, choice: str) -> list[float]:
        """Return of each post what is left of its result without what its other choices were expected to bring."""
        return [log - sum(parts.values()) + parts.get(choice, 0.0) for log, parts in self.record]

    def wait(self, until: dt.datetime) -> None:
        """Let days pass: effects drift towards where they began, and are less sure."""
        if self.last is not None and until > self.last:
            days = (until - self.last).total_seconds() / 86_400
            keeps = 0.5 ** (days / self.halves)
            self.mean = self.start + keeps[:, None] * (self.mean - self.start)
            old = (keeps**2)[:, None, None]
            self.spread = old * self.spread + (1 - old) * self.origin
        self.last = until if self.last is None else max(self.last, until)

    # Asking

    @property
    def weights(self) -> Array:
        """How much each of the models beside each other counts."""
        best = np.exp(self.told - self.told.max())
        return np.asarray(best / best.sum())

    def belief(self, contrast: Array) -> Belief:
        """Return what is believed of a sum of effects, over all the models."""
        means = self.mean @ contrast
        variances = np.einsum("i,mij,j->m", contrast, self.spread, contrast)
        mean = float(self.weights @ means)
        return Belief(mean, math.sqrt(max(0.0, float(self.weights @ (variances + (means - mean) ** 2)))))

    def drawn(self, rng: np.random.Generator, *, width: float = 1.0) -> Array:
        """Return effects as they may be: one draw from what is believed, `width` times as wide."""
        one = int(rng.choice(len(self.weights), p=self.weights))
        values, vectors = np.linalg.eigh(self.spread[one])
        noise = vectors @ (np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(len(self.start)))
        return np.asarray(self.mean[one] + width * noise)

    @cached_property
    def by_choice(self) -> dict[str, list[str]]:
        """The values of every choice."""
        found: dict[str, list[str]] = {}
        for choice, value in self.pairs:
            found.setdefault(choice, []).append(value)
        return found

    def habit(self, posts: Sequence[Post]) -> dict[str, dict[str, float]]:
        """Return of each choice how often the account takes each value: what "as usual" means."""
        counts: dict[str, dict[str, float]] = {}
        for post in posts:
            for choice, value in post.choices.items():
                if (choice, value) in self.place:
                    mine = counts.setdefault(choice, {})
                    mine[value] = mine.get(value, 0.0) + 1
        return {
            choice: {value: count / sum(mine.values()) for value, count in mine.items()}
            for choice, mine in counts.items()
        }

    def against_habit(self, choice: str, value: str, habit: Mapping[str, Mapping[str, float]]) -> Array:
        """Return the contrast of a value with what the account does of that choice by habit."""
        found = np.zeros(len(self.start))
        for usual, share in habit.get(choice, {}).items():
            found[1 + self.place[choice, usual]] -= share
        found[1 + self.place[choice, value]] += 1.0
        return found


def _log_t(wrong: Array, variance: Array) -> Array:
    """The logarithm of Student's density."""
    half = (FREEDOM + 1) / 2
    constant = gammaln(half) - gammaln(FREEDOM / 2) - 0.5 * math.log(FREEDOM * math.pi)
    return np.asarray(constant - 0.5 * np.log(variance) - half * np.log1p(wrong**2 / (FREEDOM * variance)))


def learnt(posts: Sequence[Post], pairs: Sequence[Pair], prior: Prior = NOTHING) -> Model:
    """Return the beliefs after posts, in the order in which they went live."""
    model = Model(pairs, prior)
    for post in sorted(posts, key=lambda one: one.at):
        model.learn(post)
    return model
