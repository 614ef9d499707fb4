"""What the shell of every page shows: the organisation, the brand, what is unread, what the member may."""

from typing import Any

from django.http import HttpRequest

from accounts import queries
from accounts.models import Membership
from accounts.permissions import granted

BRAND_KEY = "brand"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return membership, organization, brands, brand, unread and may; nothing where nobody is admitted."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or request.headers.get("HX-Request"):
        return {"membership": membership, "may": may(membership)}
    brands = list(queries.brands_of(membership)[:50])
    chosen = request.session.get(BRAND_KEY)
    return {
        "membership": membership,
        "organization": membership.organization,
        "brands": brands,
        "brand": next((brand for brand in brands if str(brand.pk) == chosen), brands[0] if brands else None),
        "unread": queries.unread_count(membership),
        "may": may(membership),
    }


def may(membership: Membership | None) -> dict[str, bool]:
    """Return the member's permissions for templates: `may.content_edit`."""
    if membership is None:
        return {}
    names = granted(membership.role, membership.permission_overrides)
    return {name.replace(".", "_"): True for name in names}
