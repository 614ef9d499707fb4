"""How often each door may be used: one table (settings.DOORS), one middleware in front of every view.

A door that the table does not name has DEFAULT, so a new page is limited before anybody thinks of it. What depends on
more than the door (one invitation, one phone number) is asked by its service: `require("resend", key, LIMIT)`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.access import SESSION_KEY
from accounts.installation import setting
from accounts.origin import client_ip
from trenddrop.core import display, nul, rates

By = Literal["user", "organization", "ip"]
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SOON = timedelta(minutes=30)


@dataclass(frozen=True)
class Limit:
    """So many in such a time, each person (or organisation, or address) for themselves."""

    count: int
    per: timedelta
    by: By = "user"


class Door:
    """What holds at a door. `reads` names the query parameter with which reading counts too ("*": all reading)."""

    def __init__(self, *limits: Limit, reads: str = "") -> None:
        self.limits = limits
        self.reads = reads

    def counts(self, request: HttpRequest) -> bool:
        """Say whether this request is one of those that are counted."""
        if request.method not in SAFE:
            return True
        return request.method == "GET" and bool(self.reads) and (self.reads == "*" or bool(request.GET.get(self.reads)))


@dataclass(frozen=True)
class Elsewhere:
    """A door that is limited in another place, and why."""

    reason: str


DEFAULT = Door(Limit(120, timedelta(minutes=1)))


class TooOften(Exception):
    """Somebody did something more often than is allowed; says when to come back."""

    def __init__(self, rate: rates.Rate) -> None:
        super().__init__(_words(rate))
        self.rate = rate


def require(name: str, key: str, limit: Limit, *, cost: int = 1) -> rates.Rate:
    """Count one of `name` by `key` (an identifier, never shown to Redis in clear); raise TooOften."""
    rate = rates.hit(name, key, limit=limit.count, per=limit.per, cost=cost)
    if not rate.allowed:
        raise TooOften(rate)
    return rate


class DoorsMiddleware:
    """Counts whoever comes to a door, before its view runs; answers in the language of whoever asked.

    What no view can work with is taken out of the query first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nul.strip(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse before anything is done."""
        match = request.resolver_match
        door = door_of(match.route, match.url_name or "") if match else DEFAULT
        if isinstance(door, Elsewhere) or not door.counts(request):
            return None
        name = (match.url_name or match.route) if match else ""
        try:
            for place, limit in enumerate(door.limits):
                require(f"door:{name}:{place}", _who(request, limit.by), _as_set(limit))
        except TooOften as error:
            return refusal(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what a service refused."""
        return refusal(request, error) if isinstance(error, TooOften) else None


def door_of(route: str, name: str) -> Door | Elsewhere:
    """Return what holds at an address: by its name, by the part of the site it is in, or the default."""
    table: Mapping[str, Door | Elsewhere] = import_string(settings.DOORS)
    if name in table:
        return table[name]
    return next((door for area, door in table.items() if area.endswith("/") and route.startswith(area)), DEFAULT)


def _as_set(limit: Limit) -> Limit:
    """Return the limit as operators have it: all of them can be widened or narrowed at once."""
    return replace(limit, count=max(1, round(limit.count * setting("rate_multiplier"))))


def _who(request: HttpRequest, by: By) -> str:
    if by == "ip" or not request.user.is_authenticated:
        return f"ip:{client_ip(request)}"
    organization = request.session.get(SESSION_KEY)
    return f"organization:{organization}" if by == "organization" and organization else f"user:{request.user.pk}"


def refusal(request: HttpRequest, error: TooOften) -> HttpResponse:
    """Answer 429: a page, a sentence for a script, or a problem for a machine; always with Retry-After."""
    accepts, words = request.headers.get("Accept", "*/*"), str(error)
    if "Tus-Resumable" in request.headers or request.headers.get("HX-Request"):
        response: HttpResponse = HttpResponse(words, content_type="text/plain; charset=utf-8")
    elif "application/json" in accepts or "json" in (request.content_type or ""):
        problem = {"type": "about:blank", "title": _("Too often"), "status": 429, "detail": words}
        response = JsonResponse(problem, content_type="application/problem+json")
    elif "text/html" in accepts:
        response = render(request, "429.html", {"words": words})
    else:
        response = HttpResponse(words, content_type="text/plain; charset=utf-8")
    response.status_code = 429
    response["Cache-Control"] = "no-store"
    if "Tus-Resumable" in request.headers:
        response["Tus-Resumable"] = request.headers["Tus-Resumable"]
    if error.rate.retry_after is not None:
        response["Retry-After"] = str(math.ceil(error.rate.retry_after))
    return response


def _words(rate: rates.Rate) -> str:
    if rate.retry_after is None:
        return _("That is more at once than is ever allowed here. Nothing was changed; take less.")
    seconds = math.ceil(rate.retry_after)
    wait = timedelta(seconds=seconds if seconds < 60 else math.ceil(seconds / 60) * 60)
    if wait < SOON:
        when = {"wait": display.span(wait)}
        return _("That was too often in a short time. Nothing was changed; try again in %(wait)s.") % when
    at = timezone.localtime(timezone.now() + wait)
    when = {"time": f"{at:%H:%M} {display.zone_name(at)}", "wait": display.span(wait)}
    return _("That was too often. Nothing was changed; it is possible again at %(time)s, in %(wait)s.") % when
