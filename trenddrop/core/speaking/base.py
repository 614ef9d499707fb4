"""What a voice provider is given and gives, and which can work here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


class SpeakingFailed(Exception):
    """Nothing was spoken; the message says why and what to do. `status` is what the service answered, if it did."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Offered:
    """A voice: the provider's key of it, a name for people, and its only language ("" speaks any)."""

    key: str
    name: str
    language: str = ""


class Speaker(Protocol):
    """A provider of voices."""

    name: str
    label: str
    clones: bool
    is_paid: bool
    most_characters: int

    def available(self) -> bool:
        """Say whether it can work as the installation is set up."""

    def voices(self) -> list[Offered]:
        """Return its voices; raise SpeakingFailed. May speak to the network."""

    def speak(self, text: str, *, voice: str, language: str, out: Path) -> None:
        """Write the spoken text to `out` as sound of any format ffmpeg reads; raise SpeakingFailed."""

    def clone(self, name: str, *, reference: Path, description: str) -> str:
        """Make a voice after a recording; return its key. Raises SpeakingFailed."""

    def forget(self, voice: str) -> None:
        """Remove a voice made by `clone`; one that is gone already is no error. Raises SpeakingFailed."""


def available() -> list[Speaker]:
    """Return the providers that can work here, in the order of VOICES."""
    made: list[Speaker] = [import_string(path)() for path in settings.VOICES.values()]
    return [each for each in made if each.available()]


def speaker(name: str) -> Speaker:
    """Return a provider by its name in VOICES; raise SpeakingFailed where it can't work any more."""
    path = settings.VOICES.get(name)
    found: Speaker | None = import_string(path)() if path else None
    if found is None or not found.available():
        raise SpeakingFailed(_("The voice provider “%(name)s” is not set up here any more.") % {"name": name})
    return found


def offered() -> tuple[list[tuple[Speaker, list[Offered]]], list[str]]:
    """Return every provider with its voices, and what went wrong with those that did not answer."""
    found, wrong = [], []
    for each in available():
        try:
            found.append((each, each.voices()))
        except SpeakingFailed as error:
            wrong.append(str(error))
    return found, wrong
