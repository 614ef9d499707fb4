"""Made-up engagement: a pure function of a post's draw and age, so that it only ever grows."""

import datetime as dt
import math
import random
from dataclasses import dataclass

LIKES, COMMENTS, SHARES, SAVES = 0.052, 0.006, 0.009, 0.012  # of views, at an ordinary appeal
RISE_HOURS = 5.0
TAIL_HOURS = 90.0
TAIL = 0.25  # of all views come in the long tail


@dataclass(frozen=True)
class Counts:
    """What a post has gathered; all of it simulated."""

    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    saves: int


def draw(chance: random.Random) -> float:
    """Draw how well a post will do: 1 is ordinary, most lie between a third and three."""
    return round(math.exp(chance.gauss(0.0, 0.55)), 4)


def counts(*, appeal: float, followers: int, age: dt.timedelta) -> Counts:
    """Return what has come in by now: quick at first, then a long tail; never less than a moment before."""
    hours = max(0.0, age.total_seconds() / 3600)
    share = (1 - TAIL) * (1 - math.exp(-hours / RISE_HOURS)) + TAIL * (1 - math.exp(-hours / TAIL_HOURS))
    final = followers * 1.6 * appeal
    views = math.floor(final * share)
    warmth = 0.7 + 0.3 * min(appeal, 3.0)
    return Counts(
        views=views,
        reach=math.floor(views * 0.83),
        likes=math.floor(views * LIKES * warmth),
        comments=math.floor(views * COMMENTS * warmth),
        shares=math.floor(views * SHARES * warmth),
        saves=math.floor(views * SAVES * warmth),
    )
