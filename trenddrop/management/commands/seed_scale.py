"""Fill a database for measuring; never one that people work in."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from trenddrop.scale import everything


class Command(BaseCommand):
    """manage.py seed_scale [--share 0.1] [--hands 2]."""

    help = "Fill an empty database with the sources' year one (10,000 users … 5,000,000 metric rows), or a part of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the part."""
        parser.add_argument("--share", type=float, default=1.0, help="0.1 is a tenth of everything")
        parser.add_argument("--hands", type=int, default=os.cpu_count() or 1, help="processes for what Python reckons")

    def handle(self, *_args: Any, share: float, hands: int, **_options: Any) -> None:
        """Fill what is missing, and say what was made in how long."""
        if not 0 < share <= 1:
            raise CommandError("--share is more than 0, and 1 at most.")
        if hands < 1:
            raise CommandError("--hands is 1 at least.")
        if User.objects.exclude(email__startswith="scale-").exists():
            raise CommandError("People work here: seed a database of its own (DATABASE_URL).")
        started = time.monotonic()

        def say(words: str) -> None:
            self.stdout.write(f"{time.monotonic() - started:7.1f} s  {words}")

        everything.build(share, hands=hands, now=timezone.now(), say=say)
