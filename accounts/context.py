"""What the shell of every page shows: the organisation, the brand, what is unread, what the member may."""

from typing import Any

from django.http import HttpRequest

from accounts import queries
from accounts.models import BrandProfile, Membership
from accounts.permissions import granted

BRAND_KEY = "brand"


def brands(request: HttpRequest) -> list[BrandProfile]:
    """Return the brands the member works for; asked once a request."""
    found: list[BrandProfile] | None = getattr(request, "brands", None)
    if found is None:
        found = list(queries.brands_of(request.membership)[:200])  # type: ignore[attr-defined]
        request.brands = found  # type: ignore[attr-defined]
    return found


def current_brand(request: HttpRequest) -> BrandProfile | None:
    """Return the brand chosen in this session, else the first."""
    mine = brands(request)
    chosen = request.session.get(BRAND_KEY)
    return next((brand for brand in mine if str(brand.pk) == chosen), mine[0] if mine else None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return membership, organization, brands, brand, unread and may; nothing where nobody is admitted."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or request.headers.get("HX-Request"):
        return {"membership": membership, "may": may(membership)}
    return {
        "membership": membership,
        "organization": membership.organization,
        "brands": brands(request),
        "brand": current_brand(request),
        "unread": membership.unread,  # type: ignore[attr-defined]
        "may": may(membership),
    }


def may(membership: Membership | None) -> dict[str, bool]:
    """Return the member's permissions for templates: `may.content_edit`."""
    if membership is None:
        return {}
    names = granted(membership.role, membership.permission_overrides)
    return {name.replace(".", "_"): True for name in names}
