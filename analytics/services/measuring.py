"""Putting posts under measurement."""

from analytics import ladder
from analytics.models import MeasuredPost
from publishing.models import ScheduledPost


def start(post: ScheduledPost) -> MeasuredPost:
    """Begin measuring a post that went live, and return the row; safe to call again."""
    begin(post)
    return MeasuredPost.objects.get(post=post)


def begin(post: ScheduledPost) -> None:
    """Begin measuring a post that went live, in one statement; safe to call again."""
    published_at = post.published_at or post.scheduled_for
    measured = MeasuredPost(
        post=post,
        organization_id=post.organization_id,
        client_id=post.client_id,
        platform=post.connection.platform,
        published_at=published_at,
        next_at=ladder.next_at(published_at, now=published_at),
        is_simulated=post.connection.platform == "practice",
    )
    MeasuredPost.objects.bulk_create([measured], ignore_conflicts=True)
