"""A voice program on this machine: piper, espeak-ng, festival's text2wave, flite or macOS's say, if one is there."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from trenddrop.core.speaking.base import Offered, SpeakingFailed

SECONDS = 300
ESPEAK_VOICES = (
    "en-gb", "en-us", "en-in", "hi", "es", "fr", "de", "pt-br", "it", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa",
    "ur",
)  # fmt: skip
ENGLISH = "en"


@dataclass(frozen=True)
class Program:
    """A program: how it is called (text file in, WAV out), and how to ask it for its voices."""

    command: Callable[[str, str, Path, Path], list[str]]
    voices: Callable[[str], list[Offered]]


def _run(command: Sequence[str], *, text: Path | None = None, seconds: float = SECONDS) -> str:
    """Run a program that reads a file or nothing; raise SpeakingFailed."""
    try:
        with text.open("rb") if text else Path("/dev/null").open("rb") as source:
            done = subprocess.run(  # noqa: S603 - arguments are a list, the text comes from a file
                command, stdin=source, capture_output=True, timeout=seconds, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise SpeakingFailed(_("The voice program took too long and was stopped. Make the scene shorter.")) from error
    except OSError as error:
        raise SpeakingFailed(_("The voice program could not be started. The operator must look at it.")) from error
    if done.returncode:
        told = _("The voice program gave up: %(words)s")
        raise SpeakingFailed(told % {"words": done.stderr.decode(errors="replace").strip()[-200:] or done.returncode})
    return done.stdout.decode(errors="replace")


def _listed(command: Sequence[str]) -> str:
    try:
        return _run(command, seconds=20)
    except SpeakingFailed:
        return ""


def _flite(program: str, voice: str, text: Path, out: Path) -> list[str]:
    return [program, "-voice", voice or "slt", "-f", str(text), "-o", str(out)]


def _flite_voices(program: str) -> list[Offered]:
    named = _listed([program, "-lv"]).partition(":")[2].split()
    return [Offered(each, f"Flite {each}", ENGLISH) for each in named if each != "kal"]


def _festival(program: str, voice: str, text: Path, out: Path) -> list[str]:
    return [program, "-eval", f"(voice_{voice})", "-o", str(out), str(text)]


def _festival_voices(_program: str) -> list[Offered]:
    folders = Path("/usr/share/festival/voices").glob("*/*")
    found = sorted((each.name, each.parent.name) for each in folders if each.is_dir() and each.name.isascii())
    codes = {"english": "en", "us": "en", "hindi": "hi", "spanish": "es", "italian": "it", "finnish": "fi"}
    return [Offered(name, f"Festival {name.removesuffix('_hts')}", codes.get(folder, "")) for name, folder in found]


def _espeak(program: str, voice: str, text: Path, out: Path) -> list[str]:
    return [program, "-v", voice or "en", "-s", "155", "-f", str(text), "-w", str(out)]


def _espeak_voices(_program: str) -> list[Offered]:
    return [Offered(each, f"eSpeak {each}", each.split("-")[0]) for each in ESPEAK_VOICES]


def _piper(program: str, voice: str, _text: Path, out: Path) -> list[str]:
    return [program, "--model", str(_model(voice)), "--output_file", str(out)]


def _model(voice: str) -> Path:
    return Path(settings.PIPER_VOICES) / f"{voice}.onnx"


def _piper_voices(_program: str) -> list[Offered]:
    """Each file is a voice named like en_GB-alba-medium."""
    folder = Path(settings.PIPER_VOICES) if settings.PIPER_VOICES else None
    models = sorted(folder.glob("*.onnx")) if folder else []
    return [Offered(each.stem, f"Piper {each.stem}", each.stem[:2].lower()) for each in models]


def _say(program: str, voice: str, text: Path, out: Path) -> list[str]:
    return [program, *(["-v", voice] if voice else []), "-f", str(text), "-o", str(out), "--data-format=LEI16@22050"]


def _say_voices(program: str) -> list[Offered]:
    lines = [line.partition("#")[0].rsplit(maxsplit=1) for line in _listed([program, "-v", "?"]).splitlines()]
    return [Offered(line[0].strip(), line[0].strip(), line[1][:2]) for line in lines if len(line) == 2]


# The better ones first.
PROGRAMS = {
    "piper": Program(_piper, _piper_voices),
    "text2wave": Program(_festival, _festival_voices),
    "flite": Program(_flite, _flite_voices),
    "espeak-ng": Program(_espeak, _espeak_voices),
    "say": Program(_say, _say_voices),
}


class LocalProgram:
    """Speaks with whatever program of PROGRAMS is on the PATH; a voice's key is "program:voice"."""

    name = "local"
    label = "This machine"
    clones = False
    is_paid = False
    most_characters = 20_000

    def available(self) -> bool:
        """At least one program with a voice is on the PATH."""
        return bool(_known())

    def voices(self) -> list[Offered]:
        """Return the voices of every program."""
        return list(_known())

    def speak(self, text: str, *, voice: str, language: str, out: Path) -> None:
        """Speak as WAV; a voice of one language is not made to read another."""
        name, _colon, own = voice.partition(":")
        found = next((each for each in _known() if each.key == voice), None)
        program = shutil.which(name) if found else None
        if found is None or program is None:
            raise SpeakingFailed(_("The voice program “%(name)s” is not on this machine any more.") % {"name": name})
        _require_language(found, language)
        words = out.with_suffix(".txt")
        words.write_text(text, encoding="utf-8")
        _run(PROGRAMS[name].command(program, own, words, out), text=words)
        if not out.is_file() or not out.stat().st_size:
            raise SpeakingFailed(_("The voice program wrote no sound."))

    def clone(self, name: str, *, reference: Path, description: str) -> str:
        """Refuse: no such program is known."""
        del name, reference, description
        raise SpeakingFailed(_("This voice provider makes no voices after people."))

    def forget(self, voice: str) -> None:
        """Nothing is kept."""


def _require_language(voice: Offered, language: str) -> None:
    spoken = language.split("-", maxsplit=1)[0]
    if voice.language and spoken and voice.language != spoken:
        told = _("“%(voice)s” speaks only %(language)s. Choose a voice for the script's language.")
        raise SpeakingFailed(told % {"voice": voice.name, "language": voice.language})


def _known() -> tuple[Offered, ...]:
    return _on_path(tuple(shutil.which(name) or "" for name in PROGRAMS), settings.PIPER_VOICES)


@lru_cache(maxsize=4)
def _on_path(places: tuple[str, ...], _models: str) -> tuple[Offered, ...]:
    """Ask the programs for their voices, once for each set of programs."""
    return tuple(
        Offered(f"{name}:{each.key}", each.name, each.language)
        for name, place in zip(PROGRAMS, places, strict=True)
        for each in (PROGRAMS[name].voices(place) if place else [])
    )
