"""What billing does when something happens below it."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Organization
from accounts.signals import organization_created
from billing.life import trials


@receiver(organization_created)
def begin_the_trial(organization: Organization, **_kwargs: Any) -> None:
    """Whoever is new tries the trial plan; nothing happens while billing is off."""
    trials.begin(organization.pk, now=timezone.now())
