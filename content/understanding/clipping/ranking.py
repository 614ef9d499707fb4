"""Weights that order stretches, learned from examples of what people chose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from content.understanding.clipping.laying import Floats

STEPS = 80
SMALLNESS = 3e-3  # how much weights are held towards nought
STIFFNESS = 1000.0
LEARNED = Path(__file__).with_name("learned.json")


@dataclass(frozen=True)
class Ranking:
    """A weight for each feature, and what each feature is measured against; `usual` weighs words that wishes share."""

    mean: list[float]
    spread: list[float]
    weights: list[float]
    usual: Mapping[str, float] = field(default_factory=dict)

    def scores(self, features: Floats) -> Floats:
        """One number for each row of features; the more, the better."""
        found: Floats = ((features - np.array(self.mean)) / np.array(self.spread)) @ np.array(self.weights)
        return found


@cache
def learned(name: str) -> Ranking:
    """The ranking the product comes with: "relevance" or "worth"."""
    return Ranking(**json.loads(LEARNED.read_text(encoding="utf-8"))[name])


def write(path: Path, rankings: Mapping[str, Ranking]) -> None:
    """Keep rankings, each number in six digits."""
    path.write_text(json.dumps({name: _short(asdict(one)) for name, one in rankings.items()}, sort_keys=True) + "\n")


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [_short(each) for each in value]
    return {key: _short(each) for key, each in value.items()} if isinstance(value, dict) else value


def by_choice(lists: Sequence[tuple[Floats, NDArray[np.bool_]]], usual: Mapping[str, float]) -> Ranking:
    """Weights under which the rows people chose are the likeliest of their list (conditional logit).

    `lists`: features (n, k) and which rows were chosen (n,); lists of which none or all was chosen teach nothing.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - only learning needs it, and it is slow to load

    lists = [(rows, chosen) for rows, chosen in lists if chosen.any() and not chosen.all()]
    table = np.vstack([rows for rows, _ in lists])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    table = (table - mean) / spread
    chosen = np.concatenate([chosen for _, chosen in lists]).astype(np.float64)
    lengths = np.array([len(rows) for rows, _ in lists])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = table @ weights
        likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), lengths))
        everything, wanted = np.add.reduceat(likely, starts), np.add.reduceat(likely * chosen, starts) + 1e-12
        missed = likely / np.repeat(everything, lengths) - likely * chosen / np.repeat(wanted, lengths)
        slope = table.T @ missed / len(lists) + 2 * SMALLNESS * weights
        return float(np.log(everything / wanted).mean() + SMALLNESS * weights @ weights), slope

    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return Ranking(mean.tolist(), spread.tolist(), found.x.tolist(), dict(usual))


def by_share(lists: Sequence[tuple[Floats, Floats]]) -> Ranking:
    """Weights that come nearest to each row's target by squares, held towards nought; every list counts alike."""
    table = np.vstack([rows for rows, _ in lists])
    wanted = np.concatenate([target for _, target in lists])
    counts = np.concatenate([np.full(len(target), 1 / len(target)) for _, target in lists])
    counts *= len(counts) / counts.sum()
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    table = (table - mean) / spread
    weighed = table * counts[:, None]
    target = wanted - np.average(wanted, weights=counts)
    weights = np.linalg.solve(weighed.T @ table + STIFFNESS * np.eye(table.shape[1]), weighed.T @ target)
    return Ranking(mean.tolist(), spread.tolist(), weights.tolist())
