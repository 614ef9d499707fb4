"""What a recogniser is given and gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


class TranscriptionFailed(Exception):
    """No transcript could be made; the message says why and what to do."""


@dataclass(frozen=True)
class Word:
    """A word and when it is said, in seconds; confidence 0–1, or None where the recogniser gives none worth showing."""

    start: float
    end: float
    text: str
    confidence: float | None = None


@dataclass(frozen=True)
class Transcript:
    """What is said. No words is a valid result; `note` is for people: how sure this is, or why it is empty.

    `turns`: who speaks from which second on, where the source names speakers.
    """

    words: list[Word] = field(default_factory=list)
    language: str | None = None
    confidence: float | None = None
    engine: str = ""
    note: str = ""
    turns: list[tuple[float, str]] = field(default_factory=list)


class Transcriber(Protocol):
    """A recogniser."""

    name: str

    def available(self) -> bool:
        """Say whether it can work as the installation is set up."""

    def transcribe(
        self,
        audio: Path,
        *,
        language: str | None,
        hints: Sequence[str],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Transcript:
        """Recognise a 16 kHz mono 16-bit WAV; raise TranscriptionFailed. Cancelled, it stops with what it has."""


def transcriber() -> Transcriber:
    """Return the recogniser TRANSCRIBER names; "auto" takes the first of TRANSCRIBERS that can work."""
    table: dict[str, str] = settings.TRANSCRIBERS
    if settings.TRANSCRIBER != "auto":
        if settings.TRANSCRIBER not in table:
            raise TranscriptionFailed(f"TRANSCRIBER is “{settings.TRANSCRIBER}”; it can be auto, {', '.join(table)}.")
        chosen: Transcriber = import_string(table[settings.TRANSCRIBER])()
        return chosen
    made = (import_string(path)() for path in table.values())
    found: Transcriber | None = next((each for each in made if each.available()), None)
    if found is None:
        raise TranscriptionFailed("No speech recogniser can work here. See WHISPER_MODEL and SPEECH_API_URL.")
    return found
