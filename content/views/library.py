"""The library: what there is, found by its words; paste, describe, delete, restore."""

import uuid
from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from content import queries
from content.forms.assets import AssetForm, PasteForm
from content.intake import fetching
from content.models import ContentAsset
from content.services import assets, collections
from trenddrop.core.limits import LimitReached
from trenddrop.core.onward import is_ours, onward
from trends.models import TrendOpportunity

DELETED_PAGE = 100
LAYOUT = "library_layout"


@require_safe
@requires("content.view")
def library(request: MemberRequest) -> HttpResponse:
    """Assets as a grid or a list; htmx asks for the list alone."""
    wish = queries.Wish.read(request.GET.dict())
    page, facets = queries.library(request.membership, wish), queries.facets(request.membership)
    context = {
        "page": page,
        "cards": page.cards,
        "wish": wish,
        "layout": _layout(request),
        "found": _found(page, wish),
        "next_url": _address(wish, after=page.next) if page.next else "",
        "previous_url": _address(wish, after="") if wish.after else "",
        "here": _address(wish, after=wish.after),
        "facets": facets,
    }
    if request.headers.get("HX-Target") == "assets":
        return render(request, "content/partials/assets.html", context)
    context |= _around(request, wish, page, facets)
    return render(request, "content/library.html", context)


@require_safe
@requires("content.view")
def asset_card(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One asset of the list: what is not ready yet asks for itself again."""
    wish = queries.Wish.read(request.GET.dict())
    card = queries.card(request.membership, pk, wish)
    if card is None:
        raise Http404
    name = "row" if _layout(request) == "list" else "card"
    return render(request, f"content/partials/asset_{name}.html", {"card": card, "wish": wish})


def _layout(request: MemberRequest) -> str:
    wanted = request.GET.get("layout")
    if wanted in {"grid", "list"} and wanted != request.session.get(LAYOUT, "grid"):
        request.session[LAYOUT] = wanted
    return str(request.session.get(LAYOUT, "grid"))


def _around(
    request: MemberRequest, wish: queries.Wish, page: queries.LibraryPage, facets: queries.Facets
) -> dict[str, Any]:
    return {
        "folder": next((name for key, name, _n in facets.collections if key == wish.collection), ""),
        "total": None if wish.is_filtered else page.total,
        "kinds": ContentAsset.Kind.choices,
        "statuses": ContentAsset.Status.choices,
        "sorts": [(key, sort.label) for key, sort in queries.SORTS.items() if key != "best" or wish.q],
        "upload_limit": settings.UPLOAD_MAX_BYTES,
        "undo": keys_of(request.GET.getlist("undo")),
    }


def _address(wish: queries.Wish, *, after: str) -> str:
    given = {field.name: getattr(wish, field.name) for field in fields(wish)} | {"after": after}
    chosen = {name: value for name, value in given.items() if value and (name, value) != ("sort", "newest")}
    return f"{reverse('library')}?{urlencode(chosen)}" if chosen else reverse("library")


def _found(page: queries.LibraryPage, wish: queries.Wish) -> str:
    if not wish.q:
        return ""
    if page.said and not page.next and not wish.after:
        words = ngettext(
            "%(n)s asset says “%(q)s”, %(said)s in all.", "%(n)s assets say “%(q)s”, %(said)s in all.", page.total
        )
        said = ngettext("%(n)s time", "%(n)s times", page.said) % {"n": page.said}
        return words % {"n": page.total, "q": wish.q, "said": said}
    words = ngettext("%(n)s asset fits “%(q)s”.", "%(n)s assets fit “%(q)s”.", page.total)
    return words % {"n": page.total, "q": wish.q}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit", scoped=False)
def asset_new(request: MemberRequest) -> HttpResponse:
    """Paste a link or a text. The page behind a link is read here, with no transaction open."""
    if request.method != "POST":
        return _show_paste(request, _empty_paste(request))
    form = PasteForm(request.POST, membership=request.membership)
    with tenancy.of_member(request.membership):
        form.full_clean()
    if not form.errors:
        try:
            return redirect("studio", _paste(request, form).pk)
        except (fetching.LinkFailed, LimitReached) as error:
            form.add_error("pasted" if isinstance(error, fetching.LinkFailed) else None, str(error))
    return _show_paste(request, form)


def _empty_paste(request: MemberRequest) -> PasteForm:
    with tenancy.of_member(request.membership):
        idea = _idea(request)
        begun = {"pasted": f"{idea.hook or idea.title}\n\n", "title": idea.title, "idea": idea} if idea else {}
        brand = idea.brand if idea else current_brand(request)
        return PasteForm(membership=request.membership, initial={"brand": brand, **begun})


def _idea(request: MemberRequest) -> TrendOpportunity | None:
    """Return the idea that the address begins with; one that is not the member's is none."""
    mine = TrendOpportunity.objects.visible_to(request.membership).select_related("brand")
    return next((mine.filter(pk=key).first() for key in keys_of([request.GET.get("idea", "")])), None)


def _paste(request: MemberRequest, form: PasteForm) -> ContentAsset:
    given = form.cleaned_data
    read = fetching.read_own_video if given["mine"] else fetching.read_link
    found = read(form.link) if form.link else None
    shared = {name: given[name] for name in ("title", "key", "brand", "idea")} | {"by": request.membership}
    with tenancy.of_member(request.membership):
        if found:
            return assets.create_from_link(found, **shared)
        return assets.create_from_text(text=given["pasted"], **shared)


def _show_paste(request: MemberRequest, form: PasteForm) -> HttpResponse:
    with tenancy.of_member(request.membership):
        idea = form.cleaned_data.get("idea") if form.is_bound else form.initial.get("idea")
        context = {"form": form, "idea": idea}
        return render(request, "content/asset_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def asset_edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Title, description, tags, brand and folder."""
    asset = get_object_or_404(queries.assets_of(request.membership), pk=pk)
    given = request.POST if request.method == "POST" else None
    form = AssetForm(given, instance=asset, membership=request.membership)
    if given is not None and form.is_valid():
        try:
            assets.describe(asset, changed=form.changed_data, by=request.membership)
        except collections.OtherClient as error:
            form.add_error("collection", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("studio", asset.pk)
    tags = [row["tag"] for row in queries.tags_of(request.membership)]
    context = {"form": form, "asset": asset, "tags": tags}
    return render(request, "content/asset_edit.html", context, status=422 if form.errors else 200)


@require_POST
@requires("content.delete")
def assets_delete(request: MemberRequest) -> HttpResponse:
    """Delete what is ticked; the message offers to undo it."""
    gone = assets.delete(keys_of(request.POST.getlist("asset")), by=request.membership)
    if not gone:
        messages.error(request, _("Nothing was ticked. Tick the assets to delete."))
        return redirect("library")
    words = ngettext("%(n)s asset deleted.", "%(n)s assets deleted.", len(gone)) % {"n": len(gone)}
    undo = format_html('{} <button class="btn small" form="undo">{}</button>', words, _("Undo"))
    messages.success(request, undo)
    asked = request.POST.get("next", "")
    back = asked if is_ours(asked) else reverse("library")
    return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode({'undo': [row.pk for row in gone]}, doseq=True)}")


@require_POST
@requires("content.delete")
def assets_restore(request: MemberRequest) -> HttpResponse:
    """Bring deleted assets back."""
    try:
        back = assets.restore(keys_of(request.POST.getlist("asset")), by=request.membership)
    except assets.TakenDown as error:
        messages.error(request, str(error))
        return onward(request, otherwise="library")
    words = ngettext("%(n)s asset is back.", "%(n)s assets are back.", len(back)) % {"n": len(back)}
    messages.success(request, words)
    return onward(request, otherwise="library")


@require_safe
@requires("content.view")
def library_deleted(request: MemberRequest) -> HttpResponse:
    """What was deleted."""
    rows = queries.deleted_of(request.membership).defer("text", "search", "waveform", "media_info")
    context = {"assets": rows[:DELETED_PAGE], "kept_days": settings.DELETED_KEEP.days}
    return render(request, "content/library_deleted.html", context)


def keys_of(given: Iterable[str]) -> list[uuid.UUID]:
    """Read the keys of what was ticked; what is none is left out."""
    found = []
    for text in given:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found[:500]
