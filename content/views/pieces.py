"""Saving, rewriting and taking back pieces."""

import json
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content.forms.pieces import FixForm, PieceForm, RewriteForm
from content.models import GeneratedContent, PieceVersion
from content.pieces.comparing import changes
from content.screens import studio
from content.services import pieces
from content.views import piece_making
from content.views import studio as studio_view
from trenddrop.core.limits import LimitReached


def visible(request: MemberRequest, pk: uuid.UUID) -> GeneratedContent:
    """Return a piece the member may see."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None, asset__deleted_at=None)
    return get_object_or_404(rows.select_related("asset"), pk=pk)


def answer(request: MemberRequest, piece: GeneratedContent, form: PieceForm | None = None) -> HttpResponse:
    """Show the piece in its place, or send whole pages back to the Studio."""
    if form is None and not request.headers.get("HX-Request"):
        return redirect(f"{reverse('studio', args=[piece.asset_id])}?piece={piece.pk}")
    asset = studio_view.visible(request, piece.asset_id)
    siblings = list(studio.pieces_of(asset))
    shown = next(each for each in siblings if each.pk == piece.pk)
    context = studio_view.of_piece(asset, shown, form) | {"asset": asset, "pieces": studio.tabs(asset, siblings)}
    context["poster_url"] = reverse("thumbnail", args=[asset.pk]) if asset.thumbnail else ""
    if not request.headers.get("HX-Request"):
        return render(request, "content/piece.html", context, status=422)
    response = render(request, "content/partials/piece.html", context, status=422 if form else 200)
    return told(request, response)


def told(request: MemberRequest, response: HttpResponse) -> HttpResponse:
    """Let the page say at once what a whole page would say at its top."""
    said = [(str(message), message.level_tag) for message in messages.get_messages(request)]
    if said:
        state = "failed" if said[-1][1] in {"error", "warning"} else ""
        response["HX-Trigger"] = json.dumps({"toast": {"text": " ".join(text for text, _tag in said), "state": state}})
    return response


@require_POST
@requires("content.edit")
def save(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep what was written, as a new version when words changed; with a click that mends, mend it on top."""
    piece = visible(request, pk)
    form, click = PieceForm(request.POST, instance=visible(request, pk)), FixForm(request.POST)
    if not form.is_valid() or not click.is_valid():
        return answer(request, piece, form)
    given = form.given | {"base": int(base) if (base := request.POST.get("base", "")).isdecimal() else None}
    fix = click.cleaned_data["fix"]
    if fix is None:
        saved = pieces.edit(piece, by=request.membership, **given)
        if saved.meanwhile is None:
            messages.success(request, _("Saved, version %(n)s.") % {"n": saved.piece.version})
    else:
        saved, did = pieces.fix(piece, fix, by=request.membership, **given)
        messages.info(request, _("Saved and mended.") if did else _("Saved. There was nothing to mend."))
    if saved.meanwhile is not None:
        messages.warning(request, overtook(saved.meanwhile))
    return answer(request, saved.piece)


@require_POST
@requires("content.edit")
def check(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what the platform would refuse about what stands in the form now; nothing is saved."""
    piece = visible(request, pk)
    form = PieceForm(request.POST, instance=piece)
    form.is_valid()  # what cannot be stored is told when it is saved
    for name, value in form.cleaned_data.items():
        setattr(piece, name, value)
    if form.options.is_bound and form.options.is_valid():
        piece.options = form.options.changes["options"]
    context = {"piece": piece} | piece_making.judged(piece)
    return render(request, "content/partials/piece_preflight.html", context)


@require_safe
@requires("content.view")
def versions(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """All versions, and two of them held against each other (?from=1&to=3; the last two unless told)."""
    piece = visible(request, pk)
    rows = list(PieceVersion.objects.filter(piece=piece).select_related("author", "piece"))
    numbers = [row.number for row in rows]
    to = _asked(request, "to", numbers, numbers[0] if numbers else 0)
    before = _asked(request, "from", numbers, max([n for n in numbers if n < to], default=to))
    by_number = {row.number: row for row in rows}
    compared = changes(by_number[before], by_number[to]) if numbers else []
    context = {"piece": piece, "asset": piece.asset, "versions": rows, "before": before, "to": to, "compared": compared}
    return render(request, "content/piece_versions.html", context)


def _asked(request: MemberRequest, name: str, numbers: list[int], usual: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and int(given) in numbers else usual


def overtook(version: PieceVersion) -> str:
    """Say that somebody saved while this person wrote, and that nothing is lost."""
    return _("%(name)s saved version %(number)s while you were writing. Yours stands now; theirs is kept below.") % {
        "name": version.author or version.made_by,
        "number": version.number,
    }


@require_POST
@requires("content.edit", scoped=False)
def rewrite(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Write it again with a wish; the model may take its time, so no transaction stays open."""
    form = RewriteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    with tenancy.of_member(request.membership):
        piece = visible(request, pk)
    try:
        draft = pieces.rewrite(piece, note=note, by=request.membership)
    except LimitReached as error:
        messages.error(request, str(error))
    else:
        if draft.wishes_not_understood:
            wishes = ", ".join(draft.wishes_not_understood)
            messages.warning(request, _("Not understood: %(wishes)s. The rest was done.") % {"wishes": wishes})
    with tenancy.of_member(request.membership):
        return answer(request, visible(request, pk))


@require_POST
@requires("content.edit")
def restore(request: MemberRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Take an earlier version back."""
    piece = visible(request, pk)
    try:
        piece = pieces.restore(piece, number, by=request.membership)
    except pieces.NoSuchVersion as error:
        messages.warning(request, str(error))
    return answer(request, piece)
