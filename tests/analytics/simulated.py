"""The learning loop let loose on accounts whose truth it does not know: what its choices cost, what it claims."""

import math
from collections.abc import Sequence

import numpy as np

from analytics.advising import choosing, evidence, pooling, posterior, trials
from analytics.advising.posterior import Pair, Prior
from tests.analytics import hidden_effects
from tests.analytics.hidden_effects import PAIRS, Account

KIN, KIN_POSTS = 12, 60  # accounts alike, and their posts, that priors are pooled from
BEFORE = 20  # own posts before anything is advised
LOOK = 4  # posts between two looks: a week
HOOK: Pair = ("hook", "question")
BELIEVED = 0.8  # as the product asks of what it claims


def of_kin(seed: int, platform: dict[Pair, float], *, size: float = 1.0) -> Prior:
    """Where an account begins, from others on its platform that posted by habit."""
    found: dict[Pair, list[pooling.Estimate]] = {}
    for number in range(KIN):
        rng = np.random.default_rng([seed, 77, number])
        other = Account(hidden_effects.of_account(platform, rng, size=size), rng)
        other.begin(KIN_POSTS)
        told = [(post.choices, post.log) for post in other.posts]
        for pair, each in pooling.estimates_of(
            told, account=str(number), organization=str(number), platform="x"
        ).items():
            found.setdefault(pair, []).append(each)
    return pooling.prior_for("x", found)


def regret(
    seed: int, *, pooled: bool, posts: int = 100, size: float = 1.0, drift: int | None = None
) -> tuple[list[float], list[float]]:
    """Return per post what was missed by following the advice, and by going on by habit."""
    rng = np.random.default_rng([seed, 1])
    platform = hidden_effects.effects(rng, size=size)
    prior = of_kin(seed, platform, size=size) if pooled else posterior.NOTHING
    mine = Account(hidden_effects.of_account(platform, rng, size=size), rng)
    mine.begin(BEFORE)
    model = posterior.learnt(mine.posts, PAIRS, prior)
    ours, habit = [], []
    for number in range(posts):
        if number == drift:
            mine.truth = hidden_effects.effects(rng, size=size)
        choices = choosing.pick(model, rng=np.random.default_rng([seed, number]))
        ours.append(mine.best_worth - mine.worth(choices))
        habit.append(mine.best_worth - mine.usual_worth)
        if post := mine.publish(choices):
            model.learn(post)
    return ours, habit


def _life(seed: int, effect: float, posts: int = 100) -> tuple[Account, posterior.Model]:
    """An account of noise, but for one hook, that follows the advice four times of five."""
    rng = np.random.default_rng([seed, 5])
    mine = Account({**dict.fromkeys(PAIRS, 0.0), HOOK: effect}, rng)
    mine.begin(BEFORE)
    model, lots = posterior.learnt(mine.posts, PAIRS), np.random.default_rng(seed)
    for _number in range(posts):
        follows = lots.random() >= choosing.CONTROL
        post = mine.publish(choosing.pick(model, rng=lots) if follows else mine.usual())
        if post:
            model.learn(post)
    return mine, model


def _paths(mine: Account, model: posterior.Model, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The evidence of every value after each post: by itself, and beside the others."""
    judge = evidence.Judge([post.log for post in mine.posts], model.beside, seed=seed)
    found = [
        judge.path(choice, np.array([[post.choices[choice] == one for one in values] for post in mine.posts], float))
        for choice, (values, _spread) in hidden_effects.VALUES.items()
    ]
    return np.hstack([alone for alone, _beside in found]), np.hstack([beside for _alone, beside in found])


def _claims(alone: Sequence[float], beside: Sequence[float]) -> set[Pair]:
    return evidence.claims(dict(zip(PAIRS, alone, strict=True)), beside=dict(zip(PAIRS, beside, strict=True)))


def ever_claimed(seed: int) -> bool:
    """Say whether anything was claimed at any look of the life of an account of pure noise."""
    alone, beside = _paths(*_life(seed, 0.0), seed)
    return any(_claims(alone[at], beside[at]) for at in range(LOOK, len(alone), LOOK))


def claimed(seed: int, *, effect: float) -> tuple[bool, bool]:
    """Say whether the hook that makes a difference is claimed in the end, and whether another choice is."""
    mine, model = _life(seed, effect)
    alone, beside = _paths(mine, model, seed)
    learnt = choosing.learnt(model, mine.posts, model.habit(mine.posts))
    sure = {(one.choice, one.value) for one in learnt if not 1 - BELIEVED < one.belief.sure < BELIEVED}
    found = _claims(alone[-1], beside[-1]) & sure
    return HOOK in found, any(pair[0] != HOOK[0] for pair in found)


def back_tested(seed: int, *, gain: float, posts: int = 100) -> tuple[str, bool]:
    """Return the first verdict of a weekly back-test that says anything, and whether its last interval holds."""
    rng = np.random.default_rng([seed, 9])
    mine = Account(dict.fromkeys(PAIRS, 0.0), rng)
    mine.begin(BEFORE)
    rows: list[trials.Trial] = []
    said, last = trials.SAME, None
    for number in range(posts):
        advised = bool(rng.random() >= choosing.CONTROL)
        mine.truth = {pair: gain / len(hidden_effects.VALUES) if advised else 0.0 for pair in PAIRS}
        post = mine.publish(mine.usual())
        if post:
            rows.append(trials.Trial(post.at, "a", advised, post.log))
        if number % LOOK == LOOK - 1:
            last = trials.compare(rows)
            said = last.verdict if said == trials.SAME and last.verdict in (trials.HELPED, trials.HURT) else said
    held = last is not None and last.low is not None and last.high is not None
    return said, bool(held and last and last.low <= math.exp(gain) <= last.high)  # type: ignore[operator]
