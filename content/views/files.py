"""Media of assets for those who may see them: in pieces (HTTP ranges), never as something a browser would run."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import ContentAsset, PosterFrame
from content.queries import assets_of

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# What a browser shows without running it; all else is offered for saving.
INLINE = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif",
        "video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "video/ogg", "video/x-m4v",
        "audio/mpeg", "audio/mp4", "audio/wav", "audio/ogg", "audio/webm", "audio/flac", "audio/aac",
    }
)  # fmt: skip
SEALED = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Served:
    """A file to answer with; `stays` says that its address never means other bytes."""

    file: FieldFile
    mime: str
    name: str
    stays: bool = False


@require_safe
@requires("content.view")
def file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The original; `?save` offers it for saving."""
    asset = get_object_or_404(assets_of(request.membership), pk=pk)
    return serve(request, Served(asset.file, asset.mime_type, asset.original_name or f"{asset.pk}"))


@require_safe
@requires("content.view")
def thumbnail(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The chosen still, also of a deleted asset."""
    asset = get_object_or_404(ContentAsset.objects.visible_to(request.membership), pk=pk)
    return serve(request, Served(asset.thumbnail, "image/jpeg", "thumbnail.jpg"))


@require_safe
@requires("content.view")
def frame(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A still to choose from."""
    seen = ContentAsset.objects.visible_to(request.membership)
    found = get_object_or_404(PosterFrame.objects.visible_to(request.membership).filter(asset__in=seen), pk=pk)
    return serve(request, Served(found.image, "image/jpeg", "frame.jpg", stays=True))


def serve(request: HttpRequest, served: Served) -> HttpResponseBase:
    """Answer with the file, a part of it, or that the reader has it already; from S3, with its address there."""
    if not served.file:
        raise Http404
    if not isinstance(served.file.storage, FileSystemStorage):
        return redirect(served.file.storage.url(str(served.file.name)))
    path = Path(served.file.path)
    if not path.is_file():
        raise Http404
    stat = path.stat()
    etag, changed = f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"', int(stat.st_mtime)
    if _is_known(request, etag, changed):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _answer(request, path, stat.st_size, _wanted(request, stat.st_size, etag, changed))
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=31536000, immutable" if served.stays else "private, no-cache"
    return _seal(response, served, save="save" in request.GET)


def _seal(response: HttpResponseBase, served: Served, *, save: bool) -> HttpResponseBase:
    shown = served.mime in INLINE
    response["Content-Type"] = served.mime if shown else "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    disposition = content_disposition_header(save or not shown, served.name)
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def _is_known(request: HttpRequest, etag: str, changed: int) -> bool:
    if "If-None-Match" in request.headers:
        given = request.headers["If-None-Match"]
        return given.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in given.split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and changed <= since


def _wanted(request: HttpRequest, size: int, etag: str, changed: int) -> tuple[int, int] | None:
    """Return first and last byte wanted, None for all of it; (0, -1) when no byte of the range exists."""
    found = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not found or found.groups() == ("", "") or not _if_range_holds(request, etag, changed):
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else (0, -1)
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last or size - 1), size - 1)) if int(first) < size else (0, -1)


def _if_range_holds(request: HttpRequest, etag: str, changed: int) -> bool:
    condition = request.headers.get("If-Range", "")
    return not condition or condition == etag or parse_http_date_safe(condition) == changed


def _answer(request: HttpRequest, path: Path, size: int, wanted: tuple[int, int] | None) -> HttpResponseBase:
    if wanted == (0, -1):
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = wanted or (0, size - 1)
    length = last - first + 1
    status = 206 if wanted else 200
    response = HttpResponse(status=status)
    if request.method != "HEAD":
        response = StreamingHttpResponse(pieces(path, first, length), status=status)
    response["Content-Length"] = str(length)
    if wanted:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def pieces(path: Path, first: int, length: int) -> Iterator[bytes]:
    """Yield `length` bytes from `first` on, a piece at a time."""
    with path.open("rb") as source:
        source.seek(first)
        while length > 0 and (piece := source.read(min(PIECE, length))):
            length -= len(piece)
            yield piece
