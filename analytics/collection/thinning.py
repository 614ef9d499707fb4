"""Snapshots of posts that are a week old are thinned: what pages still ask of them stays, the rest makes room.

Kept are the last of every local day, so that sums by day stay what they are, and of the first two days the ages at
which posts are held against each other: ten minutes, half an hour, each hour to four, then every two to twelve, every
four to a day, and every twelve; the last that is not past two days stays beside one that came minutes later.
What people brought is never removed.
"""

import datetime as dt

from django.db import connection as database

from accounts import tenancy
from analytics.models import MeasuredPost

AGE = dt.timedelta(days=7)
LOOKS_BACK = dt.timedelta(days=4)  # a task that did not run for some days is made up for
BATCH = 1000

# One row of each age and day and of what was told at all: a metric that fell silent keeps its last count.
THIN = """
    DELETE FROM analytics_postmetrics gone USING (
        SELECT shot.id, row_number() OVER (
            PARTITION BY shot.post_id, (shot.taken_at AT TIME ZONE organization.timezone)::date,
                CASE WHEN shot.hour <= 0.2 THEN 0 WHEN shot.hour <= 0.55 THEN 0.5
                    WHEN shot.hour <= 4.1 THEN ceil(shot.hour - 0.1)
                    WHEN shot.hour <= 12.1 THEN 4 + 2 * ceil((shot.hour - 4.1) / 2)
                    WHEN shot.hour <= 24.1 THEN 12 + 4 * ceil((shot.hour - 12.1) / 4) WHEN shot.hour <= 48.1 THEN
                    24 + 12 * ceil((shot.hour - 24.1) / 12) ELSE 1000 END, shot.hour <= 48,
                num_nulls(shot.views), num_nulls(shot.impressions), num_nulls(shot.reach), num_nulls(shot.likes),
                num_nulls(shot.comments), num_nulls(shot.shares), num_nulls(shot.saves), num_nulls(shot.clicks),
                num_nulls(shot.follows), num_nulls(shot.watch_seconds)
            ORDER BY shot.taken_at DESC
        ) AS place
        FROM analytics_postmetrics shot
        JOIN accounts_organization organization ON organization.id = shot.organization_id
        WHERE shot.post_id = ANY(%(posts)s) AND shot.origin NOT IN ('hand', 'csv')
    ) each
    WHERE gone.id = each.id AND each.place > 1
"""


def thin(*, now: dt.datetime) -> int:
    """Thin the snapshots of posts that became a week old; return how many rows made room. Safe to call again."""
    with tenancy.operator():
        old = MeasuredPost.objects.filter(published_at__lte=now - AGE, published_at__gt=now - AGE - LOOKS_BACK)
        posts = list(old.order_by("published_at").values_list("post_id", flat=True))
    removed = 0
    for start in range(0, len(posts), BATCH):
        with tenancy.operator(), database.cursor() as cursor:
            cursor.execute(THIN, {"posts": posts[start : start + BATCH]})
            removed += cursor.rowcount
    return removed
