"""Plans brought as files, taken in hand: claimed with a lease, found again when their worker died."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from accounts import tenancy
from publishing.models import PlanImport
from trenddrop.core import claims

LEASE = dt.timedelta(minutes=2)
UNHEARD = dt.timedelta(minutes=2)
UNWANTED = dt.timedelta(days=2)  # after which a file that was only looked at is forgotten
Status = PlanImport.Status


def due(now: dt.datetime) -> QuerySet[PlanImport]:
    """Return what may be read: what somebody said to bring in, and what a worker left."""
    begun = Q(status=Status.QUEUED, rows__isnull=False)
    left = Q(status=Status.READING, lease_until__lt=now)
    return PlanImport.objects.filter(begun | left)


def claim(key: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime) -> PlanImport | None:
    """Take one in hand; None when another worker has it, or it is done."""
    with tenancy.of_organization(organization_id):
        rows = due(now).filter(pk=key)
        return claims.claim_one(rows, now=now, lease=LEASE, changes={"status": Status.READING})


def interrupted(now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (key, organisation) of what waits though nobody works on it."""
    with tenancy.operator():
        queued = Q(status=Status.QUEUED, updated_at__lt=now - UNHEARD)
        rows = due(now).filter(queued | Q(status=Status.READING))
        return list(rows.values_list("pk", "organization_id"))


def forget(now: dt.datetime) -> int:
    """Remove files that were brought and never wanted; return how many."""
    with tenancy.operator():
        rows = PlanImport.objects.filter(status=Status.QUEUED, rows=None, created_at__lt=now - UNWANTED)
        gone = list(rows)
        for row in gone:
            row.file.delete(save=False)
        PlanImport.objects.filter(pk__in=[row.pk for row in gone], rows=None).delete()
    return len(gone)
