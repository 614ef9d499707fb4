"""From chances to the one state that is told: each as often as it is to be expected lately. Pure.

A state that is rare and hard to foresee would hardly ever be told if the likeliest were; so chances are weighed until
every state is told as often as the chances of the last days say it comes. No outcome is needed for that.
"""

import numpy as np

from trends.forecasting.panel import HOUR, Floats, Ints

LATELY = 7 * 24 * HOUR
BLOCK = 6 * HOUR
LEAST, TRUST = 300, 500.0  # chances needed before the last days count, and how many make them count half
TURNS = 30


def matched(chances: Floats, wished: Floats) -> Floats:
    """Return weights with which states are told in the wished shares (they sum to 1)."""
    weights = np.ones(chances.shape[1])
    for _turn in range(TURNS):
        told = np.bincount(np.argmax(chances * weights, axis=1), minlength=weights.size) + 1.0
        weights *= np.sqrt((wished * chances.shape[0] + 1e-9) / told)
        weights /= weights.mean()
    return weights


def adapted(base: Floats, lately: Floats) -> Floats:
    """Return weights moved from the learned ones towards what the chances of the last days ask for."""
    number = lately.shape[0]
    if number < LEAST:
        return base
    trust = number / (number + TRUST)
    own = matched(lately, lately.mean(axis=0))
    return np.asarray(base ** (1 - trust) * own**trust)


def in_order(chances: Floats, moments: Ints, base: Floats) -> Ints:
    """Return the state told for each row, of many moments: each block of hours is weighed by the days before it."""
    told: Ints = np.argmax(chances * base, axis=1).astype(np.int64)
    blocks = moments // BLOCK
    for block in np.unique(blocks):
        mine = blocks == block
        begins = block * BLOCK
        before = (moments < begins) & (moments >= begins - LATELY)
        told[mine] = np.argmax(chances[mine] * adapted(base, chances[before]), axis=1)
    return told
