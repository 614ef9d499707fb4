"""An agency's clients: list, profile, brands, archive; and looking at one of them only."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, waiting
from accounts.access import CLIENT_KEY, MemberRequest, requires
from accounts.context import BRAND_KEY, every_brand
from accounts.forms.clients import ClientForm, GiveBrandForm, pairs
from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.services import clients as commands
from trenddrop.core import pictures
from trenddrop.core.limits import LimitReached
from trenddrop.core.onward import onward

PAGE = 100
MEMBERS_SHOWN = 100


@require_safe
@requires("clients.view")
def clients(request: MemberRequest) -> HttpResponse:
    """Every client with its brands, its people and what of theirs is waiting; or those of before."""
    if not commands.has_clients(request.membership.organization):
        return render(request, "accounts/clients_none.html")
    archived = "archived" in request.GET
    found = _clients(request).filter(deleted_at__isnull=not archived)
    active = Q(memberships__status=Membership.Status.ACTIVE)
    counted = found.annotate(people=Count("memberships", filter=active, distinct=True)).order_by("name")
    rows = list(counted.prefetch_related(Prefetch("brands", BrandProfile.objects.order_by("created_at")))[:PAGE])
    waits = {} if archived else waiting.of_clients([row.pk for row in rows])
    context = {"rows": [(row, waits.get(row.pk, [])) for row in rows], "archived": archived}
    return render(request, "accounts/clients.html", context)


def _clients(request: MemberRequest) -> QuerySet[ClientAccount]:
    return ClientAccount.objects.visible_to(request.membership)


def _client(request: MemberRequest, pk: uuid.UUID) -> ClientAccount:
    return get_object_or_404(_clients(request), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("clients.manage")
def client_new(request: MemberRequest) -> HttpResponse:
    """A further client."""
    if not commands.has_clients(request.membership.organization):
        return render(request, "accounts/clients_none.html", status=409 if request.method == "POST" else 200)
    return _edit(request, ClientAccount(organization=request.membership.organization), is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("clients.manage")
def client_edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """A client's profile."""
    return _edit(request, _client(request, pk), is_new=False)


def _edit(request: MemberRequest, client: ClientAccount, *, is_new: bool) -> HttpResponse:
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    kept = client.name
    form = ClientForm(*given, instance=client, by=request.membership)
    if form.is_valid() and _save(request, form, is_new=is_new):
        return redirect("client", form.instance.pk)
    context = {"form": form, "client": client, "is_new": is_new, "kept_name": kept}
    return render(request, "accounts/client_edit.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, form: ClientForm, *, is_new: bool) -> bool:
    try:
        if is_new:
            commands.add(form.instance, by=request.membership)
        else:
            commands.change(form.instance, changed=form.changed_data, by=request.membership)
    except (commands.ClientRefused, LimitReached) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("%(name)s is saved.") % {"name": form.instance.name})
    return True


@require_safe
@requires("clients.view")
def client(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One client: profile, brands, people, and what waits."""
    return _show(request, _client(request, pk))


def _show(request: MemberRequest, row: ClientAccount, form: GiveBrandForm | None = None) -> HttpResponse:
    members = row.memberships.select_related("user").order_by("created_at")
    context: dict[str, Any] = {
        "client": row,
        "pairs": pairs(row.brand_colors),
        "colours": row.brand_colors,
        "client_brands": list(row.brands.order_by("created_at")),
        "members": list(members[:MEMBERS_SHOWN]),
        "waits": waiting.of_clients([row.pk])[row.pk],
        "form": form or GiveBrandForm(brands=_free_brands(request)),
    }
    return render(request, "accounts/client.html", context, status=422 if form else 200)


def _free_brands(request: MemberRequest) -> list[BrandProfile]:
    """Return the brands that are no client's; the shell has asked for them already."""
    return [brand for brand in every_brand(request) if brand.client_id is None]


@require_POST
@requires("clients.manage")
def client_archive(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """End the work for a client."""
    row = _client(request, pk)
    if commands.archive(row, by=request.membership, now=timezone.now()):
        if request.session.get(CLIENT_KEY) == str(row.pk):
            request.session.pop(CLIENT_KEY)
        words = _("%(name)s is archived. Its people are shut out, planned posts were cancelled; nothing was deleted.")
        messages.success(request, words % {"name": row.name})
    return redirect("clients")


@require_POST
@requires("clients.manage")
def client_restore(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the work for a client up again."""
    row = _client(request, pk)
    try:
        if commands.restore(row, by=request.membership, now=timezone.now()):
            words = _(
                "%(name)s is back, with its people. Posts that were cancelled are not planned again by themselves."
            )
            messages.success(request, words % {"name": row.name})
    except LimitReached as error:
        messages.error(request, str(error))
        return redirect("clients")
    return redirect("client", pk)


@require_POST
@requires("clients.manage")
def client_brand(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the client one of our brands, or a new one."""
    row = _client(request, pk)
    form = GiveBrandForm(request.POST, brands=_free_brands(request))
    if not form.is_valid():
        return _show(request, row, form)
    brand = form.cleaned_data["brand"]
    try:
        if brand:
            commands.give_brand(brand, client=row, by=request.membership)
        else:
            brand = commands.add_brand(form.cleaned_data["name"], client=row, by=request.membership)
    except commands.ClientRefused as error:
        form.add_error("name", str(error))
        return _show(request, row, form)
    words = _("%(brand)s is %(client)s’s now, with everything that was made for it.")
    messages.success(request, words % {"brand": brand.name, "client": row.name})
    return redirect("client", pk)


@require_POST
@requires("clients.manage")
def client_brand_take(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make one of the client's brands our own again."""
    row = _client(request, pk)
    brand = get_object_or_404(row.brands, pk=queries.key_of(request.POST.get("brand", "")))
    commands.give_brand(brand, client=None, by=request.membership)
    words = _("%(brand)s is yours again, with everything that was made for it; %(client)s sees it no longer.")
    messages.success(request, words % {"brand": brand.name, "client": row.name})
    return redirect("client", pk)


@require_safe
@requires("content.view")
def client_logo(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A client's logo, for its own people too."""
    return pictures.answer(_client(request, pk).logo)


@require_POST
@requires("clients.view")
def choose_client(request: MemberRequest) -> HttpResponse:
    """Look at one client only from here on, or at everything again (an empty `client`)."""
    request.session.pop(CLIENT_KEY, None)
    given = request.POST.get("client", "")
    if given:
        row = get_object_or_404(_clients(request), pk=queries.key_of(given), deleted_at=None)
        request.session[CLIENT_KEY] = str(row.pk)
        request.session.pop(BRAND_KEY, None)
    return onward(request, otherwise="today")
