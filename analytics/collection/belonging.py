"""Accounts' days belong to whom their connection belongs to: where that changes, they go along."""

import uuid

from django.db import transaction
from django.db.models import F, Q

from accounts import tenancy
from analytics.models import DailyMetrics, MetricImport, TrackedAccount

AT_ONCE = 200
_ONE_HAS_NONE = Q(client=None, connection__client__isnull=False) | Q(client__isnull=False, connection__client=None)
_TWO_DIFFER = Q(client__isnull=False, connection__client__isnull=False) & ~Q(client=F("connection__client"))


def take_along() -> int:
    """Move the accounts whose connection is another client's by now, with all that was counted; return how many."""
    with tenancy.operator():
        rows = TrackedAccount.objects.filter(_ONE_HAS_NONE | _TWO_DIFFER, connection__isnull=False)
        found = list(rows.values_list("organization_id", "pk", "connection__client_id")[:AT_ONCE])
    for organization, key, client in found:
        with tenancy.of_organization(organization), transaction.atomic():
            move(TrackedAccount.objects.select_for_update().get(pk=key), client_id=client)
    return len(found)


def move(account: TrackedAccount, *, client_id: uuid.UUID | None) -> None:
    """Make an account, its days and its files another client's; a brand of the client before stays there."""
    if account.brand and account.brand.client_id not in {None, client_id}:
        account.brand = None
    account.client_id = client_id
    account.save(update_fields=["client", "brand", "updated_at"])
    DailyMetrics.objects.filter(account=account).update(client_id=client_id)
    MetricImport.objects.filter(account=account).update(client_id=client_id)
