"""How earlier posts did and what is planned, for whoever plans the next."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from analytics.models import MeasuredPost
from analytics.queries.posts import AT_MOST_HOURS
from publishing import caps, slots
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost
from trenddrop.core.history import Account, Ahead, Past, Planned

READ = 400
PLANS, ACCOUNTS = 2000, 200  # rows that are looked at
AHEAD = dt.timedelta(days=60)
Status = ScheduledPost.Status
PLANNED = [Status.WAITING, Status.SCHEDULED, Status.HANDED, Status.ASSISTED]


class OwnPosts:
    """The organisation's own posts whose counts have settled; made-up numbers stand apart by their platform."""

    def past(self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
        """Return the latest posts, the latest first: one statement."""
        settled = now - dt.timedelta(hours=AT_MOST_HOURS)
        rows = MeasuredPost.objects.filter(
            organization_id=organization_id, client_id=client_id, published_at__lte=settled, views__isnull=False
        )
        found = rows.order_by("-published_at", "-pk").values_list("platform", "published_at", "views")[:READ]
        return [Past(platform, at, int(views or 0)) for platform, at, views in found]

    def ahead(
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, brand_id: uuid.UUID | None, now: dt.datetime
    ) -> Ahead:
        """Return the next weeks: posts, also those that wait for somebody's yes, and accounts. Three statements."""
        own = {"organization_id": organization_id, "client_id": client_id}
        living = ScheduledPost.objects.filter(
            **own, status__in=slots.LIVING, scheduled_for__gte=now - caps.DAY, scheduled_for__lt=now + AHEAD
        )
        living = living.select_related("connection").only("scheduled_for", "slot_id", "status", "connection__platform")
        posts = list(living.order_by("scheduled_for")[:PLANS])
        rows = PlatformConnection.objects.filter(**own, status=PlatformConnection.Status.ACTIVE)
        accounts = list(rows.only("platform", "allowance").order_by("platform", "created_at")[:ACCOUNTS])
        by_account, queues = defaultdict[uuid.UUID, list[ScheduledPost]](list), _queues(accounts, brand_id)
        for post in posts:
            by_account[post.connection_id].append(post)
        coming = [
            Planned(post.connection.platform, post.scheduled_for)
            for post in posts
            if post.status in PLANNED and post.scheduled_for >= now
        ]
        return Ahead(coming, [_account(one, by_account[one.pk], queues.get(one.pk), now) for one in accounts])


def _queues(accounts: Sequence[PlatformConnection], brand_id: uuid.UUID | None) -> dict[uuid.UUID, list[PostingSlot]]:
    found = defaultdict[uuid.UUID, list[PostingSlot]](list)
    for slot in slots.slots_of(accounts).filter(Q(brand=None) | Q(brand_id=brand_id)):
        found[slot.connection_id].append(slot)
    return found


def _account(
    row: PlatformConnection, posts: Sequence[ScheduledPost], queue: list[PostingSlot] | None, now: dt.datetime
) -> Account:
    counted = [post.scheduled_for for post in posts if post.status in caps.COUNTED]
    free = slots.free_between(row, queue, posts, begins=now + slots.LEAD, ends=now + AHEAD) if queue else None
    at = [one.moment.instant for one in free] if free is not None else None
    return Account(row.platform, caps.limit_of(row), counted, at)
