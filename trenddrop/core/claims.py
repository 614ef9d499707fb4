"""Claiming work from a table: one conditional UPDATE, a lease that ends, a fence that late workers trip over.

PostgreSQL holds what is to be done; the broker only rings. A row is claimed by whoever gets its UPDATE
through; the fence (a counter) is written with it, and every later write of that worker must name it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F

Row = TypeVar("Row", bound=models.Model)


class Claimable(models.Model):
    """The columns a claim needs."""

    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def claim(
    due: models.QuerySet[Row],
    *,
    now: dt.datetime,
    lease: dt.timedelta,
    limit: int,
    changes: Mapping[str, Any],
) -> list[Row]:
    """Take up to `limit` rows of `due` (ordered) for `lease`; rows others hold are passed over, never waited for."""
    with transaction.atomic():
        keys = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
        if not keys:
            return []
        model = due.model
        model._base_manager.filter(pk__in=keys).update(lease_until=now + lease, fence=F("fence") + 1, **changes)
        rows = model._base_manager.in_bulk(keys)
    return [rows[key] for key in keys]


def claim_one(
    due: models.QuerySet[Row], *, now: dt.datetime, lease: dt.timedelta, changes: Mapping[str, Any]
) -> Row | None:
    """Take the one row that `due` names, or None when somebody else has it or it is no longer due."""
    taken = claim(due, now=now, lease=lease, limit=1, changes=changes)
    return taken[0] if taken else None


def write_fenced(row: models.Model, **changes: Any) -> bool:
    """Write `changes` unless the row was claimed anew since; True when this worker still holds it."""
    fence = row.fence  # type: ignore[attr-defined]
    written = type(row)._base_manager.filter(pk=row.pk, fence=fence).update(**changes)
    if written:
        for name, value in changes.items():
            setattr(row, name, value)
    return bool(written)
