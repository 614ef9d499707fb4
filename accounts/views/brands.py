"""The brand's pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, queries
from accounts.access import MemberRequest, admit, requires
from accounts.context import BRAND_KEY, current_brand
from accounts.forms.brands import BrandForm
from accounts.models import BrandProfile


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


def _edit(request: MemberRequest, existing: BrandProfile | None) -> HttpResponse:
    row = existing or BrandProfile(organization=request.membership.organization)
    form = BrandForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and _save(request, form, is_new=existing is None):
        return redirect("brand")
    context = {"form": form, "edited": existing, "organization": request.membership.organization}
    return render(request, "accounts/brand.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, form: BrandForm, *, is_new: bool) -> bool:
    admit(request, "brand.edit")
    if not form.is_valid():
        return False
    saved = form.save()
    audit.record(
        "brand.created" if is_new else "brand.changed",
        saved,
        organization_id=saved.organization_id,
        by=request.membership,
        fields=form.changed_data,
    )
    request.session[BRAND_KEY] = str(saved.pk)
    messages.success(request, _("Saved. New matches and pieces use it from now on."))
    return True


@require_POST
@requires("brand.view")
def choose_brand(request: MemberRequest) -> HttpResponse:
    """Work for another brand from here on."""
    chosen = get_object_or_404(queries.brands_of(request.membership), pk=request.POST.get("brand") or None)
    request.session[BRAND_KEY] = str(chosen.pk)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "today")
