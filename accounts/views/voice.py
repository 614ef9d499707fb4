"""The Voice tab: samples of how the brand writes, and "sounds like us?"."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries, tenancy, voice
from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from accounts.forms.voice import CheckForm, SamplesForm
from accounts.models import BrandProfile, BrandVoiceSample
from accounts.services import voice as commands
from trenddrop.core.embeddings import embedder
from trenddrop.core.voice import FEWEST, CannotSay, agreement


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.view")
def index(request: MemberRequest) -> HttpResponse:
    """The current brand's samples; posted ones are added."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    if request.method != "POST":
        return _page(request, brand)
    admit(request, "brand.edit")
    form = SamplesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, brand, form=form, status=422)
    added = commands.add(brand, _found(form), by=request.membership)
    (messages.success if added.samples else messages.warning)(request, added.told)
    return redirect("brand_voice")


def _found(form: SamplesForm) -> list[commands.Found]:
    pasted = [commands.Found(text) for text in commands.divide(form.cleaned_data["text"])]
    name = getattr(form.files.get("file"), "name", "") or ""
    read = commands.divide(form.cleaned_data["file"])
    return pasted + [commands.Found(text, commands.Source.UPLOADED, name) for text in read]


def _page(request: MemberRequest, brand: BrandProfile, *, status: int = 200, **more: Any) -> HttpResponse:
    samples = list(queries.samples_of(request.membership).filter(brand=brand).defer("embedding")[: voice.MOST])
    name = embedder().name
    context = {
        "edited": brand,
        "rows": _with_agreement(samples),
        "count": len(samples),
        "most": voice.MOST,
        "fewest": FEWEST,
        "embedder": name,
        "waiting": sum(sample.embedded_by != name for sample in samples),
        "form": SamplesForm(),
        "check_form": CheckForm(),
    }
    return render(request, "accounts/voice.html", context | more, status=status)


def _with_agreement(samples: list[BrandVoiceSample]) -> list[tuple[BrandVoiceSample, int | None, int]]:
    """Each sample with how near it is to the others, and how many words it has."""
    languages = {sample.language for sample in samples if sample.language}
    scores = agreement([sample.text for sample in samples], languages=sorted(languages))
    return [(sample, score, len(sample.text.split())) for sample, score in zip(samples, scores, strict=True)]


@require_POST
@requires("brand.view", scoped=False)
def check(request: MemberRequest) -> HttpResponse:
    """Hold a text against the samples; the embedder may take its time, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    form, found, refused = CheckForm(request.POST), None, ""
    if form.is_valid():
        try:
            found = voice.check(
                form.cleaned_data["text"], brand_id=brand.pk, organization_id=request.membership.organization_id
            )
        except CannotSay as error:
            refused = str(error)
    shown = {"check": found, "refused": refused, "check_form": form}
    status = 422 if form.errors else 200
    with tenancy.of_member(request.membership):
        if request.headers.get("HX-Request"):
            return render(request, "accounts/partials/verdict.html", shown, status=status)
        return _page(request, brand, status=status, **shown)


@require_POST
@requires("brand.edit")
def remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget a sample."""
    sample = get_object_or_404(queries.samples_of(request.membership).select_related("brand"), pk=pk)
    commands.remove(sample, by=request.membership)
    messages.success(request, _("The sample is left out from now on."))
    return redirect("brand_voice")
