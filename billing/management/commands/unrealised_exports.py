"""Exports without tax whose money has not come in, and noting that it did."""

import csv
import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import tenancy
from billing.models import Invoice
from billing.queries import exports
from billing.services import realising
from billing.services.writing import CannotIssue

HEADER = (
    "number", "issued", "buyer", "country", "currency", "total", "open", "open in INR", "tax due from", "tax in INR",
)  # fmt: skip


class Command(BaseCommand):
    """`manage.py unrealised_exports [--months 11]`, or `--realised TD/2627/0000012 2026-11-20`."""

    help = (
        "List export invoices that are unpaid in foreign money after so many months, as CSV; or note that one was paid."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old, or which was paid when."""
        parser.add_argument("--months", type=int, default=exports.MONTHS)
        parser.add_argument("--realised", nargs=2, metavar=("NUMBER", "DAY"))

    def handle(self, *_args: Any, months: int, realised: list[str] | None, **_options: Any) -> None:
        """Do it as the operator."""
        now = timezone.now()
        with tenancy.operator():
            if realised:
                self._note(*realised, now=now)
                return
            lines = csv.writer(self.stdout)
            lines.writerow(HEADER)
            for each in exports.unrealised(now=now, months=months):
                row = each.invoice
                lines.writerow([
                    row.number, row.issued_on, row.buyer.get("name", ""), row.buyer.get("country_name", ""),
                    row.currency, row.total, each.open, each.open_inr if each.open_inr is not None else "not given",
                    each.due_on, each.tax_inr if each.tax_inr is not None else "not given",
                ])  # fmt: skip

    def _note(self, number: str, day: str, *, now: dt.datetime) -> None:
        found = Invoice.objects.filter(number=number)
        if len(found) != 1:
            raise CommandError(f"{len(found)} invoices have the number {number}.")
        try:
            realising.realise(found[0], on=dt.date.fromisoformat(day), by=None, now=now)
        except (CannotIssue, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{number}: came in on {day}\n")
