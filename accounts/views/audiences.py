"""The Audience tab: whom the brand speaks to."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, queries
from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from accounts.forms.audiences import AudienceForm
from accounts.models import AudienceProfile
from accounts.services import audiences as commands


@require_safe
@requires("brand.view")
def index(request: MemberRequest) -> HttpResponse:
    """The current brand's audiences."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    rows = list(queries.audiences_of(request.membership).filter(brand=brand))
    return render(request, "accounts/audiences.html", {"rows": rows, "edited": brand})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.edit")
def new(request: MemberRequest) -> HttpResponse:
    """A further audience of the current brand."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    return _edit(request, AudienceProfile(organization=request.membership.organization, brand=brand))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.view")
def audience(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One audience, editable for those who may."""
    rows = queries.audiences_of(request.membership).select_related("brand")
    return _edit(request, get_object_or_404(rows, pk=pk))


def _edit(request: MemberRequest, row: AudienceProfile) -> HttpResponse:
    kept = None if row.created_at is None else row.name
    form = AudienceForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST":
        admit(request, "brand.edit")
        if form.is_valid() and _saved(request, form):
            return redirect("brand_audiences")
    context = {"form": form, "kept": kept, "audience": row, "edited": row.brand}
    return render(request, "accounts/audience.html", context, status=422 if form.errors else 200)


def _saved(request: MemberRequest, form: AudienceForm) -> bool:
    try:
        fields, changes = form.changed_data, audit.changes(form)
        commands.save(form.instance, fields=fields, changes=changes, by=request.membership)
    except commands.TooMany as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Saved. New pieces are written for them too."))
    return True


@require_POST
@requires("brand.edit")
def remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget an audience."""
    row = get_object_or_404(queries.audiences_of(request.membership).select_related("brand"), pk=pk)
    commands.delete(row, by=request.membership)
    messages.success(request, _("“%(name)s” is removed. What was written for them stays.") % {"name": row.name})
    return redirect("brand_audiences")
