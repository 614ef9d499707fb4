"""Spoken parts put one after the other, as 16-bit mono WAV: nothing is lost however often they are taken apart."""

import wave
from collections.abc import Sequence
from pathlib import Path

from trenddrop.core.media.running import run_ffmpeg, source

RATE = 24_000
WIDTH = 2
LOUD = "loudnorm=I=-16:TP=-1.5:LRA=11"


def even(path: Path, out: Path) -> Path:
    """Write any sound as WAV at RATE, as loud as speech is on phones; raise MediaError."""
    heard = ["-vn", "-map", "0:a:0", "-af", LOUD, "-ac", "1", "-ar", str(RATE)]
    run_ffmpeg([*source(path), *heard, "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", str(out)])
    return out


def join(parts: Sequence[Path | None], out: Path, *, pause: float) -> list[tuple[float, float]]:
    """Write the parts with `pause` seconds between them; return where each stands, in seconds.

    A part that is None takes no time and stands where the next begins.
    """
    stands: list[tuple[float, float]] = []
    at = 0
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH)
        file.setframerate(RATE)
        for part in parts:
            if part is None:
                stands.append((at / RATE, at / RATE))
                continue
            if at:
                file.writeframes(bytes(WIDTH * round(pause * RATE)))
                at += round(pause * RATE)
            count = _append(part, file)
            stands.append((at / RATE, (at + count) / RATE))
            at += count
    return [(round(start, 3), round(end, 3)) for start, end in stands]


def _append(part: Path, file: wave.Wave_write) -> int:
    with wave.open(str(part), "rb") as sound:
        count = sound.getnframes()
        while frames := sound.readframes(RATE):
            file.writeframes(frames)
    return count


def cut(path: Path, out: Path, *, start: float, end: float) -> Path:
    """Write a stretch of a WAV of ours."""
    with wave.open(str(path), "rb") as sound, wave.open(str(out), "wb") as file:
        file.setparams(sound.getparams())
        sound.setpos(min(round(start * sound.getframerate()), sound.getnframes()))
        file.writeframes(sound.readframes(round((end - start) * sound.getframerate())))
    return out


def seconds(path: Path) -> float:
    """Return how long a WAV is."""
    with wave.open(str(path), "rb") as sound:
        return round(sound.getnframes() / sound.getframerate(), 3)
