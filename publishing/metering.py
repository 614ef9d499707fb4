"""How many accounts stand: asked by the plan's limits."""

import uuid

from django.db.models import F

from publishing.models import PlatformConnection
from trenddrop.core import catalogue

TAKING_A_PLACE = (PlatformConnection.Status.ACTIVE, PlatformConnection.Status.NEEDS_RECONNECT)


def connections(organization_id: uuid.UUID) -> int:
    """Count the accounts that are connected; those paused or removed take no place."""
    rows = PlatformConnection.objects.filter(organization_id=organization_id, status__in=TAKING_A_PLACE)
    return rows.exclude(platform="practice").count()


def choices(organization_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Return the accounts that a smaller plan may leave out, those in use first: identifier and words.

    Called in the organisation's whole scope.
    """
    rows = PlatformConnection.objects.filter(organization_id=organization_id, status__in=TAKING_A_PLACE)
    rows = rows.exclude(platform="practice").select_related("client").defer("access_token", "refresh_token")
    return [(row.pk, _words(row)) for row in rows.order_by(F("last_used_at").desc(nulls_last=True), "created_at")]


def _words(row: PlatformConnection) -> str:
    name = f"{catalogue.badge(row.platform).name}, {row.handle}"
    return f"{name} ({row.client.name})" if row.client else name
