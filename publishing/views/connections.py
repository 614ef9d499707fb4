"""Connected accounts: what can break, and the ways in."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from publishing import oauth
from publishing.delivery.adapters import adapter
from publishing.forms.connections import BlueskyForm, MastodonForm, PracticeForm
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Capability, PlatformError
from publishing.platforms.bluesky import Bluesky
from publishing.services import connections as commands
from trenddrop.core.limits import LimitReached

Status = PlatformConnection.Status


@dataclass
class Way:
    """One way to connect an account."""

    key: str
    form: forms.Form
    text: str
    url: str
    open: bool = False


@require_safe
@requires("connections.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every account with its state, and the ways to connect another."""
    return _show(request)


def _show(request: MemberRequest, failed: forms.Form | None = None) -> HttpResponse:
    """Show the page, with the form that could not be used in its place."""
    rows = _rows(request)
    context = {
        "connections": [_row(row) for row in rows],
        "attention": [_attention(row) for row in rows if row.status == Status.NEEDS_RECONNECT],
        "add": _ways(request, failed),
    }
    return render(request, "publishing/connections.html", context, status=422 if failed else 200)


def _rows(request: MemberRequest) -> list[PlatformConnection]:
    waiting = Q(posts__status=ScheduledPost.Status.SCHEDULED)
    rows = PlatformConnection.objects.visible_to(request.membership).exclude(status=Status.REMOVED)
    return list(rows.annotate(waiting=Count("posts", filter=waiting)).order_by("platform", "handle"))


def _row(row: PlatformConnection) -> dict[str, Any]:
    return {
        "connection": row,
        "state": row.status,
        "label": row.get_status_display(),
        "may_do": ", ".join(_abilities(row.platform)),
        "left": _left(row),
        "reconnect_url": f"?reconnect={row.platform}#add",
        "remove_url": reverse("connection_remove", args=[row.pk]),
        "posts_waiting": row.waiting,  # type: ignore[attr-defined]
        "check_url": reverse("connection_check", args=[row.pk]) if row.status == Status.ACTIVE else "",
    }


def _abilities(platform: str) -> list[str]:
    names = {Capability.PUBLISH: _("post"), Capability.METRICS: _("read numbers")}
    able = adapter(platform).capabilities
    return [str(name) for capability, name in names.items() if capability in able]


def _left(row: PlatformConnection) -> str:
    if row.expires_at is None:
        return _("does not end")
    return _("renews itself") if row.refresh_token else _("%(days)s days") % {"days": _days(row.expires_at)}


def _days(until: dt.datetime) -> int:
    return max(0, (until - timezone.now()).days)


def _attention(row: PlatformConnection) -> dict[str, Any]:
    return {
        "state": "failed",
        "platform": row.platform,
        "text": _("%(handle)s must be connected again.") % {"handle": row.handle},
        "more": f"{row.last_error} {_('Its planned posts are kept and wait.')}".strip(),
        "action": _("Connect again"),
        "url": f"?reconnect={row.platform}#add",
        "post": False,
    }


def _ways(request: MemberRequest, failed: forms.Form | None) -> list[Way]:
    """Return the ways in; the one that was tried, or that a link asks for, stands open."""
    texts = {
        "practice": _("A timeline of your own with made-up numbers. No account needed."),
        "bluesky": _("With your handle and an app password, which you can take back at any time."),
        "mastodon": _("Your server asks you; we never see the password."),
    }
    kinds = {"practice": PracticeForm, "bluesky": BlueskyForm, "mastodon": MastodonForm}
    asked = request.GET.get("reconnect", "")
    ways = []
    for key, kind in kinds.items():
        tried = isinstance(failed, kind)
        initial = {"name": request.membership.organization.name, "service": settings.BLUESKY_SERVICE}
        form = failed if tried and failed else kind(initial=initial)
        ways.append(Way(key, form, texts[key], reverse(f"connect_{key}"), open=tried or asked == key))
    return ways


def _refused(request: MemberRequest, form: forms.Form, error: Exception) -> HttpResponse:
    """Show what the platform or the plan said, with everything typed but the password kept."""
    form.add_error(None, str(error))
    with tenancy.of_member(request.membership):
        return _show(request, form)


def _welcome(request: MemberRequest, connection: PlatformConnection) -> HttpResponse:
    words = _("%(handle)s is connected. Posts that waited for it go out again.") % {"handle": connection.handle}
    messages.success(request, words)
    return redirect("connections")


@require_POST
@requires("connections.manage", scoped=False)
def practice(request: MemberRequest) -> HttpResponse:
    """Add the practice network."""
    form = PracticeForm(request.POST)
    if not form.is_valid():
        with tenancy.of_member(request.membership):
            return _show(request, form)
    name = form.cleaned_data["name"]
    try:
        return _welcome(request, commands.connect_practice(name=name, by=request.membership, now=timezone.now()))
    except (LimitReached, commands.ConnectedElsewhere) as error:
        return _refused(request, form, error)


@require_POST
@requires("connections.manage", scoped=False)
def bluesky(request: MemberRequest) -> HttpResponse:
    """Sign in with an app password; only the session it gives is kept."""
    form = BlueskyForm(request.POST)
    if not form.is_valid():
        with tenancy.of_member(request.membership):
            return _show(request, form)
    chosen = form.cleaned_data
    found = adapter("bluesky")
    try:
        if not isinstance(found, Bluesky):
            raise oauth.SignInLost
        connected = found.sign_in(chosen["handle"], chosen["app_password"], service=chosen["service"])
        row = commands.keep(
            "bluesky",
            connected,
            service_url=connected.token.extra.get("pds", chosen["service"]),
            by=request.membership,
            now=timezone.now(),
        )
    except (PlatformError, LimitReached, oauth.SignInLost, commands.ConnectedElsewhere) as error:
        return _refused(request, form, error)
    return _welcome(request, row)


@require_POST
@requires("connections.manage", scoped=False)
def mastodon(request: MemberRequest) -> HttpResponse:
    """Send the person to their server."""
    form = MastodonForm(request.POST)
    if not form.is_valid():
        with tenancy.of_member(request.membership):
            return _show(request, form)
    try:
        started = oauth.begin(
            form.cleaned_data["server"],
            redirect_uri=f"{settings.SITE_URL}{reverse('mastodon_back')}",
            by=request.membership,
            session=request.session,
            now=timezone.now(),
        )
    except (PlatformError, oauth.SignInLost) as error:
        return _refused(request, form, error)
    return redirect(started.url)


@require_safe
@requires("connections.manage", scoped=False)
def mastodon_back(request: MemberRequest) -> HttpResponse:
    """Take the person back from their server."""
    try:
        connected, instance = oauth.finish(
            code=request.GET.get("code", ""),
            state=request.GET.get("state", ""),
            error=request.GET.get("error", ""),
            by=request.membership,
            session=request.session,
            now=timezone.now(),
        )
        row = commands.keep("mastodon", connected, service_url=instance, by=request.membership, now=timezone.now())
    except (PlatformError, LimitReached, oauth.SignInLost, oauth.NotAllowed, commands.ConnectedElsewhere) as error:
        messages.error(request, str(error))
        return redirect("connections")
    return _welcome(request, row)


def _visible(request: MemberRequest, pk: uuid.UUID) -> PlatformConnection:
    rows = PlatformConnection.objects.visible_to(request.membership).exclude(status=Status.REMOVED)
    return get_object_or_404(rows, pk=pk)


@require_POST
@requires("connections.manage", scoped=False)
def check(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the platform whether the sign-in still works."""
    with tenancy.of_member(request.membership):
        connection = _visible(request, pk)
    try:
        profile = commands.check(connection, by=request.membership, now=timezone.now())
        messages.success(request, _("%(handle)s answers.") % {"handle": profile.handle})
    except PlatformError as error:
        messages.error(request, str(error))
    return redirect("connections")


@require_POST
@requires("connections.manage")
def remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget an account."""
    connection = _visible(request, pk)
    count = commands.remove(connection, by=request.membership, now=timezone.now())
    words = _("%(handle)s is removed; %(count)s planned posts were cancelled. What is live stays.")
    messages.success(request, words % {"handle": connection.handle, "count": count})
    return redirect("connections")
