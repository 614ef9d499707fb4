"""Taking snapshots: claim what is due, ask the platform once per account, write what changed."""

import datetime as dt
import uuid
from collections import defaultdict

import structlog
from django.db.models import Q

from accounts import tenancy
from analytics import ladder
from analytics.models import MeasuredPost, PostMetrics
from publishing.platforms.base import PostCounts, SignInAgain, TryLater
from publishing.services import reading
from trenddrop.core import claims

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=5)
BATCH = 200
COUNTS = ["views", "likes", "comments", "shares", "saves"]
MORE_COUNTS = ["impressions", "reach", "clicks"]


def measure_due(*, now: dt.datetime) -> int:
    """Measure the posts that are due, account by account; return how many got numbers."""
    with tenancy.operator():
        due = (
            MeasuredPost.objects.filter(next_at__lte=now)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .order_by("next_at")
        )
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={})
        by_connection: dict[tuple[uuid.UUID, uuid.UUID], list[MeasuredPost]] = defaultdict(list)
        posts = MeasuredPost.objects.select_related("post__connection").in_bulk([row.pk for row in taken])
        for row in posts.values():
            by_connection[row.organization_id, row.post.connection_id].append(row)
    return sum(_measure_account(rows, now=now) for rows in by_connection.values())


def _measure_account(rows: list[MeasuredPost], *, now: dt.datetime) -> int:
    connection = rows[0].post.connection
    try:
        counts = reading.post_counts(connection, [row.post.platform_post_id for row in rows], now=now)
    except TryLater as error:
        return _put_off(rows, str(error), wait=error.after, now=now)
    except SignInAgain as error:
        return _put_off(rows, str(error), wait=None, now=now)
    with tenancy.of_organization(connection.organization_id):
        for row in rows:
            _record(row, counts.get(row.post.platform_post_id), now=now)
    return len(counts)


def _put_off(rows: list[MeasuredPost], message: str, *, wait: dt.timedelta | None, now: dt.datetime) -> int:
    log.info("measuring put off", connection=str(rows[0].post.connection_id), reason=message)
    with tenancy.of_organization(rows[0].organization_id):
        for row in rows:
            again = ladder.after_failure(row.failures, now=now, wait=wait)
            claims.write_fenced(row, next_at=again, failures=row.failures + 1, error=message, lease_until=None)
    return 0


def _record(row: MeasuredPost, counts: PostCounts | None, *, now: dt.datetime) -> None:
    """Write the snapshot if it says something new, and the next rung of the ladder."""
    following = ladder.next_at(row.published_at, now=now)
    if counts is None:
        gone = "The platform no longer shows this post."
        claims.write_fenced(row, next_at=following, error=gone, failures=row.failures + 1, lease_until=None)
        return
    values = {name: counts.metrics.get(name) for name in [*COUNTS, *MORE_COUNTS]}
    first = row.last_at is None
    changed = first or any(getattr(row, name) != values[name] for name in COUNTS)
    latest = {name: values[name] for name in COUNTS}
    held = claims.write_fenced(row, next_at=following, last_at=now, failures=0, error="", lease_until=None, **latest)
    if held and changed:
        PostMetrics.objects.create(
            organization_id=row.organization_id,
            post_id=row.post_id,
            taken_at=now,
            hour=(now - row.published_at).total_seconds() / 3600,
            is_simulated=counts.simulated,
            **values,
        )
