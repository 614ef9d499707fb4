"""The archive: what it is called inside, and how a value is written and read."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST, README = "manifest.json", "README.txt"
DATA, FILES = "data/", "files/"
CHUNK = 1024 * 1024


class RightsError(Exception):
    """An export, import or erasure cannot go on; says what happened and what to do."""


class Lost(Exception):
    """Another worker holds the request now; this one stops without a word."""


@dataclass(frozen=True)
class Entry:
    """A file of the archive, as the manifest names it."""

    path: str
    sha256: str
    size: int
    rows: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        said: dict[str, Any] = {"path": self.path, "sha256": self.sha256, "size": self.size}
        return said if self.rows is None else said | {"rows": self.rows}


def data_path(label: str) -> str:
    """Return where a model's rows stand."""
    return f"{DATA}{label}.jsonl"


def line(row: dict[str, Any]) -> bytes:
    """Write one row."""
    return json.dumps(row, default=plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def plain(value: Any) -> Any:
    """Return a value as JSON has it; times keep their microseconds."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an archive")
