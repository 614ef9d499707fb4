"""A conversation of two, as a recording: words that are known, a voice and a drawn face for each, mouths that move."""

import itertools
import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageOps

from tests.core.recordings import MEDIA
from tests.core.scenes import face
from trenddrop.core.media import run_ffmpeg

WORDS = MEDIA / "conversation.txt"
RATE = 16_000
PAUSE = 0.4  # seconds between two turns
FPS, COARSE = 12, 4  # pictures a second
SIZE, FACE = (1280, 720), 300  # pixels
VOICES = {"Asha": ("slt", 210.0), "Ravi": ("rms", 120.0)}  # of flite; the tone in hertz where there is none
PLACES = {"Asha": (170, 170), "Ravi": (810, 185)}
SKINS = {"Asha": ("#2a1710", "#f3d3b5"), "Ravi": ("#1d1512", "#d9ac86")}
COATS = {"Asha": "#b3203a", "Ravi": "#2f5d8a"}
SECONDS_A_WORD = 0.32  # of a tone
MOUTHS = (0.0, 0.5, 1.0)
Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """What one of them says, and when."""

    who: str
    text: str
    start: float
    end: float


def lines(most: int | None = None) -> list[tuple[str, str]]:
    """Return who says what, the first `most` turns."""
    told = (line.split(": ", 1) for line in WORDS.read_text(encoding="utf-8").splitlines() if line)
    return [(who, text) for who, text in itertools.islice(told, most)]


def can_speak() -> bool:
    """Whether a program with two voices is on this machine."""
    return shutil.which("flite") is not None


def spoken(who: str, text: str, folder: Path) -> Samples:
    """Return a turn in its voice: flite's."""
    words, out = folder / "turn.txt", folder / "turn.wav"
    words.write_text(text, encoding="utf-8")
    subprocess.run(["flite", "-voice", VOICES[who][0], "-f", str(words), "-o", str(out)], check=True, timeout=60)
    with wave.open(str(out), "rb") as file:
        assert file.getframerate() == RATE
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768


def hummed(who: str, text: str) -> Samples:
    """Return a turn as a tone that swells once a word."""
    count = len(text.split())
    clock = np.arange(round(count * SECONDS_A_WORD * RATE)) / RATE
    swell = np.abs(np.sin(np.pi * clock / SECONDS_A_WORD))
    return np.asarray(0.3 * swell * np.sin(2 * np.pi * VOICES[who][1] * clock))


def record(out: Path, told: Sequence[tuple[str, str]], *, speaks: bool) -> list[Turn]:
    """Write the recording, spoken or hummed, and return when who says what; what is hummed is also small and coarse."""
    turns, sounds = [], []
    at = 0.0
    for who, text in told:
        said = spoken(who, text, out.parent) if speaks else hummed(who, text)
        turns.append(Turn(who, text, at, at + len(said) / RATE))
        sounds += [said, np.zeros(round(PAUSE * RATE))]
        at += len(said) / RATE + PAUSE
    heard = np.concatenate(sounds)
    sound = _written(heard, out.with_suffix(".wav"))
    fps, size = (FPS, SIZE) if speaks else (COARSE, (SIZE[0] // 2, SIZE[1] // 2))
    shown = _shown(heard, turns, out.with_suffix(""), fps=fps, size=size)
    pictures = ["-f", "concat", "-safe", "0", "-i", str(shown)]
    coding = ["-r", str(fps), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    run_ffmpeg([*pictures, "-i", str(sound), *coding, "-shortest", str(out)], timeout=900)
    return turns


def subtitles(turns: Sequence[Turn]) -> str:
    """Return the words as WebVTT, a cue for each turn, its speaker named."""
    cues = [f"{_clock(one.start)} --> {_clock(one.end)}\n<v {one.who}>{one.text}\n" for one in turns]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes // 60):02d}:{int(minutes % 60):02d}:{rest:06.3f}"


def _written(heard: Samples, path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((heard.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def _shown(heard: Samples, turns: Sequence[Turn], folder: Path, *, fps: int, size: tuple[int, int]) -> Path:
    """Draw each different picture once, and say how long each is shown."""
    folder.mkdir(exist_ok=True)
    step = RATE // fps
    loud = [float(np.sqrt((heard[at : at + step] ** 2).mean())) for at in range(0, len(heard) - step, step)]
    most = float(np.quantile(loud, 0.95)) or 1.0
    listed = []
    for number, level in enumerate(loud):
        speaker = next((one.who for one in turns if one.start <= number / fps < one.end), "")
        mouth = MOUTHS[min(2, round(2 * level / most))] if speaker else 0.0
        lean = round(2 * np.sin(number / fps / 3))  # both sway a little, slowly
        path = folder / f"{speaker or 'nobody'}-{mouth}-{lean}.png"
        if not path.exists():
            _scene(speaker, mouth, lean * 4).resize(size).save(path, compress_level=1)
        listed.append(f"file '{path}'\nduration {1 / fps:.6f}")
    out = folder / "pictures.txt"
    out.write_text("\n".join(listed), encoding="utf-8")
    return out


def _scene(speaker: str, mouth: float, lean: int) -> Image.Image:
    ground = ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), "#3f6f6a", "#18302f")
    for number, who in enumerate(PLACES):
        left, top = PLACES[who][0] + (lean if number else -lean), PLACES[who][1]
        pen = ImageDraw.Draw(ground)
        pen.ellipse((left - 60, top + FACE - 50, left + FACE + 60, SIZE[1] + 220), fill=COATS[who])
        drawn = face(FACE, mouth if who == speaker else 0.0)
        mask = Image.new("L", (FACE, FACE), 0)
        unit = FACE / 100
        ImageDraw.Draw(mask).ellipse([17 * unit, 8 * unit, 83 * unit, 96 * unit], fill=255)
        ground.paste(ImageOps.colorize(drawn, *SKINS[who]), (left, top), mask)
    return ground
