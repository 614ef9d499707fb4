"""Commands on brands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts import audit, queries
from accounts.models import BrandProfile, Membership, User
from accounts.signals import brand_changed

TELLING = {"name", "industry", "description", "keywords"}  # what trends are fitted to


class CannotDelete(Exception):
    """The brand stays; the message says why."""


def create(brand: BrandProfile, *, by: Membership) -> BrandProfile:
    """Save a further brand, and let the apps above look what fits it. A client's member makes it for their client."""
    brand.organization = by.organization
    brand.client_id = by.client_id or brand.client_id
    brand.save(force_insert=True)
    audit.record("brand.created", brand, organization_id=brand.organization_id, by=by)
    brand_changed.send(sender=BrandProfile, brand=brand)
    return brand


def change(
    brand: BrandProfile, *, fields: Sequence[str], by: Membership | User, changes: Mapping[str, Any] | None = None
) -> BrandProfile:
    """Save the named fields; nothing is written down when nothing changed. `changes`: before and after, if known."""
    if not fields:
        return brand
    brand.save(update_fields=[*fields, "updated_at"])
    told = {"changes": dict(changes)} if changes else {"fields": list(fields)}
    audit.record("brand.changed", brand, organization_id=brand.organization_id, by=by, **told)
    if TELLING & set(fields):
        brand_changed.send(sender=BrandProfile, brand=brand)
    return brand


def delete(brand: BrandProfile, *, by: Membership) -> None:
    """Delete a brand with its samples and audiences; what was made for it stays. Raises CannotDelete."""
    others = queries.brands_of(by).exclude(pk=brand.pk)
    if not others.exists():
        raise CannotDelete(_("This is the only brand here, and pieces need one. Rename it, or make another one first."))
    hanging = {each.name: each.count for each in queries.hanging_on(brand)}
    audit.record("brand.deleted", brand, organization_id=brand.organization_id, by=by, hanging=hanging)
    try:
        brand.delete()
    except ProtectedError as error:
        raise CannotDelete(_("Something that must be kept belongs to this brand. Nothing was deleted.")) from error
