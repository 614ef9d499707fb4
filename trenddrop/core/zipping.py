"""Zip archives as a stream: one piece of a file in memory at a time, whatever the files' sizes."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import RawIOBase
from typing import BinaryIO

PIECE = 256 * 1024
EARLIEST = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier time; the same contents give the same archive


@dataclass(frozen=True)
class Entry:
    """A file in the archive: text or bytes, or something that opens it for reading."""

    name: str
    content: str | bytes | Callable[[], AbstractContextManager[BinaryIO]]


class _Sink(RawIOBase):
    """Takes what the archive writes until it is fetched."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Keep what is written."""
        held = memoryview(data)  # type: ignore[arg-type]
        self.waiting += held
        return len(held)

    def taken(self) -> bytes:
        """Return what was written since it was last asked."""
        held = bytes(self.waiting)
        self.waiting.clear()
        return held


def streamed(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield an archive. Texts are packed; files are stored as they are, media cannot be packed further."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for entry in entries:
            yield from _written(archive, sink, entry)
    yield sink.taken()


def _written(archive: zipfile.ZipFile, sink: _Sink, entry: Entry) -> Iterator[bytes]:
    info = zipfile.ZipInfo(entry.name, EARLIEST)
    info.external_attr = 0o644 << 16
    if not callable(entry.content):
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, entry.content)
        yield sink.taken()
        return
    with entry.content() as source, archive.open(info, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
            yield sink.taken()
    yield sink.taken()
