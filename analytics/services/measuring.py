"""Putting posts under measurement."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from analytics import ladder
from analytics.models import MeasuredPost
from content.models import GeneratedContent
from publishing.models import ScheduledPost
from trenddrop.core import recordsets


def start(post: ScheduledPost) -> MeasuredPost:
    """Begin measuring a post that went live, and return the row; safe to call again."""
    begin([post])
    return MeasuredPost.objects.get(post=post)


def begin(posts: Sequence[ScheduledPost]) -> None:
    """Begin measuring posts that went live, in two statements at most; safe to call again."""
    prefetch_related_objects(posts, "piece")  # a worker has read them with its claim
    rows = [_measured(post, post.piece) for post in posts]
    recordsets.insert_all(rows, ignore_conflicts=True)


def _measured(post: ScheduledPost, piece: GeneratedContent) -> MeasuredPost:
    published_at = post.published_at or post.scheduled_for
    is_simulated = post.connection.platform == "practice"
    return MeasuredPost(
        post=post,
        organization_id=post.organization_id,
        client_id=post.client_id,
        connection_id=post.connection_id,
        brand_id=piece.brand_id,
        asset_id=piece.asset_id,
        platform=post.connection.platform,
        kind=piece.kind,
        format=piece.format,
        category=piece.category,
        language=piece.language,
        hashtags=[tag.lstrip("#").lower()[:100] for tag in post.hashtags],
        duration=piece.duration,
        letters=len(post.text),
        published_at=published_at,
        next_at=ladder.next_at(published_at, now=published_at),
        origin=MeasuredPost.Origin.PRACTICE if is_simulated else MeasuredPost.Origin.API,
        is_simulated=is_simulated,
    )
