"""What billing does when something happens below it."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Organization
from accounts.signals import organization_created
from billing.life import trials
from billing.models import Payment, Refund
from billing.services import invoicing
from billing.signals import payment_succeeded, refund_succeeded


@receiver(organization_created)
def begin_the_trial(organization: Organization, **_kwargs: Any) -> None:
    """Whoever is new tries the trial plan; nothing happens while billing is off."""
    trials.begin(organization.pk, now=timezone.now())


@receiver(payment_succeeded)
def issue_the_invoice(payment: Payment, now: dt.datetime, **_kwargs: Any) -> None:
    """What was paid gets its invoice in the same transaction."""
    invoicing.follow_payment(payment, now=now)


@receiver(refund_succeeded)
def issue_the_credit_note(refund: Refund, now: dt.datetime, **_kwargs: Any) -> None:
    """What went back gets its credit note in the same transaction."""
    invoicing.follow_refund(refund, now=now)
