"""The transcript: bringing one, correcting it word by word, naming who speaks, going back."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from content.forms.transcripts import (
    FindForm,
    LanguageForm,
    LineForm,
    MarkForm,
    PlaceForm,
    ReplaceForm,
    SpeakerForm,
    SubtitlesForm,
    TextForm,
)
from content.models import ContentAsset, Transcript
from content.screens import transcripts as screen
from content.screens.studio import steps_of
from content.services import transcript_words, transcripts
from content.services.pipeline import StillRunning
from content.services.transcript_words import BadMark, Changed, NotFound, NothingHeard
from content.services.transcripts import NoTranscript, NoWords, OtherRecording
from content.transcripts import correcting, spoken
from content.views import studio
from trenddrop.core.speech.subtitles import BadSubtitles

REFUSALS = (NoTranscript, NoWords, NotFound, NothingHeard, StillRunning)


@require_POST
@requires("content.edit")
def subtitles(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take SRT, VTT or plain text in place of the recognised words."""
    asset = studio.visible(request, pk)
    form = SubtitlesForm(request.POST, request.FILES)
    if form.is_valid():
        file, anyway = form.cleaned_data["file"], form.cleaned_data["anyway"]
        try:
            transcripts.bring_subtitles(asset, file.read(), name=file.name, anyway=anyway, by=request.membership)
        except OtherRecording as error:
            form.add_error("file", _("%(why)s Is it of another recording? Nothing was changed.") % {"why": error})
            form.offer_anyway()
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
    """Go back to where the form stood, or show that page with what was wrong."""
    in_editor = request.POST.get("from") == "editor"
    if form.errors:
        asset = studio.visible(request, pk)
        return (show if in_editor else studio.show)(request, asset, status=422, **{name: form})
    messages.success(request, _("Saved. Everything that follows from the words is made anew."))
    return redirect("transcript" if in_editor else "studio", pk=pk)


@require_safe
@requires("content.view")
def editor(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """All lines, those that hold what somebody looks for (`find`), or with one open to edit (`edit`, `to`)."""
    return show(request, studio.visible(request, pk))


def show(request: MemberRequest, asset: ContentAsset, *, status: int = 200, **more: Any) -> HttpResponse:
    """Render the page; `more` holds forms that could not be taken."""
    said: Transcript | None = getattr(asset, "transcript", None)
    looked = more.get("replace_form") or ReplaceForm(request.GET if "find" in request.GET else None)
    hits = _hits(said, looked)
    searched = looked.is_bound and looked.is_valid()
    lines = spoken.lines(said, found=frozenset(number for where in hits for number in where))
    wanted = [line for line in lines if any(word.found for word in line.words)] if searched else lines
    place = PlaceForm(request.GET)
    part = screen.part(wanted, at=more.get("line_at", place.second), number=place.number)
    context = screen.beside(asset, said) | {
        "asset": asset,
        "part": part,
        "marks": screen.shown_marks(said, part),
        "working": asset.status in studio.WORKING,
        "has_unsure": any(word.unsure for line in part.lines for word in line.words),
        "replace_form": looked,
        "searched": searched,
        "places": len(hits),
        "query": request.GET.urlencode() if searched else "",
    }
    return render(request, "content/transcript.html", context | _editing(request, said) | more, status=status)


def _hits(said: Transcript | None, form: FindForm) -> list[range]:
    if said is None or not form.is_bound or not form.is_valid():
        return []
    return correcting.found(spoken.parts_of(said)[0], _pattern(form))


def _pattern(form: FindForm) -> Any:
    asked = form.cleaned_data
    return correcting.wanted(asked["find"], match_case=asked["match_case"], whole_words=not asked["parts"])


def _editing(request: MemberRequest, said: Transcript | None) -> dict[str, Any]:
    """Return the form of the line that is open, if one is."""
    where = _asked(request, said, "edit")
    if said is None or where is None:
        return {"editing": None}
    (line, *_more) = spoken.lines(said, within=where)
    return {"editing": where.start} | _line_context(said, where, line)


def _line_context(said: Transcript, where: range, line: spoken.Line) -> dict[str, Any]:
    was = " ".join(word[2] for word in said.words[where.start : where.stop])
    follows = str(said.words[where.stop][2]) if where.stop < len(said.words) else ""
    initial = {"first": where.start, "was": was, "follows": follows, "text": was, "speaker": line.speaker}
    last = said.words[where.stop - 1][0]
    return {"line_form": LineForm(initial=initial, auto_id=False), "line_at": line.at, "line_to": last}


def _asked(request: MemberRequest, said: Transcript | None, name: str) -> range | None:
    """Return the words from second `name` to second `to`: times stay where numbers move."""
    try:
        start, end = float(request.GET[name]), float(request.GET.get("to", request.GET[name]))
    except (KeyError, ValueError):
        return None
    return spoken.words_between(said, start, end) if said else None


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def line(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One line: to look at (`show`), to edit (`edit`), or saved; whole pages are sent back to the editor."""
    asset = studio.visible(request, pk)
    if request.method == "POST":
        return _save_line(request, asset)
    said: Transcript | None = getattr(asset, "transcript", None)
    editing, shown = _asked(request, said, "edit"), _asked(request, said, "show")
    if said is None or not request.headers.get("HX-Request") or (editing or shown) is None:
        return redirect(f"{reverse('transcript', args=[pk])}?{request.GET.urlencode()}")
    if editing is None:
        return _show_lines(request, asset, shown)
    context = {"asset": asset} | _line_context(said, editing, spoken.lines(said, within=editing)[0])
    return render(request, "content/partials/transcript_line_form.html", context)


def _save_line(request: MemberRequest, asset: ContentAsset) -> HttpResponse:
    form = LineForm(request.POST, auto_id=False)
    if form.is_valid():
        given = form.cleaned_data
        try:
            place = transcript_words.edit(asset, **given, by=request.membership)
        except (NoTranscript, NoWords, Changed) as error:
            form.add_error("text", str(error))
        else:
            return _saved(request, asset, place)
    said: Transcript | None = getattr(asset, "transcript", None)
    where = _now_at(said, form)
    at = _second_of(said, where)
    context = {"editing": where.start, "line_form": form, "line_at": at, "line_to": at}
    if request.headers.get("HX-Request"):
        return render(request, "content/partials/transcript_line_form.html", context | {"asset": asset}, status=422)
    return show(request, asset, status=422, **context)


def _now_at(said: Transcript | None, form: LineForm) -> range:
    """Return where the line stands that could not be saved."""
    first = int(form.cleaned_data.get("first") or 0)
    most = len(said.words) - 1 if said else 0
    return range(min(first, most), min(first, most) + 1)


def _second_of(said: Transcript | None, where: range) -> float:
    """Return the second of the first word."""
    return float(said.words[where.start][0]) if said and said.words else 0.0


def _saved(request: MemberRequest, asset: ContentAsset, place: range) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _show_lines(request, studio.visible(request, asset.pk), place)
    said: Transcript | None = getattr(studio.visible(request, asset.pk), "transcript", None)
    at = _second_of(said, range(min(place.start, len(said.words) - 1), place.stop)) if said else 0.0
    return redirect(f"{reverse('transcript', args=[asset.pk])}?at={at}#l{place.start}")


def _show_lines(request: MemberRequest, asset: ContentAsset, where: range | None) -> HttpResponse:
    """Answer with what a line has become: several lines, or none when it was taken out."""
    said: Transcript | None = getattr(asset, "transcript", None)
    context = {
        "asset": asset,
        "lines": spoken.lines(said, within=where) if where else [],
        "is_stale": spoken.is_stale(said, steps_of(asset)) and asset.status not in studio.WORKING,
    }
    return render(request, "content/partials/transcript_lines.html", context)


@require_POST
@requires("content.edit")
def replace(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say something otherwise wherever it is said."""
    asset = studio.visible(request, pk)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        return show(request, asset, status=422, replace_form=form)
    given = form.cleaned_data

    def run() -> str:
        count = transcript_words.replace_all(
            asset,
            find=given["find"],
            replacement=given["replacement"],
            match_case=given["match_case"],
            whole_words=not given["parts"],
            by=request.membership,
        )
        return ngettext("Replaced in %(n)s place.", "Replaced in %(n)s places.", count) % {"n": count}

    return _done(request, pk, run)


@require_POST
@requires("content.edit")
def speaker(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Call a speaker differently wherever they speak."""
    asset, form = studio.visible(request, pk), SpeakerForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)

    def run() -> str:
        transcript_words.name_speaker(asset, **form.cleaned_data, by=request.membership)
        return _("Renamed.")

    return _done(request, pk, run)


@require_POST
@requires("content.edit")
def marks(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark by hand, say that a mark is none, look for fillers again, or take them out of the words."""
    asset, todo = studio.visible(request, pk), request.POST.get("do", "")
    if todo == "mark":
        return _mark(request, asset)

    def drop() -> str:
        count = transcript_words.drop_fillers(asset, by=request.membership)
        return ngettext("%(n)s word was taken out.", "%(n)s words were taken out.", count) % {"n": count}

    def again() -> str:
        count = transcript_words.mark_again(asset, by=request.membership)
        return ngettext("%(n)s filler was found.", "%(n)s fillers were found.", count) % {"n": count}

    if todo in {"drop", "again"}:
        return _done(request, pk, drop if todo == "drop" else again)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)
    given = form.cleaned_data

    def unmark() -> str:
        transcript_words.unmark(asset, (given["kind"], given["start"], given["end"]), by=request.membership)
        return _("It is no longer marked.")

    return _done(request, pk, unmark)


def _mark(request: MemberRequest, asset: ContentAsset) -> HttpResponse:
    form = MarkForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            _kind, at, _end = transcript_words.mark(
                asset, (given["kind"], given["start"], given["end"]), by=request.membership
            )
        except (NoTranscript, BadMark) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Marked."))
            return redirect(f"{reverse('transcript', args=[asset.pk])}?at={at}")
    return show(request, asset, status=422, mark_form=form, line_at=form.cleaned_data.get("start"))


@require_POST
@requires("content.edit")
def language(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which language is spoken, and listen again if asked to."""
    asset, form = studio.visible(request, pk), LanguageForm(request.POST)
    if not form.is_valid():
        return show(request, asset, status=422, language_form=form)
    code = form.cleaned_data["language"]

    def run() -> str:
        if form.cleaned_data["listen"]:
            transcript_words.listen_again(asset, language=code, by=request.membership)
            return _("The recording is listened to again. Everything that follows is made anew.")
        transcript_words.set_language(asset, code, by=request.membership)
        return _("Saved.")

    return _done(request, pk, run)


@require_POST
@requires("content.edit")
def first_heard(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Go back to the words as the recogniser heard them."""
    asset = studio.visible(request, pk)

    def run() -> str:
        transcript_words.first_heard(asset, by=request.membership)
        return _("These are the words as they were first heard.")

    return _done(request, pk, run)


@require_POST
@requires("content.edit")
def read(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make what follows from the words anew."""
    asset = studio.visible(request, pk)
    try:
        transcript_words.read_anew(asset, by=request.membership)
    except REFUSALS as error:
        messages.warning(request, str(error))
    return redirect("studio", pk=pk)


def _done(request: MemberRequest, pk: uuid.UUID, run: Callable[[], str]) -> HttpResponse:
    """Do it, say what came of it, and go back to the editor."""
    try:
        messages.success(request, run())
    except REFUSALS as error:
        messages.warning(request, str(error))
    return redirect("transcript", pk=pk)


def _refused(request: MemberRequest, pk: uuid.UUID, form: forms.Form) -> HttpResponse:
    messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("transcript", pk=pk)
