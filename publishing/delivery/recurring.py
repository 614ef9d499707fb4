"""Which series have a next day near enough to be planned."""

import datetime as dt
import uuid

from accounts import tenancy
from publishing.models import RecurringPost

# Planned so many days ahead (services.recurring.AHEAD), and a day more: it is tomorrow somewhere already.
DAYS_AHEAD = 15
MOST = 500


def due(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (series, organisation) of what is to be planned, the nearest day first."""
    near = (now + dt.timedelta(days=DAYS_AHEAD)).date()
    with tenancy.operator():
        rows = RecurringPost.objects.filter(
            is_active=True,
            next_on__lte=near,
            organization__deleted_at=None,
            organization__owner__deleted_at=None,
        )
        return list(rows.order_by("next_on").values_list("pk", "organization_id")[:MOST])
