"""Covers: made, chosen, shown."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content.forms.pieces import CoverForm, CoversForm
from content.models import GeneratedContent, Thumbnail
from content.services import thumbnails
from content.serving import Served, serve
from content.views.pieces import answer, visible


@require_POST
@requires("content.edit", scoped=False)
def make(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw covers to choose from; drawing takes a moment, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        piece = visible(request, pk)
        form = CoversForm(request.POST, piece=piece, prefix="cover")
        good = form.is_valid()
        words = form.cleaned_data.get("words", "") or thumbnails.suggestion(piece)
    if good:
        given = {name: form.cleaned_data[name] for name in ("colour", "frame", "layouts")}
        try:
            thumbnails.make(piece, words=words, by=request.membership, **given)
        except (thumbnails.NoPicture, thumbnails.CannotWrite) as error:
            messages.error(request, str(error))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    with tenancy.of_member(request.membership):
        return answer(request, visible(request, pk))


@require_POST
@requires("content.edit")
def choose(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send this one along, or the plain frame."""
    piece = visible(request, pk)
    form = CoverForm(request.POST, piece=piece)
    try:
        if not form.is_valid():
            raise thumbnails.NoSuchCover
        thumbnails.choose(piece, form.cleaned_data["cover"], by=request.membership)
    except thumbnails.NoSuchCover as error:
        messages.warning(request, str(error))
    return answer(request, piece)


@require_POST
@requires("content.edit")
def drop(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove every cover but the chosen one."""
    piece = visible(request, pk)
    thumbnails.drop(piece, by=request.membership)
    return answer(request, visible(request, pk))


@require_safe
@requires("content.view")
def cover(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A cover's picture."""
    seen = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None)
    found = get_object_or_404(Thumbnail.objects.visible_to(request.membership).filter(piece__in=seen), pk=pk)
    return serve(request, Served(found.image, "image/jpeg", "cover.jpg", stays=True))
