"""Pieces of bytes as a file that a storage can save, without ever holding the whole."""

from collections.abc import Iterator

from django.core.files.base import File


class _Reader:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.closed = False
        self.name = "piece"

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, or all."""
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        cut = len(self._rest) if size < 0 else size
        out, self._rest = self._rest[:cut], self._rest[cut:]
        return out

    def close(self) -> None:
        """Nothing is held."""
        self.closed = True


class Pieces(File):  # type: ignore[type-arg]
    """A file that is read once, from front to back."""

    def __init__(self, pieces: Iterator[bytes], size: int) -> None:
        self._reader = _Reader(pieces)
        super().__init__(self._reader, name="piece")  # type: ignore[arg-type]
        self.size = size

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Return the bytes, a piece at a time."""
        size = chunk_size or self.DEFAULT_CHUNK_SIZE
        while piece := self._reader.read(size):
            yield piece
