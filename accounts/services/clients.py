"""Commands on an agency's clients: add, change, archive, restore, and whose brand is whose."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership, Organization
from accounts.services import brands, invitations
from accounts.signals import brand_moved, client_archived
from trenddrop.core import limits, pictures

# What a change writes: the client may be archived at the same moment.
PROFILE = ("name", "slug", "contact_name", "contact_email", "logo", "brand_colors", "updated_at")
LOGO_SIDE = 512
WITH_CLIENTS = frozenset({Organization.Type.AGENCY, Organization.Type.ENTERPRISE})


class ClientRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


class NotAnAgency(ClientRefused):
    """The organisation works for itself."""

    def __init__(self) -> None:
        super().__init__(
            _("Only an agency has clients. An owner or admin can change the organisation’s type in its settings.")
        )


class NameTaken(ClientRefused):
    """Another client has the short name."""

    def __init__(self) -> None:
        super().__init__(_("A client with this short name exists. Choose another one; nothing was saved."))


def has_clients(organization: Organization) -> bool:
    """Say whether an organisation is of a type that works for others."""
    return organization.type in WITH_CLIENTS


def add(client: ClientAccount, *, by: Membership) -> ClientAccount:
    """Keep a new client; raise NotAnAgency, NameTaken, LimitReached."""
    if not has_clients(by.organization):
        raise NotAnAgency
    limits.require(by.organization_id, "clients")
    client.organization = by.organization
    client.slug = client.slug or free_slug(client.name, by=by)
    _save(client)
    audit.record("client.created", client, organization_id=client.organization_id, by=by)
    return client


def change(client: ClientAccount, *, changed: Sequence[str], by: Membership) -> ClientAccount:
    """Keep what was changed; raise NameTaken."""
    client.slug = client.slug or free_slug(client.name, by=by)
    _save(client, fields=_written(changed), replaces="logo" in changed)
    if changed:
        audit.record("client.changed", client, organization_id=client.organization_id, by=by, fields=list(changed))
    return client


def _written(changed: Sequence[str]) -> Sequence[str]:
    """Return the columns of what was changed, or all: a form names three fields for its colours."""
    return [*{*changed, "slug", "updated_at"}] if {*changed} <= {*PROFILE} else PROFILE


def _save(client: ClientAccount, *, fields: Sequence[str] | None = None, replaces: bool = False) -> None:
    kept = ClientAccount.objects.get(pk=client.pk).logo if replaces else None
    try:
        with transaction.atomic():
            client.save(update_fields=fields)
            pictures.let_go(kept)
    except IntegrityError as error:
        raise NameTaken from error


def free_slug(name: str, *, by: Membership) -> str:
    """Return a short name that no client of the organisation has."""
    base = slugify(name)[:60] or "client"
    taken = set(ClientAccount.objects.visible_to(by).filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else f"{base}-{secrets.token_hex(2)}"


def archive(client: ClientAccount, *, by: Membership, now: dt.datetime) -> bool:
    """End the work for a client: members are shut out, invitations die, nothing more is sent. Say whether it was on."""
    rows = ClientAccount.objects.visible_to(by).filter(pk=client.pk, deleted_at=None)
    if not rows.update(deleted_at=now, updated_at=now):
        return False
    client.deleted_at = now
    invitations.revoke_of_client(client, by=by, now=now)
    client_archived.send(sender=ClientAccount, client=client, by=by)
    audit.record("client.archived", client, organization_id=client.organization_id, by=by)
    return True


def restore(client: ClientAccount, *, by: Membership, now: dt.datetime) -> bool:
    """Take the work up again: members may come back; what was cancelled stays so. Raise LimitReached."""
    limits.require(by.organization_id, "clients")
    rows = ClientAccount.objects.visible_to(by).filter(pk=client.pk).exclude(deleted_at=None)
    if not rows.update(deleted_at=None, updated_at=now):
        return False
    client.deleted_at = None
    audit.record("client.restored", client, organization_id=client.organization_id, by=by)
    return True


def give_brand(brand: BrandProfile, *, client: ClientAccount | None, by: Membership) -> bool:
    """Make a brand a client's, or the organisation's own (None), with all made for it. Say whether it moved."""
    before = brand.client_id
    after = client.pk if client else None
    rows = BrandProfile.objects.filter(pk=brand.pk, organization_id=by.organization_id, client_id=before)
    if before == after or not rows.update(client_id=after):
        return False
    brand.client = client
    brand_moved.send(sender=BrandProfile, brand=brand, by=by)
    audit.record("brand.moved", brand, organization_id=brand.organization_id, by=by, before=before, after=after)
    return True


def add_brand(name: str, *, client: ClientAccount, by: Membership) -> BrandProfile:
    """Give a client a first brand, or a further one, with nothing but its name; raise NameTaken."""
    row = BrandProfile(client=client, name=name, country=by.user.country)
    try:
        with transaction.atomic():
            return brands.create(row, by=by)
    except IntegrityError as error:
        raise ClientRefused(_("A brand with this name exists. Choose another name; nothing was saved.")) from error
