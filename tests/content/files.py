"""Small files with true first bytes."""

import base64
import io
import struct
import zipfile
import zlib
from typing import Any

from django.test import Client

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def wav(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A quiet recording."""
    data = b"\x00\x01" * int(seconds * rate)
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        2 * rate,
        2,
        16,
        b"data",
        len(data),
    )
    return header + data


def png(side: int = 4) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x80\x40\x20" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive() -> bytes:
    """A ZIP of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("evil.sh", "rm -rf /")
    return out.getvalue()


def metadata(**given: str) -> str:
    """Write Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in given.items())


def announce(client: Client, length: int, *, name: str = "note.wav", **headers: str) -> Any:
    """POST /uploads/ as a tus client does."""
    given = TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=name)} | headers
    return client.post("/uploads/", headers=given, content_type="")


def send(client: Client, url: str, data: bytes, *, at: int, **headers: str) -> Any:
    """PATCH a piece."""
    given = TUS | {"Upload-Offset": str(at), "Content-Type": PIECE} | headers
    return client.patch(url, data, content_type=PIECE, headers=given)


def offset_of(client: Client, url: str) -> int:
    """HEAD: where the upload stands."""
    return int(client.head(url, headers=TUS)["Upload-Offset"])
