"""Sound: what the recogniser hears, how loud it is, how it looks."""

import re
import wave
from pathlib import Path

import numpy as np

from trenddrop.core.media.running import Cancelled, Progress, run_ffmpeg, source

SPEECH_RATE = 16_000
CHUNK_FRAMES = SPEECH_RATE * 30
SUMMARY = re.compile(r"I:\s+(-?\d+(?:\.\d+)?) LUFS")


def extract_speech(
    path: Path,
    out: Path,
    *,
    duration: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Path:
    """Write the first sound track as 16 kHz mono 16-bit WAV to `out`; raises MediaError."""
    args = [*source(path), "-vn", "-sn", "-dn", "-map", "0:a:0", "-ac", "1", "-ar", str(SPEECH_RATE)]
    run_ffmpeg(
        [*args, "-c:a", "pcm_s16le", "-f", "wav", str(out)], duration=duration, progress=progress, cancelled=cancelled
    )
    return out


def measure_loudness(path: Path) -> float | None:
    """Return the integrated loudness in LUFS (EBU R 128), or None for silence."""
    told = run_ffmpeg([*source(path), "-vn", "-map", "0:a:0", "-af", "ebur128=framelog=quiet", "-f", "null", "-"])
    found = SUMMARY.findall(told)
    return float(found[-1]) if found and float(found[-1]) > -70 else None


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
