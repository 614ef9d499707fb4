"""Links for people without an account, as the house sees them: made, mailed again, revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.models import ClientAccount, Membership
from publishing import linking
from publishing.forms.links import LinkForm
from publishing.models import ApprovalRequest, ReviewLink
from publishing.services import links as commands

PAGE = 50


@require_safe
@requires("approvals.manage")
def index(request: MemberRequest) -> HttpResponse:
    """Who holds a link to what; of one client also as a part of its page."""
    client = _client(request, request.GET.get("client", ""))
    before = queries.key_of(request.GET.get("before", ""))
    rows = linking.of_member(request.membership).filter(**({"client": client} if client else {}))
    rows = rows.filter(pk__lt=before) if before else rows
    related = rows.select_related("client", "request__piece", "created_by").annotate(browsers=Count("devices"))
    found = list(related.order_by("-pk")[: PAGE + 1])
    now = timezone.now()
    context = {
        "links": [_told(each, now=now) for each in found[:PAGE]],
        "client": client,
        "next_url": f"?{_of(client)}before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "previous_url": f"?{_of(client)}" if before else "",
        "now": now,
    }
    is_part = request.headers.get("HX-Request") and client
    return render(request, f"publishing/links/{'partials/list' if is_part else 'index'}.html", context)


def _of(client: ClientAccount | None) -> str:
    return f"client={client.pk}&" if client else ""


def _told(link: ReviewLink, *, now: Any) -> dict[str, Any]:
    is_over = link.expires_at <= now
    state = "stop" if link.revoked_at else "over" if is_over else "works"
    return {"row": link, "state": state, "url": linking.url_of(link) if state == "works" else ""}


def _client(request: MemberRequest, asked: str) -> ClientAccount | None:
    """Return the client that is asked for; Http404 where there is none such."""
    if not asked:
        return None
    return get_object_or_404(_clients(request.membership), pk=queries.key_of(asked))


def _clients(membership: Membership) -> QuerySet[ClientAccount]:
    return ClientAccount.objects.visible_to(membership).filter(deleted_at=None).order_by("name")


def _asked(request: MemberRequest, asked: str) -> ApprovalRequest | None:
    if not asked:
        return None
    rows = ApprovalRequest.objects.visible_to(request.membership).filter(piece__deleted_at=None)
    return get_object_or_404(rows.select_related("piece", "client"), pk=queries.key_of(asked))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.manage")
def new(request: MemberRequest) -> HttpResponse:
    """Make a link: to a client's work, or to one piece; it is mailed, and shown to be copied."""
    asked = _asked(request, request.GET.get("request", ""))
    client = asked.client if asked else _client(request, request.GET.get("client", ""))
    start = {"client": client, "name": client.contact_name, "email": client.contact_email} if client else {}
    given = request.POST if request.method == "POST" else None
    form = LinkForm(given, initial=start, clients=_clients(request.membership), is_of_piece=asked is not None)
    context = {"form": form, "asked": asked, "client": client}
    if given is None or not form.is_valid():
        return render(request, "publishing/links/new.html", context, status=200 if given is None else 422)
    try:
        link = commands.make(by=request.membership, request=asked, now=timezone.now(), **form.cleaned_data)
    except commands.LinkRefused as error:
        form.add_error(None, str(error))
        return render(request, "publishing/links/new.html", context, status=422)
    messages.success(request, _("The link is on its way to %(email)s.") % {"email": link.email})
    return redirect("link", link.pk)


def _row(request: MemberRequest, key: UUID) -> ReviewLink:
    rows = linking.of_member(request.membership).select_related("client", "request__piece", "created_by")
    return get_object_or_404(rows, pk=key)


@require_safe
@requires("approvals.manage")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One link: its address to copy, the browsers it was opened in, and taking it back."""
    link, now = _row(request, key), timezone.now()
    context = {
        "link": link,
        "told": _told(link, now=now),
        "devices": link.devices.order_by("-last_seen_at"),
        "now": now,
    }
    return render(request, "publishing/links/link.html", context)


@require_POST
@requires("approvals.manage")
def mail(request: MemberRequest, key: UUID) -> HttpResponse:
    """Mail it again."""
    link = _row(request, key)
    try:
        commands.mail(link, by=request.membership, now=timezone.now())
    except commands.LinkRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("On its way to %(email)s.") % {"email": link.email})
    return redirect("link", link.pk)


@require_POST
@requires("approvals.manage")
def revoke(request: MemberRequest, key: UUID) -> HttpResponse:
    """Make it worthless."""
    link = commands.revoke(_row(request, key), by=request.membership, now=timezone.now())
    messages.success(request, _("The link of %(name)s opens nothing any more.") % {"name": link.name})
    return redirect("link", link.pk)
