"""An account's newest posts added up, where a platform tells what posts have and not what days held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
BEST: Final = 5
WORDS: Final = 120


@dataclass(frozen=True)
class Posted:
    """One post as it stands; a count that is not told is absent."""

    id: str
    title: str
    url: str
    created: datetime
    counts: Mapping[str, int]


def week(posts: Iterable[Posted], *, now: datetime, keys: Sequence[str]) -> dict[str, Any]:
    """What posts of the last seven days have by now (`likes_7d` …), the best of them, and how many are of a day.

    A count that no post tells is left out, unless there is no post.
    """
    recent = [post for post in posts if now - post.created < WEEK]
    figures: dict[str, Any] = {}
    for key in keys:
        told = [post.counts[key] for post in recent if key in post.counts]
        if told or not recent:
            figures[f"{key}_7d"] = sum(told)
    best = sorted(recent, key=lambda post: _reactions(post, keys), reverse=True)[:BEST]
    figures["top_posts"] = [_shown(post) for post in best]
    figures["posted_24h"] = sum(now - post.created < DAY for post in recent)
    return figures


def _reactions(post: Posted, keys: Iterable[str]) -> int:
    return sum(post.counts.get(key, 0) for key in keys if key != "views")


def _shown(post: Posted) -> dict[str, Any]:
    about = {"id": post.id, "title": post.title[:WORDS], "url": post.url, "created": post.created.isoformat()}
    return {**about, **post.counts}


def number(value: Any) -> int | None:
    """A count as platforms write it; None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def numbers(told: Any, names: Mapping[str, str]) -> dict[str, int]:
    """The counts of an answer under our keys, by the platform's names; those it does not tell are left out."""
    given = told if isinstance(told, Mapping) else {}
    return {key: value for name, key in names.items() if (value := number(given.get(name))) is not None}
