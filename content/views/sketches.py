"""Live previews: a template or a look drawn as it stands in a form, before it is saved."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from content.forms.templates import SketchForm
from content.looks import Look, look_of, previews, shelf
from content.looks.look import with_templates
from content.models import Template


def sketch_address(kind: str, form: forms.BaseForm) -> str:
    """Return the address of the picture a template's form would make."""
    names = getattr(form, "parts", [])
    values = {name: form[name].value() for name in names}
    said = {name: "on" if value is True else value for name, value in values.items() if value not in {None, False, ""}}
    return f"{reverse('template_sketch')}?{urlencode({'kind': kind} | said)}"


@require_safe
@requires("content.view")
def preview(request: MemberRequest) -> HttpResponse:
    """The part of the form that htmx swaps: the picture's new address."""
    given = QueryDict(mutable=True)
    for name, value in request.GET.items():
        if value and name not in {"csrfmiddlewaretoken", "client", "category"}:
            given[name] = str(value)[:500]
    address = f"{reverse('template_sketch')}?{given.urlencode()}"
    return render(request, "content/partials/template_sketch.html", {"sketch": address})


@require_safe
@requires("content.view", scoped=False)
def sketch(request: MemberRequest) -> HttpResponse:
    """The picture itself; ffmpeg may run for it, so no transaction stays open."""
    form = SketchForm(request.GET)
    if not form.is_valid():
        raise Http404
    kind = form.cleaned_data["kind"]
    with tenancy.of_member(request.membership):
        look = _look(request, form, kind)
    try:
        content = previews.draw(kind, look)
    except previews.CannotDraw as error:
        raise Http404(str(error)) from error
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _look(request: MemberRequest, form: SketchForm, kind: str) -> Look:
    brand = current_brand(request)
    given: dict[str, Any] = form.colours()
    look = replace(look_of(brand), **given)
    chosen = _chosen(request, kind) if "template" in request.GET else Template(kind=kind, design=form.design())
    return with_templates(replace(look, clips={}), {kind: chosen})


def _chosen(request: MemberRequest, kind: str) -> Template:
    """Return the template the address names; as usual where it names none."""
    try:
        key = uuid.UUID(request.GET["template"])
    except ValueError:
        return Template(kind=kind)
    return shelf.templates_of(request.membership, kind=kind).filter(pk=key).first() or Template(kind=kind)
