"""Members: who is in, as what, and what each of them may."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.forms.members import SHOWN, MemberFilter, OverridesForm, RoleForm
from accounts.invitation_mail import OPEN
from accounts.models import Invitation, Membership
from accounts.permissions import PERMISSIONS, ROLES, allows, rank
from accounts.services import memberships
from trenddrop.core.limits import LimitReached

PAGE = 50
PEEK = 5
Status = Membership.Status


@dataclass(frozen=True)
class Page:
    """Some members, and the addresses of those before and after."""

    members: list[Membership]
    total: int
    newer: str = ""
    older: str = ""


@require_safe
@requires("members.view")
def members(request: MemberRequest) -> HttpResponse:
    """Members by the time they joined, a page at a time; what each role may; open invitations."""
    mine = request.membership
    chosen = MemberFilter(request.GET, by=mine)
    page = page_of(chosen.narrow(seen_by(mine)), request.GET)
    context = {
        "page": page,
        "filter": chosen,
        "is_narrowed": any(request.GET.get(name) for name in chosen.fields),
        "matrix": matrix(),
        "roles": Membership.Role.labels,
        "invited": _invited(mine),
    }
    return render(request, "accounts/members.html", context)


def seen_by(member: Membership) -> QuerySet[Membership]:
    """Return the members somebody sees."""
    return Membership.objects.visible_to(member).select_related("user", "client")


def page_of(rows: QuerySet[Membership], told: QueryDict) -> Page:
    """Cut a page out by key (they grow with time), so that the thousandth costs what the first does."""
    after, before = _key(told.get("after")), _key(told.get("before"))
    total = rows.count()
    if before:
        found = list(rows.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
        shown, has_newer, has_older = found[:PAGE][::-1], len(found) > PAGE, True
    else:
        found = list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[: PAGE + 1])
        shown, has_newer, has_older = found[:PAGE], bool(after), len(found) > PAGE
    if not shown:
        return Page([], total)
    return Page(
        shown,
        total,
        newer=_address(told, before=shown[0].pk) if has_newer else "",
        older=_address(told, after=shown[-1].pk) if has_older else "",
    )


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _address(told: QueryDict, **place: uuid.UUID) -> str:
    kept = told.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    for name, key in place.items():
        kept[name] = str(key)
    return f"?{kept.urlencode()}"


def matrix() -> list[dict[str, Any]]:
    """Return what each role may, a row for each permission."""
    return [{"label": PERMISSIONS[name], "roles": [name in may for may in ROLES.values()]} for name in SHOWN]


def _invited(member: Membership) -> list[Invitation]:
    if not allows(member.role, member.permission_overrides, "members.manage"):
        return []
    rows = Invitation.objects.visible_to(member).filter(OPEN).select_related("client")
    return list(rows.order_by("-last_sent_at")[:PEEK])


@require_safe
@requires("members.view")
def member(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One member: role, rights, and whether they are in."""
    return _member_page(request, get_object_or_404(seen_by(request.membership), pk=pk))


def _member_page(
    request: MemberRequest, row: Membership, *, role: RoleForm | None = None, rights: OverridesForm | None = None
) -> HttpResponse:
    mine = request.membership
    start = {"role": row.role, "client": row.client_id}
    context = {
        "member": row,
        "is_mine": row.pk == mine.pk,
        "may_change": may_change(row, by=mine),
        "role_form": role or RoleForm(by=mine, initial=start),
        "rights": rights or OverridesForm(member=row, by=mine),
    }
    return render(request, "accounts/member.html", context, status=422 if role or rights else 200)


def may_change(row: Membership, *, by: Membership) -> bool:
    """Say whether to offer changes; the command decides."""
    return (
        allows(by.role, by.permission_overrides, "members.manage")
        and row.pk != by.pk
        and row.role != Membership.Role.OWNER
        and rank(row.role) <= rank(by.role)
    )


@require_POST
@requires("members.manage")
def member_role(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give another role."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)
    form = RoleForm(request.POST, by=request.membership)
    if not form.is_valid():
        return _member_page(request, row, role=form)
    told = form.cleaned_data
    try:
        memberships.change_role(row, role=told["role"], client=told["client"], by=request.membership)
    except (memberships.Refused, LimitReached) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. It holds from their next click on."))
    return redirect("member", pk)


@require_POST
@requires("members.manage")
def member_rights(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Allow or refuse beyond the role."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)
    form = OverridesForm(request.POST, member=row, by=request.membership)
    if not form.is_valid():
        return _member_page(request, row, rights=form)
    try:
        memberships.set_overrides(row, overrides=form.overrides(), by=request.membership)
    except memberships.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. It holds from their next click on."))
    return redirect("member", pk)


@require_POST
@requires("members.manage")
def member_status(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Shut out, or let in again."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)
    lets_in = request.POST.get("status") == Status.ACTIVE
    try:
        (memberships.reactivate if lets_in else memberships.deactivate)(row, by=request.membership)
    except (memberships.Refused, LimitReached) as error:
        messages.error(request, str(error))
    else:
        said = (
            _("%(name)s is in again.") if lets_in else _("%(name)s is shut out from now on. Nothing of theirs is lost.")
        )
        messages.success(request, said % {"name": row.user})
    return redirect("member", pk)


@require_POST
@requires("members.manage")
def member_remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """End a membership."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)
    try:
        memberships.remove(row, by=request.membership)
    except memberships.Refused as error:
        messages.error(request, str(error))
        return redirect("member", pk)
    messages.success(request, _("%(name)s is no longer a member. What they made stays.") % {"name": row.user})
    return redirect("members")
