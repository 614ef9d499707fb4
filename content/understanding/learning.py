"""What results teach: which features went with more, and how predictions are to be corrected. Plain statistics.

A result is a ratio to the account's own usual (1 = as usual). On the scale of predictions it is 100·r/(1+r): 50 as
usual, 75 three times as much, 25 a third.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, variance

import numpy as np

FEWEST_POSTS = 30  # below which nothing is corrected
FEWEST_EACH = 5  # posts with a feature, and without it
CERTAIN = 2.6  # standard errors: about 1 of 100 features of no effect gets this far
BLOCKS = 5
GROUP = 5  # posts, at least, that make a point of the curve
PRIOR = 5  # posts' worth of doubt that pulls each point to the middle
SMALLEST = 0.02  # of the usual; a post of no reaction at all is not infinitely bad
USUAL = 50.0


@dataclass(frozen=True)
class Result:
    """What a post did: its ratio to the account's usual, what was predicted (0..100), its features."""

    ratio: float
    predicted: float | None
    features: Mapping[str, bool]


@dataclass(frozen=True)
class Effect:
    """Posts with a feature against posts without it: how many times as much, and how many of each."""

    feature: str
    ratio: float
    with_it: int
    without: int
    certain: bool


@dataclass(frozen=True)
class Correction:
    """A curve from predicted to seen, with mean absolute errors on posts it had not seen (in points of 100)."""

    points: list[tuple[float, float]]
    posts: int
    before: float
    after: float
    usual: float

    @property
    def helps(self) -> bool:
        """Whether it is better than no correction, on posts it had not seen."""
        return self.after < self.before


def seen(ratio: float) -> float:
    """A result on the scale of predictions."""
    return 100 * ratio / (1 + ratio)


def times(score: float) -> float:
    """How many times the usual a score on that scale means."""
    bounded = max(1.0, min(99.0, score))
    return bounded / (100 - bounded)


def effects(results: Sequence[Result]) -> list[Effect]:
    """Every feature with enough posts on both sides, the strongest first."""
    names = sorted({name for one in results for name in one.features})
    found = [effect for name in names if (effect := _effect(name, results))]
    return sorted(found, key=lambda one: (-abs(math.log(one.ratio)), one.feature))


def _effect(name: str, results: Sequence[Result]) -> Effect | None:
    logs: dict[bool, list[float]] = {True: [], False: []}
    for one in results:
        if name in one.features:
            logs[bool(one.features[name])].append(math.log(max(SMALLEST, one.ratio)))
    has, lacks = logs[True], logs[False]
    if min(len(has), len(lacks)) < FEWEST_EACH:
        return None
    gap = fmean(has) - fmean(lacks)
    error = math.sqrt(variance(has) / len(has) + variance(lacks) / len(lacks))
    return Effect(name, math.exp(gap), len(has), len(lacks), abs(gap) > CERTAIN * error)


def correction(results: Sequence[Result]) -> Correction | None:
    """The curve from the results in the order they came in; None under FEWEST_POSTS with a prediction.

    The errors are of posts that came after those the curve was fitted on, block by block.
    """
    known = [(one.predicted, seen(one.ratio)) for one in results if one.predicted is not None]
    if len(known) < FEWEST_POSTS:
        return None
    before, after, usual = list[float](), list[float](), list[float]()
    edges = [round(step * len(known) / BLOCKS) for step in range(1, BLOCKS + 1)]
    for first, last in pairwise(edges):
        points = curve(known[:first])
        for predicted, truth in known[first:last]:
            before.append(abs(predicted - truth))
            after.append(abs(corrected(predicted, points) - truth))
            usual.append(abs(USUAL - truth))
    return Correction(curve(known), len(known), *(round(fmean(errors), 1) for errors in (before, after, usual)))


def curve(known: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Rising points (predicted, seen) through groups of posts, pulled to their mean where posts are few."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 (slow to load)

    ordered = sorted(known)
    parts = max(1, min(8, len(ordered) // GROUP))
    groups = [part for part in np.array_split(np.asarray(ordered, dtype=float), parts) if len(part)]
    middle = fmean(truth for _predicted, truth in ordered)
    x = [float(part[:, 0].mean()) for part in groups]
    weights = [len(part) for part in groups]
    y = [(float(part[:, 1].sum()) + PRIOR * middle) / (len(part) + PRIOR) for part in groups]
    rising = IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=weights).predict(x)
    return list({round(one, 1): round(float(two), 1) for one, two in zip(x, rising, strict=True)}.items())


def corrected(predicted: float, points: Sequence[Sequence[float]]) -> float:
    """The prediction as the curve has it: level beyond its ends, straight between its points."""
    if not points:
        return predicted
    return float(np.interp(predicted, [point[0] for point in points], [point[1] for point in points]))
