"""manage.py evaluate_transcripts: how many words the recogniser gets wrong on recordings whose words are known."""

import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trenddrop.core import media, speech
from trenddrop.core.speech.errors import WordErrors, compare
from trenddrop.core.speech.segments import length

SOUND = {".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".mp4", ".mov", ".webm", ".mkv"}


class Command(BaseCommand):
    """Listens to each recording that has a text of the same name beside it, with the settings' own recogniser."""

    help = (
        "Print the word error rate of the recogniser on the recordings of a folder: talk.wav is compared with talk.txt."
        " --words names a file with words to listen for, a line each; both ways are measured then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and the words."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--words", type=Path, default=None)
        parser.add_argument("--language", default="en")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure and print."""
        recordings = list(_recordings(options["folder"]))
        if not recordings:
            raise CommandError("There is no recording with its text (talk.wav and talk.txt) in this folder.")
        self._measure("without words", recordings, [], options["language"])
        if options["words"]:
            hints = [line.strip() for line in options["words"].read_text().splitlines() if line.strip()]
            self._measure(f"with {len(hints)} words", recordings, hints, options["language"])

    def _measure(self, name: str, recordings: Sequence[Path], hints: list[str], language: str) -> None:
        total, heard, took = WordErrors(0, 0), 0.0, 0.0
        for recording in recordings:
            found, seconds, spent = _listen(recording, hints, language)
            errors = compare(recording.with_suffix(".txt").read_text(), found)
            total, heard, took = total + errors, heard + seconds, took + spent
            self.stdout.write(f"{name}  {recording.name}  {errors.wrong} of {errors.said}  {errors.rate:.1%}")
        self.stdout.write(
            f"{name}: {total.wrong} of {total.said} words wrong, {total.rate:.1%},"
            f" in {took / heard:.2f} of the time it takes to say them"
        )


def _recordings(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SOUND and path.with_suffix(".txt").is_file():
            yield path


def _listen(recording: Path, hints: list[str], language: str) -> tuple[str, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "speech.wav"
        media.extract_speech(recording, sound)
        began = time.process_time()
        found = speech.transcriber().transcribe(
            sound, language=language, hints=hints, progress=lambda _done: None, cancelled=lambda: False
        )
        spent = time.process_time() - began
        return " ".join(word.text for word in found.words), max(length(sound), 0.01), spent
