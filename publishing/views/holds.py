"""Holds: keep everything of a client, of an account, or at all from going out; and let it go again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, requires
from accounts.models import ClientAccount
from publishing import holding
from publishing.forms.holds import HoldForm, ReleaseForm
from publishing.models import PlatformConnection, PostingHold
from publishing.services import holds as commands

ENDED_SHOWN, LATE_SHOWN = 10, 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.hold")
def index(request: MemberRequest) -> HttpResponse:
    """What is on hold; put something on hold."""
    if request.method != "POST":
        return _show(request, _form(request))
    form = _form(request, data=request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    chosen = form.cleaned_data
    try:
        made = commands.hold(
            client=chosen.get("client"),
            connection=chosen["connection"],
            reason=chosen["reason"],
            by=request.membership,
            now=timezone.now(),
        )
    except commands.AlreadyHeld as error:
        form.add_error(None, str(error))
        return _show(request, form, status=422)
    messages.success(
        request,
        _("On hold: %(what)s. What is being sent this very moment still goes out.") % {"what": commands.what(made)},
    )
    return redirect("holds")


def _form(request: MemberRequest, *, data: Any = None) -> HoldForm:
    clients = ClientAccount.objects.filter(organization_id=request.membership.organization_id, deleted_at=None)
    if works_for := request.membership.works_for_id:
        clients = clients.filter(pk=works_for)
    accounts = PlatformConnection.objects.visible_to(request.membership).exclude(
        status=PlatformConnection.Status.REMOVED
    )
    asked = request.GET
    initial = {"client": asked.get("client", ""), "connection": asked.get("account", "")}
    return HoldForm(data, clients=clients.order_by("name"), connections=accounts.order_by("handle"), initial=initial)


def _show(request: MemberRequest, form: HoldForm, *, status: int = 200) -> HttpResponse:
    rows = PostingHold.objects.visible_to(request.membership).exclude(ended_at=None)
    ended = rows.select_related("client", "connection", "ended_by").order_by("-ended_at")[:ENDED_SHOWN]
    context = {"holds": holding.standing(request.membership), "ended": ended, "form": form}
    return render(request, "publishing/holds/index.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.hold")
def release(request: MemberRequest, key: UUID) -> HttpResponse:
    """Let it go again, and say what becomes of what is late."""
    rows = PostingHold.objects.visible_to(request.membership).select_related("client", "connection", "held_by")
    hold = get_object_or_404(rows, pk=key)
    form = ReleaseForm(request.POST) if request.method == "POST" else ReleaseForm()
    if request.method == "POST" and form.is_valid():
        return _release(request, hold, form.cleaned_data["late"])
    late = commands.late_under(hold, now=timezone.now()) if hold.ended_at is None else []
    context = {"hold": hold, "what": commands.what(hold), "form": form, "count": len(late), "late": late[:LATE_SHOWN]}
    return render(request, "publishing/holds/release.html", context, status=422 if form.errors else 200)


def _release(request: MemberRequest, hold: PostingHold, late: commands.Late) -> HttpResponse:
    try:
        done = commands.release(hold, late=late, by=request.membership, now=timezone.now())
    except commands.AlreadyEnded as error:
        messages.error(request, str(error))
        return redirect("holds")
    messages.success(request, _("Ended: posts go out again."))
    if done.placed:
        messages.info(request, _("%(count)s late posts have a new slot.") % {"count": done.placed})
    if done.left:
        words = _("%(count)s late posts were left: what is not too late goes out now, the rest counts as missed.")
        messages.warning(request, words % {"count": done.left})
    return redirect("holds")
