"""Holding posts with something against posts without, among posts of the same weeks.

An account that grows, or that changed its ways, makes everything new look good. So posts are compared within blocks of
posts in a row (van Elteren's stratified rank sum), and the p is that of shuffling within blocks, which is exact
whatever the results are distributed like.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BLOCK = 14
FEWEST = 5
LOOK_CLOSER, LOOK_CLOSEST = 0.05, 0.01  # below these p the formula's word is not taken
SHUFFLES, MANY_SHUFFLES = 2000, 20_000
AT_ONCE = 4000


@dataclass(frozen=True)
class Sides:
    """What a comparison rests on: values against their block's median, with and without, and the p of no difference."""

    p: float
    ours: Sequence[float]
    theirs: Sequence[float]


def blocks(count: int, *, size: int = BLOCK) -> npt.NDArray[np.int64]:
    """Return the block of each of so many values in order: as even as may be, none smaller than half the size."""
    number = max(1, round(count / size))
    return np.arange(count) * number // max(count, 1)


def compare(values: Sequence[float], has: Sequence[bool], *, strata: Sequence[int] | None = None) -> Sides | None:
    """Hold values with something against those without; None where too few lie in the same blocks.

    `values` in order of time; `strata` says which may be compared, else blocks of neighbours may.
    """
    x, ours = np.asarray(values, dtype=np.float64), np.asarray(has, dtype=bool)
    of = blocks(len(x)) if strata is None else np.asarray(strata)
    parts = [np.flatnonzero(of == each) for each in np.unique(of)]
    parts = [part for part in parts if 0 < ours[part].sum() < len(part)]
    if not parts:
        return None
    within = np.concatenate(parts)
    if ours[within].sum() < FEWEST or (~ours[within]).sum() < FEWEST:
        return None
    aligned = np.concatenate([x[part] - np.median(x[part]) for part in parts])
    flags = ours[within]
    p = _p([_ranked(x[part]) for part in parts], [ours[part] for part in parts])
    return Sides(p, aligned[flags].tolist(), aligned[~flags].tolist())


def _ranked(values: Floats) -> Floats:
    """Ranks over one more than there are: small and large blocks weigh by what they can tell."""
    from scipy.stats import rankdata  # noqa: PLC0415 (slow to load)

    found: Floats = (rankdata(values) - (len(values) + 1) / 2) / (len(values) + 1)
    return found


def _p(ranks: Sequence[Floats], flags: Sequence[Flags]) -> float:
    seen = sum(float(r[f].sum()) for r, f in zip(ranks, flags, strict=True))
    variance = sum(_variance(r, int(f.sum())) for r, f in zip(ranks, flags, strict=True))
    if variance <= 0:
        return 1.0
    formula = erfc(abs(seen) / sqrt(2 * variance))
    if formula > LOOK_CLOSER:
        return formula
    counts = [int(f.sum()) for f in flags]
    p = _shuffled(ranks, counts, abs(seen), SHUFFLES)
    if p > LOOK_CLOSEST:
        return p
    p = _shuffled(ranks, counts, abs(seen), MANY_SHUFFLES)
    none_beyond = p <= 1 / (MANY_SHUFFLES + 1)  # rarer than shuffling can tell
    return min(p, max(formula, 1e-12)) if none_beyond else p


def _variance(ranks: Floats, ours: int) -> float:
    n = len(ranks)
    return ours * (n - ours) / (n - 1) * float(ranks.var())


def _shuffled(ranks: Sequence[Floats], counts: Sequence[int], seen: float, times: int) -> float:
    """The share of shuffles at least as far from nothing; the same for the same numbers."""
    rng = np.random.default_rng(zlib.crc32(np.concatenate(ranks).tobytes()))
    beyond = 0
    for begin in range(0, times, AT_ONCE):
        rows = min(AT_ONCE, times - begin)
        total = np.zeros(rows)
        for values, count in zip(ranks, counts, strict=True):
            few = min(count, len(values) - count)
            chosen = np.argpartition(rng.random((rows, len(values)), dtype=np.float32), few - 1, axis=1)[:, :few]
            total += values[chosen].sum(axis=1) * (1 if few == count else -1)
        beyond += int((np.abs(total) >= seen - 1e-9).sum())
    return (beyond + 1) / (times + 1)


def agree(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Return how two results of the same things go together (Spearman), and the p of shuffling."""
    from scipy.stats import rankdata  # noqa: PLC0415 (slow to load)

    one, other = rankdata(ours), rankdata(theirs)
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    if scale == 0:
        return 0.0, 1.0
    seen = float((one * other).sum())
    rng = np.random.default_rng(zlib.crc32(one.tobytes() + other.tobytes()))
    places = rng.random((SHUFFLES * 5, len(one)), dtype=np.float32).argsort(axis=1)
    found = other[places] @ one
    p = (int((np.abs(found) >= abs(seen) - 1e-9).sum()) + 1) / (SHUFFLES * 5 + 1)
    return seen / scale, p
