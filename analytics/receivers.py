"""What analytics does when something happens below it."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Min
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django_structlog.signals import bind_extra_request_finished_metadata, bind_extra_request_metadata
from structlog.contextvars import unbind_contextvars

from accounts.models import BrandProfile, ClientAccount, Membership, Organization
from analytics.events import rollup as event_rollup
from analytics.models import MeasuredPost, ShortLink
from analytics.rollups import posts as rollups
from analytics.services import events, measuring, reports, riding, tracking
from content.models import GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from publishing.signals import connection_erased, engagement_received, posts_moved, posts_published
from trends.services import own


@receiver(posts_published)
def measure_from_now_on(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Start the ladder."""
    measuring.begin(posts)


@receiver(posts_published)
def note_the_rides(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Remember the trends they ride."""
    riding.note(posts)


@receiver(engagement_received)
def count_what_was_done(
    post: ScheduledPost,
    connection: PlatformConnection,
    key: str,
    happened_at: dt.datetime,
    data: dict[str, Any],
    **_kwargs: Any,
) -> None:
    """Somebody liked or wrote: an event."""
    events.hear(post, connection, key=key, data=data, happened_at=happened_at, now=timezone.now())


@receiver(connection_erased)
def forget_whose_days_they_were(connection: PlatformConnection, **_kwargs: Any) -> None:
    """The days stay, of somebody without a name."""
    tracking.erase(connection)


@receiver(posts_moved)
def take_the_numbers_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, **_kwargs: Any) -> None:
    """Numbers go with their posts."""
    rows = MeasuredPost.objects.filter(post_id__in=keys)
    rows.update(client_id=client_id)
    ShortLink.objects.filter(post_id__in=keys).update(client_id=client_id)
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


@receiver(post_delete, sender=Membership)
def mail_them_nothing_more(instance: Membership, origin: Any = None, **_kwargs: Any) -> None:
    """Whoever is a member no more gets no more reports."""
    if not isinstance(origin, Organization):
        reports.forget_member(instance.organization_id, instance.user.email)


@receiver(pre_delete, sender=BrandProfile)
def mail_nothing_of_it(instance: BrandProfile, origin: Any = None, **_kwargs: Any) -> None:
    """Reports by mail about a brand end with it."""
    if not isinstance(origin, Organization):
        reports.end_of_brand(instance)


VISITORS = ("/l/", "/c/")


@receiver(bind_extra_request_metadata)
@receiver(bind_extra_request_finished_metadata)
def log_nobody(request: HttpRequest, log_kwargs: dict[str, Any], **_kwargs: Any) -> None:
    """Who follows a link or visits a website stands in no log: no address, no browser, no query."""
    if request.path.startswith(VISITORS):
        unbind_contextvars("ip")
        log_kwargs.pop("user_agent", None)
        log_kwargs["request"] = f"{request.method} {request.path}"


@receiver(pre_delete, sender=ScheduledPost)
def sum_events_without_it(instance: ScheduledPost, origin: Any = None, **_kwargs: Any) -> None:
    """What people did with a post that is removed is in no sum."""
    if not isinstance(origin, Organization):
        event_rollup.touch_post(instance.pk)
