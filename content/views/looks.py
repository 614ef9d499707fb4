"""The Look tab of Brand: colours, font, logo, and the template taken of each kind."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from accounts.models import BrandProfile
from content.forms.templates import LookForm
from content.looks import look_of
from content.looks.designs import COLOURS
from content.models import BrandTemplate, TemplateKind
from content.services import templates as commands
from trenddrop.core import pictures
from trenddrop.core.colours import contrast

SHOWN = (TemplateKind.CAPTION_STYLE, TemplateKind.SOCIAL_LAYOUT, TemplateKind.CAROUSEL)
FAINT = 3.0


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.view")
def look(request: MemberRequest) -> HttpResponse:
    """The current brand's look, with what it makes beside it."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    row = BrandTemplate.objects.filter(brand=brand).first() or BrandTemplate(brand=brand)
    row.brand = brand
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = LookForm(*data, instance=row, by=request.membership, inherited=_inherited(brand))
    if request.method == "POST":
        admit(request, "brand.edit")
        if form.is_valid() and _saved(request, form):
            return redirect("brand_look")
    context = {"form": form, "edited": brand, "sketches": _sketches(row, form), "faint": _faint(brand)}
    return render(request, "content/look.html", context, status=422 if form.errors else 200)


def _inherited(brand: BrandProfile) -> dict[str, str]:
    """Return the colours the brand would have without its own: its client's, or ours."""
    base = look_of(BrandProfile(name=brand.name, client_id=brand.client_id))
    return {name: getattr(base, name) for name in COLOURS}


def _saved(request: MemberRequest, form: LookForm) -> bool:
    try:
        row = form.save(commit=False)
        if "logo" in form.changed_data and not form.cleaned_data["logo"]:
            row.logo = ""
        commands.change_look(row, fields=form.changed_data, by=request.membership)
    except commands.NotForThisBrand as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The look is saved. New pieces take it; what is made already stays."))
    return True


def _sketches(row: BrandTemplate, form: LookForm) -> list[dict[str, Any]]:
    """Return an address of a picture for each kind that is shown."""
    told = {f"look_{name}": form[name].value() or "" for name in (*COLOURS, "font")}
    found = []
    for kind in SHOWN:
        query = {"kind": str(kind), "template": str(getattr(row, f"{kind}_id") or "")} | told
        found.append({"label": kind.label, "address": f"{reverse('template_sketch')}?{urlencode(query)}"})
    return found


def _faint(brand: BrandProfile) -> float | None:
    """Return the contrast of main colour and background where words in it could not be read."""
    found = look_of(brand)
    ratio = contrast(found.colour, found.ground)
    return ratio if ratio < FAINT else None


@require_safe
@requires("brand.view")
def logo(request: MemberRequest) -> HttpResponseBase:
    """The current brand's logo; nothing where it has none."""
    brand = current_brand(request)
    row = BrandTemplate.objects.filter(brand=brand).first() if brand else None
    return pictures.answer(row.logo) if row and row.logo else HttpResponse(status=204)
