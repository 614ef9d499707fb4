"""The one way ffmpeg is run: no network, no playlists, limits on everything, stoppable, with progress."""

import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

from trenddrop.core.media.probing import ALIASES, FORMATS, PROTOCOLS, MediaError

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
MEMORY_BYTES = 6 * 1024**3
OUTPUT_BYTES = 40 * 1024**3
GRACE = 3.0


class MediaCancelled(MediaError):
    """Somebody asked to stop."""


@lru_cache(maxsize=1)
def ffmpeg() -> str:
    """Return the path of the ffmpeg binary that the wheel brings."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def source(path: Path) -> list[str]:
    """Return the arguments that open a file of a user's, and only that file."""
    allowed = ",".join((*FORMATS, *ALIASES, "image2", "jpeg_pipe", "png_pipe", "webp_pipe", "gif"))
    return ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", allowed, "-i", f"file:{path}"]


def run_ffmpeg(
    args: Sequence[str],
    *,
    timeout: float | None = None,
    duration: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> str:
    """Run ffmpeg to its end and return what it wrote to stderr; raise MediaError, its process group killed."""
    limit: float = timeout or settings.FFMPEG_TIMEOUT
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-y", "-progress", "pipe:1", "-nostats", *args]
    with subprocess.Popen(  # noqa: S603 (our own binary, arguments are a list)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_limit,  # noqa: PLW1509 (limits belong to the child alone)
    ) as process:
        try:
            told = _follow(process, time.monotonic() + limit, duration, progress, cancelled)
        finally:
            _kill(process)
    if process.returncode != 0:
        raise MediaError(_reason(told))
    return told


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def _follow(
    process: "subprocess.Popen[bytes]",
    until: float,
    duration: float | None,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> str:
    """Read both pipes until ffmpeg ends; report progress, and look twice a second whether to stop."""
    told: dict[str, bytes] = {"out": b"", "err": b""}
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ, "out")  # type: ignore[arg-type]
        ready.register(process.stderr, selectors.EVENT_READ, "err")  # type: ignore[arg-type]
        while ready.get_map():
            for key, _events in ready.select(0.5):
                chunk = os.read(key.fd, 65536)
                told[key.data] = (told[key.data] + chunk)[-200_000:]
                if not chunk:
                    ready.unregister(key.fileobj)
            if time.monotonic() > until:
                raise MediaError("Reading this file took far too long and was stopped. Export it again as plain MP4.")
            if cancelled is not None and cancelled():
                raise MediaCancelled("Stopped.")
            if progress is not None and duration:
                progress(_done(told["out"], duration))
    process.wait()
    return told["err"].decode(errors="replace")


def _done(out: bytes, duration: float) -> float:
    position = out.rfind(b"out_time_us=")
    value = out[position + 12 :].split(b"\n", 1)[0].strip() if position >= 0 else b""
    return min(int(value) / 1e6 / duration, 1.0) if value.isdigit() else 0.0


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the whole group, whatever ffmpeg started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(GRACE)


def _reason(told: str) -> str:
    lines = told.lower()
    if "not on whitelist" in lines or "whitelist" in lines:
        return "This is a list that points to other files, not a recording. Upload the recording itself."
    if "no space left" in lines:
        return "The server has no room to work on this file now. It is kept; try again later."
    if "moov atom not found" in lines or "invalid data" in lines or "end of file" in lines:
        return "The file is damaged or ends in the middle. Export it again and upload that."
    return "The file cannot be read as video or audio. Export it as MP4, MOV, MP3 or WAV."
