"""The door of every page: who is asking, in which organisation, and may they?

    @requires("content.edit")
    def rename(request: MemberRequest, ...) -> HttpResponse: ...

The view runs in one transaction that has entered the member's scope. A view that speaks to the network takes
`@requires("…", scoped=False)` and enters `tenancy.of_member(request.membership)` around its own queries.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import gates, queries, second_factor, tenancy
from accounts.models import Membership, User
from accounts.permissions import PERMISSIONS, may

P = ParamSpec("P")
SESSION_KEY = "organization"
CLIENT_KEY = "client"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class MemberRequest(HttpRequest):
    """A request whose member is known."""

    user: User
    membership: Membership


class NotAMember(PermissionDenied):
    """The person is signed in but works in no organisation."""

    def __init__(self) -> None:
        super().__init__(_("You are not a member of any organisation. Ask for a new invitation."))


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
Wrapped = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(permission: str, *, scoped: bool = True) -> Callable[[View[P]], Wrapped[P]]:
    """Let only members with `permission` in, and run the view in their scope."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(view: View[P]) -> Wrapped[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return refuse_stranger(request)
            try:
                with tenancy.enter(first_scope(request)):
                    member = admit(request, permission)
                    if has_moved(request):
                        return send_to(request, "today")
                    if scoped:
                        return view(member, *args, **kwargs)
            except NotAMember:
                return send_to(request, "organizations")
            return view(member, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(Wrapped[P], guarded)

    return decorate


def refuse_stranger(request: HttpRequest) -> HttpResponse:
    """Send to sign-in; a partial request gets told to load the whole page there."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = redirect_to_login(request.headers.get("HX-Current-URL", "/"))["Location"]
        return response
    return redirect_to_login(request.get_full_path())


def send_to(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to another page; a partial request is told to load it whole."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=403)
        response["HX-Redirect"] = reverse(name)
        return response
    return redirect(name)


def has_moved(request: HttpRequest) -> bool:
    """Say whether a change was meant for an organisation that is closed to the person by now; it must not happen
    in another one."""
    return request.method not in SAFE and bool(getattr(request, "moved_from", None))


def first_scope(request: HttpRequest) -> tenancy.Scope:
    """Return the scope in which the membership can be read: the person, and the organisation they chose."""
    return tenancy.Scope(organization_id=chosen_organization(request), user_id=request.user.pk)


def chosen_organization(request: HttpRequest) -> uuid.UUID | None:
    """Return the organisation the session works in."""
    chosen = request.session.get(SESSION_KEY)
    return uuid.UUID(chosen) if chosen else None


def admit(request: HttpRequest, permission: str) -> MemberRequest:
    """Find the membership, check the permission, and narrow the scope to what the member may see."""
    membership = find_membership(request)
    request.membership = membership  # type: ignore[attr-defined]
    scope = tenancy.scope_of(membership)
    if scope != tenancy.current():
        tenancy.switch(scope)
    second_factor.demand(membership)
    if not may(membership, permission):
        raise PermissionDenied(
            _("Your role (%(role)s) does not include: %(permission)s. An owner or admin can change that.")
            % {"role": membership.get_role_display(), "permission": PERMISSIONS[permission]}
        )
    return request  # type: ignore[return-value]


def find_membership(request: HttpRequest) -> Membership:
    """Return the membership of the chosen organisation, or the first there is; raise NotAMember."""
    person = cast(User, request.user)
    mine = (
        queries.working_memberships()
        .filter(user=person)
        .select_related("organization", "client")
        .annotate(unread=queries.unread_of_member(), lent_roles=gates.lent_roles())
    )
    looked_at = request.session.get(CLIENT_KEY)
    if looked_at:
        mine = mine.annotate(looked_at=queries.name_of_client(looked_at))
    chosen = chosen_organization(request)
    membership = mine.filter(organization_id=chosen).first() if chosen else None
    membership = membership or mine.order_by("created_at").first()
    if membership is None:
        raise NotAMember
    if chosen != membership.organization_id:
        if chosen:
            tell_of_move(request, membership)
        choose_organization(request, membership)
        tenancy.switch(tenancy.scope_of(membership))
        membership.unread = queries.unread_count(membership)
        membership.lent_roles = gates.lent_to(membership)
    membership.user = person
    membership.narrowed_name = getattr(membership, "looked_at", None) or ""
    if membership.client_id is None and membership.narrowed_name:
        membership.narrowed_to = uuid.UUID(looked_at)
    return membership


def choose_organization(request: HttpRequest, membership: Membership) -> None:
    """Remember the organisation for the session; what was chosen inside another one is forgotten."""
    request.session[SESSION_KEY] = str(membership.organization_id)
    request.session.pop(CLIENT_KEY, None)


def tell_of_move(request: HttpRequest, membership: Membership) -> None:
    """Say that the organisation of before is closed to the person, and where they are now."""
    request.moved_from = chosen_organization(request)  # type: ignore[attr-defined]
    messages.warning(request, moved_words(membership))


def moved_words(membership: Membership) -> str:
    """Say where somebody is now."""
    words = _("The organisation you worked in is no longer open to you. You are in %(name)s now; nothing was changed.")
    return words % {"name": membership.organization.name}
