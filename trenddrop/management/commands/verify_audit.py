"""Prove the audit log: `manage.py verify_audit [slug …]`; the exit code is 1 where a chain does not hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import verifying


class Command(BaseCommand):
    """Walk the audit chain of all organisations, or of the named ones."""

    help = "Walk the audit chains from their first entry to their head; exit code 1 when one does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take slugs."""
        parser.add_argument("slugs", nargs="*", metavar="organisation", help="slugs; all organisations without any")

    def handle(self, *_args: Any, slugs: list[str], **_options: Any) -> None:
        """Verify and tell."""
        verdicts = verifying.verify_all(slugs=tuple(slugs))
        missing = set(slugs) - {verdict.organization.slug for verdict in verdicts}
        for verdict in verdicts:
            held = f"holds up to entry {verdict.sequence}"
            self.stdout.write(f"{verdict.organization.slug}: {verdict.fault or held}")
        if missing:
            raise CommandError(f"No such organisation: {', '.join(sorted(missing))}")
        if broken := [verdict for verdict in verdicts if verdict.fault]:
            raise CommandError(f"{len(broken)} of {len(verdicts)} chains do not hold.")
