"""Accounts in which nothing is to be found, and the same with one effect hidden in them.

Nothing of what posts are has anything to do with how they do. Everything else is as life is: results with long tails
that hang together from post to post, seasons of the week, days that hang together, hashtags that are used for weeks
and then no more, and posts that always come on the same days.
"""

import datetime as dt
from typing import Any

import numpy as np

from analytics.finding.facts import Account, Days, Facts, Post

TODAY = dt.date(2026, 11, 22)
FIRST = TODAY - dt.timedelta(days=180)
HOURS = ("0-6", "6-11", "11-15", "15-19", "19-24")
KINDS = ("short_video", "carousel", "image")
FORMATS = ("vertical", "square", "landscape")
LENGTHS = ("-15", "15-30", "30-60")
CAPTIONS = ("-80", "80-200", "200-500")
SAYS = ("asks", "number", "strong_hook", "second_person", "contrast", "superlative", "list", "emoji", "link", "call")


def facts(seed: int, *, posts: int = 60, accounts: int = 2, effect: float = 1.0, of: str = "carousel") -> Facts:
    """An organisation; posts of one kind on its first account do `effect` times as well."""
    rng = np.random.default_rng(seed)
    made = [_account(rng, number) for number in range(accounts)]
    told = {each.key: _posts(rng, each, posts, effect if number == 0 else 1.0, of) for number, each in enumerate(made)}
    return Facts(TODAY, told, made, ())


def _account(rng: np.random.Generator, number: int) -> Account:
    days = np.arange(180)
    season = 1 + 0.3 * rng.random() * np.sin(2 * np.pi * (days + rng.integers(7)) / 7)
    gains = rng.negative_binomial(2, 2 / (2 + 25 * season)).astype(float)
    hang = np.zeros(180)
    for day in range(1, 180):
        hang[day] = 0.4 * hang[day - 1] + rng.normal(0, 0.3)
    views = rng.poisson(400 * season * np.exp(hang)).astype(float)
    views[rng.random(180) < 0.01] *= 12
    series = {"followers": Days(FIRST, gains), "views": Days(FIRST, views)}
    name = ("Instagram (@kesar)", "TikTok (@kesar)", "YouTube (Kesar)")[number % 3]
    platform = ("instagram", "tiktok", "youtube")[number % 3]
    return Account(f"account-{number}", name, platform, connection=f"account-{number}", series=series)


def _posts(rng: np.random.Generator, account: Account, count: int, effect: float, of: str) -> list[Post]:
    usual_days = rng.choice(7, 3, replace=False)
    logs = _results(rng, count)
    at = np.sort(rng.integers(0, 175 * 24, count))
    found = []
    for number in range(count):
        day = int(at[number]) // 24
        while rng.random() < 0.7 and (FIRST + dt.timedelta(days=day)).weekday() not in usual_days and day < 175:
            day += 1
        hour = int(rng.choice([2, 8, 13, 17, 20], p=[0.05, 0.2, 0.25, 0.2, 0.3]))
        moment = dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(hour), dt.UTC)
        features = _features(rng, number / count, moment)
        log = logs[number] + (np.log(effect) if of in features["kind"] else 0.0)
        found.append(Post(f"{account.key}-{number}", account.key, moment, float(log), features, f"piece-{number}"))
    return sorted(found, key=lambda each: each.at)


def _results(rng: np.random.Generator, count: int) -> np.ndarray[Any, Any]:
    hang, found = 0.0, np.zeros(count)
    for number in range(count):
        hang = 0.3 * hang + rng.normal(0, 0.25)
        found[number] = hang + 0.55 * rng.standard_t(4)
    return np.clip(found, np.log(0.1), np.log(10))


def _features(rng: np.random.Generator, when: float, moment: dt.datetime) -> dict[str, tuple[str, ...]]:
    band = next(each for each, until in zip(HOURS, (6, 11, 15, 19, 24), strict=True) if moment.hour < until)
    campaign = ("diwali",) if 0.6 < when < 0.75 else ()
    tags = tuple(f"tag{each}" for each in range(8) if rng.random() < 0.1 + 0.08 * each) + campaign
    return {
        "hour": (band,),
        "weekday": (str(moment.weekday()),),
        "kind": (str(rng.choice(KINDS, p=[0.5, 0.3, 0.2])),),
        "format": (str(rng.choice(FORMATS)),),
        "length": (str(rng.choice(LENGTHS)),),
        "caption": (str(rng.choice(CAPTIONS)),),
        "hashtag": tags,
        "says": tuple(each for each in SAYS if rng.random() < 0.35),
        "trend": ("ride",) if rng.random() < 0.3 else (),
    }
