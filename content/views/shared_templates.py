"""Templates shared by everybody: looked at, taken, rated."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from content.forms.libraries import RatingForm
from content.looks import shelf
from content.models import PublishedItem
from content.services import published, template_sharing
from content.services import templates as commands
from content.serving import Served, serve
from content.views.templates import PAGE, drawn, narrowed
from trenddrop.core.limits import LimitReached


@require_safe
@requires("content.view")
def everybodys(request: MemberRequest) -> HttpResponse:
    """What others shared, the most used first."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    found, context = narrowed(request, shelf.shared_with(request.membership), "templates_shared")
    ordered = found.order_by("-usage_count", "-rating_sum", "name", "pk")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    context |= {"edited": brand, "page": page, "stars": [5, 4, 3, 2, 1]}
    return render(request, "content/templates_shared.html", context)


def _shared(request: MemberRequest, pk: uuid.UUID) -> Any:
    return get_object_or_404(shelf.shared_with(request.membership, and_offers=True), pk=pk)


def _back(row: PublishedItem) -> HttpResponse:
    return redirect(f"{reverse('templates_shared')}?kind={row.kind}")


@require_safe
@requires("content.view", scoped=False)
def picture(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """What a shared template makes."""
    with tenancy.of_member(request.membership):
        row = _shared(request, pk)
    return drawn(request, row)


@require_safe
@requires("content.view")
def file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A shared intro's or outro's clip, where it is open or taken."""
    row = _shared(request, pk)
    if not (row.access == PublishedItem.Access.PUBLIC or row.is_taken or row.is_own):
        raise Http404
    return serve(request, Served(row.file, "video/mp4", f"{row.kind}.mp4"))


@require_POST
@requires("content.edit", scoped=False)
def take(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Copy a shared template into one's own; a chain may be asked, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        row = get_object_or_404(shelf.shared_with(request.membership), pk=pk)
    try:
        taken = template_sharing.take(row, by=request.membership)
    except (published.NotOpen, commands.TooManyTemplates, LimitReached) as error:
        messages.error(request, str(error))
        return _back(row)
    messages.success(request, _("“%(name)s” is among your templates. Change it as you like.") % {"name": taken.name})
    return _back(row)


@require_POST
@requires("content.edit")
def rate(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give stars."""
    row, form = get_object_or_404(shelf.shared_with(request.membership), pk=pk), RatingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one to five stars."))
        return _back(row)
    try:
        published.rate(row, form.cleaned_data["stars"], by=request.membership)
        messages.success(request, _("Thank you."))
    except published.CannotRate as error:
        messages.error(request, str(error))
    return _back(row)


@require_POST
@requires("brand.edit")
def withdraw(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an offer back."""
    row = get_object_or_404(shelf.offered_by(request.membership), pk=pk)
    if published.withdraw(row, by=request.membership):
        messages.success(request, _("Taken back. What others took of it stays with them."))
    mine = shelf.templates_of(request.membership).filter(pk__in=[row.of_item]).exists()
    return redirect("template", pk=row.of_item) if mine else _back(row)
