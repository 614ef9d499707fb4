"""Trials: each organisation tries the trial plan once."""

import datetime as dt
import uuid
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts import audit, tenancy
from accounts.models import Organization
from billing import metering, periods
from billing.life import rows
from billing.models import Subscription, SubscriptionChange
from trenddrop.core import rounds

BATCH = 500


def begin(organization_id: uuid.UUID, *, now: dt.datetime) -> Subscription | None:
    """Let an organisation try the trial plan, once ever; None where it had a plan already, or nobody needs one."""
    if not (settings.BILLING_ENABLED and settings.BILLING_TRIALS):
        return None
    with metering.scope_of(organization_id):
        version = rows.on_sale(now=now, plan__is_trial=True)
        if version is None or Subscription.objects.filter(organization_id=organization_id).exists():
            return None
        ends, today = now + dt.timedelta(days=version.trial_days), periods.day_of(now)
        row = Subscription(
            organization_id=organization_id,
            version=version,
            status=Subscription.Status.TRIAL,
            started_at=now,
            trial_ends_at=ends,
            anchor_day=today.day,
            anchor_month=today.month,
            current_period_start=now,
            current_period_end=ends,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # another worker was first
            return None
        rows.note(row, SubscriptionChange.Kind.TRIAL, at=now, before=Decimal(0))
        audit.record("subscription.trial", row, organization_id=organization_id, by=None, plan=str(version.plan))
    return row


def begin_all(*, now: dt.datetime) -> int:
    """Begin the trials of those who were here before plans were sold; return how many."""
    if not (settings.BILLING_ENABLED and settings.BILLING_TRIALS):
        return 0
    with tenancy.operator():
        had = Subscription.objects.filter(organization=OuterRef("pk"))
        waiting = Organization.objects.filter(~Exists(had), deleted_at=None).values_list("pk", flat=True)
        keys = list(waiting[:BATCH])
    return sum(row is not None for row in rounds.each(keys, partial(begin, now=now)))
