"""Note which trends earlier posts rode."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization
from analytics.services import riding


class Command(BaseCommand):
    """`manage.py backfill_rides [--days 365]`: for every organisation; safe to run again."""

    help = "Note which trends posts rode that were published before rides were noted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask how far back."""
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Go through the organisations."""
        since = timezone.now() - dt.timedelta(days=options["days"])
        with tenancy.operator():
            organizations = list(Organization.objects.order_by("pk").values_list("pk", flat=True))
        rides = 0
        for organization in organizations:
            with tenancy.of_organization(organization):
                rides += riding.catch_up(organization, since=since)
        self.stdout.write(f"{rides} rides are noted.")
