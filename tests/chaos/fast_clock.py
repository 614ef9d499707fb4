"""A clock that several processes share and tests move, so that leases and back-offs cost no real seconds."""

import datetime as dt
import mmap
import struct
from pathlib import Path

SIZE = struct.calcsize("d")


class FastClock:
    """Real time plus an offset in seconds that lies in a small file; whoever naps moves it on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), SIZE)

    @property
    def offset(self) -> float:
        """How far it is ahead."""
        return float(struct.unpack("d", self._shared[:SIZE])[0])

    @offset.setter
    def offset(self, seconds: float) -> None:
        self._shared[:SIZE] = struct.pack("d", seconds)

    def __call__(self) -> dt.datetime:
        """Now, in UTC."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.offset)

    def sleep(self, seconds: float) -> None:
        """Let that time pass without waiting."""
        self.offset += seconds

    def go_to(self, moment: dt.datetime) -> None:
        """Move on to a moment, never back."""
        self.offset += max(0.0, (moment - self()).total_seconds())
