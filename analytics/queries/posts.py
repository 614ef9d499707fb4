"""A post against its account's own past, and its curve."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection as database

from accounts.models import Membership
from analytics.catalogue.raw import COUNTS
from analytics.models import MeasuredPost, PostMetrics

YARDSTICK = 40
FEWEST = 3
AT_MOST_HOURS = 48.0
COUNTED = tuple(metric.key for metric in COUNTS)


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
    origin: str = ""


# Of each post, the last snapshot not later than an age: the account's past at the same age as the post in question.
AT_AGE = """
    SELECT asked.id, past.post_id, snap.views, snap.likes, snap.comments, snap.shares, snap.saves
    FROM unnest(%(posts)s::uuid[], %(ages)s::float[]) AS asked (id, age)
    JOIN publishing_scheduledpost mine ON mine.id = asked.id
    CROSS JOIN LATERAL (
        SELECT m.post_id, m.published_at FROM analytics_measuredpost m
        JOIN publishing_scheduledpost p ON p.id = m.post_id
        WHERE p.connection_id = mine.connection_id AND m.published_at <= mine.published_at
        ORDER BY m.published_at DESC LIMIT %(yardstick)s
    ) past
    CROSS JOIN LATERAL (
        SELECT s.views, s.likes, s.comments, s.shares, s.saves FROM analytics_postmetrics s
        WHERE s.post_id = past.post_id AND s.hour <= asked.age
          AND %(now)s - past.published_at >= make_interval(secs => asked.age * 3600)
        ORDER BY s.hour DESC LIMIT 1
    ) snap
"""


def latest_standings(membership: Membership, *, now: dt.datetime, limit: int = 5) -> list[Standing]:
    """Return the last posts of a member's organisation against their own accounts' medians, newest first."""
    rows = MeasuredPost.objects.visible_to(membership).filter(last_at__isnull=False)
    newest = rows.order_by("-published_at", "-pk").values("pk")[:limit]  # found by their index; joined after that
    recent = MeasuredPost.objects.filter(pk__in=newest).select_related("post__connection")
    return standings(list(recent.order_by("-published_at", "-pk")), now=now)


def standings(posts: Sequence[MeasuredPost], *, now: dt.datetime) -> list[Standing]:
    """Compare each post with the posts of its account before it, at the same age (at most 48 h)."""
    ages = {row.post_id: _age(row, now) for row in posts}
    past = _at_age(ages, now=now) if posts else {}
    return [_standing(row, ages[row.post_id], past.get(row.post_id, {})) for row in posts]


def _age(row: MeasuredPost, now: dt.datetime) -> float:
    measured_until = row.last_at or now
    return min((measured_until - row.published_at).total_seconds() / 3600, AT_MOST_HOURS)


Counts = tuple[int | None, ...]  # views, then what people did


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
            found.setdefault(post, {})[other] = tuple(counts)
    return found


def main_metric(row: MeasuredPost) -> str:
    """Views where the platform gives them, else the sum of what people did."""
    return "views" if row.views is not None else "engagement"


def _value(metric: str, counts: Counts) -> int | None:
    """Return a main number; None where the platform told none of it, which is not nought."""
    views, *actions = counts
    told = [views] if metric == "views" else actions
    known = [count for count in told if count is not None]
    return sum(known) if known else None


def _standing(row: MeasuredPost, age: float, past: dict[uuid.UUID, Counts]) -> Standing:
    metric = main_metric(row)
    mine = past.get(row.post_id)
    value = _value(metric, mine) if mine else None
    before = [_value(metric, counts) for post, counts in past.items() if post != row.post_id]
    others = [count for count in before if count is not None]
    usual = median(others) if len(others) >= FEWEST else None
    ratio = value / usual if value is not None and usual else None
    return Standing(row, metric, value, age, ratio, len(others))


def curve(post_id: uuid.UUID, membership: Membership) -> list[CurvePoint]:
    """Return a post's snapshots, oldest first."""
    rows = PostMetrics.objects.visible_to(membership).filter(post_id=post_id).order_by("taken_at")
    return [
        CurvePoint(row["hour"], {name: row[name] for name in COUNTED}, row["origin"])
        for row in rows.values("hour", "origin", *COUNTED)
    ]


@dataclass(frozen=True)
class Expected:
    """Between which counts the middle half of the account's earlier posts stood at an age, and how many they were."""

    low: float
    high: float
    n: int


# The account's posts before one, as old as each age already: what they had by then.
BAND = """
    SELECT asked.age, percentile_cont(0.25) WITHIN GROUP (ORDER BY snap.value),
        percentile_cont(0.75) WITHIN GROUP (ORDER BY snap.value), count(snap.value)
    FROM unnest(%(ages)s::float[]) AS asked (age)
    CROSS JOIN (
        SELECT post_id, extract(epoch FROM last_at - published_at) / 3600 AS counted_until
        FROM analytics_measuredpost
        WHERE connection_id = %(account)s AND published_at < %(published)s AND last_at IS NOT NULL
        ORDER BY published_at DESC LIMIT %(yardstick)s
    ) past
    CROSS JOIN LATERAL (
        SELECT CASE WHEN %(metric)s = 'views' THEN shot.views
            WHEN num_nonnulls(shot.likes, shot.comments, shot.shares, shot.saves) > 0 THEN
                coalesce(shot.likes, 0) + coalesce(shot.comments, 0) + coalesce(shot.shares, 0)
                + coalesce(shot.saves, 0) END AS value
        FROM analytics_postmetrics shot
        WHERE shot.post_id = past.post_id AND shot.hour <= asked.age AND past.counted_until >= asked.age
        ORDER BY shot.taken_at DESC LIMIT 1
    ) snap
    GROUP BY asked.age HAVING count(snap.value) >= %(fewest)s
"""
FEWEST_FOR_BAND = 5


def band(row: MeasuredPost, ages: Sequence[float], *, metric: str) -> dict[float, Expected]:
    """Return by age what was to be expected of a post; ages of which fewer than five posts tell are left out."""
    if row.connection_id is None or not ages:
        return {}
    asked: dict[str, Any] = {
        "ages": list(ages), "account": row.connection_id, "published": row.published_at, "metric": metric,
        "yardstick": YARDSTICK, "fewest": FEWEST_FOR_BAND,
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(BAND, asked)
        return {age: Expected(low, high, n) for age, low, high, n in cursor.fetchall()}
