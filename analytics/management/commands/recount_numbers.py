"""Make the sums of posts anew from the snapshots, or say whether they are right (--check)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization
from analytics.rollups import checking, posts


class Command(BaseCommand):
    """manage.py recount_numbers [--check] [--organization slug]"""

    help = "Make the sums of posts anew from the snapshots; with --check, only say where they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("--check", action="store_true", help="change nothing, fail where a sum differs")
        parser.add_argument("--organization", default="", help="only this one, by its slug")

    def handle(self, **options: Any) -> None:
        """Do it, organisation by organisation."""
        with tenancy.operator():
            rows = Organization.objects.order_by("pk")
            if options["organization"]:
                rows = rows.filter(slug=options["organization"])
            wanted = list(rows.values_list("pk", "slug"))
        wrong = 0
        for key, slug in wanted:
            if options["check"]:
                found = checking.differences(key, now=timezone.now())
                wrong += len(found)
                for line in found[:20]:
                    self.stdout.write(f"{slug}: {line}")
            else:
                posts.roll_up(key, now=timezone.now(), anew=True)
        if wrong:
            raise CommandError(f"{wrong} sums differ from the recount.")
        self.stdout.write(f"{len(wanted)} organisations: {'all sums are right' if options['check'] else 'done'}.")
