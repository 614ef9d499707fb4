"""Putting posts under measurement."""

from collections.abc import Sequence

from analytics import ladder
from analytics.models import MeasuredPost
from publishing.models import ScheduledPost


def start(post: ScheduledPost) -> MeasuredPost:
    """Begin measuring a post that went live, and return the row; safe to call again."""
    begin([post])
    return MeasuredPost.objects.get(post=post)


def begin(posts: Sequence[ScheduledPost]) -> None:
    """Begin measuring posts that went live, in one statement; safe to call again."""
    MeasuredPost.objects.bulk_create([_measured(post) for post in posts], ignore_conflicts=True)


def _measured(post: ScheduledPost) -> MeasuredPost:
    published_at = post.published_at or post.scheduled_for
    return MeasuredPost(
        post=post,
        organization_id=post.organization_id,
        client_id=post.client_id,
        platform=post.connection.platform,
        published_at=published_at,
        next_at=ladder.next_at(published_at, now=published_at),
        is_simulated=post.connection.platform == "practice",
    )
