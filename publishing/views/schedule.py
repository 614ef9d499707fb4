"""Sending a piece: to which account, at which hour. A part of the Studio's page, or a page of its own."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, admit, requires
from content.models import GeneratedContent
from publishing import caps, holding, outgoing, queries
from publishing.forms.posts import NowForm, ScheduleForm, WhenForm
from publishing.models import PlatformConnection, PostingHold, ScheduledPost
from publishing.services import posts as commands
from publishing.walltime import Moment, UnknownZone, zone_of

NEXT = dt.timedelta(hours=2)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.view")
def schedule(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show where the piece can go and what the clock does; plan it."""
    piece = _piece(request, key)
    if request.method == "POST":
        return _plan(request, piece)
    if request.headers.get("HX-Target") == "when-note":
        return render(request, "publishing/partials/when_note.html", moment_of(request))
    return _show(request, piece, _form(request, piece))


@require_POST
@requires("posts.schedule")
def publish_now(request: MemberRequest, key: UUID) -> HttpResponse:
    """Send the piece at once."""
    piece = _piece(request, key)
    form = _form(request, piece, kind=NowForm, data=request.POST)
    if not form.is_valid():
        return _show(request, piece, form, status=422)
    try:
        post = commands.publish_now(
            piece,
            connection=form.cleaned_data["connection"],
            zone=form.cleaned_data["timezone"],
            by=request.membership,
            now=timezone.now(),
        )
    except commands.AlreadyPlanned as error:
        return _done(request, error.post, _("It is under way already. It is sent once."))
    except (commands.CannotPlan, UnknownZone) as error:
        form.add_error(None, str(error))
        return _show(request, piece, form, status=422)
    return _done(request, post, _("It is on its way."))


def _piece(request: MemberRequest, key: UUID) -> GeneratedContent:
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None)
    return get_object_or_404(rows.select_related("asset"), pk=key)


def _form(
    request: MemberRequest, piece: GeneratedContent, *, kind: type[ScheduleForm] = ScheduleForm, data: Any = None
) -> ScheduleForm:
    zones = [request.user.timezone, request.membership.organization.timezone]
    soon = timezone.now().astimezone(zone_of(request.user.timezone)) + NEXT
    start = {"local_time": soon.replace(tzinfo=None, minute=0, second=0, microsecond=0)}
    return kind(data, initial=start, zones=zones, connections=queries.connections_for(piece, request.membership))


def _plan(request: MemberRequest, piece: GeneratedContent) -> HttpResponse:
    admit(request, "posts.schedule")
    form = _form(request, piece, data=request.POST)
    if not form.is_valid():
        return _show(request, piece, form, status=422)
    chosen = form.cleaned_data
    try:
        post = commands.schedule(
            piece,
            connection=chosen["connection"],
            at_local=chosen["local_time"],
            zone=chosen["timezone"],
            by=request.membership,
            now=timezone.now(),
        )
    except commands.AlreadyPlanned as error:
        return _done(request, error.post, str(error))
    except (commands.InThePast, commands.TooFar) as error:
        form.add_error("local_time", str(error))
    except UnknownZone as error:
        form.add_error("timezone", str(error))
    except commands.CannotPlan as error:
        form.add_error(None, str(error))
    else:
        return _done(request, post, post.time_note or _("Planned. It goes out by itself; you may close the browser."))
    return _show(request, piece, form, status=422)


def _done(request: MemberRequest, post: ScheduledPost, words: str) -> HttpResponse:
    messages.success(request, words)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect("post", post.pk)["Location"]
        return answer
    return redirect("post", post.pk)


def _show(request: MemberRequest, piece: GeneratedContent, form: ScheduleForm, *, status: int = 200) -> HttpResponse:
    accounts = list(form.fields["connection"].queryset)  # type: ignore[attr-defined]
    own = [account for account in accounts if account.platform == piece.platform]
    only = own[0].extra if len(own) == 1 else None  # of several, each tells when it is chosen
    blocked, sent = outgoing.problems(piece, piece.platform, account=only), outgoing.outgoing(piece)
    context = {
        "piece": piece,
        "asset": piece.asset,
        "form": form,
        "connections": accounts,
        "has_own": bool(own),
        "broken": [account for account in accounts if account.status == PlatformConnection.Status.NEEDS_RECONNECT],
        "first": accounts[0] if accounts else None,
        "holds": _holds(request, piece),
        "posts": list(queries.posts_of_piece(piece, request.membership)),
        "blocked": " ".join(problem.message for problem in blocked),
        "sent_text": sent.text,
        "sent_parts": sent.metadata.get("parts", []),
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "publishing/partials/plan.html" if is_part else "publishing/schedule.html"
    return render(request, template, context, status=status)


def _holds(request: MemberRequest, piece: GeneratedContent) -> list[PostingHold]:
    """What would keep it back whichever account is chosen; of one account only its own page tells."""
    standing = holding.standing(request.membership)
    return [hold for hold in standing if hold.connection_id is None and hold.client_id in {None, piece.client_id}]


def moment_of(request: MemberRequest) -> dict[str, Any]:
    """What the chosen clock means: the instant, what daylight saving does, or why not."""
    form = WhenForm(request.GET, zones=[request.user.timezone])
    if not form.is_valid():
        return {"error": " ".join(str(error) for errors in form.errors.values() for error in errors)}
    now = timezone.now()
    try:
        moment: Moment = commands.plan_for(form.cleaned_data["local_time"], form.cleaned_data["timezone"], now=now)
    except (commands.CannotPlan, UnknownZone) as error:
        return {"error": str(error)}
    shown = dateformat.format(moment.local, "D j M Y, H:i T")
    known = {"shown": shown, "note": moment.note, "wait": max(moment.instant - now, dt.timedelta())}
    return known | _about_account(request, moment)


def _key_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _about_account(request: MemberRequest, moment: Moment) -> dict[str, str]:
    """What the chosen account has against that time: its daily cap, a hold on it."""
    rows = PlatformConnection.objects.visible_to(request.membership)
    account = rows.filter(pk=asked).first() if (asked := _key_in(request.GET.get("connection", ""))) else None
    if account is None:
        return {}
    hold = holding.over_account(account)
    held = _("On hold: it goes out once the hold has ended.") if hold else ""
    return {"full": caps.problem(account, moment.instant), "held": held}
