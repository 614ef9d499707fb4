"""How earlier posts did and what is planned, for whoever plans the next."""

import datetime as dt
import uuid
from collections.abc import Sequence

from analytics.models import MeasuredPost
from analytics.queries.posts import AT_MOST_HOURS
from publishing.models import ScheduledPost
from trenddrop.core.history import Past

READ = 400
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
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime
    ) -> Sequence[dt.datetime]:
        """Return when posts of the next weeks are planned for, also those that still wait for somebody's yes."""
        rows = ScheduledPost.objects.filter(
            organization_id=organization_id, client_id=client_id, status__in=PLANNED,
            scheduled_for__gte=now, scheduled_for__lt=now + AHEAD,
        )  # fmt: skip
        return list(rows.order_by("scheduled_for").values_list("scheduled_for", flat=True)[:READ])
