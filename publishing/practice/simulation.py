"""Made-up engagement: a pure function of a post's draw and age, so that it only ever grows."""

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

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


# An account's days

WINS = 0.0045  # of views become followers
LEAVES = 0.00035  # of followers leave in a day
LOOKS = 0.021  # of views look at the account
MOVES_FOR = dt.timedelta(days=45)  # after that a post gathers nothing more
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A post as a day needs it: when it went out, and its draw."""

    at: dt.datetime
    appeal: float


@dataclass(frozen=True)
class Day:
    """An account's day; all of it simulated."""

    date: dt.date
    followers: int
    following: int
    posts: int
    posted: int
    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    profile_views: int
    final: bool


def days(*, name: str, base: int, opened: dt.date, posts: Sequence[Told], last: dt.date, now: dt.datetime) -> list[Day]:
    """Return every day since the account was opened: what posts gathered, who came by it, and who left."""
    found: list[Day] = []
    followers, standing = float(base), 0
    for number in range((last - opened).days + 1):
        date = opened + number * DAY
        begins = dt.datetime.combine(date, dt.time(), dt.UTC)
        until = min(begins + DAY, now)
        new = sum(begins <= post.at < until for post in posts)
        standing += new
        won = _won(posts, base, begins, until)
        whim = crc32(f"{name} {date}".encode()) / 2**32  # the same whenever it is asked for
        left = followers * LEAVES * 2 * whim if number else 0.0
        followers += won["views"] * WINS - left
        looked = math.floor(won["views"] * LOOKS + whim * base * 0.01)
        found.append(
            Day(
                date=date,
                followers=max(0, math.floor(followers)),
                following=40 + number // 9,
                posts=standing,
                posted=new,
                profile_views=looked,
                final=until < now,
                **won,
            )
        )
    return found


def _won(posts: Sequence[Told], base: int, begins: dt.datetime, until: dt.datetime) -> dict[str, int]:
    """Return what posts gathered between two moments."""
    won = dict.fromkeys(("views", "reach", "likes", "comments", "shares"), 0)
    for post in posts:
        if post.at >= until or begins - post.at > MOVES_FOR:
            continue
        after = counts(appeal=post.appeal, followers=base, age=until - post.at)
        before = counts(appeal=post.appeal, followers=base, age=begins - post.at)
        for name in won:
            won[name] += getattr(after, name) - getattr(before, name)
    return won
