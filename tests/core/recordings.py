"""Recordings made for tests: ffmpeg draws and plays what no camera was needed for."""

import struct
from pathlib import Path

from trenddrop.core.media import run_ffmpeg

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "content" / "examples" / "monsoon-skin.mp4"
SAMPLE_WORDS = SAMPLE.with_suffix(".txt")
MEDIA = REPOSITORY / "tests" / "media"


def draw(out: Path, *args: str, source: str = "testsrc=d=2:s=320x180:r=10") -> Path:
    """Write a recording of what one of ffmpeg's generators makes."""
    run_ffmpeg(["-f", "lavfi", "-i", source, *args, str(out)], timeout=60)
    return out


def box(kind: bytes, content: bytes = b"") -> bytes:
    """Return a box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), kind) + content
