"""What the shell of every page shows: the organisation, the brand, what is unread, what the member may."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import access, permissions, queries, tenancy
from accounts.installation import setting
from accounts.models import BrandProfile, ClientAccount, Membership

BRAND_KEY = "brand"
MOST_BRANDS = 200


def every_brand(request: HttpRequest) -> list[BrandProfile]:
    """Return the brands the member may turn to, with their clients; asked once a request."""
    found: list[BrandProfile] | None = getattr(request, "brands", None)
    if found is None:
        found = list(queries.every_brand_of(request.membership)[:MOST_BRANDS])  # type: ignore[attr-defined]
        request.brands = found  # type: ignore[attr-defined]
    return found


def brands(request: HttpRequest) -> list[BrandProfile]:
    """Return the brands the member works for: all, or those of the client they look at."""
    narrowed_to = request.membership.narrowed_to  # type: ignore[attr-defined]
    return [brand for brand in every_brand(request) if narrowed_to in {None, brand.client_id}]


def clients(request: HttpRequest) -> list[ClientAccount]:
    """Return the clients an agency's member may look at alone: those with a brand, by name."""
    if request.membership.client_id or not may(request.membership).get("clients_view"):  # type: ignore[attr-defined]
        return []
    found = {brand.client_id: brand.client for brand in every_brand(request) if brand.client}
    return sorted(found.values(), key=lambda client: client.name)


def current_brand(request: HttpRequest) -> BrandProfile | None:
    """Return the brand chosen in this session, else the first."""
    mine = brands(request)
    chosen = request.session.get(BRAND_KEY)
    return next((brand for brand in mine if str(brand.pk) == chosen), mine[0] if mine else None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return membership, organization, brands, brand, unread and may; nothing for strangers.

    Brands are asked for only where a page shows them, so that partial pages cost nothing.
    """
    membership: Membership | None = getattr(request, "membership", None) or _of_account_page(request)
    said = {
        "announcement": SimpleLazyObject(lambda: setting("announcement")),
        "impersonation": getattr(request, "impersonation", None),
    }
    if membership is None:
        return {**said, "membership": None, "may": {}}
    return {
        **said,
        "membership": membership,
        "organization": membership.organization,
        "brands": SimpleLazyObject(lambda: brands(request)),
        "brand": SimpleLazyObject(lambda: current_brand(request)),
        "clients": SimpleLazyObject(lambda: clients(request)),
        "unread": getattr(membership, "unread", 0),
        "may": may(membership),
    }


def _of_account_page(request: HttpRequest) -> Membership | None:
    """Find the membership on pages that are not ours (password, e-mail), so that their navigation is whole."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None
    try:
        with tenancy.enter(access.first_scope(request)):
            membership = access.find_membership(request)
            request.brands = list(queries.every_brand_of(membership)[:MOST_BRANDS])  # type: ignore[attr-defined]
    except access.NotAMember:
        return None
    request.membership = membership  # type: ignore[attr-defined]
    return membership


def may(membership: Membership) -> dict[str, bool]:
    """Return the member's permissions for templates: `may.content_edit`."""
    names = [name for name in permissions.PERMISSIONS if permissions.may(membership, name)]
    return {name.replace(".", "_"): True for name in names}
