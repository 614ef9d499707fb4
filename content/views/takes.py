"""The files that pieces were given, for those who may see them."""

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import PieceFile
from content.serving import poster_of, serve, take_of


def _visible(request: MemberRequest, pk: uuid.UUID) -> PieceFile:
    rows = PieceFile.objects.visible_to(request.membership).filter(piece__asset__deleted_at=None)
    return get_object_or_404(rows.select_related("piece"), pk=pk)


@require_safe
@requires("content.view")
def take(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A file as it was made or brought; `?save` offers it for saving."""
    return serve(request, take_of(_visible(request, pk)))


@require_safe
@requires("content.view")
def poster(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A still of it."""
    return serve(request, poster_of(_visible(request, pk)))
