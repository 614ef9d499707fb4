"""A piece's file made fit for its platform: asked for, stopped, given up again, watched."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from content.forms.pieces import MediaFixForm
from content.models import MediaFix
from content.pieces.composing import sent_file, sent_mime
from content.screens.making import ShownFix
from content.services import fixes
from content.serving import Served, serve
from content.views.pieces import answer, visible


@require_POST
@requires("content.edit")
def ask(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make the file fit, as chosen."""
    piece = visible(request, pk)
    form = MediaFixForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return answer(request, piece)
    try:
        fixes.ask(piece, by=request.membership, choice=form.choice())
        messages.info(request, _("The file is being made fit. You may leave this page."))
    except (fixes.NothingToFix, fixes.AlreadyFixing) as error:
        messages.warning(request, str(error))
    return answer(request, piece)


@require_safe
@requires("content.view")
def far(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """How far that is, alone: whoever is at the rest of the page stays there."""
    piece = visible(request, pk)
    row = get_object_or_404(MediaFix.objects.filter(piece=piece).order_by("-created_at")[:1])
    context = {"piece": piece, "fix": ShownFix(row.status, row.progress, row.error)}
    return render(request, "content/partials/fix_far.html", context)


@require_POST
@requires("content.edit")
def cancel(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop that."""
    piece = visible(request, pk)
    try:
        fixes.cancel(piece, by=request.membership)
        messages.info(request, _("Stopped. The original is kept."))
    except fixes.NotFixing as error:
        messages.warning(request, str(error))
    return answer(request, piece)


@require_POST
@requires("content.edit")
def original(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the original again."""
    piece = visible(request, pk)
    try:
        fixes.take_original(piece, by=request.membership)
    except fixes.NoOwnFile as error:
        messages.warning(request, str(error))
    return answer(request, visible(request, pk))


@require_safe
@requires("content.view")
def file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file as it would be sent; `?save` offers it for saving."""
    piece = visible(request, pk)
    mime = sent_mime(piece)
    ending = {"video/mp4": ".mp4", "image/jpeg": ".jpg"}.get(mime, "")
    return serve(request, Served(sent_file(piece), mime, f"{piece.platform}-{piece.pk}{ending}"))
