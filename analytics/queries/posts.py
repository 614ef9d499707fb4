"""A post against its account's own past, and its curve."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection as database

from accounts.models import Membership
from analytics.models import MeasuredPost, PostMetrics

YARDSTICK = 40
FEWEST = 3
AT_MOST_HOURS = 48.0


@dataclass(frozen=True)
class Standing:
    """A post's main number beside the median of its account's posts at the same age."""

    measured: MeasuredPost
    metric: str
    value: int | None
    hours: float
    ratio: float | None
    n: int


@dataclass(frozen=True)
class CurvePoint:
    """A snapshot: hours since publishing, and the counts the platform gave."""

    hour: float
    counts: dict[str, int | None]


# Of each post, the last snapshot not later than an age: the account's past at the same age as the post in question.
AT_AGE = """
    SELECT asked.id, past.post_id, snap.views, snap.likes, snap.comments, snap.shares
    FROM unnest(%(posts)s::uuid[], %(ages)s::float[]) AS asked (id, age)
    JOIN publishing_scheduledpost mine ON mine.id = asked.id
    CROSS JOIN LATERAL (
        SELECT m.post_id, m.published_at FROM analytics_measuredpost m
        JOIN publishing_scheduledpost p ON p.id = m.post_id
        WHERE p.connection_id = mine.connection_id AND m.published_at <= mine.published_at
        ORDER BY m.published_at DESC LIMIT %(yardstick)s
    ) past
    CROSS JOIN LATERAL (
        SELECT s.views, s.likes, s.comments, s.shares FROM analytics_postmetrics s
        WHERE s.post_id = past.post_id AND s.hour <= asked.age
          AND %(now)s - past.published_at >= make_interval(secs => asked.age * 3600)
        ORDER BY s.hour DESC LIMIT 1
    ) snap
"""


def latest_standings(membership: Membership, *, now: dt.datetime, limit: int = 5) -> list[Standing]:
    """Return the last posts of a member's organisation against their own accounts' medians, newest first."""
    recent = list(
        MeasuredPost.objects.visible_to(membership)
        .filter(last_at__isnull=False)
        .select_related("post__connection")
        .order_by("-published_at")[:limit]
    )
    return standings(recent, now=now)


def standings(posts: Sequence[MeasuredPost], *, now: dt.datetime) -> list[Standing]:
    """Compare each post with the posts of its account before it, at the same age (at most 48 h)."""
    ages = {row.post_id: _age(row, now) for row in posts}
    past = _at_age(ages, now=now) if posts else {}
    return [_standing(row, ages[row.post_id], past.get(row.post_id, {})) for row in posts]


def _age(row: MeasuredPost, now: dt.datetime) -> float:
    measured_until = row.last_at or now
    return min((measured_until - row.published_at).total_seconds() / 3600, AT_MOST_HOURS)


Counts = tuple[int | None, int | None, int | None, int | None]


def _at_age(ages: dict[uuid.UUID, float], *, now: dt.datetime) -> dict[uuid.UUID, dict[uuid.UUID, Counts]]:
    found: dict[uuid.UUID, dict[uuid.UUID, Counts]] = {}
    with database.cursor() as cursor:
        asked: dict[str, Any] = {
            "posts": list(ages),
            "ages": list(ages.values()),
            "yardstick": YARDSTICK + 1,
            "now": now,
        }
        cursor.execute(AT_AGE, asked)
        for post, other, *counts in cursor.fetchall():
            found.setdefault(post, {})[other] = (counts[0], counts[1], counts[2], counts[3])
    return found


def main_metric(row: MeasuredPost) -> str:
    """Views where the platform gives them, else the sum of what people did."""
    return "views" if row.views is not None else "engagement"


def _value(metric: str, counts: Counts) -> int:
    views, *actions = counts
    return views or 0 if metric == "views" else sum(count or 0 for count in actions)


def _standing(row: MeasuredPost, age: float, past: dict[uuid.UUID, Counts]) -> Standing:
    metric = main_metric(row)
    mine = past.get(row.post_id)
    value = _value(metric, mine) if mine else None
    others = [_value(metric, counts) for post, counts in past.items() if post != row.post_id]
    usual = median(others) if len(others) >= FEWEST else None
    ratio = value / usual if value is not None and usual else None
    return Standing(row, metric, value, age, ratio, len(others))


def curve(post_id: uuid.UUID, membership: Membership) -> list[CurvePoint]:
    """Return a post's snapshots, oldest first."""
    rows = PostMetrics.objects.visible_to(membership).filter(post_id=post_id).order_by("hour")
    names = ["views", "likes", "comments", "shares", "saves"]
    return [CurvePoint(row["hour"], {name: row[name] for name in names}) for row in rows.values("hour", *names)]
