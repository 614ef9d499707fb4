"""Media of assets for those who may see them."""

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import ContentAsset, PosterFrame
from content.queries import assets_of
from content.serving import Served, original_of, serve, thumbnail_of


@require_safe
@requires("content.view")
def file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The original; `?save` offers it for saving."""
    asset = get_object_or_404(assets_of(request.membership), pk=pk)
    return serve(request, original_of(asset))


@require_safe
@requires("content.view")
def thumbnail(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The chosen still, also of a deleted asset."""
    asset = get_object_or_404(ContentAsset.objects.visible_to(request.membership), pk=pk)
    return serve(request, thumbnail_of(asset))


@require_safe
@requires("content.view")
def frame(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A still to choose from."""
    seen = ContentAsset.objects.visible_to(request.membership)
    found = get_object_or_404(PosterFrame.objects.visible_to(request.membership).filter(asset__in=seen), pk=pk)
    return serve(request, Served(found.image, "image/jpeg", "frame.jpg", stays=True))
