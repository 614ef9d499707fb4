"""Putting posts under measurement."""

from analytics import ladder
from analytics.models import MeasuredPost
from publishing.models import ScheduledPost


def start(post: ScheduledPost) -> MeasuredPost:
    """Begin measuring a post that went live; safe to call again."""
    published_at = post.published_at or post.scheduled_for
    measured, _new = MeasuredPost.objects.get_or_create(
        post=post,
        defaults={
            "organization_id": post.organization_id,
            "client_id": post.client_id,
            "platform": post.connection.platform,
            "published_at": published_at,
            "next_at": ladder.next_at(published_at, now=published_at),
            "is_simulated": post.connection.platform == "practice",
        },
    )
    return measured
