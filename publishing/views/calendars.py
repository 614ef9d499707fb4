"""Named calendars: made by hand or proposed, their entries, and what becomes of them."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, admit, requires
from accounts.context import current_brand
from accounts.permissions import may
from publishing.forms.calendars import CalendarForm, EntryForm, ProposeForm
from publishing.models import CalendarEntry, ContentCalendar, ScheduledPost
from publishing.screens.compose import accounts_of, away_of
from publishing.services import calendars as commands
from publishing.services import posts, proposals
from publishing.services.proposals import Wish
from publishing.walltime import UnknownZone
from trenddrop.core.limits import LimitReached

PAGE, ENTRIES = 25, 100
NEXT_WEEKS = dt.timedelta(days=27)
MADE = Q(entries__post__isnull=False) & ~Q(entries__post__status=ScheduledPost.Status.CANCELLED)
REFUSALS = (commands.CannotKeep, posts.CannotPlan, UnknownZone, LimitReached)


@require_safe
@requires("posts.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every calendar, the latest first; `?deleted=1` those that were put aside."""
    deleted = request.GET.get("deleted") == "1"
    rows = ContentCalendar.objects.visible_to(request.membership).filter(deleted_at__isnull=not deleted)
    counted = rows.select_related("client").annotate(count=Count("entries"), made=Count("entries", filter=MADE))
    page = Paginator(counted.order_by("-starts_on", "-created_at", "pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "publishing/calendars/index.html", {"page": page, "deleted": deleted})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def new(request: MemberRequest) -> HttpResponse:
    """Make an empty one."""
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = CalendarForm(data, initial={"starts_on": today, "ends_on": today + NEXT_WEEKS})
    if form.is_bound and form.is_valid():
        try:
            row = commands.create(by=request.membership, brand=current_brand(request), **form.cleaned_data)
        except commands.CannotKeep as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan", row.pk)
    return render(request, "publishing/calendars/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def propose(request: MemberRequest) -> HttpResponse:
    """Have one proposed from what there is."""
    accounts = accounts_of(request.membership, current_brand(request))
    today = timezone.localdate()
    start = {"name": _("Plan of %(month)s") % {"month": f"{today:%B}"}, "starts_on": today + dt.timedelta(days=1),
             "ends_on": today + NEXT_WEEKS + dt.timedelta(days=1)}  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = ProposeForm(data, initial=start, accounts=accounts, brands=queries.brands_of(request.membership))
    if form.is_bound and form.is_valid():
        given, zone = form.cleaned_data, request.user.timezone
        wish = Wish(given["starts_on"], given["ends_on"], list(given["accounts"]), given["a_week"], zone)
        try:
            row = proposals.make(
                wish, name=given["name"], by=request.membership, now=timezone.now(), brand=given["brand"]
            )
        except (commands.CannotKeep, UnknownZone) as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan", row.pk)
    chosen = {str(key) for key in form["accounts"].value() or [account.pk for account in accounts]}
    away = list(away_of(request.membership, current_brand(request)))
    context = {"form": form, "accounts": [(account, str(account.pk) in chosen) for account in accounts], "away": away}
    return render(request, "publishing/calendars/propose.html", context, status=422 if form.is_bound else 200)


def _calendar(request: MemberRequest, key: UUID, *, deleted: bool = False) -> ContentCalendar:
    rows = ContentCalendar.objects.visible_to(request.membership).filter(deleted_at__isnull=not deleted)
    return get_object_or_404(rows.select_related("client", "brand"), pk=key)


@require_safe
@requires("posts.view")
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    """A calendar with its reasoning, and its entries day by day."""
    mine = ContentCalendar.objects.visible_to(request.membership).filter(deleted_at=None).select_related("client")
    counted = mine.annotate(count=Count("entries"), open=Count("entries", filter=~MADE))
    calendar: Any = get_object_or_404(counted, pk=key)
    rows = CalendarEntry.objects.visible_to(request.membership).filter(calendar=calendar)
    paginator = Paginator(rows.select_related("connection", "post").order_by("date", "at", "pk"), ENTRIES)
    paginator.count = calendar.count
    context = {"calendar": calendar, "page": paginator.get_page(request.GET.get("page")), "open": calendar.open}
    return render(request, "publishing/calendars/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def edit(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change its name, description and days."""
    calendar = _calendar(request, key)
    form = CalendarForm(request.POST if request.method == "POST" else None, instance=calendar)
    if form.is_bound and form.is_valid():
        try:
            commands.change(_calendar(request, key), by=request.membership, **form.cleaned_data)
        except commands.CannotKeep as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan", key)
    context = {"form": form, "calendar": calendar}
    return render(request, "publishing/calendars/new.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("posts.schedule")
def delete(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put it aside; posts that came of it stay."""
    commands.delete(_calendar(request, key), by=request.membership)
    messages.success(request, _("Put aside with its entries. Posts that came of it stay as they are."))
    return redirect("plans")


@require_POST
@requires("posts.schedule")
def restore(request: MemberRequest, key: UUID) -> HttpResponse:
    """Bring it back."""
    commands.restore(_calendar(request, key, deleted=True), by=request.membership)
    return redirect("plan", key)


# Entries


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def entry_new(request: MemberRequest, key: UUID) -> HttpResponse:
    """Add something to a day."""
    calendar = _calendar(request, key)
    today = timezone.localdate()
    start = {"date": request.GET.get("day") or max(calendar.starts_on, min(today, calendar.ends_on)), "at": "09:00"}
    form = _entry_form(request, CalendarEntry(calendar=calendar), initial=start)
    if form.is_bound and form.is_valid():
        try:
            commands.add(calendar, by=request.membership, fields=form.fields_given)
        except REFUSALS as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan", key)
    context = {"form": form, "calendar": calendar}
    return render(request, "publishing/calendars/entry.html", context, status=422 if form.is_bound else 200)


def _entry_form(request: MemberRequest, row: CalendarEntry, **more: Any) -> EntryForm:
    zones = [request.user.timezone, request.membership.organization.timezone]
    accounts = accounts_of(request.membership, row.calendar.brand if row.calendar.client_id else None)
    data = request.POST if request.method == "POST" else None
    return EntryForm(data, instance=row, accounts=accounts, zones=zones, **more)


def _entry(request: MemberRequest, key: UUID) -> CalendarEntry:
    rows = CalendarEntry.objects.visible_to(request.membership).filter(calendar__deleted_at=None)
    related = ("calendar__brand", "calendar__client", "connection", "piece__asset", "post__connection", "topic")
    return get_object_or_404(rows.select_related(*related).defer("topic__embedding"), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.view")
def entry(request: MemberRequest, key: UUID) -> HttpResponse:
    """One entry: why it stands there, and what can be done; saved by whoever may plan."""
    row = _entry(request, key)
    if request.method == "POST":
        admit(request, "posts.schedule")
    form = _entry_form(request, row) if may(request.membership, "posts.schedule") else None
    if form is not None and form.is_bound and form.is_valid():
        try:
            commands.change_entry(_entry(request, key), by=request.membership, fields=form.fields_given)
        except REFUSALS as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan", row.calendar_id)
    status = 422 if form is not None and form.is_bound else 200
    context = {"form": form, "entry": _entry(request, key), "calendar": row.calendar}
    return render(request, "publishing/calendars/entry.html", context, status=status)


@require_POST
@requires("posts.schedule")
def make(request: MemberRequest, key: UUID) -> HttpResponse:
    """Begin its post, and go on in the composer."""
    row = _entry(request, key)
    try:
        post = commands.make(row, by=request.membership, now=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        return redirect("calendar_entry", key)
    return redirect(f"{reverse('composing', args=[post.piece.asset_id])}?piece={post.piece_id}")


@require_POST
@requires("posts.schedule")
def make_all(request: MemberRequest, key: UUID) -> HttpResponse:
    """Begin every open entry of a calendar as a draft; what cannot be begun says why."""
    calendar = _calendar(request, key)
    found = commands.make_all(commands.open_entries(calendar)[:ENTRIES], by=request.membership, now=timezone.now())
    made = sum(one.post is not None for one in found)
    if made:
        words = ngettext("%(n)s draft was begun.", "%(n)s drafts were begun.", made) % {"n": made}
        messages.success(request, words)
    for one in [one for one in found if one.error][:5]:
        messages.error(request, f"{one.entry.title}: {one.error}")
    return redirect("plan", key)


@require_POST
@requires("posts.schedule")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take it out of its calendar."""
    row = _entry(request, key)
    commands.remove(row, by=request.membership)
    return redirect("plan", row.calendar_id)
