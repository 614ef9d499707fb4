"""Recurring posts: all of them, one, and sending a piece again and again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, admit, requires
from content.models import GeneratedContent
from publishing import queries, recurrence
from publishing.forms.recurring import RuleForm, SeriesForm, first_values, values_of
from publishing.models import PlatformConnection, RecurringPost, ScheduledPost
from publishing.services import posts, recurring
from trenddrop.core.platforms import rules

PAGE = 100
NEXT, LAST = 5, 10
# These refuse a post with the words of an earlier one.
REFUSES_TWINS = frozenset({"x", "linkedin", "facebook", "threads"})


@require_safe
@requires("posts.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every series with its next time."""
    waiting = Q(posts__status__in=[ScheduledPost.Status.SCHEDULED, ScheduledPost.Status.WAITING])
    rows = RecurringPost.objects.visible_to(request.membership).select_related("connection", "piece", "client")
    found = rows.annotate(planned=Count("posts", filter=waiting)).order_by("-is_active", "next_on", "pk")[: PAGE + 1]
    context = {"rows": found[:PAGE], "more": len(found) > PAGE}
    return render(request, "publishing/recurring/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.view")
def new(request: MemberRequest, key: UUID) -> HttpResponse:
    """Send a piece again and again."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None)
    piece = get_object_or_404(rows.select_related("asset"), pk=key)
    accounts = queries.connections_for(piece, request.membership)
    zones = [request.user.timezone, request.membership.organization.timezone]
    if request.method != "POST":
        form = SeriesForm(zones=zones, connections=accounts, initial=first_values(timezone.localdate()))
        return _new(request, piece, form)
    admit(request, "posts.schedule")
    form = SeriesForm(request.POST, zones=zones, connections=accounts)
    if not form.is_valid():
        return _new(request, piece, form, status=422)
    account: PlatformConnection = form.cleaned_data["connection"]
    try:
        made = recurring.make(piece, connection=account, rule=form.rule(), by=request.membership, now=timezone.now())
    except (recurring.CannotRepeat, posts.CannotPlan) as error:
        form.add_error(None, str(error))
        return _new(request, piece, form, status=422)
    messages.success(request, _("Planned. The posts of the next two weeks stand in the calendar."))
    return redirect("recurring_one", made.pk)


def _new(request: MemberRequest, piece: GeneratedContent, form: SeriesForm, *, status: int = 200) -> HttpResponse:
    context = {"piece": piece, "form": form, "twins": _about_twins(piece.platform)}
    return render(request, "publishing/recurring/new.html", context, status=status)


def _about_twins(platform: str) -> str:
    """What is to be known before the same words go out twice."""
    if platform not in REFUSES_TWINS:
        return ""
    words = _(
        "%(name)s refuses a post with the same words as one you sent not long ago. Leave enough time between, or edit"
        " the piece before its next turn; what is refused is told on the post."
    )
    return words % {"name": rules(platform).name}


def _series(request: MemberRequest, key: UUID) -> RecurringPost:
    rows = RecurringPost.objects.visible_to(request.membership)
    return get_object_or_404(rows.select_related("connection", "piece", "created_by"), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One series: its rule, what is planned, what went out."""
    series = _series(request, key)
    rule = recurrence.rule_of(series)
    zones = [series.timezone, request.user.timezone]
    if request.method != "POST":
        return _one(request, series, RuleForm(zones=zones, initial=values_of(rule)))
    admit(request, "posts.schedule")
    form = RuleForm(request.POST, zones=zones)
    if not form.is_valid():
        return _one(request, series, form, status=422)
    try:
        recurring.change(series, rule=form.rule(), by=request.membership, now=timezone.now())
    except (recurring.CannotRepeat, posts.CannotPlan) as error:
        form.add_error(None, str(error))
        return _one(request, _series(request, key), form, status=422)
    messages.success(request, _("Changed. What was not sent yet is planned anew."))
    return redirect("recurring_one", series.pk)


def _one(request: MemberRequest, series: RecurringPost, form: RuleForm, *, status: int = 200) -> HttpResponse:
    rows = ScheduledPost.objects.visible_to(request.membership).filter(series=series).select_related("connection")
    now = timezone.now()
    context: dict[str, Any] = {
        "series": series,
        "form": form,
        "coming": rows.filter(scheduled_for__gt=now).order_by("scheduled_for")[:NEXT],
        "gone": rows.filter(scheduled_for__lte=now).order_by("-scheduled_for")[:LAST],
        "twins": _about_twins(series.connection.platform),
    }
    return render(request, "publishing/recurring/one.html", context, status=status)


def _do(request: MemberRequest, command: Callable[[], object], *, done: str) -> None:
    try:
        command()
    except recurring.CannotRepeat as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


@require_POST
@requires("posts.schedule")
def pause(request: MemberRequest, key: UUID) -> HttpResponse:
    """Plan nothing more for now."""
    series, by = _series(request, key), request.membership
    done = _("Paused. What was planned ahead is taken out.")
    _do(request, lambda: recurring.pause(series, by=by, now=timezone.now()), done=done)
    return redirect("recurring_one", series.pk)


@require_POST
@requires("posts.schedule")
def resume(request: MemberRequest, key: UUID) -> HttpResponse:
    """Go on."""
    series, by = _series(request, key), request.membership
    done = _("It goes on, in your name. What was missed is not made up for.")
    _do(request, lambda: recurring.resume(series, by=by, now=timezone.now()), done=done)
    return redirect("recurring_one", series.pk)


@require_POST
@requires("posts.schedule")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """End it for good."""
    count = recurring.remove(_series(request, key), by=request.membership, now=timezone.now())
    messages.success(
        request, _("Removed; %(count)s planned posts were taken out. What is live stays.") % {"count": count}
    )
    return redirect("recurring")
