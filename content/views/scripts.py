"""A script: its scenes to edit, versions and what changed, approval, and what is made of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.permissions import may
from content.credits import Estimate
from content.forms.prompts import AgainForm
from content.forms.scripts import ScenesForm
from content.looks import FILMS_OF
from content.models import Script, ScriptVersion, VoiceOver
from content.pieces import differences
from content.pipeline import scripting, speaking
from content.pipeline.scripting import Wish
from content.screens import ideas
from content.services import scripts
from content.views.pieces import told
from trenddrop.core import llm
from trenddrop.core.limits import LimitReached

SHOWN_VERSIONS = 30


def visible(request: MemberRequest, pk: uuid.UUID) -> Script:
    """Return a script the member may see."""
    films = [f"prompt__brand__{each}" for each in FILMS_OF]
    rows = ideas.scripts_of(request.membership).select_related("prompt__brand", "prompt__topic", "approved_by", *films)
    return get_object_or_404(rows.defer("prompt__topic__embedding"), pk=pk)


@require_safe
@requires("content.view")
def script(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The script with its scenes, its voice-overs and its neighbours."""
    return page(request, visible(request, pk))


def page(request: MemberRequest, row: Script, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show the script, or the part of it that htmx swaps."""
    context = context_of(request, row) | more
    part = request.headers.get("HX-Target") == "script"
    template = "content/partials/script.html" if part else "content/script.html"
    response = render(request, template, context, status=status)
    return told(request, response) if part else response


def context_of(request: MemberRequest, row: Script) -> dict[str, Any]:
    """Return what the page and its part need."""
    spoken = list(VoiceOver.objects.filter(script=row).select_related("voice").order_by("-created_at")[:5])
    latest = next((each for each in spoken if each.status == VoiceOver.Status.COMPLETED), None)
    recorded = speaking.told_in(latest) if latest and latest.script_version != row.version else None
    scenes = ideas.shown_scenes(row.scenes, recorded)
    versions = ScriptVersion.objects.filter(script=row).select_related("author").defer("scenes")
    usable = [each for each in ideas.voices_of(request.membership) if speaking.can_speak(each)]
    usable = [each for each in usable if each.client_id in {None, row.prompt.client_id}]
    return {
        "script": row,
        "scenes": scenes,
        "seconds": sum(each.seconds for each in scenes),
        "words": sum(len(each.say.split()) for each in scenes),
        "open": sum(not each.say for each in scenes),
        "versions": list(versions[:SHOWN_VERSIONS]),
        "neighbours": list(ideas.prompts_of(request.membership).order_by("-created_at", "-pk")[: ideas.NEIGHBOURS]),
        "voices": [(each, speaking.estimate(row, each).credits) for each in usable],
        "spoken": spoken,
        "stale": [each.number for each in scenes if each.is_stale],
        "again": AgainForm(initial={"tone": row.tone, "seconds": row.seconds}),
        "estimate": _estimate(request, row),
        "form": ScenesForm(initial={"title": row.title, "base": row.version}),
    }


def _estimate(request: MemberRequest, row: Script) -> object:
    """What writing it again costs, told before; nothing to tell those who may not."""
    if not may(request.membership, "content.edit"):
        return None
    if not llm.available():
        return Estimate()
    return scripting.estimate(scripting.order_of(row.prompt, Wish(row.tone, row.language, row.seconds), previous=row))


def answer(request: MemberRequest, row: Script) -> HttpResponse:
    """Show the script anew in its place, or go back to its page."""
    if request.headers.get("HX-Target") == "script":
        return page(request, visible(request, row.pk))
    return redirect("script", pk=row.pk)


@require_POST
@requires("content.edit")
def script_save(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep what was written, as a new version when words changed."""
    row, form = visible(request, pk), ScenesForm(request.POST)
    if not form.is_valid():
        given = zip(*(request.POST.getlist(name) for name in ("heading", "say", "show")), strict=False)
        written = [{"heading": heading, "say": say, "show": show} for heading, say, show in given]
        return page(request, row, status=422, form=form, scenes=ideas.shown_scenes(written))
    given_now = form.cleaned_data
    saved = scripts.edit(
        row, title=given_now["title"], told=given_now["scenes"], base=given_now["base"], by=request.membership
    )
    if saved.meanwhile is not None:
        words = _("%(name)s saved version %(n)s while you were writing. Yours stands now; theirs is kept.")
        said = {"name": saved.meanwhile.author or saved.meanwhile.made_by, "n": saved.meanwhile.number}
        messages.warning(request, words % said)
    return answer(request, row)


@require_POST
@requires("content.edit", scoped=False)
def script_rewrite(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Write it again with a wish."""
    form = AgainForm(request.POST)
    with tenancy.of_member(request.membership):
        row = visible(request, pk)
        if not form.is_valid():
            return page(request, row, status=422, again=form)
    given = form.cleaned_data
    wish = Wish(given["tone"], row.language, given["seconds"], given["note"])
    try:
        draft = scripts.rewrite(row, wish, by=request.membership)
    except LimitReached as error:
        messages.error(request, str(error))
    else:
        for note in draft.notes:
            messages.info(request, note)
        if draft.wishes_not_understood:
            wishes = ", ".join(draft.wishes_not_understood)
            messages.warning(request, _("Not understood: %(wishes)s. The rest was done.") % {"wishes": wishes})
    with tenancy.of_member(request.membership):
        return answer(request, row)


@require_safe
@requires("content.view")
def script_version(request: MemberRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """What a version said, and what changed since the one before, or since `?from=`."""
    row = visible(request, pk)
    asked = request.GET.get("from", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 9 else number - 1
    rows = ScriptVersion.objects.filter(script=row, number__in={number, before}).select_related("author")
    found = {each.number: each for each in rows}
    if number not in found:
        raise Http404
    context = {
        "script": row,
        "version": found[number],
        "before": found.get(before),
        "changes": _changes(found.get(before), found[number]),
        "numbers": list(row.versions.values_list("number", flat=True)[:SHOWN_VERSIONS]),
    }
    return render(request, "content/script_version.html", context)


def _changes(before: ScriptVersion | None, after: ScriptVersion) -> list[dict[str, Any]]:
    """Return what changed, scene by scene, the title first."""
    old = before.scenes if before else []
    changes = [{"name": _("Title"), "say": differences.words(before.title if before else "", after.title), "show": []}]
    for number in range(max(len(old), len(after.scenes))):
        was = old[number] if number < len(old) else {}
        now = after.scenes[number] if number < len(after.scenes) else {}
        changes.append(
            {
                "name": _("Scene %(n)s") % {"n": number + 1},
                "say": differences.words(was.get("say", ""), now.get("say", "")),
                "show": differences.words(was.get("show", ""), now.get("show", "")),
            }
        )
    return changes


@require_POST
@requires("content.edit")
def script_restore(request: MemberRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Take an earlier version back."""
    row = visible(request, pk)
    try:
        scripts.restore(row, number, by=request.membership)
    except scripts.NoSuchVersion as error:
        messages.warning(request, str(error))
    return redirect("script", pk=pk)


@require_POST
@requires("content.edit")
def script_approve(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve the version that was read."""
    row, read = visible(request, pk), request.POST.get("version", "")
    try:
        scripts.approve(row, version=int(read) if read.isdecimal() else 0, by=request.membership)
    except (scripts.Outdated, scripts.OpenScenes, scripts.AlreadyApproved) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Approved. It can be spoken now."))
    return answer(request, row)


@require_POST
@requires("content.edit")
def script_reopen(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the approval back."""
    row = visible(request, pk)
    try:
        scripts.take_back_approval(row, by=request.membership)
    except scripts.NotApproved as error:
        messages.warning(request, str(error))
    return answer(request, row)


@require_POST
@requires("content.edit")
def script_pieces(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make an asset of the words, which becomes pieces for each platform."""
    row = visible(request, pk)
    try:
        asset = scripts.make_asset(row, by=request.membership)
    except (scripts.NothingToSay, LimitReached) as error:
        messages.warning(request, str(error))
        return redirect("script", pk=pk)
    return redirect(reverse("studio", args=[asset.pk]))
