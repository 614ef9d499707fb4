"""Predict on real data what is scored outside: `manage.py evaluate_content tags|moments|clips`."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.understanding.clipping import evaluation as clipping
from content.writing.tagging import evaluation as tagging

TASKS: dict[str, Callable[[Path, Path, Path], None]] = {
    "tags": tagging.tags,
    "moments": clipping.moments,
    "clips": clipping.clips,
}
BAD = (tagging.BadVideos, tagging.TooLittle, clipping.BadMeetings, clipping.TooFewMeetings)


class Command(BaseCommand):
    """Fit on one folder, predict for another, with the code that runs in the product."""

    requires_system_checks = []  # neither pages nor a database are needed
    help = "Fit on --train, predict --data, write predictions to --out. What is predicted is never read for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the task and its three folders."""
        parser.add_argument("task", choices=sorted(TASKS))
        parser.add_argument("--train", type=Path, required=True, help="the folder that is fitted on")
        parser.add_argument("--data", type=Path, required=True, help="the folder that is predicted")
        parser.add_argument("--out", type=Path, required=True, help="where the predictions go")

    def handle(self, *_args: Any, task: str, train: Path, data: Path, out: Path, **_options: Any) -> None:
        """Fit and predict."""
        for folder in (train, data):
            if not folder.is_dir():
                raise CommandError(f"There is no folder {folder}.")
        out.mkdir(parents=True, exist_ok=True)
        try:
            TASKS[task](train, data, out)
        except (OSError, *BAD) as error:
            raise CommandError(str(error) or "There is too little to learn from.") from error
        self.stdout.write(f"{task}: predictions are in {out}")
