"""What the figures of posts rest on beside their own counts, for many posts in few statements."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection as database

from analytics.models import MeasuredPost, PostMetrics
from content.models import GeneratedContent

AT_MOST_HOURS = 48.0
YARDSTICK = 40
KINDS = ("likes", "comments", "shares", "saves")

# Of each post, its account's posts before it: the last snapshot not later than its own age.
AT_AGE = """
    SELECT asked.post, snap.views, snap.engagement
    FROM unnest(%(posts)s::uuid[], %(accounts)s::uuid[], %(published)s::timestamptz[], %(ages)s::float[])
        AS asked (post, account, published, age)
    CROSS JOIN LATERAL (
        SELECT earlier.post_id FROM analytics_measuredpost earlier
        WHERE earlier.connection_id = asked.account AND earlier.published_at < asked.published
        ORDER BY earlier.published_at DESC LIMIT %(yardstick)s
    ) past
    CROSS JOIN LATERAL (
        SELECT shot.views, CASE WHEN num_nonnulls(shot.likes, shot.comments, shot.shares, shot.saves) > 0 THEN
            coalesce(shot.likes, 0) + coalesce(shot.comments, 0) + coalesce(shot.shares, 0) + coalesce(shot.saves, 0)
            END AS engagement
        FROM analytics_postmetrics shot WHERE shot.post_id = past.post_id AND shot.hour <= asked.age
        ORDER BY shot.taken_at DESC LIMIT 1
    ) snap
"""
# Followers of the account on the day the post went live: that day's or the last before, else the first within a week.
FOLLOWERS = """
    SELECT asked.post, told.followers
    FROM unnest(%(posts)s::uuid[], %(accounts)s::uuid[], %(dates)s::date[]) AS asked (post, account, date)
    JOIN analytics_trackedaccount account ON account.connection_id = asked.account
    CROSS JOIN LATERAL (
        SELECT day.followers FROM analytics_dailymetrics day
        WHERE day.account_id = account.id AND day.followers IS NOT NULL
            AND day.date BETWEEN asked.date - 30 AND asked.date + 7
        ORDER BY day.date > asked.date, abs(day.date - asked.date) LIMIT 1
    ) told
"""


@dataclass
class Beside:
    """What is known beside a post's own counts: its snapshots, and its account."""

    shots: list[tuple[float, int | None, int | None]] = field(default_factory=list)
    settled: tuple[int | None, int | None] | None = (
        None  # views, and what people did, at the age at which posts are compared
    )
    views: list[float] = field(default_factory=list)
    engagement: list[float] = field(default_factory=list)
    followers: int | None = None
    predicted_virality: int | None = None


def beside(rows: Sequence[MeasuredPost]) -> dict[uuid.UUID, Beside]:
    """Return, by post, what its figures rest on: four statements for however many posts."""
    found: dict[uuid.UUID, Beside] = defaultdict(Beside)
    if not rows:
        return found
    posts = [row.post_id for row in rows]
    shots = PostMetrics.objects.filter(post__in=posts).order_by("taken_at")
    for post, hour, views, *actions in shots.values_list("post_id", "hour", "views", *KINDS):
        told = [each for each in actions if each is not None]
        did = sum(told) if told else None
        found[post].shots.append((hour, views, did))
        if hour <= AT_MOST_HOURS:
            found[post].settled = views, did
    pieces = GeneratedContent.objects.filter(posts__in=posts).values_list("posts__id", "predicted_virality")
    for post, predicted in pieces:
        found[post].predicted_virality = predicted
    _past(rows, found)
    return found


def _past(rows: Sequence[MeasuredPost], found: dict[uuid.UUID, Beside]) -> None:
    known = [row for row in rows if row.connection_id]
    asked: dict[str, Any] = {
        "posts": [row.post_id for row in known],
        "accounts": [row.connection_id for row in known],
        "published": [row.published_at for row in known],
        "dates": [row.published_at.astimezone(dt.UTC).date() for row in known],
        "ages": [age_of(row) for row in known],
        "yardstick": YARDSTICK,
    }
    with database.cursor() as cursor:
        cursor.execute(AT_AGE, asked)
        for post, views, engagement in cursor.fetchall():
            if views is not None:
                found[post].views.append(float(views))
            if engagement is not None:
                found[post].engagement.append(float(engagement))
        cursor.execute(FOLLOWERS, asked)
        for post, followers in cursor.fetchall():
            found[post].followers = followers


def age_of(row: MeasuredPost) -> float:
    """At which age a post is held against others: as old as it was counted, two days at most."""
    until = row.last_at or row.published_at
    return max(0.0, min((until - row.published_at).total_seconds() / 3600, AT_MOST_HOURS))
