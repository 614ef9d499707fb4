"""Stored files over HTTP: whole, in parts (RFC 9110 ranges), or “you have it already”."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from django.core.files.storage import FileSystemStorage, Storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})")  # what counts no file's bytes is no range
GONE = {"404", "NoSuchKey", "NoSuchBucket"}


@dataclass(frozen=True)
class Stored:
    """A file's size in bytes, when it changed (seconds since 1970), and how to read `length` bytes from `first` on."""

    size: int
    etag: str
    changed: int
    read: Callable[[int, int], Iterator[bytes]]


def on_disk(path: Path) -> Stored:
    """A file of this machine; raise Http404 when it is not there."""
    if not path.is_file():
        raise Http404
    stat = path.stat()
    etag = f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    return Stored(stat.st_size, etag, int(stat.st_mtime), partial(pieces, path))


def in_storage(storage: Storage, name: str) -> Stored:
    """A file of a storage, on disk or in a bucket; raise Http404 when it is not there."""
    if isinstance(storage, FileSystemStorage):
        return on_disk(Path(storage.path(name)))
    return _in_bucket(storage, name)


def _in_bucket(storage: Any, name: str) -> Stored:
    try:
        item = storage.bucket.Object(name)
        size = int(item.content_length)
    except ClientError as error:
        if str(error.response.get("Error", {}).get("Code")) in GONE:
            raise Http404 from error
        raise

    def read(first: int, length: int) -> Iterator[bytes]:
        body = item.get(Range=f"bytes={first}-{first + length - 1}")["Body"]
        yield from body.iter_chunks(PIECE)

    return Stored(size, str(item.e_tag), int(item.last_modified.timestamp()), read)


def answer(request: HttpRequest, stored: Stored) -> HttpResponseBase:
    """Answer with the file, a part of it, or that the reader has it already; its type is the caller's to set."""
    if _is_known(request, stored):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _answer(request, stored, _wanted(request, stored))
    response["ETag"], response["Last-Modified"] = stored.etag, http_date(stored.changed)
    response["Accept-Ranges"] = "bytes"
    return response


def _is_known(request: HttpRequest, stored: Stored) -> bool:
    if "If-None-Match" in request.headers:
        given = request.headers["If-None-Match"]
        return given.strip() == "*" or stored.etag in [tag.strip().removeprefix("W/") for tag in given.split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and stored.changed <= since


def _wanted(request: HttpRequest, stored: Stored) -> tuple[int, int] | None:
    """Return first and last byte wanted, None for all of it; (0, -1) when no byte of the range exists."""
    size = stored.size
    found = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not found or found.groups() == ("", "") or not _if_range_holds(request, stored):
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else (0, -1)
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last or size - 1), size - 1)) if int(first) < size else (0, -1)


def _if_range_holds(request: HttpRequest, stored: Stored) -> bool:
    condition = request.headers.get("If-Range", "")
    return not condition or condition == stored.etag or parse_http_date_safe(condition) == stored.changed


def _answer(request: HttpRequest, stored: Stored, wanted: tuple[int, int] | None) -> HttpResponseBase:
    if wanted == (0, -1):
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{stored.size}"
        return response
    first, last = wanted or (0, stored.size - 1)
    length = last - first + 1
    status = 206 if wanted else 200
    response = HttpResponse(status=status)
    if request.method != "HEAD":
        response = StreamingHttpResponse(stored.read(first, length) if length else iter(()), status=status)
    response["Content-Length"] = str(length)
    if wanted:
        response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    return response


def pieces(path: Path, first: int, length: int) -> Iterator[bytes]:
    """Yield `length` bytes from `first` on, a piece at a time."""
    with path.open("rb") as source:
        source.seek(first)
        while length > 0 and (piece := source.read(min(PIECE, length))):
            length -= len(piece)
            yield piece
