"""AI credits, as the apps above book work on them. Without plans nothing is refused, and everything is counted.

Short work is spent when it is done. Long work reserves first, then commits what it took or releases it.
"""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.models import User
from billing import ledger
from billing.ledger import available, balance, commit, is_held, let_go, release
from billing.models import CreditReservation
from trenddrop.core import limits

__all__ = ["available", "balance", "commit", "draw", "is_held", "let_go", "release", "reserve", "spend"]


def spend(organization_id: uuid.UUID, amount: int, *, reason: str, reference: str, by: User | None) -> None:
    """Book `amount` credits spent, once per reference; raise limits.LimitReached when the plan has none left."""
    limits.require(organization_id, "ai_credits", amount=amount)
    ledger.spend(organization_id, amount, reason=reason, reference=reference, by=by, now=timezone.now())


def draw(
    organization_id: uuid.UUID, amount: int, *, held_as: str, reason: str, reference: str, by: User | None
) -> None:
    """Book a part of what work holds, once per reference. Raise LimitReached for what is beyond it and not there."""
    now = timezone.now()
    ledger.draw(organization_id, amount, held_as=held_as, reason=reason, reference=reference, by=by, now=now)


def reserve(
    organization_id: uuid.UUID, amount: int, *, reason: str, reference: str, by: User | None, now: dt.datetime
) -> CreditReservation:
    """Hold credits for work that takes a while; the same reference finds what it holds. Raise LimitReached."""
    limits.require(organization_id, "ai_credits", amount=amount)
    return ledger.reserve(organization_id, amount, reason=reason, reference=reference, by=by, now=now)
