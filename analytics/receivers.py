"""What analytics does when something happens below it."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Min
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import BrandProfile, ClientAccount, Organization
from analytics.models import MeasuredPost
from analytics.rollups import posts as rollups
from analytics.services import measuring, riding
from content.models import GeneratedContent
from publishing.models import ScheduledPost
from publishing.signals import posts_moved, posts_published
from trends.services import own


@receiver(posts_published)
def measure_from_now_on(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Start the ladder."""
    measuring.begin(posts)


@receiver(posts_published)
def note_the_rides(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Remember the trends they ride."""
    riding.note(posts)


@receiver(posts_moved)
def take_the_numbers_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, **_kwargs: Any) -> None:
    """Numbers go with their posts."""
    rows = MeasuredPost.objects.filter(post_id__in=keys)
    rows.update(client_id=client_id)
    for organization, first in rows.order_by().values_list("organization").annotate(first=Min("published_at")):
        rollups.make_again(organization, since=first.date() - dt.timedelta(days=1))
    own.move(keys, client_id=client_id)


@receiver(post_delete, sender=MeasuredPost)
@receiver(post_delete, sender=GeneratedContent)
def sum_without_it(instance: MeasuredPost | GeneratedContent, origin: Any = None, **_kwargs: Any) -> None:
    """A post or a piece that is gone is in no sum."""
    since = instance.published_at if isinstance(instance, MeasuredPost) else instance.created_at
    if not isinstance(origin, Organization):
        rollups.make_again(instance.organization_id, since=since.date() - dt.timedelta(days=1))


@receiver(post_delete, sender=BrandProfile)
@receiver(post_delete, sender=ClientAccount)
def sum_without_them(instance: BrandProfile | ClientAccount, origin: Any = None, **_kwargs: Any) -> None:
    """What was summed for a brand or a client is summed without it."""
    if not isinstance(origin, Organization):
        rollups.make_again(instance.organization_id, since=dt.date.min)
