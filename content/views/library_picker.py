"""The picker beside the composer: items that suit a piece, put into it with one press."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from content.forms.libraries import UseForm
from content.forms.pieces import PieceForm
from content.libraries import filling, shelf
from content.models import GeneratedContent, LibraryItem, LibraryKind
from content.services import libraries as commands
from content.views import pieces

SHOWN = 12


@require_safe
@requires("content.view")
def picker(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The best items of one kind for a piece, each as it would read there."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None, asset__deleted_at=None)
    return _shown(request, get_object_or_404(rows.select_related("asset", "brand"), pk=pk))


def _shown(request: MemberRequest, piece: GeneratedContent, status: int = 200, **more: Any) -> HttpResponse:
    wanted = str(more.get("kind") or request.GET.get("kind", ""))
    kind = wanted if wanted in LibraryKind.values else LibraryKind.HOOK
    rows = list(shelf.for_piece(piece, request.membership).filter(kind=kind)[: SHOWN + 1])
    context = {
        "piece": piece,
        "asset": piece.asset,
        "kinds": [LibraryKind(each) for each in LibraryKind.values],
        "kind": kind,
        "rows": offered(rows[:SHOWN], piece, now=timezone.now()),
        "has_more": len(rows) > SHOWN,
    }
    page = (
        "content/partials/library_picker.html" if request.headers.get("HX-Request") else "content/library_picker.html"
    )
    return render(request, page, context | more | {"kind": kind}, status=status)


def offered(rows: list[LibraryItem], piece: GeneratedContent, *, now: dt.datetime) -> list[dict[str, Any]]:
    """Return each item with its words as they would read in the piece, and a form for what is not known."""
    names = {name for row in rows for name in filling.names(row.body)}
    known = shelf.values_for(piece, names, now=now) if names else {}
    found = []
    for row in rows:
        if row.kind == LibraryKind.HASHTAGS:
            found.append({"item": row, "words": shelf.words_of(row), "form": UseForm(names=[])})
            continue
        filled = filling.fill(row.body, known)
        found.append({"item": row, "words": filled.text, "form": UseForm(names=filled.missing)})
    return found


@require_POST
@requires("content.edit")
def use(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Put an item into a piece, with what stands unsaved in the composer; the version before stays."""
    piece = pieces.visible(request, pk)
    row = get_object_or_404(shelf.items_of(request.membership), pk=queries.key_of(request.POST.get("item", "")))
    changes: dict[str, Any] = {}
    if "text" in request.POST:  # the composer is on the page
        form = PieceForm(request.POST, instance=pieces.visible(request, pk))
        if not form.is_valid():
            return pieces.answer(request, piece, form)
        changes = form.given
    base = request.POST.get("base", "")
    try:
        used = commands.use(
            row,
            piece,
            by=request.membership,
            now=timezone.now(),
            values=UseForm.values(request.POST),
            base=int(base) if base.isdecimal() else None,
            changes=changes,
        )
    except (commands.Unfilled, filling.BadTemplate) as error:
        messages.error(request, str(error))
        return _kept_waiting(request, piece)
    _tell(request, used, piece)
    return pieces.answer(request, used.edited.piece)


def _kept_waiting(request: MemberRequest, piece: GeneratedContent) -> HttpResponse:
    """Say what is missing, and leave the composer as it stands."""
    if request.headers.get("HX-Request"):
        return pieces.told(request, HttpResponse(status=204))
    return redirect(f"{reverse('piece_library', args=[piece.pk])}?kind={request.POST.get('kind', '')}")


def _tell(request: MemberRequest, used: commands.Used, piece: GeneratedContent) -> None:
    if used.edited.meanwhile is not None:
        messages.warning(request, pieces.overtook(used.edited.meanwhile))
    if left_out := commands.told(used.left_out, piece.platform):
        messages.warning(request, left_out)
