"""The audit log's pages: what was done, by whom, from where; one entry; the same as CSV."""

import uuid
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import actions, audit_pages, tenancy
from accounts import audit as recording
from accounts.access import MemberRequest, requires
from accounts.forms.audit import AuditFilterForm
from accounts.models import AuditCheck, AuditEntry, AuditHead, Membership

PEOPLE = 200
LAST = 2**62


@require_safe
@requires("audit.view")
def audit(request: MemberRequest) -> HttpResponse:
    """The audit log, newest first, a page at a time by sequence."""
    before = request.GET.get("before", "")
    form = _form(request)
    asked = form.asked()
    found = audit_pages.page(
        request.membership, asked, before=min(int(before), LAST) if before.isdecimal() and before.isascii() else None
    )
    asked_url = request.GET.copy()
    asked_url.pop("before", None)
    context: dict[str, Any] = {
        "rows": [(entry, actions.sentence(entry)) for entry in found.entries],
        "more": found.more,
        "searched_to": found.searched_to,
        "query": asked_url.urlencode(),
        "is_filtered": bool(asked.told()),
    }
    if request.headers.get("HX-Request"):
        return render(request, "accounts/partials/audit_rows.html", context)
    context |= {"form": form, "check": AuditCheck.objects.visible_to(request.membership).first()}
    return render(request, "accounts/audit.html", context)


def _form(request: MemberRequest) -> AuditFilterForm:
    members = Membership.objects.visible_to(request.membership).select_related("user").order_by("user__full_name")
    people = [(str(member.user_id), str(member.user)) for member in members[:PEOPLE]]
    asked = request.GET.get("person", "")
    if asked and asked not in dict(people):
        known = AuditEntry.objects.visible_to(request.membership).filter(actor_id=_key(asked)).first()
        people += [(asked, known.actor_name)] if known else []
    return AuditFilterForm(request.GET, people=people)


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_safe
@requires("audit.view")
def audit_entry(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One entry: what changed, from where, and its place in the chain."""
    rows = AuditEntry.objects.visible_to(request.membership).select_related("actor")
    entry = get_object_or_404(rows, pk=pk)
    context = {
        "entry": entry,
        "sentence": actions.sentence(entry),
        "changes": actions.changes_of(entry),
        "facts": actions.facts_of(entry),
        "check": AuditCheck.objects.visible_to(request.membership).first(),
        "erased": sorted(set(entry.seals) - set(entry.salts)),
    }
    return render(request, "accounts/audit_entry.html", context)


@require_safe
@requires("audit.view", scoped=False)
def audit_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The log as CSV with the page's filters; that somebody took it is in the log too."""
    membership = request.membership
    with tenancy.of_member(membership):
        asked = _form(request).asked()
        head = AuditHead.objects.visible_to(membership).first()
        recording.record(
            "audit.exported",
            membership.organization,
            organization_id=membership.organization_id,
            by=membership,
            filters=asked.told(),
        )
    rows = audit_pages.lines(membership, asked, upto=head.sequence if head else 0, zone=timezone.get_current_timezone())
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    name = f"audit-{membership.organization.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
