"""manage.py demo: the workspace that `make run` shows."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from trenddrop import demo


class Command(BaseCommand):
    """Safe to run at every start."""

    help = "Create the demo workspace, or say how to sign in to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --print-sign-in."""
        parser.add_argument("--print-sign-in", action="store_true", help="say how to sign in, and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build, or print."""
        if settings.PRODUCTION:
            raise CommandError("The demo workspace is not for production: its owner is an operator.")
        if options["print_sign_in"]:
            found = demo.sign_in()
            self.stdout.write(f"Sign in as  {found.email}\nPassword    {found.password}")
            return
        demo.build(now=timezone.now())
