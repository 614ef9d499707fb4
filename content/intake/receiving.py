"""Bytes on their way to disk: one part file for each upload, one writer at a time, never the whole in memory."""

import errno
import fcntl
import os
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.utils.translation import gettext as _

PIECE = 1024**2
HEAD = 64 * 1024
CHECKPOINT_BYTES = 16 * 1024**2
CHECKPOINT_SECONDS = 2.0
NAME_LIMIT = 180
# The kind of asset a sniffed kind becomes; all else is a document.
KINDS = {"video": "video", "audio": "audio", "image": "image"}
# Joiners that emoji and the scripts of India and Persia need; every other invisible character goes.
_JOINERS = {"\u200c", "\u200d"}


class InUse(Exception):
    """Another connection is writing this upload."""

    def __init__(self) -> None:
        super().__init__(_("Another connection is still sending this file. It goes on when that one ends."))


class PartGone(Exception):
    """What had arrived is not here any more."""

    def __init__(self) -> None:
        super().__init__(_("What had arrived of this file was removed. Start the upload again."))


class DiskFull(Exception):
    """The server's disk has no room."""

    def __init__(self) -> None:
        super().__init__(_("The server has no room for this file now. What arrived is kept; try again later."))


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True)
class Body:
    """A request's bytes: `read(n)` blocks for up to n; b"" or OSError is the end. `length` is None when unknown."""

    read: Callable[[int], bytes]
    length: int | None


def clean_name(raw: str) -> str:
    """Return a file name for people: no folders, no control or direction characters, short, with its extension."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        letter for letter in name if letter in _JOINERS or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, extension = kept.rpartition(".")
    if not dot or len(extension) > 10:
        return kept[:NAME_LIMIT] or "file"
    return f"{stem[: NAME_LIMIT - len(extension)].rstrip()}.{extension}"


def title_of(name: str) -> str:
    """Return a title made of a file's name."""
    words = PurePosixPath(name).stem.replace("_", " ").strip()
    return words[:200] or name[:200]


def has_room(folder: Path, length: int) -> bool:
    """Say whether the disk takes `length` more bytes and keeps a margin."""
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free > length + 256 * 1024**2


def open_part(path: Path) -> None:
    """Create the empty part file; only this user reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextmanager
def hold(path: Path) -> Iterator["Part"]:
    """Open the part for one writer; raise InUse while another has it, PartGone when it is not there.

    The lock is the kernel's: it ends with the process that holds it, however that ends.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError as error:
        raise PartGone from error
    try:
        _lock(descriptor, path)
        yield Part(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InUse from error
    if not path.exists() or not os.path.samestat(path.stat(), os.fstat(descriptor)):
        raise PartGone


class Part:
    """A part file held by this writer; `reached` is how far it is written."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.reached = 0

    def begin(self, at: int) -> None:
        """Go to `at` and drop what stands behind it (bytes of a writer that was killed before it could count them)."""
        if os.fstat(self.descriptor).st_size < at:
            raise PartGone
        os.ftruncate(self.descriptor, at)
        os.lseek(self.descriptor, at, os.SEEK_SET)
        self.reached = at

    def write(self, data: bytes) -> None:
        """Append; raise DiskFull."""
        view = memoryview(data)
        try:
            while view:
                written = os.write(self.descriptor, view)
                self.reached += written
                view = view[written:]
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
                raise DiskFull from error
            raise

    def sync(self) -> None:
        """Wait until the bytes are on the disk."""
        os.fdatasync(self.descriptor)

    def head(self) -> bytes:
        """Return the first bytes."""
        return os.pread(self.descriptor, HEAD, 0)


def copy_body(
    body: Body,
    part: Part,
    *,
    most: int,
    digest: Hash | None,
    look: Callable[[], None],
    checkpoint: Callable[[], None],
) -> None:
    """Append up to `most` bytes of the body; a broken connection is an end like any other.

    `look` is called after each piece, `checkpoint` now and then, when what was written is safe on the disk.
    """
    until, safe, since = part.reached + most, part.reached, time.monotonic()
    while part.reached < until and (piece := _next_piece(body, until - part.reached)):
        part.write(piece)
        if digest:
            digest.update(piece)
        look()
        if part.reached - safe >= CHECKPOINT_BYTES or time.monotonic() - since >= CHECKPOINT_SECONDS:
            part.sync()
            checkpoint()
            safe, since = part.reached, time.monotonic()


def _next_piece(body: Body, most: int) -> bytes:
    try:
        return body.read(min(PIECE, most))
    except OSError:
        return b""


def drain(body: Body, *, most: int = 64 * 1024**2, seconds: float = 15.0) -> None:
    """Read and drop the rest of a refused body, within bounds, so that the answer is read by the other side."""
    until = time.monotonic() + seconds
    while most > 0 and time.monotonic() < until and (piece := _next_piece(body, PIECE)):
        most -= len(piece)


def place(part: Path, target: Path) -> None:
    """Let the whole file stand at its place too; the part itself goes when the asset is committed.

    A repeat finds the file there already. Where the disk knows no hard links, or it is another disk, it is copied.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(part, target)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        half = target.with_name(f".{target.name}.half")
        try:
            shutil.copyfile(part, half)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
    target.chmod(0o644)
