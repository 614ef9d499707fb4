"""The Templates tab of Brand: one's own, by kind, each with a picture of what it makes."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, tenancy
from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from content.forms.libraries import OfferForm
from content.forms.templates import ClipForm, TemplateForm
from content.libraries.shelf import BEST_FIRST, FEWEST, offers_of
from content.looks import clips, look_of, previews, shelf
from content.looks.designs import CLIPS
from content.models import Template, TemplateKind
from content.services import published, template_sharing
from content.services import templates as commands
from content.serving import Served, serve
from content.views.sketches import sketch_address
from trenddrop.core.limits import LimitReached
from trenddrop.core.narrowing import holding

PAGE = 24


@require_safe
@requires("content.view")
def own(request: MemberRequest) -> HttpResponse:
    """The templates the current brand may use."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    rows = shelf.for_client(shelf.templates_of(request.membership), brand.client_id)
    found, context = narrowed(request, rows, "templates")
    look = look_of(brand)
    page = Paginator(found.order_by(*BEST_FIRST), PAGE).get_page(request.GET.get("page"))
    context |= {"edited": brand, "page": page, "fewest": FEWEST, "chosen": look.templates.get(context["kind"])}
    return render(request, "content/templates.html", context)


def narrowed(request: MemberRequest, rows: QuerySet[Any], name: str) -> tuple[QuerySet[Any], dict[str, Any]]:
    """Return the rows of the kind and words the address names, and what the page's tabs show."""
    q = " ".join(request.GET.get("q", "").split())[:100]
    if q:
        rows = rows.filter(holding(q, "name", "category"))
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in TemplateKind.values else TemplateKind.CAPTION_STYLE
    kinds = [{"kind": TemplateKind(each), "count": counts.get(each, 0)} for each in TemplateKind.values]
    return rows.filter(kind=kind), {"q": q, "kinds": kinds, "kind": TemplateKind(kind), "address": reverse(name)}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def new(request: MemberRequest) -> HttpResponse:
    """A further template of the kind the address names."""
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in TemplateKind.values else TemplateKind.CAPTION_STYLE
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    member = request.membership
    row = Template(organization=member.organization, kind=kind, client_id=member.client_id or brand.client_id)
    return _edit(request, row)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.view")
def template(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One template: its design, a picture of it, how often it was used and with what result, whether it is offered."""
    return _edit(request, _template(request, pk))


def _template(request: MemberRequest, pk: uuid.UUID) -> Template:
    return get_object_or_404(shelf.templates_of(request.membership).select_related("taken_from"), pk=pk)


def _edit(request: MemberRequest, row: Template) -> HttpResponse:
    is_new, name = row.created_at is None, row.name
    form = TemplateForm(request.POST if request.method == "POST" else None, instance=row, by=request.membership)
    if request.method == "POST":
        admit(request, "content.edit")
        if form.is_valid() and _saved(request, form):
            return redirect("template", pk=row.pk)
    return _page(request, row, form, is_new=is_new, name=name)


def _page(
    request: MemberRequest,
    row: Template,
    form: TemplateForm,
    *,
    is_new: bool = False,
    name: str = "",
    wrong: dict[str, Any] | None = None,
) -> HttpResponse:
    brand = current_brand(request)
    context = {"form": form, "item": row, "is_new": is_new, "kept_name": name or row.name, "brand": brand}
    context |= {"sketch": sketch_address(row.kind, form), "colours": look_of(brand), "clip_form": ClipForm()}
    if not is_new:
        context |= {"offer": offers_of(row).first(), "offer_form": OfferForm(), "has_clip": row.kind in CLIPS}
        context |= {"is_set_up": bool(settings.EVM_RPC_URLS)}
        context |= {"clip_state": clips.state_of(row), "clip_problem": clips.problem_of(row)}
    context |= wrong or {}
    return render(request, "content/template.html", context, status=422 if wrong or form.errors else 200)


def _saved(request: MemberRequest, form: TemplateForm) -> bool:
    try:
        changes = audit.changes(form)
        commands.save(form.save(commit=False), fields=form.changed_names, changes=changes, by=request.membership)
    except (commands.TooManyTemplates, LimitReached) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
    return True


@require_POST
@requires("content.edit")
def delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a template."""
    row = _template(request, pk)
    commands.delete(row, by=request.membership)
    messages.success(request, _("“%(name)s” is removed. Pieces made with it stay as they are.") % {"name": row.name})
    return redirect(f"{reverse('templates')}?kind={row.kind}")


@require_POST
@requires("brand.edit")
def use(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Let the current brand take this template from now on."""
    row, brand = _template(request, pk), current_brand(request)
    if brand is None:
        return redirect("brands")
    try:
        commands.choose(row, brand, by=request.membership)
    except commands.NotForThisBrand as error:
        messages.error(request, str(error))
    else:
        told = _("%(brand)s takes “%(name)s” from now on.") % {"brand": brand.name, "name": row.name}
        messages.success(request, told)
    return redirect(f"{reverse('templates')}?kind={row.kind}")


# Clips


@require_POST
@requires("content.edit", scoped=False)
def clip(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give an intro or outro a clip; it is looked into, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        row = _template(request, pk)
    form = ClipForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            commands.bring_clip(row, form.cleaned_data["clip"], by=request.membership)
        except commands.NotAClip as error:
            form.add_error("clip", str(error))
        else:
            messages.info(request, _("The clip is being prepared. You may leave this page."))
            return redirect("template", pk=pk)
    with tenancy.of_member(request.membership):
        shown = TemplateForm(instance=row, by=request.membership)
        return _page(request, row, shown, wrong={"clip_form": form})


@require_POST
@requires("content.edit")
def clip_drop(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the clip away."""
    commands.drop_clip(_template(request, pk), by=request.membership)
    messages.success(request, _("The clip is removed; the words are drawn again."))
    return redirect("template", pk=pk)


@require_safe
@requires("content.view")
def file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """An intro's or outro's clip."""
    row = _template(request, pk)
    return serve(request, Served(row.file, "video/mp4", f"{row.kind}.mp4"))


@require_safe
@requires("content.view", scoped=False)
def picture(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """What a template makes, drawn when it is first asked for."""
    with tenancy.of_member(request.membership):
        row = _template(request, pk)
    return drawn(request, row)


def drawn(request: MemberRequest, row: Any) -> HttpResponseBase:
    """Answer with a template's picture. Draws it where it was never asked for: in no transaction."""
    try:
        kept = commands.preview_of(row)
    except previews.CannotDraw as error:
        raise Http404(str(error)) from error
    return serve(request, Served(kept, "image/jpeg", "template.jpg"))


# Offered to everybody


@require_POST
@requires("brand.edit", scoped=False)
def offer(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer a template to everybody; its files are copied, so no transaction stays open."""
    with tenancy.of_member(request.membership):
        row = _template(request, pk)
        form = OfferForm(request.POST)
        if not form.is_valid():
            shown = TemplateForm(instance=row, by=request.membership)
            return _page(request, row, shown, wrong={"offer_form": form})
    try:
        template_sharing.offer(row, by=request.membership, **form.cleaned_data)
    except published.CannotOffer as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Offered. An operator looks at it first; you will hear what they decide."))
    return redirect("template", pk=pk)
