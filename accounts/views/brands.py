"""The brand's pages: its profile, the list of brands, choosing and deleting one."""

import uuid

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, queries
from accounts.access import MemberRequest, admit, requires
from accounts.context import BRAND_KEY, current_brand
from accounts.forms.brands import BrandForm
from accounts.models import BrandProfile
from accounts.services import brands as commands
from accounts.services import clients
from trenddrop.core.onward import onward


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.view")
def brand(request: MemberRequest) -> HttpResponse:
    """The current brand's profile, editable for those who may."""
    return _edit(request, current_brand(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.edit")
def brand_new(request: MemberRequest) -> HttpResponse:
    """A further brand."""
    return _edit(request, None)


@require_safe
@requires("brand.view")
def brands(request: MemberRequest) -> HttpResponse:
    """Every brand the member works for."""
    rows = queries.brands_of(request.membership).select_related("client")
    counted = rows.annotate(
        samples=Count("voice_samples", distinct=True), audience_count=Count("audiences", distinct=True)
    )
    context = {"rows": counted[:200], "current": current_brand(request)}
    return render(request, "accounts/brands.html", context)


def _edit(request: MemberRequest, existing: BrandProfile | None) -> HttpResponse:
    row = existing or BrandProfile(organization=request.membership.organization)
    if existing is None and request.method != "POST":
        row.country = request.user.country
    form = BrandForm(request.POST if request.method == "POST" else None, instance=row, by=request.membership)
    if request.method == "POST" and _save(request, form, is_new=existing is None):
        return redirect("brand")
    if form.errors and existing is not None:
        existing.refresh_from_db()
    context = {"form": form, "edited": existing, "organization": request.membership.organization}
    return render(request, "accounts/brand.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, form: BrandForm, *, is_new: bool) -> bool:
    admit(request, "brand.edit")
    if not form.is_valid():
        return False
    if is_new:
        saved = commands.create(form.instance, by=request.membership)
    else:
        saved = _change(request, form)
    request.session[BRAND_KEY] = str(saved.pk)
    messages.success(request, _("Saved. New matches and pieces use it from now on."))
    return True


def _change(request: MemberRequest, form: BrandForm) -> BrandProfile:
    """Save the profile; a brand that goes to another client takes its work along."""
    brand, member = form.instance, request.membership
    changes = audit.changes(form)
    if changes.pop("client", None) is not None:
        chosen, brand.client_id = form.cleaned_data["client"], form.client_before
        clients.give_brand(brand, client=chosen, by=member)
    return commands.change(brand, fields=list(changes), changes=changes, by=member)


@require_POST
@requires("brand.view")
def choose_brand(request: MemberRequest) -> HttpResponse:
    """Work for another brand from here on."""
    chosen = get_object_or_404(queries.brands_of(request.membership), pk=queries.key_of(request.POST.get("brand", "")))
    request.session[BRAND_KEY] = str(chosen.pk)
    return onward(request, otherwise="today")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.edit")
def brand_delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what hangs on a brand; with the word of the member, delete it."""
    doomed = get_object_or_404(queries.brands_of(request.membership), pk=pk)
    if request.method == "POST":
        try:
            commands.delete(doomed, by=request.membership)
        except commands.CannotDelete as error:
            messages.error(request, str(error))
            return redirect("brand_delete", pk)
        request.session.pop(BRAND_KEY, None)
        messages.success(request, _("“%(name)s” is deleted. What was made for it is kept.") % {"name": doomed.name})
        return redirect("brands")
    context = {"doomed": doomed, "hanging": queries.hanging_on(doomed)}
    return render(request, "accounts/brand_delete.html", context)
