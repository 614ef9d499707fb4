"""What becomes of posts when work changes hands between clients, or work for one ends."""

import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership
from publishing.delivery import handing
from publishing.models import ContentCalendar, PostingSlot, RecurringPost, ScheduledPost
from publishing.signals import posts_moved

Status = ScheduledPost.Status


def move(assets: Collection[uuid.UUID], *, client_id: uuid.UUID | None, by: Membership) -> None:
    """Make the posts of assets another client's; planned ones leave accounts that are not that client's."""
    posts = ScheduledPost.objects.filter(piece__asset_id__in=assets)
    foreign = Q(connection__client__isnull=False) & ~Q(connection__client_id=client_id)
    _cancel(posts.filter(foreign), _("Its account belongs to another client."), by=by)
    keys = list(posts.values_list("pk", flat=True))
    ScheduledPost.objects.filter(pk__in=keys).update(client_id=client_id)
    _series_along(assets, client_id=client_id)
    posts_moved.send(sender=ScheduledPost, keys=keys, client_id=client_id)


def _series_along(assets: Collection[uuid.UUID], *, client_id: uuid.UUID | None) -> None:
    """Recurring posts go with their pieces; one whose account is another client's stops."""
    series = RecurringPost.objects.filter(piece__asset_id__in=assets)
    foreign = Q(connection__client__isnull=False) & ~Q(connection__client_id=client_id)
    stops = series.filter(foreign).values("pk")
    RecurringPost.objects.filter(pk__in=stops).update(
        is_active=False, error=_("Its account belongs to another client.")
    )
    RecurringPost.objects.filter(pk__in=list(series.values_list("pk", flat=True))).update(client_id=client_id)


def leave(brand: BrandProfile) -> None:
    """Let calendars and slots that stay with another client be no more for a brand that changed hands."""
    slots = PostingSlot.objects.filter(brand=brand, connection__client__isnull=False)
    slots.exclude(connection__client_id=brand.client_id).update(brand=None)
    if brand.client_id:
        calendars = ContentCalendar.objects.filter(brand=brand)
        calendars.filter(Q(client=None) | ~Q(client_id=brand.client_id)).update(brand=None)


def stop(client: ClientAccount, *, by: Membership) -> None:
    """Cancel what is planned for a client."""
    reason = _("The client was archived.")
    _cancel(ScheduledPost.objects.filter(client=client), reason, by=by)
    RecurringPost.objects.filter(client=client, is_active=True).update(is_active=False, error=reason)


def _cancel(posts: QuerySet[ScheduledPost], reason: str, *, by: Membership) -> None:
    stoppable = [Status.DRAFT, Status.WAITING, Status.SCHEDULED, Status.HANDED, Status.ASSISTED]
    stands = Q(status=Status.SCHEDULED) & ~Q(platform_post_id="")  # in part; the rest follows
    planned = list(posts.filter(status__in=stoppable).exclude(stands).values_list("pk", flat=True))
    held = ScheduledPost.objects.filter(pk__in=planned, status__in=stoppable).select_for_update(of=("self",))
    for post in held.order_by("pk"):
        if post.status == Status.HANDED:  # a worker takes it back from its platform first
            post.metadata = {**post.metadata, handing.WISH: handing.wish_to_cancel()}
            post.next_try_at = timezone.now()
        else:
            post.status, post.next_try_at = Status.CANCELLED, None
        post.error, post.fence, post.lease_until = reason, post.fence + 1, None
        post.save(update_fields=["status", "error", "next_try_at", "metadata", "fence", "lease_until", "updated_at"])
        audit.record("post.cancelled", post, organization_id=post.organization_id, by=by, reason=reason)
