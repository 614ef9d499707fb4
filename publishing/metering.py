"""How many accounts stand: asked by the plan's limits."""

import uuid

from publishing.models import PlatformConnection

TAKING_A_PLACE = (PlatformConnection.Status.ACTIVE, PlatformConnection.Status.NEEDS_RECONNECT)


def connections(organization_id: uuid.UUID) -> int:
    """Count the accounts that are connected; those paused or removed take no place."""
    rows = PlatformConnection.objects.filter(organization_id=organization_id, status__in=TAKING_A_PLACE)
    return rows.exclude(platform="practice").count()
