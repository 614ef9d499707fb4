"""Commands on audiences."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AudienceProfile, BrandProfile, Membership
from accounts.signals import brand_changed

MOST = 30  # of a brand


class TooMany(Exception):
    """The brand has as many audiences as it may."""

    def __init__(self) -> None:
        super().__init__(
            _("A brand has at most %(most)s audiences. Nothing was saved; remove one first.") % {"most": MOST}
        )


def save(
    audience: AudienceProfile, *, fields: Sequence[str], by: Membership, changes: Mapping[str, Any] | None = None
) -> AudienceProfile:
    """Save a new or changed audience; topics are fitted anew where its interests changed. Raises TooMany."""
    is_new = audience.created_at is None
    if is_new:
        BrandProfile.objects.select_for_update(of=("self",)).get(pk=audience.brand_id)
        if AudienceProfile.objects.filter(brand_id=audience.brand_id).count() >= MOST:
            raise TooMany
    audience.save()
    told = {"changes": dict(changes)} if changes else {"fields": list(fields)}
    _record("audience.created" if is_new else "audience.changed", audience, by, **told)
    if "interests" in fields:
        brand_changed.send(sender=BrandProfile, brand=audience.brand)
    return audience


def delete(audience: AudienceProfile, *, by: Membership) -> None:
    """Forget an audience."""
    _record("audience.deleted", audience, by)
    brand, had_interests = audience.brand, bool(audience.interests)
    audience.delete()
    if had_interests:
        brand_changed.send(sender=BrandProfile, brand=brand)


def _record(action: str, audience: AudienceProfile, by: Membership, **more: object) -> None:
    audit.record(action, audience, organization_id=audience.organization_id, by=by, brand=str(audience.brand), **more)
