"""Write docs/metrics.md from the catalogue in the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from analytics.catalogue import describing

PLACE = Path(settings.BASE_DIR) / "docs" / "metrics.md"


class Command(BaseCommand):
    """manage.py write_metrics_doc"""

    help = "Write docs/metrics.md from the catalogue in the code."

    def handle(self, **_options: Any) -> None:
        """Write it."""
        PLACE.write_text(describing.document(), encoding="utf-8")
        self.stdout.write(f"{PLACE} is written.")
