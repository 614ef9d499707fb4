"""Voice-overs: asked for, followed, heard, stopped, removed, made an asset."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content.forms.scripts import VoiceOverForm
from content.intake import receiving
from content.models import VoiceOver
from content.screens import ideas
from content.services import scripts, transcripts, uploads, voice_overs
from content.services.pipeline import StillRunning
from content.serving import Served, serve
from content.views import scripts as script_view
from trenddrop.core.limits import LimitReached
from trenddrop.core.sniff import UnsupportedFile

REFUSED = (
    scripts.NotApproved,
    voice_overs.VoiceNotReady,
    voice_overs.VoiceOfAnother,
    voice_overs.NotUnderWay,
    LimitReached,
)
NOT_TAKEN = (
    voice_overs.NotSpoken, LimitReached, UnsupportedFile, uploads.EmptyFile, uploads.TooLarge, uploads.UnknownBrand,
    receiving.DiskFull, receiving.PartGone, receiving.InUse, StillRunning, transcripts.NoWords,
)  # fmt: skip


def _visible(request: MemberRequest, pk: uuid.UUID) -> VoiceOver:
    rows = ideas.spoken_of(request.membership).select_related("voice", "script__prompt")
    return get_object_or_404(rows, pk=pk)


@require_POST
@requires("content.edit")
def voice_over_new(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Have a script spoken."""
    row = script_view.visible(request, pk)
    form = VoiceOverForm(request.POST, voices=ideas.voices_of(request.membership))
    if not form.is_valid():
        messages.warning(request, _("Choose a voice that is ready."))
        return script_view.answer(request, row)
    try:
        voice_overs.ask(row, voice=form.cleaned_data["voice"], by=request.membership)
    except REFUSED as error:
        messages.warning(request, str(error))
    return script_view.answer(request, row)


@require_safe
@requires("content.view")
def voice_over(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is: the part that asks for itself again while it is being made."""
    row = _visible(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("script", pk=row.script_id)
    return render(request, "content/partials/voice_over.html", {"each": row, "script": row.script})


@require_safe
@requires("content.view")
def voice_over_file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The recording; `?save` offers it for saving."""
    row = _visible(request, pk)
    name = receiving.clean_name(f"{row.script.title}.wav")
    return serve(request, Served(row.file, "audio/wav", name, stays=False))


@require_POST
@requires("content.edit")
def voice_over_stop(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop it."""
    row = _visible(request, pk)
    try:
        voice_overs.stop(row, by=request.membership)
    except REFUSED as error:
        messages.warning(request, str(error))
    return script_view.answer(request, row.script)


@require_POST
@requires("content.edit")
def voice_over_delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove it."""
    row = _visible(request, pk)
    voice_overs.delete(row, by=request.membership)
    return script_view.answer(request, row.script)


@require_POST
@requires("content.edit", scoped=False)
def voice_over_asset(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make an audio asset of it, which becomes pieces; copying the file may take its time."""
    with tenancy.of_member(request.membership):
        row = _visible(request, pk)
    try:
        asset = voice_overs.make_asset(row, by=request.membership)
    except NOT_TAKEN as error:
        messages.warning(request, str(error))
        return redirect("script", pk=row.script_id)
    return redirect("studio", pk=asset.pk)
