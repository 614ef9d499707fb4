"""Other ways to say a piece: asked for, taken, cleared away."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import tenancy
from accounts.access import MemberRequest, requires
from content.forms.pieces import VariantsForm
from content.services import variants
from content.views.pieces import answer, visible
from trenddrop.core.limits import LimitReached


@require_POST
@requires("content.edit", scoped=False)
def ask(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Write it in several ways; the model may take its time, so no transaction stays open."""
    form = VariantsForm(request.POST)
    good = form.is_valid()
    angles = form.cleaned_data["angles"] if good else list(variants.USUAL)
    note = form.cleaned_data["note"] if good else ""
    with tenancy.of_member(request.membership):
        piece = visible(request, pk)
    try:
        made = variants.ask(piece, by=request.membership, angles=angles, note=note)
    except LimitReached as error:
        messages.error(request, str(error))
    else:
        _missing, why = variants.left_out(angles, made)
        if why:
            messages.add_message(request, messages.INFO if made else messages.WARNING, why)
    with tenancy.of_member(request.membership):
        return answer(request, visible(request, pk))


@require_POST
@requires("content.edit")
def take(request: MemberRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Make one of them the next version."""
    piece = visible(request, pk)
    try:
        piece = variants.take(piece, number, by=request.membership)
        messages.success(request, _("Taken. What stood here before is kept as a version."))
    except variants.NoSuchVariant as error:
        messages.warning(request, str(error))
    return answer(request, piece)


@require_POST
@requires("content.edit")
def drop(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Clear away those nobody took."""
    piece = visible(request, pk)
    variants.drop(piece, by=request.membership)
    return answer(request, piece)
