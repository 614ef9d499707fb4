"""Organisations: mine, a further one, its settings, handing it over, leaving and deleting it."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, queries, tenancy
from accounts.access import MemberRequest, choose_organization, requires
from accounts.forms.organizations import NameAgainForm, NewOrganizationForm, OrganizationForm, TransferForm
from accounts.models import Membership, Organization
from accounts.own import OwnRequest, own
from accounts.services import memberships
from accounts.services import organizations as commands
from trenddrop.core import pictures

MENU = 12


@require_safe
@own
def organizations(request: OwnRequest) -> HttpResponse:
    """The organisations I work in, to go to one; the shell's menu asks for the first."""
    with tenancy.of_user(request.user.pk):
        mine = list(mine_of(request).order_by("organization__name", "pk"))
    if request.headers.get("HX-Request"):
        context = {"memberships": mine[:MENU], "more": len(mine) > MENU}
        return render(request, "accounts/partials/organization_menu.html", context)
    context = {"memberships": mine, "in_grace": commands.in_grace(request.user, now=timezone.now())}
    look = "accounts/organizations.html" if request.membership else "accounts/organizations_none.html"
    return render(request, look, context)


def mine_of(request: OwnRequest) -> QuerySet[Membership]:
    """Return the memberships somebody can work under."""
    return queries.working_memberships().filter(user=request.user).select_related("organization", "client")


@require_POST
@own
def switch(request: OwnRequest) -> HttpResponse:
    """Work in another of one's organisations."""
    chosen = _posted(request)
    with tenancy.of_user(request.user.pk):
        membership = mine_of(request).filter(organization_id=chosen).first()
    if membership is None:
        raise Http404
    choose_organization(request, membership)
    return redirect("today")


def _posted(request: OwnRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("organization", ""))
    except ValueError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@own
def organization_new(request: OwnRequest) -> HttpResponse:
    """A further organisation, with oneself as its owner."""
    form = NewOrganizationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.create(name=form.cleaned_data["name"], type=form.cleaned_data["type"], owner=request.user)
        except memberships.Refused as error:
            form.add_error(None, str(error))
        else:
            choose_organization(request, made)
            messages.success(request, _("You are in %(name)s now.") % {"name": made.organization})
            return redirect("organization_settings")
    look = "accounts/organization_new.html" if request.membership else "accounts/organization_first.html"
    return render(request, look, {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organization.manage")
def organization_settings(request: MemberRequest) -> HttpResponse:
    """Name, logo, what it is, and the sign-in rule."""
    row = Organization.objects.get(pk=request.membership.organization_id)
    form = OrganizationForm(request.POST or None, request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        messages.success(request, _("Saved."))
        return redirect("organization_settings")
    return render(request, "accounts/organization_settings.html", {"form": form}, status=422 if form.errors else 200)


def _save(request: MemberRequest, form: OrganizationForm) -> bool:
    """Write what was changed; a short name may have been taken at the same moment."""
    if "logo" in form.changed_data and not form.cleaned_data["logo"]:
        form.instance.logo = ""
    try:
        commands.change(form.instance, changes=audit.changes(form), by=request.membership)
    except commands.SlugTaken as error:
        form.add_error("slug", str(error))
        return False
    return True


@require_safe
@requires("account.own")
def organization_logo(request: MemberRequest) -> HttpResponseBase:
    """The current organisation's logo."""
    return pictures.answer(request.membership.organization.logo)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organization.transfer")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def transfer(request: MemberRequest) -> HttpResponse:
    """Hand the organisation over."""
    mine = request.membership
    form = TransferForm(request.POST if request.method == "POST" else None, by=mine)
    again = NameAgainForm(request.POST if request.method == "POST" else None, organization=mine.organization)
    if request.method == "POST" and form.is_valid() and again.is_valid():
        try:
            new = commands.transfer(mine.organization, to=form.cleaned_data["to"], by=mine)
        except memberships.Refused as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, _("%(name)s owns it now. You are an admin.") % {"name": new.user})
            return redirect("members")
    context = {"form": form, "again": again}
    return render(request, "accounts/transfer.html", context, status=422 if form.errors or again.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organization.delete")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def organization_delete(request: MemberRequest) -> HttpResponse:
    """Delete the organisation; for a while its owner can take that back."""
    mine = request.membership
    form = NameAgainForm(request.POST if request.method == "POST" else None, organization=mine.organization)
    if request.method == "POST" and form.is_valid():
        try:
            commands.close(mine.organization, by=mine, now=timezone.now())
        except memberships.Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("%(name)s is shut. Until it is erased you can open it again here.") % {"name": mine.organization},
            )
            request.session.pop("organization", None)
            return redirect("organizations")
    context = {"form": form, "days": settings.DELETED_KEEP.days}
    return render(request, "accounts/organization_delete.html", context, status=422 if form.errors else 200)


@require_POST
@own
def organization_restore(request: OwnRequest) -> HttpResponse:
    """Open a deleted organisation again."""
    chosen, now = _posted(request), timezone.now()
    row = next((each for each in commands.in_grace(request.user, now=now) if each.pk == chosen), None)
    if row is None:
        raise Http404
    try:
        commands.reopen(row, by=request.user, now=now)
    except memberships.Refused as error:
        messages.error(request, str(error))
        return redirect("organizations")
    messages.success(request, _("%(name)s is open again, as it was.") % {"name": row})
    with tenancy.of_user(request.user.pk):
        choose_organization(request, mine_of(request).get(organization_id=row.pk))
    return redirect("today")


@require_POST
@requires("account.own")
def leave(request: MemberRequest) -> HttpResponse:
    """Leave the current organisation."""
    mine = request.membership
    try:
        memberships.leave(mine)
    except memberships.Refused as error:
        messages.error(request, str(error))
        return redirect("organizations")
    request.session.pop("organization", None)
    messages.success(request, _("You left %(name)s. What you made there stays there.") % {"name": mine.organization})
    return redirect("organizations")
