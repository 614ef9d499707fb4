"""Cutting sound at its silences, reading piece by piece."""

import io
import math
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = 480  # samples: 30 ms
FRAMES_AT_ONCE = 1000
HANGOVER = 12  # frames of silence (360 ms) that end a segment
LONGEST = 600  # frames (18 s): a longer utterance is cut where it is quietest
LATEST_CUT = 200  # frames (6 s) before that, where a cut is looked for
SHORTEST = 6  # frames (180 ms) of sound that may hold a word
PADDING = 5  # frames kept before and after
FLOOR = 0.003  # of full scale: quieter than this is silence whatever the rest of the recording

Levels = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """A stretch of sound: where it starts, in seconds, and its samples."""

    start: float
    samples: bytes

    @property
    def end(self) -> float:
        """When it ends, in seconds."""
        return self.start + len(self.samples) / 2 / RATE


@dataclass(frozen=True)
class Part:
    """A part of a recording as a WAV file of its own: where it starts and ends, in seconds."""

    start: float
    end: float
    wav: bytes


def segments(path: Path) -> Iterator[Segment]:
    """Yield the stretches of a 16 kHz mono 16-bit WAV that hold sound; silence is passed over unread."""
    heard = levels(path)
    with wave.open(str(path), "rb") as sound:
        for first, last in stretches(heard):
            sound.setpos(first * FRAME)
            yield Segment(first * FRAME / RATE, sound.readframes((last - first) * FRAME))


def parts(path: Path, *, seconds: int) -> Iterator[Part]:
    """Yield a 16 kHz mono 16-bit WAV in parts of at most `seconds`, cut where it is quietest near their ends."""
    heard = levels(path)
    most, at = seconds * RATE // FRAME, 0
    with wave.open(str(path), "rb") as sound:
        while at < len(heard):
            end = len(heard) if len(heard) - at <= most else quietest(heard, at + most * 9 // 10, at + most)
            sound.setpos(at * FRAME)
            yield Part(at * FRAME / RATE, end * FRAME / RATE, _wav(sound.readframes((end - at) * FRAME)))
            at = end


def length(path: Path) -> float:
    """Return the length of a WAV in seconds."""
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def levels(path: Path) -> Levels:
    """Return how loud each 30 ms are, 0 to 1: half a megabyte for an hour."""
    found = [np.zeros(0, np.float32)]
    with wave.open(str(path), "rb") as sound:
        while raw := sound.readframes(FRAME * FRAMES_AT_ONCE):
            samples = np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768
            frames = np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)
            found.append(np.sqrt(np.mean(frames * frames, axis=1, dtype=np.float32)))
    return np.concatenate(found)


def stretches(heard: Levels) -> Iterator[tuple[int, int]]:
    """Yield (first frame, frame after the last) of what is sound, with a little silence around, none too long."""
    loud = np.flatnonzero(heard >= threshold(heard)) if heard.size else np.zeros(0, np.int64)
    if not loud.size:
        return
    gaps = np.flatnonzero(np.diff(loud) > HANGOVER)
    for group in np.split(loud, gaps + 1):
        if group.size >= SHORTEST:
            yield from _cut(heard, max(0, int(group[0]) - PADDING), min(len(heard), int(group[-1]) + 1 + PADDING))


def _cut(heard: Levels, first: int, last: int) -> Iterator[tuple[int, int]]:
    while last - first > LONGEST:
        at = quietest(heard, first + LONGEST - LATEST_CUT, first + LONGEST)
        yield first, at
        first = at
    yield first, last


def quiet(heard: Levels) -> float:
    """Return the level below which a recording is silent, in dB of full scale: a little over its own noise."""
    return 20 * math.log10(threshold(heard)) if heard.size else 20 * math.log10(FLOOR)


def quietest(heard: Levels, first: int, last: int) -> int:
    """Return the frame between two at which the sound, over a tenth of a second, is lowest."""
    smooth = np.convolve(heard[first:last], np.ones(3, np.float32), mode="same")
    return first + int(np.argmin(smooth[1:-1])) + 1 if last - first > 2 else last


def threshold(heard: Levels) -> float:
    """Return the level above which there is sound: a little over the recording's own noise."""
    noise, loud = np.percentile(heard, [15, 95])
    return float(max(FLOOR, min(noise * 2.5, noise + (loud - noise) * 0.12)))


def _wav(frames: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as part:
        part.setnchannels(1)
        part.setsampwidth(2)
        part.setframerate(RATE)
        part.writeframes(frames)
    return made.getvalue()
