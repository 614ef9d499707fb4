"""Posts of Kesar's that people do things with, for tests."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts import tenancy
from analytics.events import taking
from analytics.events.identity import key_of
from analytics.events.taking import Told
from analytics.models import EngagementDay, EngagementHour
from publishing.models import ScheduledPost
from tests.analytics import posting
from tests.cast import Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def post_of(cast: Cast, *, handle: str = "kesar", client: Any = None) -> ScheduledPost:
    """A post that is live, on an account of its own."""
    with tenancy.operator():
        account = posting.connection(cast, account_id=handle, handle=f"@{handle}", client=client)
        post = posting.published(cast, account, timezone.now() - 40 * DAY).post
        ScheduledPost.objects.filter(pk=post.pk).update(client=client, platform_post_id=handle)
        post.refresh_from_db()
    return post


def told(post: ScheduledPost, name: str, at: dt.datetime, **more: Any) -> Told:
    """An event by its sender's name."""
    given: dict[str, Any] = {"type": "like", "received_at": timezone.now()} | more
    return Told(
        id=key_of(post.organization_id, "test", name),
        organization_id=post.organization_id,
        post_id=post.pk,
        connection_id=post.connection_id,
        happened_at=at,
        **given,
    )


def take(*rows: Told) -> set[uuid.UUID]:
    """Take events in as the organisation."""
    with tenancy.of_organization(rows[0].organization_id):
        return taking.take(rows)


def hours(cast: Cast) -> dict[tuple[dt.datetime, str], int]:
    """Kesar's sums by hour."""
    with tenancy.of_organization(cast.kesar.pk):
        rows = EngagementHour.objects.values_list("hour", "type", "count")
        found: dict[tuple[dt.datetime, str], int] = {}
        for hour, kind, count in rows:
            found[hour, kind] = found.get((hour, kind), 0) + count
    return found


def days(cast: Cast) -> dict[tuple[dt.date, str], int]:
    """Kesar's sums by day."""
    with tenancy.of_organization(cast.kesar.pk):
        rows = EngagementDay.objects.values_list("date", "type", "count")
        found: dict[tuple[dt.date, str], int] = {}
        for date, kind, count in rows:
            found[date, kind] = found.get((date, kind), 0) + count
    return found
