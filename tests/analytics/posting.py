"""Published posts with numbers, for tests."""

import datetime as dt
from typing import Any

from analytics.models import MeasuredPost, PostMetrics
from analytics.services import measuring
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from tests.cast import Cast

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def connection(cast: Cast, platform: str = "practice", **fields: Any) -> PlatformConnection:
    """An account of Kesar's."""
    defaults = {"account_id": "kesar", "handle": "@kesar", "service_url": "http://127.0.0.1:1"}
    return PlatformConnection.objects.create(organization=cast.kesar, platform=platform, **(defaults | fields))


def piece(cast: Cast, platform: str = "practice", text: str = "Wash off the filter.") -> GeneratedContent:
    """A piece of a text asset."""
    asset = ContentAsset.objects.create(
        organization=cast.kesar, kind="blog", title="Monsoon skin", text=text, status="ready", created_by=cast.asha.user
    )
    return GeneratedContent.objects.create(
        organization=cast.kesar, asset=asset, platform=platform, text=text, made_by="test"
    )


def published(cast: Cast, account: PlatformConnection, at: dt.datetime) -> MeasuredPost:
    """A post that went live at a time."""
    post = ScheduledPost.objects.create(
        organization=cast.kesar,
        piece=piece(cast),
        piece_version=1,
        connection=account,
        scheduled_for=at,
        local_time=at.strftime("%Y-%m-%dT%H:%M"),
        timezone="UTC",
        next_try_at=at,
        status="published",
        published_at=at,
        text="Wash off the filter.",
        platform_post_id=f"id-{at:%d%H%M}",
    )
    return measuring.start(post)


def snapshot(
    row: MeasuredPost, hour: float, views: int | None, likes: int | None = 0, *, saves: int | None = None
) -> None:
    """Numbers of a post some hours after it went live."""
    at = row.published_at + dt.timedelta(hours=hour)
    PostMetrics.objects.create(
        organization_id=row.organization_id, post_id=row.post_id, taken_at=at, hour=hour, views=views, likes=likes,
        saves=saves,
    )  # fmt: skip
    row.last_at, row.views, row.likes, row.saves = at, views, likes, saves
    row.save()
