"""What billing does when something happens below it."""

import datetime as dt
import uuid
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Organization
from accounts.signals import organization_created, organization_ending
from billing.life import trials
from billing.models import Payment, Refund
from billing.services import agreeing, invoicing, leaving
from billing.signals import agreements_rung, departures_rung, payment_succeeded, refund_succeeded


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


@receiver(departures_rung)
def end_plans_of_the_deleted(now: dt.datetime, **_kwargs: Any) -> None:
    """Nobody pays for what they have deleted."""
    leaving.end_deleted(now=now)


@receiver(organization_ending)
def end_the_plan_of_the_erased(organization_id: uuid.UUID, **_kwargs: Any) -> None:
    """Nothing is charged once everything is gone."""
    leaving.end_erased(organization_id, now=timezone.now())


@receiver(agreements_rung)
def tell_gateways_of_changes(now: dt.datetime, **_kwargs: Any) -> None:
    """What is charged next is what was agreed."""
    agreeing.agree_due(now=now)
