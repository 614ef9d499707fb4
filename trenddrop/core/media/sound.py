"""Sound: what the recogniser hears, how loud it is, how it looks."""

import math
import re
import wave
from pathlib import Path

import numpy as np

from trenddrop.core.media.probing import MediaError
from trenddrop.core.media.running import Cancelled, Progress, run_ffmpeg, source

SPEECH_RATE = 16_000
SILENCE = -70.0  # LUFS; what R 128 gates away
MEASURE = "ebur128=framelog=quiet"
SILENCE_ENDS = re.compile(r"silence_end: (\d+(?:\.\d+)?) \| silence_duration: (\d+(?:\.\d+)?)")
LISTENED = 1800  # seconds at a time
JOINED = 0.05  # seconds between two silences that are one, cut where a part ends
SUMMARY = re.compile(r"I:\s+(-?\d+(?:\.\d+)?) LUFS")


def extract_speech(
    path: Path,
    out: Path,
    *,
    duration: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> float | None:
    """Write the first sound track as 16 kHz mono 16-bit WAV to `out`; return its loudness in LUFS, None for silence.

    Raises MediaError, and leaves nothing at `out` then.
    """
    try:
        told = run_ffmpeg(speech_args(path, out), duration=duration, progress=progress, cancelled=cancelled)
    except MediaError:
        out.unlink(missing_ok=True)
        raise
    return told_loudness(told)


def speech_args(path: Path, out: Path) -> list[str]:
    """Return ffmpeg's arguments for `extract_speech`: one pass that measures the sound as it is and writes it small."""
    heard = ["-vn", "-sn", "-dn", "-map", "0:a:0", "-af", MEASURE, "-ac", "1", "-ar", str(SPEECH_RATE)]
    return [*source(path), *heard, "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", str(out)]


def measure_loudness(path: Path, *, cancelled: Cancelled | None = None) -> float | None:
    """Return the integrated loudness in LUFS (EBU R 128), or None for silence."""
    measured = ["-vn", "-map", "0:a:0", "-af", MEASURE, "-f", "null", "-"]
    return told_loudness(run_ffmpeg([*source(path), *measured], cancelled=cancelled))


def silences(
    path: Path, *, below: float, shortest: float, duration: float, cancelled: Cancelled | None = None
) -> list[tuple[float, float]]:
    """Return where no sample passes a level (dB of full scale) for so many seconds: start and end in seconds.

    `duration` is how long the recording is; it is listened to in half hours, so that all that ffmpeg tells is kept.
    """
    found: list[tuple[float, float]] = []
    heard = ["-vn", "-map", "0:a:0", "-af", f"silencedetect=noise={below:.1f}dB:duration={shortest}", "-f", "null", "-"]
    for begin in range(0, max(1, math.ceil(duration)), LISTENED):
        part = ["-ss", str(begin), "-t", str(LISTENED)]
        told = run_ffmpeg([*part, *source(path), *heard], cancelled=cancelled)
        for end, lasted in SILENCE_ENDS.findall(told):
            start = begin + max(0.0, float(end) - float(lasted))
            if found and start - found[-1][1] < JOINED:
                start = found.pop()[0]
            found.append((start, begin + float(end)))
    return [(round(start, 3), round(end, 3)) for start, end in found]


def told_loudness(told: str) -> float | None:
    """Return the loudness in LUFS out of what ffmpeg said, None for silence."""
    found = SUMMARY.findall(told)
    return float(found[-1]) if found and float(found[-1]) > SILENCE else None


def waveform(path: Path, buckets: int = 400) -> list[int]:
    """Return the peaks of a 16-bit WAV in equal parts, 0–100 of its loudest moment, read piece by piece."""
    with wave.open(str(path), "rb") as sound:
        total = sound.getnframes()
        if total == 0:
            return []
        size = max(1, -(-total // buckets))
        peaks = [_peak(sound.readframes(size)) for _ in range(-(-total // size))]
    loudest = max(*peaks, 1)
    return [round(100 * peak / loudest) for peak in peaks]


def _peak(raw: bytes) -> int:
    samples = np.frombuffer(raw, dtype="<i2")
    return int(np.abs(samples.astype(np.int32)).max()) if samples.size else 0
