"""The door of one's own account: whoever is signed in, of whatever role, or of no organisation at all.

    @own
    def profile(request: OwnRequest) -> HttpResponse: ...

Such pages stay open where an organisation's do not: to set up the second factor it asks for, and to leave.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from accounts import access, queries, tenancy
from accounts.models import Membership, User

P = ParamSpec("P")
OWN = "account.own"


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    membership: Membership | None


View = Callable[Concatenate[OwnRequest, P], HttpResponseBase]
Wrapped = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def own(view: View[P]) -> Wrapped[P]:
    """Let only people in who are signed in. The view runs in no scope and no transaction."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return access.refuse_stranger(request)
        request.membership = membership_of(request)  # type: ignore[attr-defined]
        return view(cast(OwnRequest, request), *args, **kwargs)

    guarded.permission = OWN  # type: ignore[attr-defined]
    return cast(Wrapped[P], guarded)


def membership_of(request: HttpRequest) -> Membership | None:
    """Return the membership the shell of the page shows, if there is one."""
    with tenancy.enter(access.first_scope(request)):
        try:
            membership = access.find_membership(request)
        except access.NotAMember:
            return None
        request.brands = list(queries.every_brand_of(membership)[:200])  # type: ignore[attr-defined]
    return membership
