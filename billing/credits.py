"""AI credits: a ledger that work is booked on. Without plans nothing is refused, and everything is counted."""

import uuid

from django.db.models import Sum

from accounts.models import User
from billing.models import CreditEntry
from trenddrop.core import limits


def spend(organization_id: uuid.UUID, amount: int, *, reason: str, reference: str, by: User | None) -> None:
    """Book `amount` credits spent, once per reference; raise limits.LimitReached when the plan has none left."""
    limits.require(organization_id, "ai_credits", amount=amount)
    CreditEntry.objects.get_or_create(
        organization_id=organization_id,
        kind=CreditEntry.Kind.SPEND,
        reference=reference,
        defaults={"amount": -amount, "reason": reason, "by": by},
    )


def balance(organization_id: uuid.UUID) -> int:
    """Return the sum of the ledger."""
    total = CreditEntry.objects.filter(organization_id=organization_id).aggregate(total=Sum("amount"))["total"]
    return total or 0
