"""Notifications and a person's own settings."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.models import Notification
from trenddrop.core.onward import is_ours, onward

PAGE = 40
MENU = 8
SEPARATOR = "~"


def _mine(request: MemberRequest) -> QuerySet[Notification]:
    rows = Notification.objects.visible_to(request.membership).filter(user=request.user, in_app=True)
    return rows.order_by("-created_at", "-pk")


@require_safe
@requires("content.view")
def notifications(request: MemberRequest) -> HttpResponse:
    """What happened, newest first, by kind or only what is new; the bell's menu asks for the first eight."""
    if request.headers.get("HX-Request"):
        context = {"notifications": _mine(request)[:MENU], "unread": queries.unread_count(request.membership)}
        return render(request, "partials/notifications.html", context)
    kind, is_new = request.GET.get("kind", ""), request.GET.get("new") == "1"
    rows = _older(_mine(request), request.GET.get("before", ""))
    rows = rows.filter(kind=kind) if kind in Notification.Kind.values else rows
    found = list((rows.filter(read_at=None) if is_new else rows)[: PAGE + 1])
    context = {
        "notifications": found[:PAGE],
        "kind": kind,
        "kinds": Notification.Kind.choices,
        "is_new": is_new,
        "next_url": _next(request, found),
        "newest_url": _address(request, before="") if request.GET.get("before") else "",
    }
    return render(request, "accounts/notifications.html", context)


def _older(rows: QuerySet[Notification], cursor: str) -> QuerySet[Notification]:
    """Return the rows after a page's last one; a cursor that was not made here begins at the top."""
    moment, _sep, key = cursor.partition(SEPARATOR)
    try:
        at, last = dt.datetime.fromisoformat(moment), uuid.UUID(key)
    except ValueError:
        return rows
    if at.tzinfo is None:
        return rows
    return rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=last))


def _next(request: MemberRequest, found: list[Notification]) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    moment = last.created_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return _address(request, before=f"{moment}Z{SEPARATOR}{last.pk}")


def _address(request: MemberRequest, **changes: str) -> str:
    asked = request.GET.copy()
    for name, value in changes.items():
        asked[name] = value
        if not value:
            del asked[name]
    return f"?{asked.urlencode()}"


def _one(request: MemberRequest, pk: uuid.UUID) -> Notification:
    return get_object_or_404(_mine(request), pk=pk)


@require_safe
@requires("content.view")
def notification(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Open what a notification speaks of; with that it is read."""
    row = _one(request, pk)
    _mine(request).filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return redirect(row.link if is_ours(row.link) else "notifications")


@require_POST
@requires("content.view")
def notification_read(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark one read, or new again."""
    row = _one(request, pk)
    row.read_at = None if request.POST.get("new") else timezone.now()
    row.save(update_fields=["read_at", "updated_at"])
    if request.headers.get("HX-Request"):
        context = {"notification": row, "unread": queries.unread_count(request.membership), "can_mark": True}
        return render(request, "partials/notification.html", context)
    return onward(request, otherwise="notifications")


@require_POST
@requires("content.view")
def notifications_read(request: MemberRequest) -> HttpResponse:
    """Mark everything read."""
    _mine(request).filter(read_at=None).order_by().update(read_at=timezone.now())
    return redirect("notifications")
