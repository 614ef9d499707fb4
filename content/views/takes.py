"""The files that pieces were given, for those who may see them."""

import uuid
from pathlib import PurePath

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import PieceFile
from content.views.files import Served, serve


def _visible(request: MemberRequest, pk: uuid.UUID) -> PieceFile:
    rows = PieceFile.objects.visible_to(request.membership).filter(piece__asset__deleted_at=None)
    return get_object_or_404(rows.select_related("piece"), pk=pk)


@require_safe
@requires("content.view")
def take(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A file as it was made or brought; `?save` offers it for saving."""
    found = _visible(request, pk)
    mime = str(found.media_info.get("mime") or "application/octet-stream")
    ending = PurePath(str(found.file.name)).suffix
    slide = f"-{found.slide}" if found.slide else ""
    name = f"{found.piece.platform}-{found.piece_id}-take{found.number}{slide}{ending}"
    return serve(request, Served(found.file, mime, name, stays=True))


@require_safe
@requires("content.view")
def poster(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A still of it."""
    return serve(request, Served(_visible(request, pk).poster, "image/jpeg", "poster.jpg", stays=True))
