"""The ways in: what is asked and why, out to the platform, back, and the choice of accounts."""

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from publishing import oauth, operating
from publishing.delivery import health
from publishing.delivery.adapters import adapter
from publishing.forms.connections import ChoiceForm, PracticeForm, WayForm
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.assisted import ByHand
from publishing.platforms.base import Platform, PlatformError, Rejected, TryLater
from publishing.platforms.signing_in import EntersIn, Registers, SignsIn
from publishing.services import connections as commands
from publishing.services import signing_in
from trenddrop.core.limits import LimitReached
from trenddrop.core.onward import is_ours
from trenddrop.core.platforms import RULES, rules

NEXT = "after_connecting"  # in the session: of which organisation, and where to go on
REFUSALS = (
    PlatformError,
    LimitReached,
    oauth.SignInLost,
    oauth.NotAllowed,
    commands.ConnectedElsewhere,
    signing_in.AnotherAccount,
    signing_in.PlatformClosed,
    signing_in.NothingChosen,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("connections.manage", scoped=False)
def connect(request: MemberRequest, key: str) -> HttpResponse:
    """Say what is asked and why; then out to the platform, or straight in with what was typed."""
    found = _adapter(key)
    form = form_of(found, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, key, found, form)
    try:
        return _go(request, key, found, form.cleaned_data)
    except REFUSALS as error:
        form.add_error(None, _said(key, error))
        return _ask(request, key, found, form)


def _said(key: str, error: Exception) -> str:
    """Return why nothing was connected: here nobody tries again but the person."""
    if not isinstance(error, TryLater):
        return str(error)
    words = _("%(name)s cannot be reached or does not answer as it should. Nothing was connected; try again later.")
    return words % {"name": rules(key).name}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("connections.manage", scoped=False)
def by_hand(request: MemberRequest, key: str) -> HttpResponse:
    """Note an account to which people post themselves, reminded in time."""
    if key not in RULES:
        raise Http404
    found = ByHand(key)
    form = WayForm(request.POST if request.method == "POST" else None, entries=found.entries)
    if request.method == "POST" and form.is_valid():
        try:
            return welcome(request, [_noted(request, key, form.cleaned_data)])
        except REFUSALS as error:
            form.add_error(None, str(error))
    return _ask(request, key, found, form, is_by_hand=True)


def _noted(request: MemberRequest, key: str, typed: dict[str, str]) -> PlatformConnection:
    return signing_in.enter(key, typed, by=request.membership, now=timezone.now(), by_hand=True)


def _adapter(key: str) -> Platform:
    """Return an adapter people can connect accounts of; Http404 when there is none."""
    try:
        found = adapter(key)
    except Rejected as error:
        raise Http404(str(error)) from error
    if not isinstance(found, SignsIn | EntersIn | Registers):
        raise Http404
    return found


def form_of(found: object, data: Any = None) -> WayForm:
    """Return what a platform asks for before anything else."""
    entries = found.entries if isinstance(found, EntersIn) else ()
    if isinstance(found, Registers):
        entries = (found.server_entry,)
    return WayForm(data, entries=entries, doors=oauth.doors_of(found))


def _go(request: MemberRequest, key: str, found: Platform, typed: dict[str, str]) -> HttpResponse:
    now, by, again = timezone.now(), request.membership, _again(request, key)
    wanted = again.pk if again else None
    if isinstance(found, EntersIn):
        return welcome(request, [signing_in.enter(key, typed, by=by, now=now, again=wanted)])
    started = signing_in.start(
        key, by=by, now=now, door=typed.get("door", ""), server=typed.get("server", ""), again=wanted
    )
    return redirect(started.url)


def _again(request: MemberRequest, key: str) -> PlatformConnection | None:
    """Return the account that is to be connected again, when there is such a one."""
    try:
        asked = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    with tenancy.of_member(request.membership):
        rows = PlatformConnection.objects.visible_to(request.membership).filter(platform=key)
        return rows.filter(pk=asked).first()


def _ask(
    request: MemberRequest, key: str, found: object, form: forms.Form, *, is_by_hand: bool = False
) -> HttpResponse:
    again = _again(request, key)
    with tenancy.of_member(request.membership):
        operated = operating.of(key)
        context = {
            "key": key,
            "name": rules(key).name,
            "form": form,
            "again": again,
            "ways": ways_of(found),
            "leaves": not isinstance(found, EntersIn),
            "missing": health.missing_settings(found),
            "words": health.words_about(key, found, operated, now=timezone.now(), is_by_hand=is_by_hand),
            "is_enabled": operated.is_enabled,
            "is_by_hand": is_by_hand,
            "can_be_by_hand": not is_by_hand and not isinstance(found, ByHand),
        }
        return render(request, "publishing/connect.html", context, status=422 if form.errors else 200)


def ways_of(found: object) -> Sequence[dict[str, Any]]:
    """Return each door with the rights it asks for."""
    if doors := oauth.doors_of(found):
        return [{"label": door.label, "help": door.help, "scopes": door.scopes} for door in doors]
    scopes = oauth.scopes_of(found, "")
    return [{"label": "", "help": "", "scopes": scopes}] if scopes else []


@require_safe
@requires("connections.manage", scoped=False)
def back(request: MemberRequest, key: str) -> HttpResponse:
    """Take the person back from the platform."""
    _adapter(key)
    asked = {name: request.GET.get(name, "") for name in ("code", "state", "error")}
    try:
        arrived = signing_in.finish(key, **asked, by=request.membership, now=timezone.now())
    except REFUSALS as error:
        messages.error(request, _said(key, error))
        onward = urlencode({"next": kept}) if (kept := _kept(request)) else ""
        return redirect(f"{reverse('connections')}{onward and '?'}{onward}")
    if arrived.choice:
        return redirect("connection_choose", arrived.choice.pk)
    return welcome(request, arrived.connections)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("connections.manage")
def choose(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Let the person say which of the opened accounts to connect."""
    now = timezone.now()
    try:
        row = oauth.offered(pk, by=request.membership, now=now)
    except oauth.SignInLost as error:
        raise Http404(str(error)) from error
    opened = oauth.accounts_of(row)
    form = ChoiceForm(request.POST if request.method == "POST" else None, opened=opened)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["accounts"]
        try:
            return welcome(request, signing_in.choose(pk, accounts=wanted, by=request.membership, now=now))
        except REFUSALS as error:
            form.add_error(None, str(error))
    context = {"key": row.platform, "name": rules(row.platform).name, "form": form, "opened": opened}
    return render(request, "publishing/connection_choose.html", context, status=422 if form.errors else 200)


def welcome(request: MemberRequest, rows: Sequence[PlatformConnection]) -> HttpResponse:
    """Say who is connected now, and lead back or to the accounts; a secret for the other side is shown once before."""
    onward = _kept(request)
    request.session.pop(NEXT, None)
    if secret := commands.secret_to_show(rows[0]):
        context = {"connection": rows[0], "secret": secret, "onward": onward}
        with tenancy.of_member(request.membership):
            return render(request, "publishing/connection_secret.html", context)
    with tenancy.of_member(request.membership):
        waited = ScheduledPost.objects.filter(connection__in=rows, status=ScheduledPost.Status.SCHEDULED).exists()
    words = ngettext("%(handles)s is connected.", "%(handles)s are connected.", len(rows))
    if waited:
        words = ngettext(
            "%(handles)s is connected. Posts that waited for it go out again.",
            "%(handles)s are connected. Posts that waited for them go out again.",
            len(rows),
        )
    messages.success(request, words % {"handles": ", ".join(row.handle for row in rows)})
    return redirect(onward or "connections")


def remember(request: MemberRequest) -> str:
    """Keep the page of ours that ?next= names, to go on there once an account is connected, and return it."""
    asked = request.GET.get("next", "")
    if is_ours(asked):
        request.session[NEXT] = [str(request.membership.organization_id), asked]
        return asked
    request.session.pop(NEXT, None)
    return ""


def _kept(request: MemberRequest) -> str:
    """Return what was remembered; nothing that was within another organisation."""
    organization, address = request.session.get(NEXT) or ("", "")
    return str(address) if organization == str(request.membership.organization_id) else ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("connections.manage", scoped=False)
def practice(request: MemberRequest) -> HttpResponse:
    """Add the practice network."""
    initial = {"name": request.membership.organization.name}
    form = PracticeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            row = commands.connect_practice(name=name, by=request.membership, now=timezone.now())
            return welcome(request, [row])
        except (LimitReached, commands.ConnectedElsewhere) as error:
            form.add_error(None, str(error))
    context = {"key": "practice", "name": rules("practice").name, "form": form, "is_enabled": True}
    with tenancy.of_member(request.membership):
        return render(request, "publishing/connect.html", context, status=422 if form.errors else 200)


def address_of(key: str, found: object) -> str:
    """Return the page where an account of a platform is connected."""
    is_asked = isinstance(found, SignsIn | EntersIn | Registers)
    return reverse("connect", args=[key]) if is_asked else reverse(f"connect_{key}")
