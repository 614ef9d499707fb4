"""Bring topics from a file: `manage.py import_trends FILE --kind csv|tiktok --name "Our panel"`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from trends.services import imports


class Command(BaseCommand):
    """All of a file or nothing of it."""

    help = "Bring topics from a CSV file, or TikTok figures as CSV or JSON; docs/trends.md names the columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the source it belongs to."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", default="csv", choices=[kind for kind, _label in imports.kinds()])
        parser.add_argument("--name", required=True, help="the source's name; the same name continues it")
        parser.add_argument("--region", default="", help="a two-letter country code")
        parser.add_argument("--language", default="", help="a language code such as hi")

    def handle(self, *, file: Path, kind: str, name: str, region: str, language: str, **_options: Any) -> None:
        """Bring it, and say how much came."""
        try:
            with file.open("rb") as opened:
                content = opened.read(imports.MOST_BYTES + 1)
            done = imports.bring(content, kind=kind, name=name, region=region, language=language, now=timezone.now())
        except imports.CantImport as error:
            raise CommandError("\n".join(["Nothing was brought.", *error.faults])) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(done.words)
        for note in done.notes:
            self.stdout.write(note)
