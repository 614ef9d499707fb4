"""Which trends a published post rides: those its pieces were written with, told to trends."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection

from content.models import TrendMatch
from publishing.models import ScheduledPost
from trends.services import own


def note(posts: Collection[ScheduledPost]) -> int:
    """Note the topics of posts that went live; returns how many. Call in a scope that has them all."""
    used = _used({post.piece.asset_id for post in posts})
    told = [(_told(post), used[post.piece.asset_id]) for post in posts]
    return own.ride_all(told) if told else 0


def catch_up(organization_id: uuid.UUID, *, since: dt.datetime) -> int:
    """Note what earlier posts rode, those too that nobody announced; safe to call again. Returns the rides found."""
    live = ScheduledPost.objects.filter(
        organization=organization_id, status=ScheduledPost.Status.PUBLISHED, published_at__gte=since
    )
    return note(list(live.select_related("connection", "piece").order_by("published_at")))


def _used(assets: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return the topics that pieces of these assets were made with."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for asset, topic in TrendMatch.objects.filter(asset__in=assets, is_used=True).values_list("asset_id", "topic_id"):
        found[asset].add(topic)
    return found


def _told(post: ScheduledPost) -> own.Post:
    return own.Post(
        organization_id=post.organization_id,
        client_id=post.client_id,
        post_id=post.pk,
        asset_id=post.piece.asset_id,
        platform=post.connection.platform,
        url=post.url,
        title=post.title or post.text,
        published_at=post.published_at or post.scheduled_for,
    )
