"""Who deletes an organisation, or the account that owns it, pays no more.

The plan ends with what is paid, or at once when everything is erased.
"""

import datetime as dt
import uuid
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Q

from accounts import audit, tenancy
from billing import tasks
from billing.collection import events
from billing.collection.adapters import gateway
from billing.gateways.errors import GatewayError, Gone
from billing.life import changing, rows
from billing.models import Subscription, SubscriptionChange
from billing.services import subscribing
from trenddrop.core import rounds

log = structlog.get_logger(__name__)
Status = Subscription.Status
BATCH = 100


def end_deleted(*, now: dt.datetime) -> int:
    """Have the plans of deleted organisations, and of owners who left, end with what is paid; return how many.

    Whoever opens the organisation again, or comes back, finds the plan ending, and may keep it. A gateway that could
    not be asked is asked again at the next call.
    """
    is_closed = Q(organization__deleted_at__isnull=False) | Q(organization__owner__deleted_at__isnull=False)
    with tenancy.operator():
        wanted = Subscription.objects.filter(is_closed, status__in=Subscription.LIVING, cancel_at_period_end=False)
        found = list(wanted.order_by("organization__deleted_at", "organization__owner__deleted_at")[:BATCH])
    return sum(rounds.each(found, partial(_end, now=now)))


def _end(row: Subscription, *, now: dt.datetime) -> bool:
    if row.gateway_subscription_id and not _told(row):
        return False
    with tenancy.of_organization(row.organization_id):
        try:
            subscribing.cancel(row, by=None, now=now)
        except subscribing.CannotChange:
            return False
    return True


def _told(row: Subscription) -> bool:
    """Ask the gateway to charge no further period; say whether it will not."""
    try:
        gateway(row.gateway).cancel(
            row.gateway_subscription_id, at_period_end=row.status == Status.ACTIVE, key=f"deleted-{row.pk}"
        )
    except Gone:
        return True
    except GatewayError as error:
        log.warning("gateway_subscription_not_ended", gateway=row.gateway, subscription=str(row.pk), error=str(error))
        return False
    return True


def end_erased(organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """End the plan at once, and forget the gateways' letters; the next pass ends it at the gateway."""
    with tenancy.of_organization(organization_id), transaction.atomic():
        row = rows.living(organization_id)
        if row is not None:
            _end_now(row, now=now)
    events.forget_of(organization_id)


def _end_now(row: Subscription, *, now: dt.datetime) -> None:
    before = rows.worth(row)
    row.status, row.ended_at, row.canceled_at = Status.CANCELED, now, row.canceled_at or now
    row.cancel_at_period_end = True
    row.save()
    changing.drop_scheduled(row)
    rows.note(row, SubscriptionChange.Kind.CANCEL, at=now, before=before)
    plan = str(row.version.plan)
    audit.record("subscription.cancelled", row, organization_id=row.organization_id, by=None, plan=plan)
    transaction.on_commit(tasks.end_at_gateways.delay)
