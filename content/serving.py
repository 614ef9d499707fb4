"""Files for those who may see them: in pieces (HTTP ranges), never as something a browser would run."""

from dataclasses import dataclass
from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header

from content.models import ContentAsset, PieceFile
from trenddrop.core import serving

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


def original_of(asset: ContentAsset) -> Served:
    """Return the file an asset came as."""
    return Served(asset.file, asset.mime_type, asset.original_name or f"{asset.pk}")


def thumbnail_of(asset: ContentAsset) -> Served:
    """Return the chosen still of an asset."""
    return Served(asset.thumbnail, "image/jpeg", "thumbnail.jpg")


def take_of(found: PieceFile) -> Served:
    """Return a piece's file as it was made or brought."""
    mime = str(found.media_info.get("mime") or "application/octet-stream")
    ending = PurePath(str(found.file.name)).suffix
    slide = f"-{found.slide}" if found.slide else ""
    name = f"{found.piece.platform}-{found.piece_id}-take{found.number}{slide}{ending}"
    return Served(found.file, mime, name, stays=True)


def poster_of(found: PieceFile) -> Served:
    """Return a still of a piece's file."""
    return Served(found.poster, "image/jpeg", "poster.jpg", stays=True)


def serve(request: HttpRequest, served: Served) -> HttpResponseBase:
    """Answer with the file, a part of it, or that the reader has it already; a bucket's files come through us too.

    So pages load nothing from elsewhere, an address stays the same for the reader's cache, and every part is guarded.
    """
    if not served.file:
        raise Http404
    response = serving.answer(request, serving.in_storage(served.file.storage, str(served.file.name)))
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
