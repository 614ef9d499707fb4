"""Taking data along and bringing it: the organisation's page, and one's own."""

import uuid
from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.forms.rights import ArchiveForm
from accounts.models import DataRequest, Membership
from accounts.own import OwnRequest, own
from accounts.rights import registry
from accounts.rights.format import RightsError
from accounts.services import rights

SHOWN = 20
MINE = "data.export"


@require_safe
@requires(MINE)
def organization_data(request: MemberRequest) -> HttpResponse:
    """What was exported and imported, what can be, and what an erasure leaves."""
    return _organization_page(request, ArchiveForm())


def _organization_page(request: MemberRequest, form: ArchiveForm) -> HttpResponse:
    rows = list(_of_organization(request.membership).exclude(kind=DataRequest.Kind.ERASURE)[:SHOWN])
    context = _shown(rows, "organization_data_file") | {
        "form": form,
        "is_owner": request.membership.role == Membership.Role.OWNER,
        "kept": registry.kept_of_organization(),
    }
    return render(request, "accounts/rights.html", context, status=422 if form.errors else 200)


def _of_organization(membership: Membership) -> QuerySet[DataRequest]:
    """Return the organisation's requests; a client's member has none."""
    rows = DataRequest.objects.filter(organization_id=membership.organization_id, subject="organization")
    return rows.none() if membership.client_id else rows.select_related("user").order_by("-created_at")


def _shown(rows: list[DataRequest], place: str) -> dict[str, Any]:
    keys = {row.pk: rights.key_of(row) for row in rows if row.file and row.kind == DataRequest.Kind.EXPORT}
    working = any(row.status in rights.OPEN for row in rows)
    shown = [{"row": row, "key": keys.get(row.pk), "place": place} for row in rows]
    return {"requests": shown, "working": working}


@require_POST
@requires(MINE, scoped=False)
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def organization_export(request: MemberRequest) -> HttpResponse:
    """Ask for an archive of the organisation."""
    return _asked(request, lambda: rights.export_organization(by=request.membership), "organization_data")


@require_POST
@requires(MINE, scoped=False)
def organization_import(request: MemberRequest) -> HttpResponse:
    """Bring an archive into the organisation."""
    form = ArchiveForm(request.POST, request.FILES)
    if not form.is_valid():
        return _organization_page(request, form)
    try:
        rights.bring_organization(form.cleaned_data["archive"], by=request.membership)
    except RightsError as error:
        form.add_error("archive", str(error))
        return _organization_page(request, form)
    messages.success(
        request, _("It is being brought. You are told when it is done; until then leave this place empty.")
    )
    return redirect("organization_data")


@require_safe
@never_cache
@requires(MINE, scoped=False)
def organization_data_file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The archive, for a member who may export, through a link of today."""
    with tenancy.of_member(request.membership):
        row = get_object_or_404(_of_organization(request.membership), pk=pk, kind=DataRequest.Kind.EXPORT)
    return _file(request, row, "organization_data")


@require_safe
@own
def my_data(request: OwnRequest) -> HttpResponse:
    """What there is of me, to take along; and what stays when I go."""
    with tenancy.of_user(request.user.pk):
        rows = list(_of_person(request)[:SHOWN])
    context = _shown(rows, "my_data_file") | {"kept": registry.kept_of_person()}
    return render(request, "accounts/rights_mine.html", context)


def _of_person(request: OwnRequest) -> QuerySet[DataRequest]:
    rows = DataRequest.objects.filter(user=request.user, subject="person", kind=DataRequest.Kind.EXPORT)
    return rows.select_related("user").order_by("-created_at")


@require_POST
@own
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def my_data_export(request: OwnRequest) -> HttpResponse:
    """Ask for an archive of what is mine."""
    return _asked(request, lambda: rights.export_person(by=request.user), "my_data")


@require_safe
@never_cache
@own
def my_data_file(request: OwnRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The archive, for the person alone, through a link of today."""
    with tenancy.of_user(request.user.pk):
        row = get_object_or_404(_of_person(request), pk=pk)
    return _file(request, row, "my_data")


def _asked(request: HttpRequest, ask: Callable[[], object], page: str) -> HttpResponse:
    try:
        ask()
    except RightsError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("It is being made. You are told when it is ready."))
    return redirect(page)


def _file(request: HttpRequest, row: DataRequest, page: str) -> HttpResponseBase:
    try:
        rights.require_key(row, request.GET.get("key", ""))
        opened = row.file.open("rb")
    except (rights.LinkEnded, FileNotFoundError):
        messages.warning(request, str(rights.LinkEnded()))
        return redirect(page)
    name = str(row.file.name).rpartition("/")[2]
    answer = FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
