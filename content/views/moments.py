"""Find the moment of a recording that answers a wish."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.forms.moments import WishForm
from content.screens import moments
from content.views import studio


@require_safe
@requires("content.view")
def find(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the best answers: within the Studio, or by themselves to a script that asks."""
    asset = studio.visible(request, pk)
    form = WishForm(request.GET if "wish" in request.GET else None)  # a bare address is the box before it is asked
    found = moments.found(asset, form.cleaned_data["wish"]) if form.is_valid() else None
    context = {"wish_form": form, "found_moments": found}
    status = 422 if form.errors else 200
    if request.headers.get("HX-Request"):
        return render(request, "content/partials/moments_found.html", context | {"asset": asset}, status=status)
    return studio.show(request, asset, status=status, **context)
