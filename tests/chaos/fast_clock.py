"""A clock that several processes share and tests move, so that leases and back-offs cost no real seconds."""

import datetime as dt
import mmap
import struct
from pathlib import Path

SIZE = struct.calcsize("dd")
GLANCE = 1.0


class FastClock:
    """Real time plus an offset in seconds that lies in a small file; whoever naps moves it on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(struct.pack("dd", 0.0, 0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), SIZE)

    @property
    def offset(self) -> float:
        """How far it is ahead."""
        return self._read()[0]

    @offset.setter
    def offset(self, seconds: float) -> None:
        self._shared[:SIZE] = struct.pack("dd", seconds, self.napped)

    @property
    def napped(self) -> float:
        """For how long somebody waited until a platform was done with a file."""
        return self._read()[1]

    def _read(self) -> tuple[float, float]:
        offset, napped = struct.unpack("dd", self._shared[:SIZE])
        return offset, napped

    def __call__(self) -> dt.datetime:
        """Now, in UTC."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.offset)

    def sleep(self, seconds: float) -> None:
        """Let that time pass without waiting."""
        offset, napped = self._read()
        self._shared[:SIZE] = struct.pack("dd", offset + seconds, napped + (seconds if seconds >= GLANCE else 0.0))

    def go_to(self, moment: dt.datetime) -> None:
        """Move on to a moment, never back."""
        self.offset += max(0.0, (moment - self()).total_seconds())
