"""Media of assets for those who may see them: in pieces (HTTP ranges), never as something a browser would run."""

import uuid
from dataclasses import dataclass

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import ContentAsset, PosterFrame
from content.queries import assets_of
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
