"""What to post next: a draw from what is believed (Thompson sampling), so that what may be better is tried as often as
it may be better. The same seed and posts give the same advice. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.advising.posterior import Array, Belief, Model, Post

WIDTH = 0.2  # of the draw: narrower than what is believed, for hundreds of posts and not millions
LOT = 5  # of so many suggestions in a row one follows the habit: there must be something to hold the others against
CONTROL = 1 / LOT
HABIT = 0.5  # of an account's posts: from there on it is what it does anyway
Allowed = Mapping[str, Collection[str]]
Habit = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Learnt:
    """One value of a choice: what it does against the account's habit, from how many posts, how often it is taken."""

    choice: str
    value: str
    belief: Belief
    posts: int
    others: int
    share: float


@dataclass(frozen=True)
class Chosen(Learnt):
    """A value that is advised. `is_trial`: another is believed better, but less is known of this one."""

    is_habit: bool = False
    is_trial: bool = False


@dataclass(frozen=True)
class Advice:
    """A next post; `belief` is what it does against a post as usual. A control follows the habit, by lot."""

    chosen: Sequence[Chosen]
    belief: Belief
    is_control: bool
    posts: int

    @property
    def choices(self) -> dict[str, str]:
        """Value by choice."""
        return {one.choice: one.value for one in self.chosen}


UNKNOWN = Belief(0.0, 1.0)


def pick(
    model: Model, *, rng: np.random.Generator, allowed: Allowed | None = None, width: float = WIDTH
) -> dict[str, str]:
    """Return the best of one draw, choice by choice; `allowed` are the values of a choice that can be had now."""
    drawn = model.drawn(rng, width=width)
    return {
        choice: max(values, key=lambda value: (drawn[1 + model.place[choice, value]], value))
        for choice, values in _open(model, allowed).items()
    }


def as_usual(model: Model, habit: Habit, *, rng: np.random.Generator, allowed: Allowed | None = None) -> dict[str, str]:
    """Return a post as the account makes it by itself, by lot as often as it does."""
    found = {}
    for choice, values in _open(model, allowed).items():
        weights = np.array([habit.get(choice, {}).get(value, 0.0) for value in values])
        total = weights.sum()
        found[choice] = values[int(rng.choice(len(values), p=weights / total))] if total > 0 else values[0]
    return found


def _open(model: Model, allowed: Allowed | None) -> dict[str, list[str]]:
    found = {}
    for choice, values in model.by_choice.items():
        kept = [one for one in values if allowed is None or choice not in allowed or one in allowed[choice]]
        if kept:
            found[choice] = kept
    return found


def is_drawn(seed: int, number: int) -> bool:
    """Say whether an account's suggestion (the first is 0) follows its habit: one of each five, its place by lot."""
    block, place = divmod(number, LOT)
    return place == int(np.random.default_rng([seed, block]).integers(LOT))


def advise(
    model: Model,
    posts: Sequence[Post],
    *,
    seed: int,
    allowed: Allowed | None = None,
    is_control: bool = False,
    width: float = WIDTH,
    wanted: Mapping[str, str] | None = None,
) -> Advice:
    """Return the advice for the next post; `wanted` is decided already, where the model knows it."""
    rng = np.random.default_rng(seed)
    habit = model.habit(posts)
    picked = (
        as_usual(model, habit, rng=rng, allowed=allowed)
        if is_control
        else pick(model, rng=rng, allowed=allowed, width=width)
    )
    picked |= {pair[0]: pair[1] for pair in (wanted or {}).items() if pair in model.place}
    every = {(one.choice, one.value): one for one in learnt(model, posts, habit)}
    told = [_chosen(every, choice, value) for choice, value in picked.items()]
    told.sort(key=lambda one: (-abs(one.belief.mean) * abs(2 * one.belief.sure - 1), one.choice))
    total = np.zeros(len(model.start))
    for one in told:
        total += model.against_habit(one.choice, one.value, habit)
    return Advice(told, model.belief(total), is_control, len(posts))


def learnt(model: Model, posts: Sequence[Post], habit: Habit) -> list[Learnt]:
    """Return what is believed of every value, against the account's habit."""
    if not model.pairs:
        return []
    contrasts = np.array([model.against_habit(choice, value, habit) for choice, value in model.pairs])
    with_it: dict[tuple[str, str], int] = {}
    having: dict[str, int] = {}
    for post in posts:
        for choice, value in post.choices.items():
            with_it[choice, value] = with_it.get((choice, value), 0) + 1
            having[choice] = having.get(choice, 0) + 1
    return [
        Learnt(
            choice, value, belief, with_it.get((choice, value), 0),
            having.get(choice, 0) - with_it.get((choice, value), 0), habit.get(choice, {}).get(value, 0.0),
        )
        for (choice, value), belief in zip(model.pairs, beliefs(model, contrasts), strict=True)
    ]  # fmt: skip


def beliefs(model: Model, contrasts: Array) -> list[Belief]:
    """Return what is believed of several sums of effects at once."""
    means = model.mean @ contrasts.T
    variances = np.einsum("kd,mkd->mk", contrasts, np.einsum("mde,ke->mkd", model.spread, contrasts, optimize=True))
    mean = model.weights @ means
    spread = model.weights @ (variances + (means - mean) ** 2)
    return [Belief(float(one), float(two) ** 0.5) for one, two in zip(mean, np.maximum(spread, 0.0), strict=True)]


def _chosen(every: Mapping[tuple[str, str], Learnt], choice: str, value: str) -> Chosen:
    mine = every[choice, value]
    siblings = [one for one in every.values() if one.choice == choice]
    best = max(siblings, key=lambda one: (one.belief.mean, one.value))
    return Chosen(**vars(mine), is_habit=mine.share >= HABIT, is_trial=best.value != value)
