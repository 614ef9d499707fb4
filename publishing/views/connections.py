"""Connected accounts: how each is, what can break, and what to do about it."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
from publishing import caps, holding, operating, slots
from publishing.delivery import health, ways
from publishing.delivery.adapters import adapter
from publishing.models import Platform, PlatformConnection, ScheduledPost
from publishing.platforms import platform_keys
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import PlatformError
from publishing.resting import BY_OPERATOR
from publishing.services import connections as commands
from publishing.views.connecting import address_of, remember
from trenddrop.core.limits import LimitReached
from trenddrop.core.platforms import RULES, rules

Status = PlatformConnection.Status
LAST_POSTS = 5


@dataclass(frozen=True)
class Way:
    """One platform on which accounts can be connected; `missing` settings keep it shut."""

    key: str
    url: str
    missing: str
    words: tuple[str, ...]
    text: str
    is_enabled: bool
    by_hand: str = ""


@require_safe
@requires("connections.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every account with its state, and the ways to connect another; ?next= says where to go on once one is."""
    operated = operating.all_of_them()
    rows = [_row(row, operated) for row in _rows(request)]
    context = {
        "connections": rows,
        "back_url": remember(request),
        "attention": [note for row in rows for note in _attention(row["connection"], row["health"])],
        "add": sorted(_ways(operated), key=lambda way: bool(way.missing) or not way.is_enabled),
    }
    return render(request, "publishing/connections.html", context)


@require_safe
@requires("connections.view")
def detail(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything known of one account's sign-in."""
    now = timezone.now()
    told = {"slots_used": slots.count_of_account(), "is_held": holding.held_accounts(), "near": caps.times_around(now)}
    connection = get_object_or_404(_counted(request).annotate(**told), pk=pk)
    row = _row(connection, {connection.platform: operating.of(connection.platform)})
    posts = ScheduledPost.objects.visible_to(request.membership).filter(connection=connection)
    context = {
        "row": row,
        "connection": connection,
        "health": row["health"],
        "quotas": [*row["health"].allowances, *health.counted(connection, now=now)],
        "attention": list(_attention(connection, row["health"])),
        "slots": connection.slots_used or 0,
        "use": caps.use_of(connection, connection.near, now),
        "holds": [holding.over_account(connection)] if connection.is_held else [],
        "posts": posts.order_by("-scheduled_for")[:LAST_POSTS],
    }
    return render(request, "publishing/connection.html", context)


def _rows(request: MemberRequest) -> list[PlatformConnection]:
    return list(_counted(request).order_by("platform", "handle"))


def _counted(request: MemberRequest) -> Any:
    waiting = Q(posts__status=ScheduledPost.Status.SCHEDULED)
    rows = PlatformConnection.objects.visible_to(request.membership).exclude(status=Status.REMOVED)
    return rows.select_related("client").annotate(waiting=Count("posts", filter=waiting))


def _row(row: PlatformConnection, operated: Mapping[str, Platform]) -> dict[str, Any]:
    found = health.of(row, operated.get(row.platform) or Platform(key=row.platform), now=timezone.now())
    ends_soon = row.status == Status.ACTIVE and any(each.way_out for each in found.concerns)
    is_active = row.status == Status.ACTIVE
    return {
        "connection": row,
        "health": found,
        "state": "ending" if ends_soon else row.status,
        "label": _("Needs a look") if ends_soon else row.get_status_display(),
        "url": reverse("connection", args=[row.pk]),
        "reconnect_url": reconnect_url(row),
        "remove_url": reverse("connection_remove", args=[row.pk]),
        "posts_waiting": row.waiting,  # type: ignore[attr-defined]
        "check_url": reverse("connection_check", args=[row.pk]) if is_active else "",
        "pause_url": reverse("connection_pause", args=[row.pk]) if is_active else "",
        "resume_url": reverse("connection_resume", args=[row.pk]) if _can_resume(row) else "",
    }


def _can_resume(row: PlatformConnection) -> bool:
    return row.status == Status.PAUSED and BY_OPERATOR not in row.extra


def reconnect_url(row: PlatformConnection) -> str:
    """Return where an account is connected again; empty where its platform is not set up any more."""
    if row.kind == BY_HAND or row.platform not in platform_keys():
        return ""
    return f"{address_of(row.platform, adapter(row.platform))}?again={row.pk}"


def _attention(row: PlatformConnection, found: health.Health) -> Iterator[dict[str, Any]]:
    ways_out = {
        "reconnect": (_("Connect again"), reconnect_url(row), False),
        "resume": (_("Resume"), reverse("connection_resume", args=[row.pk]), True),
    }
    for each in found.concerns:
        action, url, is_post = ways_out.get(each.way_out, ("", "", False))
        yield {
            "state": each.state,
            "platform": row.platform,
            "text": each.text,
            "more": each.more,
            "action": action,
            "url": url,
            "post": is_post,
        }


def _ways(operated: Mapping[str, Platform]) -> Iterator[Way]:
    now = timezone.now()
    texts = {
        ways.How.SIGN_IN: _("It asks you there; we never see the password."),
        ways.How.ENTRIES: _("With what you copy from there; you can take it back at any time."),
        ways.How.BY_HAND: _("You post there yourself, reminded in time with everything ready."),
        ways.How.OWN: _("A timeline of your own with made-up numbers. No account needed."),
    }
    for key in platform_keys():
        found, row = adapter(key), operated.get(key) or Platform(key=key)
        missing = ", ".join(health.missing_settings(found))
        words = tuple(health.words_about(key, found, row, now=now))
        by_hand = reverse("connect_by_hand", args=[key]) if missing else ""
        text = texts[ways.into(key).how]
        yield Way(key, address_of(key, found), missing, words, text, row.is_enabled, by_hand)
    for key in sorted(set(RULES) - set(platform_keys()), key=lambda each: rules(each).name):
        by_hand = reverse("connect_by_hand", args=[key])
        yield Way(key, by_hand, "", (), texts[ways.How.BY_HAND], (operated.get(key) or Platform()).is_enabled)


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
    return redirect("connection", pk)


@require_POST
@requires("connections.manage")
def pause(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send nothing to an account for a while."""
    connection = commands.pause(_visible(request, pk), by=request.membership)
    words = _("%(handle)s is paused. Its planned posts are kept; one whose time passes meanwhile is not sent late.")
    messages.success(request, words % {"handle": connection.handle})
    return redirect("connection", pk)


@require_POST
@requires("connections.manage")
def resume(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send to it again."""
    try:
        connection = commands.resume(_visible(request, pk), by=request.membership)
    except (LimitReached, commands.PausedByOperator) as error:
        messages.error(request, str(error))
        return redirect("connection", pk)
    messages.success(request, _("%(handle)s is on again.") % {"handle": connection.handle})
    return redirect("connection", pk)


@require_POST
@requires("connections.manage", scoped=False)
def remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget an account."""
    with tenancy.of_member(request.membership):
        connection = _visible(request, pk)
    removed = commands.remove(connection, by=request.membership, now=timezone.now())
    words = _("%(handle)s is removed; %(count)s planned posts were cancelled. What is live stays.")
    messages.success(request, words % {"handle": connection.handle, "count": removed.cancelled})
    if removed.problem:
        messages.warning(request, removed.problem)
    return redirect("connections")
