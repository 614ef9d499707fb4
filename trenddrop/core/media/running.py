"""The one way ffmpeg is run: no network, no playlists, limits on everything, stoppable, with progress."""

import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg
import structlog
from django.conf import settings

from trenddrop.core.media.probing import (
    ALIASES,
    DAMAGED,
    FORMATS,
    MAX_PIXELS,
    MAX_STREAMS,
    PROTOCOLS,
    UNREADABLE,
    MediaError,
)

log = structlog.get_logger(__name__)

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
MEMORY_BYTES = 6 * 1024**3
OUTPUT_BYTES = 40 * 1024**3
GRACE = 3.0
NICENESS = 5
KEPT_BYTES = 200_000
NO_ROOM = "The server has no room to work on this file now. It is kept; try again later."
PLAYLIST = "This is a list that points to other files, not a recording. Upload the recording itself."
NO_TRACK = "The file has no such track: no sound, or no picture. Upload one that has."
# What ffmpeg says, and what people are told; the first that fits.
REASONS = [
    (("whitelist",), PLAYLIST),
    (("no space left", "file too large"), NO_ROOM),
    (("matches no streams",), NO_TRACK),
    (("moov atom not found", "invalid data", "end of file"), DAMAGED),
]
TOO_SLOW = "Reading this file took far too long and was stopped. Export it again as plain MP4."


class MediaCancelled(MediaError):
    """Somebody asked to stop."""


@lru_cache(maxsize=1)
def ffmpeg() -> str:
    """Return the path of the ffmpeg binary that the wheel brings."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def source(path: Path) -> list[str]:
    """Return the arguments that open a file of a user's, and only that file."""
    allowed = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", ",".join((*FORMATS, *ALIASES))]
    return [*allowed, "-max_streams", str(4 * MAX_STREAMS), "-max_pixels", str(MAX_PIXELS), "-i", f"file:{path}"]


def run_ffmpeg(
    args: Sequence[str],
    *,
    timeout: float | None = None,
    duration: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> str:
    """Run ffmpeg to its end and return what it wrote to stderr; raise MediaError, its process group killed."""
    limit = float(timeout or settings.FFMPEG_TIMEOUT)
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-y", "-progress", "pipe:1", "-nostats", *args]
    with subprocess.Popen(  # noqa: S603 (our own binary, arguments are a list)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _restrain(process.pid, cpu_seconds=int(limit * (os.cpu_count() or 1)) + 1)
            told = _follow(process, time.monotonic() + limit, _Told(duration, progress), cancelled)
        finally:
            _kill(process)
    if process.returncode != 0:
        raise MediaError(_reason(told, process.returncode))
    return told


def _restrain(pid: int, *, cpu_seconds: int) -> None:
    """Set limits from outside: code run between fork and exec may hang a process that has threads."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: OUTPUT_BYTES,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    try:
        for limit, most in limits.items():
            resource.prlimit(pid, limit, (most, most))
        os.setpriority(os.PRIO_PROCESS, pid, 5)
    except ProcessLookupError:
        return  # it has ended already


class _Told:
    """What ffmpeg has said so far; passes its progress on when that has changed by a visible step."""

    def __init__(self, duration: float | None, progress: Progress | None) -> None:
        self.duration = duration
        self.progress = progress if duration else None
        self.text = {"out": b"", "err": b""}
        self.shown = -1.0

    def hear(self, pipe: str, chunk: bytes) -> None:
        """Keep the end of what is said."""
        self.text[pipe] = (self.text[pipe] + chunk)[-KEPT_BYTES:]
        if self.progress is None or self.duration is None:
            return
        done = _done(self.text["out"], self.duration)
        if done - self.shown >= 0.01:
            self.shown = done
            self.progress(done)


def _follow(process: "subprocess.Popen[bytes]", until: float, told: _Told, cancelled: Cancelled | None) -> str:
    """Read both pipes until ffmpeg ends, and look twice a second at least whether to stop."""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ, "out")  # type: ignore[arg-type]
        ready.register(process.stderr, selectors.EVENT_READ, "err")  # type: ignore[arg-type]
        while ready.get_map() or process.poll() is None:
            if time.monotonic() > until:
                raise MediaError(TOO_SLOW)
            if cancelled is not None and cancelled():
                raise MediaCancelled("Stopped.")
            for key, _events in ready.select(0.5 if ready.get_map() else 0.01):
                chunk = os.read(key.fd, 65536)
                told.hear(key.data, chunk)
                if not chunk:
                    ready.unregister(key.fileobj)
    return told.text["err"].decode(errors="replace")


def _done(out: bytes, duration: float) -> float:
    position = out.rfind(b"out_time_us=")
    value = out[position + 12 :].split(b"\n", 1)[0].strip() if position >= 0 else b""
    return min(int(value) / 1e6 / duration, 1.0) if value.isdigit() else 0.0


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the whole group, whatever ffmpeg started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(GRACE)


def _reason(told: str, code: int) -> str:
    lines = told.lower()
    if code == -signal.SIGXCPU:
        return TOO_SLOW
    if code == -signal.SIGXFSZ:
        return NO_ROOM
    log.warning("ffmpeg could not", code=code, reason=told[-500:])
    return next((words for signs, words in REASONS if any(sign in lines for sign in signs)), UNREADABLE)
