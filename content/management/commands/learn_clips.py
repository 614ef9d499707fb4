"""Learn anew how clips are chosen: `manage.py learn_clips --train DIR` writes the weights the product comes with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.understanding.clipping import evaluation, ranking


class Command(BaseCommand):
    """Only weights and the usual words of questions are kept; no sentence of the meetings is."""

    requires_system_checks = []  # neither pages nor a database are needed
    help = "Learn from the meetings of --train which clips answer a wish and which are worth showing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and where the weights go."""
        parser.add_argument("--train", type=Path, required=True, help="the folder that is learned from")
        parser.add_argument("--out", type=Path, default=ranking.LEARNED, help="the file of weights")

    def handle(self, *_args: Any, train: Path, out: Path, **_options: Any) -> None:
        """Learn and write."""
        try:
            meetings = evaluation.load(train)
            rankings = {"relevance": evaluation.relevance_of(meetings), "worth": evaluation.worth_of(meetings)}
        except (OSError, evaluation.BadMeetings, evaluation.TooFewMeetings) as error:
            raise CommandError(str(error)) from error
        ranking.write(out, rankings)
        self.stdout.write(f"learned from {len(meetings)} meetings: {out}")
