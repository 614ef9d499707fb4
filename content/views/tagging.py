"""Suggested hashtags of a piece, each with what speaks for it; one click adds it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from content.forms.tagging import TagForm
from content.pieces import tagging
from content.services import pieces
from content.views.pieces import answer, visible
from trends import own


@require_safe
@requires("content.view")
def suggestions(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer hashtags."""
    piece = visible(request, pk)
    brought = own.hashtags_of(request.membership, now=timezone.now())
    found, is_learned = tagging.of_piece(piece, brought)
    context = {"piece": piece, "asset": piece.asset, "suggestions": found, "is_learned": is_learned}
    page = "content/partials/tagging.html" if request.headers.get("HX-Request") else "content/tagging.html"
    return render(request, page, context)


@require_POST
@requires("content.edit")
def add(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Add one hashtag to the piece."""
    piece, form = visible(request, pk), TagForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("That is no hashtag. Nothing was changed."))
        return answer(request, piece)
    tag = form.cleaned_data["tag"]
    if tag.lower() not in {each.lower() for each in piece.hashtags}:
        piece = pieces.edit(piece, by=request.membership, hashtags=[*piece.hashtags, tag]).piece
    return answer(request, piece)
