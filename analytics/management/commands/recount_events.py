"""manage.py recount_events [--organization SLUG] [--check]."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization
from analytics.events import checking, rollup


class Command(BaseCommand):
    """Hold every sum of events against a count of the rows; without --check, make them again first."""

    help = "Make the sums of events again from their rows (--check: only compare), and say whether every count is right"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose, and whether to compare alone."""
        parser.add_argument("--organization", default="", help="the slug of one organisation; all when left out")
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Go through them; fail where a count is wrong."""
        wrong = [each for each in self._chosen(options["organization"]) if not self._is_exact(each, options["check"])]
        if wrong:
            raise CommandError(f"Counts are wrong in: {', '.join(each.slug for each in wrong)}")

    def _chosen(self, slug: str) -> list[Organization]:
        with tenancy.operator():
            rows = Organization.objects.filter(deleted_at=None).order_by("slug")
            found = list(rows.filter(slug=slug) if slug else rows)
        if slug and not found:
            raise CommandError(f"There is no organisation {slug}.")
        return found

    def _is_exact(self, organization: Organization, only_check: bool) -> bool:
        now = timezone.now()
        if not only_check and not rollup.make_again(organization.pk, now=now):
            raise CommandError(f"{organization.slug} is being summed right now; try again in a minute.")
        found = checking.check(organization.pk, now=now)
        for name, one in (("hours", found.hours), ("days", found.days), ("reactions", found.reactions)):
            self.stdout.write(
                f"{organization.slug} {name}: {one.counted}/{one.expected} events, {one.sums} sums, {one.wrong} wrong"
            )
        return found.is_exact
