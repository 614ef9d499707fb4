"""Who is billed from now on; documents that were issued stay as they are."""

from django.db import transaction

from accounts import audit
from accounts.models import Membership
from billing.models import BillingDetails

TOLD = (
    "kind", "name", "email", "line1", "line2", "city", "postal_code", "state", "region", "country", "gstin", "is_sez",
    "tax_id", "currency",
)  # fmt: skip


def change(details: BillingDetails, *, by: Membership) -> BillingDetails:
    """Keep who is billed: one row of an organisation, whoever of two tabs is last. The log names the fields alone."""
    told = {name: getattr(details, name) for name in TOLD}
    with transaction.atomic():
        row, made = BillingDetails.objects.select_for_update().get_or_create(
            organization_id=by.organization_id, defaults=told
        )
        changed = [name for name, value in told.items() if made or getattr(row, name) != value]
        for name in changed:
            setattr(row, name, told[name])
        if changed:
            row.save()
            audit.record("billing.details_changed", row, organization_id=by.organization_id, by=by, fields=changed)
    return row
