"""Holding the sums against a full recount, without changing them."""

import datetime as dt
import uuid
from typing import Any

from django.db import models, transaction

from accounts import tenancy
from analytics.models import AccountDay, AnalyticsSnapshot, PostDay
from analytics.rollups import posts
from analytics.rollups.statements import GAINS

SUMS: dict[type[models.Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    PostDay: (("post_id", "date"), GAINS),
    AccountDay: (
        ("connection_id", "brand_id", "date"),
        ("client_id", "platform", "published", "is_simulated", *GAINS),
    ),
    AnalyticsSnapshot: (
        ("client_id", "period", "start"),
        ("created", "published", "views", "engagement", "reach", "platforms"),
    ),
}
Sums = dict[tuple[Any, ...], Any]


def differences(organization_id: uuid.UUID, *, now: dt.datetime) -> list[str]:
    """Return which sums are not what a recount from the snapshots gives; nothing is changed."""
    with tenancy.of_organization(organization_id):
        held = sums(organization_id)
        with transaction.atomic():
            recounted = _recounted(organization_id, now=now)
            transaction.set_rollback(True)
    return [
        f"{' '.join(map(str, key))}: {held.get(key)} instead of {recounted.get(key)}"
        for key in sorted({*held, *recounted}, key=str)
        if held.get(key) != recounted.get(key)
    ]


def sums(organization_id: uuid.UUID) -> Sums:
    """Return every sum of an organisation by what it is of (scores are no sums: they stand as they were that day)."""
    found: Sums = {}
    for model, (key, values) in SUMS.items():
        rows = model._base_manager.filter(organization=organization_id).values_list(*key, *values)
        found |= {(model.__name__, *row[: len(key)]): row[len(key) :] for row in rows}
    return found


def _recounted(organization_id: uuid.UUID, *, now: dt.datetime) -> Sums:
    for model in SUMS:
        model._base_manager.filter(organization=organization_id).delete()
    posts.roll_up(organization_id, now=now, anew=True)
    with tenancy.of_organization(organization_id):
        return sums(organization_id)
