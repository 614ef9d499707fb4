"""Cutting sound at its silences, reading piece by piece."""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = 480  # 30 ms
HANGOVER = 12  # frames of silence (360 ms) that end a segment
LONGEST = 600  # frames (18 s): a longer utterance is cut where it is quietest
SHORTEST = 6  # frames (180 ms) of sound that may hold a word
PADDING = 5  # frames kept before and after
FLOOR = 0.003  # of full scale: quieter than this is silence whatever the rest of the recording


@dataclass(frozen=True)
class Segment:
    """A stretch of sound: where it starts, in seconds, and its samples."""

    start: float
    samples: bytes


def segments(path: Path) -> Iterator[Segment]:
    """Yield the stretches of a 16 kHz mono 16-bit WAV that hold sound; silence is passed over."""
    threshold = _threshold(path)
    kept: list[bytes] = []
    first = quiet = sounding = number = 0
    for number, (frame, level) in enumerate(_frames(path)):
        if level >= threshold:
            sounding, quiet = sounding + 1, 0
        else:
            quiet += 1
        if not sounding and len(kept) >= PADDING:
            kept.pop(0)
        if not kept or not sounding:
            first = number - len(kept)
        kept.append(frame)
        if sounding and (quiet >= HANGOVER or len(kept) >= LONGEST):
            if sounding >= SHORTEST:
                yield Segment(first * FRAME / RATE, b"".join(kept))
            kept, sounding, quiet = [], 0, 0
    if sounding >= SHORTEST:
        yield Segment(first * FRAME / RATE, b"".join(kept))


def length(path: Path) -> float:
    """Return the length of a WAV in seconds."""
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def _frames(path: Path) -> Iterator[tuple[bytes, float]]:
    with wave.open(str(path), "rb") as sound:
        while raw := sound.readframes(FRAME * 1000):
            for at in range(0, len(raw), FRAME * 2):
                piece = raw[at : at + FRAME * 2]
                yield piece, _level(piece)


def _level(raw: bytes) -> float:
    samples = np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768
    return float(np.sqrt(np.mean(samples * samples))) if samples.size else 0.0


def _threshold(path: Path) -> float:
    """Return the level above which there is sound: a little over the recording's own noise."""
    levels: NDArray[np.float64] = np.fromiter((level for _frame, level in _frames(path)), dtype=np.float64)
    if not levels.size:
        return FLOOR
    noise, loud = np.percentile(levels, [15, 95])
    return float(max(FLOOR, min(noise * 2.5, noise + (loud - noise) * 0.12)))
