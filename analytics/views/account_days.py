"""Accounts' days: the list, one account, adding one, entering a day."""

import datetime as dt
import zoneinfo
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.models import ClientAccount, Membership
from accounts.queries import every_brand_of
from analytics import sources, span, tables
from analytics.documents import DOCUMENTS
from analytics.forms.days import AccountForm, DayForm, FoundForm, HandForm
from analytics.models import TrackedAccount
from analytics.queries import days as reading
from analytics.screens import account_days
from analytics.services import day_entry, tracking
from publishing.platforms.base import PlatformError

Way = TrackedAccount.Way


def today_of(member: Membership) -> dt.date:
    """Return the organisation's day."""
    return timezone.now().astimezone(zoneinfo.ZoneInfo(member.organization.timezone)).date()


def account_or_404(request: MemberRequest, key: UUID) -> TrackedAccount:
    """Return an account among those the member sees."""
    found = get_object_or_404(reading.accounts_of(request.membership), pk=key)
    if found.platform not in DOCUMENTS:
        raise Http404
    return found


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every account whose days are counted, and how it stands."""
    lines = reading.standings(request.membership, today=today_of(request.membership))
    return render(request, "analytics/accounts/index.html", {"lines": lines})


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """An account's days: a figure as a curve, all of them as a table, and where each day came from."""
    account, member = account_or_404(request, key), request.membership
    asked = span.asked(request.GET.dict(), today=today_of(member) + span.DAY)
    days = account_days.shown(account, asked, figure=request.GET.get("figure", ""), member=member)
    if (answer := tables.asked(request, [days.table])) is not None:
        return answer
    context = {"days": days, "account": account, "periods": span.PERIODS, "today": today_of(member)}
    return render(request, "analytics/accounts/one.html", context)


# Adding, naming, stopping


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit", scoped=False)
def new(request: MemberRequest) -> HttpResponse:
    """Count an account by its address, or keep its days by hand."""
    member, way = request.membership, request.POST.get("way", "")
    with tenancy.of_member(member):
        forms = _new_forms(request)
        is_good = way in forms and forms[way].is_valid()
    if is_good and (row := _add(forms[way], way, member)) is not None:
        messages.success(request, _("%(name)s is counted from now on.") % {"name": row.name})
        return redirect("numbers_account", row.pk)
    context = {"found_form": forms["public"], "hand_form": forms["hand"], "way": way}
    with tenancy.of_member(member):
        return render(request, "analytics/accounts/new.html", context, status=422 if way else 200)


def _new_forms(request: MemberRequest) -> dict[str, Any]:
    member, way = request.membership, request.POST.get("way", "")
    clients = ClientAccount.objects.visible_to(member).filter(deleted_at=None).order_by("name")
    mine = {"clients": clients, "brands": every_brand_of(member).order_by("name")}
    begins = {"initial": {"client": member.narrowed_to, "platform": request.GET.get("platform", "")}}
    by_hand = sorted(DOCUMENTS, key=lambda key: not DOCUMENTS[key].by_hand_only)
    platforms = {"public": sources.source_keys(), "hand": by_hand}
    kinds: dict[str, Any] = {"public": FoundForm, "hand": HandForm}
    return {
        name: kind(request.POST if way == name else None, platforms=platforms[name], prefix=name, **mine, **begins)
        for name, kind in kinds.items()
    }


def _add(form: Any, way: str, member: Membership) -> TrackedAccount | None:
    given, now = form.cleaned_data, timezone.now()
    whose = tracking.Whose(given.get("client"), given.get("brand"))
    try:
        if way == Way.PUBLIC:
            found = tracking.look_up(given["platform"], given["address"])
            with tenancy.of_member(member):
                return tracking.add_found(given["platform"], found, by=member, now=now, whose=whose)
        with tenancy.of_member(member):
            return tracking.add_by_hand(given["platform"], given["name"], by=member, url=given["url"], whose=whose)
    except (tracking.CannotCount, PlatformError) as error:
        form.add_error("address" if way == Way.PUBLIC else "name", str(error))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def edit(request: MemberRequest, key: UUID) -> HttpResponse:
    """Name it, say whose it is, and what is watched of it."""
    account = account_or_404(request, key)
    watched = {name: account.settings.get(name, []) for name in ("countries", "playlists")}
    form = AccountForm(
        request.POST or None,
        brands=every_brand_of(request.membership).order_by("name"),
        watches=account.way == Way.PUBLIC,
        initial={
            "name": account.name,
            "brand": account.brand_id,
            "countries": ", ".join(watched["countries"]),
            "playlists": "\n".join(watched["playlists"]),
        },
    )
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "brand")}
        tracking.change(account, values | {"settings": form.settings()}, by=request.membership)
        messages.success(request, _("Saved."))
        return redirect("numbers_account", account.pk)
    context = {"account": account, "form": form}
    return render(request, "analytics/accounts/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("analytics.edit")
def pause(request: MemberRequest, key: UUID) -> HttpResponse:
    """Stop asking."""
    account = tracking.pause(account_or_404(request, key), by=request.membership)
    messages.info(request, _("%(name)s is no longer asked. Its days stay.") % {"name": account.name})
    return redirect("numbers_account", account.pk)


@require_POST
@requires("analytics.edit")
def resume(request: MemberRequest, key: UUID) -> HttpResponse:
    """Ask again."""
    account = tracking.resume(account_or_404(request, key), by=request.membership, now=timezone.now())
    messages.success(request, _("%(name)s is asked again within minutes.") % {"name": account.name})
    return redirect("numbers_account", account.pk)


@require_POST
@requires("analytics.edit")
def backfill(request: MemberRequest, key: UUID) -> HttpResponse:
    """Ask for its past again."""
    account = account_or_404(request, key)
    try:
        tracking.backfill(account, by=request.membership, now=timezone.now())
        messages.success(request, _("Its past days are asked for within minutes."))
    except tracking.CannotCount as error:
        messages.warning(request, str(error))
    return redirect("numbers_account", account.pk)


@require_POST
@requires("analytics.edit")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Forget it with its days."""
    account = account_or_404(request, key)
    try:
        tracking.remove(account, by=request.membership)
    except tracking.CannotCount as error:
        messages.warning(request, str(error))
        return redirect("numbers_account", account.pk)
    messages.success(request, _("%(name)s and its days are removed.") % {"name": account.name})
    return redirect("numbers_accounts")


# A day by hand


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def day(request: MemberRequest, key: UUID) -> HttpResponse:
    """Enter or mend a day: `?date=2026-11-22`."""
    account, member = account_or_404(request, key), request.membership
    date = _date(request.GET.get("date", "")) or today_of(member) - span.DAY
    row = account.days.filter(date=date).select_related("entered_by").first()
    document = DOCUMENTS[account.platform]
    form = DayForm(request.POST or None, document=document, figures=account_days.figures_shown(row))
    if form.is_bound and form.is_valid():
        try:
            day_entry.enter(account, date, form.values(), by=member, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("numbers_account", account.pk)
        except day_entry.CannotEnter as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    before, after = reading.nearest(account.pk, date)
    context = {"account": account, "form": form, "date": date, "row": row, "before": before, "after": after}
    context |= {"latest": today_of(member) + span.DAY, "by_people": row is not None and row.origin in {"hand", "csv"}}
    return render(request, "analytics/accounts/day.html", context, status=422 if form.is_bound else 200)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@requires("analytics.edit")
def day_remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take a day out that people entered: `?date=2026-11-22`."""
    account = account_or_404(request, key)
    row = get_object_or_404(account.days, date=_date(request.GET.get("date", "")))
    try:
        day_entry.remove_day(row, by=request.membership, now=timezone.now())
        messages.success(request, _("The day is taken out."))
    except day_entry.CannotEnter as error:
        messages.warning(request, str(error))
        return redirect(f"{reverse('numbers_day', args=[account.pk])}?date={row.date}")
    return redirect("numbers_account", account.pk)
