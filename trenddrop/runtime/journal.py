"""What the processes say: all of it into a file, what needs attention onto the terminal."""

import contextlib
from pathlib import Path
from typing import Any

from honcho.printer import Printer

LIMIT = 20 * 1024**2  # bytes per file; one predecessor is kept
EVERYDAY = ('"level": "info"', '"level": "debug"')


class Journal(Printer):  # type: ignore[misc]  # honcho has no types
    """Honcho's printer with a memory: a newcomer keeps the sign-in in sight, nothing is lost for who looks later."""

    def __init__(self, terminal: Any, path: Path, *, everything: bool) -> None:
        super().__init__(terminal)
        self.path = path
        self.everything = everything

    def write(self, message: Any) -> None:
        """One message, in honcho's format."""
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else str(message.data)
        self._remember([f"{message.time:%Y-%m-%d %H:%M:%S} {message.name}| {line}\n" for line in text.splitlines()])
        if self.everything or not any(level in text for level in EVERYDAY):
            # A closed terminal or a reader that went away must not end the product.
            with contextlib.suppress(OSError):
                super().write(message)

    def _remember(self, lines: list[str]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(lines)
            length = file.tell()
        if length > LIMIT:
            self.path.replace(self.path.with_suffix(".old.log"))
