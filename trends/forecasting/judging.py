"""How good chances were: average precision, Brier score, calibration, recall at few false calls, macro-F1. Pure."""

from typing import Any

import numpy as np

from trends.forecasting.panel import Flags, Floats, Ints

FALSE_CALLS = 0.04
BINS = 10


def average_precision(truth: Flags, chances: Floats) -> float:
    """Return the area under precision over recall, 0 without any positive; equal chances count together."""
    if not truth.any():
        return 0.0
    order = np.argsort(-chances, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(chances[order]) != 0, True])
    hits = np.cumsum(truth[order])[ends]
    precision = hits / (ends + 1)
    return float(np.sum(np.diff(np.r_[0, hits]) * precision) / truth.sum())


def recall_at(truth: Flags, chances: Floats, share: float = FALSE_CALLS) -> float:
    """Return the share of positives found at the threshold that calls at most this share of the others."""
    if not truth.any() or truth.all():
        return 0.0
    order = np.argsort(-chances, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(chances[order]) != 0, True])
    hits, calls = np.cumsum(truth[order])[ends], np.cumsum(~truth[order])[ends]
    allowed = np.flatnonzero(calls <= share * (~truth).sum())
    return float(hits[allowed[-1]] / truth.sum()) if allowed.size else 0.0


def brier(truth: Flags, chances: Floats) -> float:
    """Return the mean squared distance from what happened: 0 is perfect, 0.25 a coin."""
    return float(np.mean((chances - truth) ** 2)) if truth.size else 0.0


def calibration(truth: Flags, chances: Floats, bins: int = BINS) -> list[dict[str, Any]]:
    """Return, for equal parts of the cases by rising chance: how many, what was foretold and what happened."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return [
        {
            "cases": int(part.size),
            "foretold": round(float(chances[part].mean()), 4),
            "happened": round(float(truth[part].mean()), 4),
        }
        for part in parts
    ]


def f1_by_state(truth: Ints, told: Ints, number: int) -> Floats:
    """Return F1 of each state; one that neither happened nor was told is 0."""
    table = np.bincount(truth * number + told, minlength=number * number).reshape(number, number)
    hits, either = np.diag(table), table.sum(axis=0) + table.sum(axis=1)
    return np.asarray(np.where(either > 0, 2 * hits / np.maximum(either, 1), 0.0))


def macro_f1(truth: Ints, told: Ints, number: int) -> float:
    """Return the mean of the states' F1."""
    return float(f1_by_state(truth, told, number).mean())
