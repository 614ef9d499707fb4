"""Accounts whose posts do better or worse for reasons that only this module knows.

What a post does is the account's size, times what was chosen, times chance with a heavy tail. What the product sees is
what it sees of real accounts: raw counts, which it holds against the median of the account's posts before.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from analytics.advising.posterior import Pair, Post

BEGIN = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
YARDSTICK, FEWEST = 40, 3
# What can be chosen, and how far its values lie apart (standard deviation of the logarithm).
VALUES: dict[str, tuple[Sequence[str], float]] = {
    "hook": (("question", "number", "surprise", "reader", "statement"), 0.20),
    "length": (("short", "usual", "long"), 0.12),
    "hour": (("06", "09", "12", "15", "18", "21"), 0.20),
    "weekday": (tuple("0123456"), 0.10),
    "format": (("short_video", "social_post", "carousel"), 0.25),
    "hashtags": (("none", "few", "many"), 0.12),
    "call": (("none", "follow", "save", "comment"), 0.12),
    "style": (("list", "emoji", "airy", "plain"), 0.10),
    "trend": (("none", "fresh", "old"), 0.15),
    "template": (("none", "a", "b"), 0.10),
}
PAIRS: list[Pair] = [(choice, value) for choice, (values, _spread) in VALUES.items() for value in values]
NOISE, TAIL = 0.6, 4.0  # standard deviation of what chance does to the logarithm, and the freedom of its tail
ALIKE = 0.6  # of the variance of effects is the platform's, the rest the account's own
POSTS_A_WEEK = 4


def effects(rng: np.random.Generator, *, size: float = 1.0) -> dict[Pair, float]:
    """Effects drawn at random."""
    return {
        (choice, value): float(size * spread * rng.standard_normal())
        for choice, (values, spread) in VALUES.items()
        for value in values
    }


def of_account(platform: Mapping[Pair, float], rng: np.random.Generator, *, size: float = 1.0) -> dict[Pair, float]:
    """An account's effects: the platform's and its own."""
    own = effects(rng, size=size)
    return {pair: math.sqrt(ALIKE) * platform[pair] + math.sqrt(1 - ALIKE) * own[pair] for pair in PAIRS}


@dataclass
class Account:
    """An account with its hidden effects; `habit` is how often it does what by itself."""

    truth: Mapping[Pair, float]
    rng: np.random.Generator
    noise: float = NOISE
    habit: dict[str, np.ndarray] = field(default_factory=dict)
    counts: list[float] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        """Give it habits: one value of each choice most of the time."""
        for choice, (values, _spread) in VALUES.items():
            shares = np.full(len(values), 0.3 / len(values))
            shares[self.rng.integers(len(values))] += 0.7
            self.habit[choice] = shares

    @property
    def now(self) -> dt.datetime:
        """When the next post goes live."""
        return BEGIN + dt.timedelta(days=7 / POSTS_A_WEEK) * self.number

    def usual(self) -> dict[str, str]:
        """A post as the account makes it by itself."""
        return {
            choice: str(self.rng.choice(values, p=self.habit[choice])) for choice, (values, _spread) in VALUES.items()
        }

    def worth(self, choices: Mapping[str, str]) -> float:
        """The hidden worth of a post, as a logarithm."""
        return sum(self.truth.get(pair, 0.0) for pair in choices.items())

    @property
    def usual_worth(self) -> float:
        """What its own posts are worth on average."""
        return sum(
            float(share) * self.truth[choice, value]
            for choice, (values, _spread) in VALUES.items()
            for value, share in zip(values, self.habit[choice], strict=True)
        )

    @property
    def best_worth(self) -> float:
        """What the best post would be worth to somebody who knew."""
        return sum(max(self.truth[choice, value] for value in values) for choice, (values, _s) in VALUES.items())

    def publish(self, choices: Mapping[str, str]) -> Post | None:
        """Let a post go live; return what is learnt of it, None while there is nothing to hold it against."""
        chance = self.noise * float(self.rng.standard_t(TAIL)) / math.sqrt(TAIL / (TAIL - 2))
        count = round(1000 * math.exp(self.worth(choices) + chance))
        before = self.counts[-YARDSTICK:]
        self.counts.append(count)
        at, self.number = self.now, self.number + 1
        if len(before) < FEWEST:
            return None
        found = Post(at, dict(choices), math.log(max(0.02, count / max(1.0, median(before)))))
        self.posts.append(found)
        return found

    def begin(self, posts: int) -> None:
        """Let it post by itself for a while."""
        for _number in range(posts):
            self.publish(self.usual())
