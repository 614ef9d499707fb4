"""Stills of a video."""

from collections.abc import Sequence
from pathlib import Path

from trenddrop.core.media.probing import MediaInfo
from trenddrop.core.media.running import run_ffmpeg, source

EDGE = 0.04  # the share of the length at both ends where fades and black live


def choose_frame_times(info: MediaInfo, count: int = 6) -> list[float]:
    """Return moments in seconds, spread over the video, clear of its ends."""
    length = info.duration or 0.0
    if length < 0.5:
        return [0.0]
    first, last = length * EDGE, length * (1 - EDGE)
    number = min(count, max(1, int(length)))
    step = (last - first) / max(1, number - 1)
    return [round(first + step * index, 3) for index in range(number)]


def poster_frames(path: Path, times: Sequence[float], folder: Path, *, width: int = 640) -> list[Path]:
    """Write a JPEG, at most `width` pixels wide, for each moment; the most typical frame of the next half second."""
    made = []
    for number, at in enumerate(times):
        out = folder / f"frame-{number:02d}.jpg"
        scale = f"thumbnail=12,scale='min({width},iw)':-2"
        seek = ["-ss", f"{at:.3f}"] if at > 0 else []
        run_ffmpeg([*seek, *source(path), "-an", "-frames:v", "1", "-vf", scale, "-q:v", "4", str(out)], timeout=120)
        if not out.exists():
            run_ffmpeg([*source(path), "-an", "-frames:v", "1", "-q:v", "4", str(out)], timeout=120)
        made.append(out)
    return made
