"""Voices: which there are, a further one, one made after a person, and taking a consent back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content.forms.voices import CloneForm, VoiceForm
from content.models import VoiceClone
from content.pipeline.speaking import can_speak
from content.screens import ideas
from content.services import voices
from content.serving import Served, serve
from trenddrop.core.sniff import UnsupportedFile
from trenddrop.core.speaking import SpeakingFailed, available, offered

REFUSED = (
    voices.TooManyVoices, voices.UnknownVoice, voices.CannotClone, voices.NotARecording,
    UnsupportedFile, SpeakingFailed,
)  # fmt: skip


@require_safe
@requires("content.view")
def voices_page(request: MemberRequest) -> HttpResponse:
    """Every voice, and whether it may speak."""
    rows = list(ideas.voices_of(request.membership)[: 2 * voices.MOST_VOICES])
    providers = available()
    names = {each.name: str(_(each.label)) for each in providers}
    shown = [(row, state_of(row), names.get(row.provider, row.provider)) for row in rows]
    context = {
        "rows": [each for each in shown if each[0].revoked_at is None],
        "silent": [each for each in shown if each[0].revoked_at is not None],
        "can_add": bool(providers),
        "can_clone": any(each.clones for each in providers),
    }
    return render(request, "content/voices.html", context)


def state_of(voice: VoiceClone) -> str:
    """Say how a voice stands: ready, failed, cancelled (consent taken back) or working."""
    if voice.revoked_at is not None:
        return "cancelled"
    if voice.problem:
        return "failed"
    return "ready" if can_speak(voice) and voice.sample else "working"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit", scoped=False)
def voice_add(request: MemberRequest) -> HttpResponse:
    """A voice that a provider offers; providers are asked for theirs, so no transaction stays open."""
    found, wrong = offered()
    choices = [
        (str(_(each.label)), [(f"{each.name}|{voice.key}", _named(voice.name, voice.language)) for voice in theirs])
        for each, theirs in found
        if theirs
    ]
    form = VoiceForm(request.POST if request.method == "POST" else None, offered=choices)
    if form.is_valid():
        provider, key = form.chosen
        try:
            chosen = voices.find_offered(provider, key)
            with tenancy.of_member(request.membership):
                voices.add(provider=provider, voice=chosen, name=form.cleaned_data["name"], by=request.membership)
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            return redirect("voices")
    context = {"form": form, "wrong": wrong, "has_any": bool(choices)}
    return _whole(request, "content/voice_add.html", context, is_wrong=form.is_bound)


def _named(name: str, language: str) -> str:
    return f"{name} ({language})" if language else name


def _whole(request: MemberRequest, template: str, context: dict[str, Any], *, is_wrong: bool) -> HttpResponse:
    with tenancy.of_member(request.membership):
        return render(request, template, context, status=422 if is_wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def voice_clone(request: MemberRequest) -> HttpResponse:
    """A voice after a person, with their recorded consent."""
    providers = [(each.name, each.label) for each in available() if each.clones]
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CloneForm(*data, membership=request.membership, providers=providers)
    if form.is_valid():
        given = form.cleaned_data
        recordings = voices.Recordings(given["consent"], given["reference"])
        shared = {"name": given["name"], "person": given["person"], "provider": given["provider"]}
        try:
            voices.clone(**shared, recordings=recordings, by=request.membership, brand=given["brand"])
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The consent is heard now, then the voice is made. This page tells when."))
            return redirect("voices")
    context = {"form": form, "can_clone": bool(providers), "owner": request.membership.organization}
    return render(request, "content/voice_clone.html", context, status=422 if form.is_bound else 200)


def _visible(request: MemberRequest, pk: uuid.UUID) -> VoiceClone:
    return get_object_or_404(VoiceClone.objects.visible_to(request.membership), pk=pk)


@require_safe
@requires("content.view")
def voice_sample(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A sentence it spoke."""
    return serve(request, Served(_visible(request, pk).sample, "audio/wav", "sample.wav"))


@require_safe
@requires("content.edit")
def voice_consent(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The recorded consent, as it was brought: for saving."""
    row = _visible(request, pk)
    return serve(request, Served(row.consent, "application/octet-stream", str(row.consent.name).rpartition("/")[2]))


@require_POST
@requires("content.edit")
def voice_revoke(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the consent back."""
    row = _visible(request, pk)
    try:
        voices.revoke(row, by=request.membership)
    except voices.NotRevocable as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("“%(name)s” never speaks again; what it spoke is removed.") % {"name": row.name})
    return redirect("voices")


@require_POST
@requires("content.edit")
def voice_delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove it from the list."""
    try:
        voices.delete(_visible(request, pk), by=request.membership)
    except (voices.IsConsented, voices.IsProof) as error:
        messages.warning(request, str(error))
    return redirect("voices")
