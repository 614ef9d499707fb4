"""Recordings made for tests: ffmpeg draws and plays what no camera was needed for."""

import struct
import wave
from pathlib import Path

import numpy as np

from trenddrop.core.media import run_ffmpeg
from trenddrop.core.speech import Transcriber, Transcript

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "content" / "examples" / "monsoon-skin.mp4"
SAMPLE_WORDS = SAMPLE.with_suffix(".txt")
MEDIA = REPOSITORY / "tests" / "media"
WAV = ("-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-bitexact")


def draw(out: Path, *args: str, source: str = "testsrc=d=2:s=320x180:r=10") -> Path:
    """Write a recording of what one of ffmpeg's generators makes."""
    run_ffmpeg(["-f", "lavfi", "-i", source, *args, str(out)], timeout=60)
    return out


def box(kind: bytes, content: bytes = b"") -> bytes:
    """Return a box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def recognise(
    engine: Transcriber, audio: Path, *, language: str | None = None, stop_after: int = 10_000
) -> tuple[Transcript, list[float]]:
    """Return the transcript, and the progress that was shown."""
    shown: list[float] = []
    found = engine.transcribe(
        audio,
        language=language,
        hints=["Kesar", "ceramides"],
        progress=shown.append,
        cancelled=lambda: len(shown) >= stop_after,
    )
    return found, shown


def loud_noise(path: Path, seconds: int, quiet_at: list[float]) -> Path:
    """Write noise that falls to a whisper for a third of a second at the given seconds."""
    rng = np.random.default_rng(7)
    samples = rng.normal(0, 6000, seconds * 16_000)
    for at in quiet_at:
        samples[int(at * 16_000) : int((at + 0.3) * 16_000)] *= 0.2
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(samples.clip(-32000, 32000).astype("<i2").tobytes())
    return path
