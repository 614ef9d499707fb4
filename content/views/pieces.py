"""Saving, rewriting and taking back pieces."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content import studio
from content.forms.pieces import PieceForm, RewriteForm
from content.models import GeneratedContent
from content.services import pieces
from content.views.studio import of_piece
from trenddrop.core.limits import LimitReached


def visible(request: MemberRequest, pk: uuid.UUID) -> GeneratedContent:
    """Return a piece the member may see."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None, asset__deleted_at=None)
    return get_object_or_404(rows.select_related("asset__brand", "thumbnail"), pk=pk)


def address(piece: GeneratedContent) -> str:
    """Return where the piece is shown."""
    return f"{reverse('studio', args=[piece.asset_id])}?piece={piece.pk}"


def answer(request: MemberRequest, piece: GeneratedContent, form: PieceForm | None = None) -> HttpResponse:
    """Show the piece in its place, or send whole pages back to the Studio."""
    if form is None and not request.headers.get("HX-Request"):
        return redirect(address(piece))
    siblings = list(GeneratedContent.objects.filter(asset=piece.asset, deleted_at=None).order_by("created_at"))
    context = of_piece(piece.asset, piece, form) | {"asset": piece.asset, "pieces": studio.tabs(piece.asset, siblings)}
    context["poster_url"] = reverse("thumbnail", args=[piece.asset_id]) if piece.asset.thumbnail else ""
    template = "content/partials/piece.html" if request.headers.get("HX-Request") else "content/piece.html"
    return render(request, template, context, status=422 if form else 200)


@require_POST
@requires("content.edit")
def save(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep what was written, as a new version when words changed."""
    piece = visible(request, pk)
    form = PieceForm(request.POST, instance=visible(request, pk))
    if not form.is_valid():
        return answer(request, piece, form)
    changes = {name: form.cleaned_data[name] for name in form.fields}
    return answer(request, pieces.edit(piece, by=request.membership, **changes))


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
