"""Files from where a broken upload ended."""

from collections.abc import Iterator
from pathlib import Path

from publishing.platforms.wire import CHUNK


def rest(path: Path, offset: int) -> Iterator[bytes]:
    """The file's bytes from `offset` on, never whole in memory."""
    with path.open("rb") as file:
        file.seek(offset)
        while part := file.read(CHUNK):
            yield part
