"""Register documents with the Invoice Registration Portal."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.services import registering


class Command(BaseCommand):
    """`manage.py register_einvoices`: for cron, where BILLING_EINVOICE names a provider."""

    help = "Register invoices and credit notes as e-invoices, by the provider that BILLING_EINVOICE names."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Register what is waiting."""
        self.stdout.write(f"{registering.register_due(now=timezone.now())} registered\n")
