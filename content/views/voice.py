"""How a piece sounds beside the brand's samples; and samples from documents and pages, which content can read."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import queries, tenancy, voice
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from accounts.models import BrandProfile
from accounts.services import voice as samples
from content.intake import documents
from content.models import GeneratedContent, PieceVersion
from content.pieces.composing import composed
from content.services import voice_samples
from content.views.pieces import visible
from trenddrop.core.voice import CannotSay


@require_safe
@requires("content.view", scoped=False)
def piece(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Hold a piece against its brand's samples; the embedder may take its time, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        found = visible(request, pk)
        brand = queries.brands_of(request.membership).filter(pk__in=[found.brand_id]).first()
        steered_by = _steered_by(request, found)
    context = {"piece": found, "asset": found.asset, "brand_of_piece": brand, "steered_by": steered_by}
    context |= _judged(found, brand)
    with tenancy.of_member(request.membership):
        page = "content/partials/voice.html" if request.headers.get("HX-Request") else "content/voice.html"
        return render(request, page, context)


def _steered_by(request: MemberRequest, found: GeneratedContent) -> list[Any]:
    """The samples the present version was written after, those that are still there."""
    version = PieceVersion.objects.filter(piece=found, number=found.version).first()
    keys = version.steered_by if version else []
    return list(queries.samples_of(request.membership).filter(pk__in=keys).defer("embedding"))


def _judged(found: GeneratedContent, brand: BrandProfile | None) -> dict[str, Any]:
    if brand is None:
        return {"check": None, "refused": ""}
    try:
        text = composed(found)
        return {"check": voice.check(text, brand_id=brand.pk, organization_id=brand.organization_id), "refused": ""}
    except CannotSay as error:
        return {"check": None, "refused": str(error)}


@require_POST
@requires("brand.edit", scoped=False)
def from_pages(request: MemberRequest) -> HttpResponse:
    """Read the pages that the brand's profile names, and keep their texts as samples."""
    with tenancy.of_member(request.membership):
        brand = current_brand(request)
    if brand is None or not brand.sample_urls:
        messages.info(request, _("The profile names no pages. Add some under “Pages that sound like the brand”."))
        return redirect("brand_voice")
    found, refused = voice_samples.read_pages(brand.sample_urls)
    with tenancy.of_member(request.membership):
        added = samples.add(brand, found, by=request.membership)
    for words in refused:
        messages.warning(request, words)
    (messages.success if added.samples else messages.info)(request, added.told)
    return redirect("brand_voice")


@require_POST
@requires("brand.edit")
def from_document(request: MemberRequest) -> HttpResponse:
    """Keep the texts of a Word or PDF file as samples."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    try:
        parts = voice_samples.read_document(request.FILES.get("document"))
    except documents.UnreadableDocument as error:
        messages.error(request, str(error))
        return redirect("brand_voice")
    added = samples.add(brand, parts, by=request.membership)
    (messages.success if added.samples else messages.warning)(request, added.told)
    return redirect("brand_voice")
