"""The organisation's pages: who is in it, and what was done."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, choose_organization, requires
from accounts.models import AuditEntry, Membership
from accounts.permissions import PERMISSIONS, ROLES

AUDIT_PAGE = 50


@requires("members.view")
def members(request: MemberRequest) -> HttpResponse:
    """Members with their roles, and what each role may."""
    rows = Membership.objects.visible_to(request.membership).select_related("user", "client").order_by("created_at")
    matrix = [
        {"label": label, "roles": [name in ROLES[role] for role in Membership.Role.values]}
        for name, label in PERMISSIONS.items()
    ]
    context = {"members": rows, "matrix": matrix, "roles": Membership.Role.labels}
    return render(request, "accounts/members.html", context)


@requires("audit.view")
def audit(request: MemberRequest) -> HttpResponse:
    """The audit log, newest first, a page at a time by sequence."""
    rows = AuditEntry.objects.visible_to(request.membership).select_related("actor").order_by("-sequence")
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(sequence__lt=min(int(before), 2**62))
    entries = list(rows[: AUDIT_PAGE + 1])
    more = entries[AUDIT_PAGE - 1].sequence if len(entries) > AUDIT_PAGE else None
    template = "accounts/partials/audit_rows.html" if request.headers.get("HX-Request") else "accounts/audit.html"
    return render(request, template, {"entries": entries[:AUDIT_PAGE], "more": more})


@require_POST
@requires("content.view")
def switch(request: MemberRequest) -> HttpResponse:
    """Work in another of one's organisations."""
    try:
        mine = Membership.objects.filter(user=request.user, status=Membership.Status.ACTIVE)
        chosen = get_object_or_404(mine, organization_id=request.POST.get("organization") or None)
    except ValidationError:
        return redirect("today")
    choose_organization(request, chosen)
    return redirect("today")
