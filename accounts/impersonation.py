"""Operators in a person's place, for support: half an hour, with a reason, seen by everybody whom it concerns.

The session stays the operator's own; the middleware puts the person in their place for each request outside the
admin. What belongs to the person alone (how they sign in, keys, wallets, their data) stays shut meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.installation import setting
from accounts.models import User
from accounts.services import impersonation as commands

KEY = "impersonation"
LASTS = timedelta(minutes=30)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ADMIN = "admin/"
# Parts of the site that stay shut, whatever the method; and those where nothing is changed.
SHUT = (
    "accounts/", "api/", "account/", "settings/security/", "settings/sessions/", "settings/phone/",
    "settings/wallets/", "settings/leave/", "organisation/keys/", "organisation/data/", "organisation/audit/csv/",
    "organisation/transfer/", "organisation/delete/", "organisation/leave/", "organisations/", "invitation/",
    "trends/history/csv/", "posts/export/", "posts/plans/",
)  # fmt: skip
ONLY_LOOKED_AT = ("settings/", "notifications/preferences/", "notifications/mail-again/", "organisation/gates/")


@dataclass(frozen=True)
class Impersonation:
    """Who looks through whose eyes, since when."""

    operator: User
    person: User
    since: datetime

    @property
    def minutes_left(self) -> int:
        """Whole minutes until it ends by itself."""
        return max(0, round((self.since + LASTS - timezone.now()).total_seconds() / 60))


class ImpersonationMiddleware:
    """Puts the person in the operator's place, and keeps doors shut."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if KEY not in request.session or request.path_info.lstrip("/").startswith(ADMIN):
            return self.get_response(request)
        found = current(request)
        if found is None:
            end(request)
            return self.get_response(request)
        request.impersonation = found  # type: ignore[attr-defined]
        request.user = found.person
        token = audit.operator.set(found.operator)
        try:
            return self.get_response(request)
        finally:
            audit.operator.reset(token)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> None:
        """Refuse what is the person's alone."""
        route = request.resolver_match.route if request.resolver_match else ""
        if hasattr(request, "impersonation") and is_shut(route, str(request.method)):
            raise PermissionDenied(
                _("You look through somebody else’s eyes. How they sign in, their keys, wallets and data stay shut.")
            )


def is_shut(route: str, method: str) -> bool:
    """Say whether a door stays shut to whoever is in another's place."""
    return route.startswith(SHUT) or (method not in SAFE and route.startswith(ONLY_LOOKED_AT))


def current(request: HttpRequest) -> Impersonation | None:
    """Return what the session says, if it still holds."""
    kept = request.session[KEY]
    operator = request.user
    since = datetime.fromisoformat(kept["since"])
    if not isinstance(operator, User) or str(operator.pk) != kept["operator"] or timezone.now() - since > LASTS:
        return None
    person = User.objects.filter(pk=kept["person"]).first()
    if person is None or not commands.may_start(operator, person) or not setting("impersonation_allowed"):
        return None
    return Impersonation(operator, person, since)


def begin(request: HttpRequest, person: User, *, reason: str) -> None:
    """Start; raise commands.NotAllowed."""
    operator = request.user
    if not isinstance(operator, User) or not setting("impersonation_allowed"):
        raise commands.NotAllowed
    commands.start(person, reason=reason, by=operator)
    own = {name: request.session.pop(name) for name in ("organization", "client", "brand") if name in request.session}
    now = timezone.now().isoformat()
    request.session[KEY] = {"operator": str(operator.pk), "person": str(person.pk), "since": now, "own": own}


def end(request: HttpRequest) -> None:
    """Stop, and go on in one's own place."""
    kept = request.session.pop(KEY, None)
    if kept is None:
        return
    for name in ("organization", "client", "brand"):
        request.session.pop(name, None)
    request.session.update(kept["own"])
    people = User.objects.in_bulk([kept["operator"], kept["person"]], field_name="pk")
    by_key = {str(key): person for key, person in people.items()}
    if len(by_key) > 1:
        commands.stop(by_key[kept["person"]], by=by_key[kept["operator"]])
