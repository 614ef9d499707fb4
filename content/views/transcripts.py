"""Bringing subtitles, and correcting what is said or written."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, requires
from content.forms.transcripts import SubtitlesForm, TextForm
from content.services import transcripts
from content.services.pipeline import StillRunning
from content.services.transcripts import NoWords
from content.views import studio
from trenddrop.core.speech.subtitles import BadSubtitles


@require_POST
@requires("content.edit")
def subtitles(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take SRT or VTT in place of the recognised words."""
    asset = studio.visible(request, pk)
    form = SubtitlesForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            transcripts.bring_subtitles(asset, file.read(), name=file.name, by=request.membership)
        except (BadSubtitles, NoWords, StillRunning) as error:
            form.add_error("file", str(error))
    return _answer(request, pk, form, "subtitles_form")


@require_POST
@requires("content.edit")
def text(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a corrected text in place of all words."""
    asset = studio.visible(request, pk)
    form = TextForm(request.POST)
    if form.is_valid():
        try:
            transcripts.correct(asset, form.cleaned_data["text"], by=request.membership)
        except (NoWords, StillRunning) as error:
            form.add_error("text", str(error))
    return _answer(request, pk, form, "text_form")


def _answer(request: MemberRequest, pk: uuid.UUID, form: forms.Form, name: str) -> HttpResponse:
    """Go back to the Studio, or show it with what was wrong."""
    if form.errors:
        return studio.show(request, studio.visible(request, pk), status=422, **{name: form})
    messages.success(request, _("Saved. Everything that follows from the words is made anew."))
    return redirect("studio", pk=pk)
