"""A month's events as a file: gzip of JSON lines, the same bytes for the same rows, each in its columns' own words."""

import datetime as dt
import gzip
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from analytics.events.taking import Told

NAMES = Told._fields
CHUNK = 1 << 20


@dataclass(frozen=True)
class Written:
    """A file that was made."""

    path: Path
    rows: int
    size: int
    sha256: str


def write(rows: Iterable[Told], path: Path) -> Written:
    """Write rows into a file of this machine."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        for row in rows:
            packed.write(_line(row))
            count += 1
    with path.open("rb") as made:
        return Written(path, count, path.stat().st_size, checksum(made))


def checksum(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def read(file: IO[bytes]) -> Iterator[Told]:
    """Return the rows of a file, one after the other."""
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        for line in packed:
            yield _row(json.loads(line))


def _line(row: Told) -> bytes:
    said = {name: _plain(value) for name, value in zip(NAMES, row, strict=True) if value is not None and value != ""}
    if row.metadata:
        said["metadata"] = json.loads(row.metadata)
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return str(value) if isinstance(value, uuid.UUID | Decimal) else value


def _row(said: dict[str, Any]) -> Told:
    for name in ("id", "organization_id", "post_id", "connection_id"):
        said[name] = uuid.UUID(said[name])
    for name in ("happened_at", "received_at"):
        said[name] = dt.datetime.fromisoformat(said[name])
    if "metadata" in said:
        said["metadata"] = json.dumps(said["metadata"], sort_keys=True)
    if "value" in said:
        said["value"] = Decimal(said["value"])
    return Told(**said)
