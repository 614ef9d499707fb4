"""What the benchmarks of events share: an organisation with posts, and events told twice, late and mixed up."""

import datetime as dt
import uuid
from collections.abc import Iterator
from random import Random

from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization, User
from accounts.services import organizations
from analytics.events import bounds, keeping
from analytics.events.identity import key_of
from analytics.events.taking import Told
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost

TYPES = ("view", "view", "view", "view", "like", "like", "comment", "share", "save", "click")
COUNTRIES = ("IN", "IN", "IN", "US", "GB", "PT", "")
AGES = ("18-24", "25-34", "35-44", "")
GENDERS = ("female", "male", "")
DAY = dt.timedelta(days=1)


def organization_of(posts: int, *, platform: str = "practice") -> tuple[Organization, list[ScheduledPost]]:
    """Make an organisation with published posts."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
    organization = organizations.create(name=f"Bench {key}", owner=owner).organization
    now = timezone.now()
    with tenancy.operator():
        asset = ContentAsset.objects.create(organization=organization, kind="blog", title="Bench")
        piece = GeneratedContent.objects.create(organization=organization, asset=asset, platform=platform, text="x")
        account = PlatformConnection.objects.create(
            organization=organization, platform=platform, account_id=key, handle=key
        )
        rows = ScheduledPost.objects.bulk_create(
            ScheduledPost(
                organization=organization, piece=piece, piece_version=1, connection=account, text=f"Post {number}",
                scheduled_for=now + dt.timedelta(milliseconds=number), timezone="UTC",
                local_time=f"{now:%Y-%m-%dT%H:%M}", status="published",
                published_at=now, platform_post_id=f"{key}-{number}",
            )
            for number in range(posts)
        )  # fmt: skip
    return organization, rows


def make_months(days: int) -> None:
    """Make the partitions that events of the last days go into."""
    today = timezone.now().date()
    for step in range(-(days // 28) - 1, 2):
        keeping.add_partition(bounds.month_of(today, step))


def told(posts: list[ScheduledPost], numbers: range, *, days: int, now: dt.datetime, source: str) -> Iterator[Told]:
    """Tell events: the same number is always the same event, whoever tells it."""
    span = int(days * DAY.total_seconds())
    for number in numbers:
        chance = Random(number)
        post = posts[chance.randrange(len(posts))]
        yield Told(
            id=key_of(post.organization_id, source, str(number)),
            organization_id=post.organization_id,
            post_id=post.pk,
            connection_id=post.connection_id,
            happened_at=now - dt.timedelta(seconds=chance.randrange(span)),
            received_at=now,
            type=chance.choice(TYPES),
            person=chance.randrange(2**31) if chance.random() < 0.5 else None,
            country=chance.choice(COUNTRIES),
            age_range=chance.choice(AGES),
            gender=chance.choice(GENDERS),
        )


def clear(organization: Organization) -> None:
    """Take away what can be taken away."""
    from analytics.models import EngagementDay, EngagementEvent, EngagementHour, TouchedHour  # noqa: PLC0415

    with tenancy.operator():
        for model in (
            EngagementEvent, EngagementHour, EngagementDay, TouchedHour, ScheduledPost, GeneratedContent, ContentAsset,
            PlatformConnection,
        ):  # fmt: skip
            rows = model._base_manager.filter(organization=organization)
            rows._raw_delete(rows.db)  # noqa: SLF001 (one statement, no rows read)
        Organization.objects.filter(pk=organization.pk).update(deleted_at=timezone.now())
