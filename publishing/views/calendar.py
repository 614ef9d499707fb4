"""The calendar: a month, a week, lanes or a list of what is planned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from publishing.forms.posts import ZONES, zone_label
from publishing.screens.calendar import page as screens
from publishing.screens.calendar.wanted import HOUSE, Wanted
from trenddrop.core.catalogue import badge

UNDO = "calendar_undo"  # under which the session keeps the ways back, the last ten changes
VIEW_NAMES: Mapping[str, Any] = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "lanes": gettext_lazy("Lanes"),
    "list": gettext_lazy("List"),
}
STATE_NAMES: Mapping[str, Any] = {
    "draft": gettext_lazy("Drafts"),
    "waiting": gettext_lazy("Waiting"),
    "planned": gettext_lazy("Scheduled"),
    "live": gettext_lazy("Live"),
    "trouble": gettext_lazy("Needs a look"),
}


@require_safe
@requires("posts.view")
def index(request: MemberRequest) -> HttpResponse:
    """What is planned when."""
    wanted = Wanted.read(request.GET.dict(), zone=request.user.timezone, now=timezone.now())
    with timezone.override(wanted.place):
        return show(request, wanted, after=request.GET.get("at", ""))


def show(request: MemberRequest, wanted: Wanted, *, after: str = "") -> HttpResponse:
    """Show it; to a script only what moved."""
    is_part = bool(request.headers.get("HX-Request"))
    template = "publishing/calendar/sheet.html" if is_part else "publishing/calendar/index.html"
    return render(request, template, {**context_of(request, wanted, after=after), "undo": undo_of(request)})


def undo_of(request: MemberRequest) -> dict[str, str] | None:
    """Return the way back that the address names, if it is still kept."""
    key = request.GET.get("undo", "")
    kept = request.session.get(UNDO, []) if key else []
    if not any(each[0] == key for each in kept):
        return None
    return {"key": key, "text": _("The change can be undone.")}


def context_of(request: MemberRequest, wanted: Wanted, *, after: str = "") -> dict[str, Any]:
    """Read the sheet and the ways around it."""
    now = timezone.now()
    found = screens.sheet(request.membership, wanted, now=now, after=after)
    wanted = found.wanted
    return {
        "sheet": found,
        "wanted": wanted,
        "title": screens.title(wanted),
        "clock_words": screens.clock_words(found, now=now),
        "views": [(name, label, str(replace(wanted, view=name, part=1))) for name, label in VIEW_NAMES.items()],
        "before_url": str(wanted.before),
        "after_url": str(wanted.after),
        "today_url": str(replace(wanted, day=now.astimezone(wanted.place).date())),
        "select_url": str(replace(wanted, select=not wanted.select)),
        "clear_url": str(Wanted(wanted.view, wanted.day, wanted.zone, wanted.own_zone)),
        "next_url": f"{wanted}&at={found.after}" if found.after else "",
        "now": now,
        "narrowing": str(replace(wanted, view="month", select=False, part=1)).partition("&day=")[2][10:],
        "hours": [f"{hour:02}:00" for hour in range(found.from_hour, 24)],
        "lane_choices": [
            (name, label, str(replace(wanted, lanes=name, part=1)))
            for name, label in (("client", _("By client")), ("account", _("By account")))
        ],
        "part_urls": [
            (number, str(replace(wanted, part=number)))
            for number in range(1, found.lane_parts + 1)
            if found.lane_parts > 1
        ],
        **_choices(found),
    }


def _choices(found: screens.Sheet) -> dict[str, Any]:
    """What the filters offer."""
    clients = [(str(row.pk), row.name) for row in found.clients.values()]
    wanted = found.wanted
    own = list(dict.fromkeys([wanted.own_zone, *(zone for zone, _count in found.other_zones), wanted.zone]))
    return {
        "client_choices": [*clients, (HOUSE, _("No client"))] if clients else [],
        "account_choices": [(str(row.pk), f"{row.handle} ({badge(row.platform).name})") for row in found.accounts.all],
        "platform_choices": [
            (key, badge(key).name) for key in dict.fromkeys(row.platform for row in found.accounts.all)
        ],
        "state_choices": list(STATE_NAMES.items()),
        "plan_choices": [(str(row.pk), row.name) for row in found.plans],
        "clock_choices": [(zone, zone_label(zone)) for zone in dict.fromkeys([*own, *ZONES])],
    }
