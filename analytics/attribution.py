"""Which touch earned a conversion, by four models. Pure: touches in, shares out; nothing is invented.

Shares of a model add up to one. Where nothing is known of before, the one share is nobody's: no post, no channel.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIRST, LAST, LINEAR, DECAY = "first", "last", "linear", "decay"
MODELS = (FIRST, LAST, LINEAR, DECAY)
DAY = dt.timedelta(days=1)
FARTHEST = 1000.0  # halvings after which a touch weighs nothing that a float could hold


@dataclass(frozen=True)
class Touched:
    """One touch: when, what, by which way, and the post and link it came by, where they are known."""

    at: dt.datetime
    kind: str = "visit"
    channel: str = ""
    campaign: str = ""
    post: str = ""
    link: str = ""

    @property
    def earner(self) -> tuple[str, str, str]:
        """Who is credited: touches of one post, channel and campaign are one."""
        return self.post, self.channel, self.campaign


@dataclass(frozen=True)
class Share:
    """What one earner gets of a conversion, from nought to one."""

    post: str
    channel: str
    campaign: str
    share: float


NOBODY = Share("", "", "", 1.0)


def counted(touches: Iterable[Touched], *, at: dt.datetime, window: dt.timedelta) -> list[Touched]:
    """Return the touches that may count: not after the conversion, not longer before it than the window, in order."""
    return sorted((each for each in touches if at - window <= each.at <= at), key=lambda each: each.at)


def credit(touches: Sequence[Touched], model: str, *, half_life: float) -> list[Share]:
    """Return who earned how much of it, the most first; `touches` are those that count, in order."""
    if not touches:
        return [NOBODY]
    weights = _weights(touches, model, half_life)
    whole = math.fsum(weights)
    earned: dict[tuple[str, str, str], list[float]] = {}
    for touch, weight in zip(touches, weights, strict=True):
        if weight:
            earned.setdefault(touch.earner, []).append(weight / whole)
    shares = [Share(*earner, math.fsum(parts)) for earner, parts in earned.items()]
    return sorted(shares, key=lambda each: (-each.share, each.post, each.channel, each.campaign))


def every_model(touches: Sequence[Touched], *, half_life: float) -> Mapping[str, list[Share]]:
    """Return the answer of each model."""
    return {model: credit(touches, model, half_life=half_life) for model in MODELS}


def _weights(touches: Sequence[Touched], model: str, half_life: float) -> list[float]:
    count = len(touches)
    if model == FIRST:
        return [1.0] + [0.0] * (count - 1)
    if model == LAST:
        return [0.0] * (count - 1) + [1.0]
    if model == LINEAR:
        return [1.0] * count
    if model == DECAY:
        newest = touches[-1].at  # what is common to all cancels out: a long wait before buying leaves the shares alike
        return [_halved((newest - each.at) / DAY, half_life) for each in touches]
    raise ValueError(model)


def _halved(days: float, half_life: float) -> float:
    if days <= 0:
        return 1.0
    halvings = days / half_life if half_life > 0 else math.inf
    return 0.0 if halvings > FARTHEST else 2.0**-halvings
