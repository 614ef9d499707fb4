"""manage.py load_library: the shared library a new installation begins with."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from content.services import library_beginnings


class Command(BaseCommand):
    """Safe to run at every start."""

    help = "Add the product's own hooks, captions, calls to action, hashtags and templates to the shared library."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load, and say how many."""
        count = library_beginnings.load(now=timezone.now())
        self.stdout.write(f"{count} items were added or changed.")
