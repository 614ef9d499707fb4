"""The Library tab of Brand: one's own items, and those shared by everybody."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, tenancy
from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from content.forms.libraries import ItemForm, OfferForm, RatingForm
from content.libraries import filling, shelf
from content.libraries import rules as library_rules
from content.models import LibraryItem, LibraryKind
from content.services import libraries as commands
from content.services import published as shared
from trenddrop.core import platforms
from trenddrop.core.limits import LimitReached
from trenddrop.core.narrowing import holding

PAGE = 50
REFUSED = (commands.TooManyItems, commands.HaveIt, LimitReached)


@require_safe
@requires("content.view")
def own(request: MemberRequest) -> HttpResponse:
    """The current brand's items: its client's, and those for all brands."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    rows = shelf.for_client(shelf.items_of(request.membership), brand.client_id)
    found, context = _narrowed(request, rows, "brand_library")
    context |= {"edited": brand, "page": _page(request, found.order_by(*shelf.BEST_FIRST))}
    return render(request, "content/libraries.html", context | {"fewest": shelf.FEWEST})


@require_safe
@requires("content.view")
def everybodys(request: MemberRequest) -> HttpResponse:
    """What others shared: approved items, the most used first."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    found, context = _narrowed(request, shelf.shared_with(request.membership), "library_shared")
    page = _page(request, found.order_by("-usage_count", "-rating_sum", "name", "pk"))
    context |= {"edited": brand, "page": page, "stars": [5, 4, 3, 2, 1]}
    return render(request, "content/libraries_shared.html", context)


def _narrowed(request: MemberRequest, rows: QuerySet[Any], name: str) -> tuple[QuerySet[Any], dict[str, Any]]:
    """Return the rows of the kind, words and language the address names, and what the page's tabs show."""
    q = " ".join(request.GET.get("q", "").split())[:100]
    language = request.GET.get("language", "")
    if q:
        tag = platforms.normal_hashtag(q)
        rows = rows.filter(holding(q, "name", "body") | Q(hashtags__icontains=tag or q))
    if language in dict(library_rules.LANGUAGES):
        rows = rows.filter(language__in=[language, ""])
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in LibraryKind.values else LibraryKind.HOOK
    kinds = [{"kind": LibraryKind(each), "count": counts.get(each, 0)} for each in LibraryKind.values]
    told = {"q": q, "language": language, "languages": library_rules.LANGUAGES, "kinds": kinds, "kind": kind}
    return rows.filter(kind=kind), told | {"address": reverse(name)}


def _page(request: MemberRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


# One's own items


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def new(request: MemberRequest) -> HttpResponse:
    """A further item of the kind the address names."""
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in LibraryKind.values else LibraryKind.HOOK
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    member = request.membership
    row = LibraryItem(organization=member.organization, kind=kind, client_id=member.client_id or brand.client_id)
    return _edit(request, row)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.view")
def item(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One item: its words, how often it was used and with what result, and whether it is offered."""
    return _edit(request, _item(request, pk))


def _item(request: MemberRequest, pk: uuid.UUID) -> LibraryItem:
    return get_object_or_404(shelf.items_of(request.membership).select_related("taken_from"), pk=pk)


def _edit(request: MemberRequest, row: LibraryItem) -> HttpResponse:
    is_new, name = row.created_at is None, row.name
    form = ItemForm(request.POST if request.method == "POST" else None, instance=row, by=request.membership)
    if request.method == "POST":
        admit(request, "content.edit")
        if form.is_valid() and _saved(request, form):
            return redirect(f"{reverse('brand_library')}?kind={row.kind}")
    context = {"form": form, "item": row, "is_new": is_new, "kept_name": name, "known": filling.KNOWN}
    context |= _offered(row) if not is_new else {}
    context |= previewed(row) if not form.errors else {}
    return render(request, "content/library_item.html", context, status=422 if form.errors else 200)


def _saved(request: MemberRequest, form: ItemForm) -> bool:
    try:
        changes = audit.changes(form)
        commands.save(form.save(commit=False), fields=form.changed_data, changes=changes, by=request.membership)
    except REFUSED as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("“%(name)s” is in the library.") % {"name": form.instance.name})
    return True


def _offered(row: LibraryItem) -> dict[str, Any]:
    last = shelf.offers_of(row).first()
    return {"offer": last, "offer_form": OfferForm(), "is_set_up": bool(settings.EVM_RPC_URLS)}


def previewed(row: LibraryItem) -> dict[str, Any]:
    """Return how an item looks with examples in its places, how long that is, and what is asked for when it is used."""
    if row.kind == LibraryKind.HASHTAGS or not row.body:
        return {}
    try:
        names = filling.check(row.body)
        values = {name: str(words) for name, words in library_rules.SAMPLES.items()} | _today(row)
        text = filling.fill(row.body, values).text
    except filling.BadTemplate as error:
        return {"preview_wrong": str(error)}
    told: dict[str, Any] = {"preview": text, "asked_for": [name for name in names if name not in filling.KNOWN]}
    if row.platform:
        told |= {"used": platforms.measure(row.platform, text), "limit": platforms.rules(row.platform).text_limit}
    return told


def _today(row: LibraryItem) -> dict[str, str]:
    now = timezone.now()
    name = platforms.rules(row.platform).name if row.platform else _("the platform")
    return {"year": f"{now:%Y}", "month": f"{now:%B}", "platform": name, "brand": _("your brand")}


@require_POST
@requires("content.view")
def preview(request: MemberRequest) -> HttpResponse:
    """How a template would look: the part of the form that htmx swaps."""
    platform = request.POST.get("platform", "")
    known = platform if platform in dict(library_rules.PLATFORMS) else ""
    row = LibraryItem(kind=LibraryKind.CAPTION, body=request.POST.get("body", "")[:5000], platform=known)
    return render(request, "content/partials/library_preview.html", previewed(row) | {"item": row})


@require_POST
@requires("content.edit")
def delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove an item."""
    row = _item(request, pk)
    commands.delete(row, by=request.membership)
    messages.success(request, _("“%(name)s” is removed. Pieces keep what it put in.") % {"name": row.name})
    return redirect(f"{reverse('brand_library')}?kind={row.kind}")


# Shared with everybody


@require_POST
@requires("brand.edit")
def offer(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer an item to everybody."""
    row = _item(request, pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        member = request.membership
        context = {"form": ItemForm(instance=row, by=member), "item": row, "kept_name": row.name}
        context |= {"known": filling.KNOWN} | _offered(row) | previewed(row) | {"offer_form": form}
        return render(request, "content/library_item.html", context, status=422)
    try:
        shared.offer(row, by=request.membership, **form.cleaned_data)
    except shared.CannotOffer as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Offered. An operator looks at it first; you will hear what they decide."))
    return redirect("library_item", pk=pk)


@require_POST
@requires("brand.edit")
def withdraw(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an offer back."""
    row = get_object_or_404(shelf.offered_by(request.membership), pk=pk)
    if shared.withdraw(row, by=request.membership):
        messages.success(request, _("Taken back. What others took of it stays with them."))
    mine = shelf.items_of(request.membership).filter(pk__in=[row.of_item]).exists()
    return redirect("library_item", pk=row.of_item) if mine else redirect("library_shared")


@require_POST
@requires("content.edit", scoped=False)
def take(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Copy a shared item into one's own library; a chain may be asked, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        row = get_object_or_404(shelf.shared_with(request.membership), pk=pk)
    try:
        taken = shared.take(row, by=request.membership)
    except (shared.NotOpen, *REFUSED) as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('library_shared')}?kind={row.kind}")
    messages.success(request, _("“%(name)s” is in your library. Change it as you like.") % {"name": taken.name})
    return redirect(f"{reverse('library_shared')}?kind={row.kind}")


@require_POST
@requires("content.edit")
def rate(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give stars."""
    row = get_object_or_404(shelf.shared_with(request.membership), pk=pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one to five stars."))
    else:
        try:
            shared.rate(row, form.cleaned_data["stars"], by=request.membership)
            messages.success(request, _("Thank you."))
        except shared.CannotRate as error:
            messages.error(request, str(error))
    return redirect(f"{reverse('library_shared')}?kind={row.kind}")
