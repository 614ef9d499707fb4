"""Commands on organisations."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, tenancy
from accounts.models import BrandProfile, Membership, Notification, Organization, User
from accounts.notifications import notify, words
from accounts.services.memberships import Refused
from accounts.signals import organization_created
from trenddrop.core import pictures

Role, Status = Membership.Role, Membership.Status
MOST_OWNED = 50
LOGO_SIDE = 512
RESERVED = frozenset({"admin", "api", "app", "help", "mail", "root", "static", "status", "support", "trenddrop", "www"})


class SlugTaken(Exception):
    """Another organisation has the short name, or it is ours."""

    def __init__(self) -> None:
        super().__init__(_("This short name is taken. Choose another."))


def create(*, name: str, owner: User, type: str = Organization.Type.INDIVIDUAL) -> Membership:  # noqa: A002
    """Create an organisation with its owner and a first brand; announce it."""
    with tenancy.operator():
        if Organization.objects.filter(owner=owner, deleted_at=None).count() >= MOST_OWNED:
            raise Refused(_("You own %(n)s organisations, and that is the most. Delete one first.") % {"n": MOST_OWNED})
        organization = Organization.objects.create(
            name=name, slug=free_slug(name), owner=owner, type=type, timezone=owner.timezone
        )
        membership = Membership.objects.create(
            organization=organization, user=owner, role=Membership.Role.OWNER, joined_at=timezone.now()
        )
        BrandProfile.objects.create(organization=organization, name=name, country=owner.country)
        audit.record("organization.created", organization, organization_id=organization.pk, by=owner)
        organization_created.send(sender=Organization, organization=organization)
    return membership


def create_personal(user: User) -> Membership:
    """Give a person who signed up alone an organisation of their own."""
    return create(name=user.full_name or user.email.partition("@")[0], owner=user)


def free_slug(name: str) -> str:
    """Return a short name nobody has; call in the operator's scope."""
    base = slugify(name)[:60] or "workspace"
    slug = base
    while Organization.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(3)}"
    return slug


def asked_slug(slug: str, *, organization: Organization) -> str:
    """Return a short name as it is kept; raise SlugTaken. What others have only the operator's scope shows."""
    slug = slug.lower()
    with tenancy.operator():
        taken = Organization.objects.filter(slug=slug).exclude(pk=organization.pk).exists()
    if taken or slug in RESERVED:
        raise SlugTaken
    return slug


def change(organization: Organization, *, changes: Mapping[str, Any], by: Membership) -> None:
    """Write what was changed, and only that: somebody may hand it over at the same moment. Raises SlugTaken."""
    if not changes:
        return
    try:
        with transaction.atomic():
            if "logo" in changes:
                pictures.let_go(Organization.objects.get(pk=organization.pk).logo)
            organization.save(update_fields=[*changes, "updated_at"])
    except IntegrityError as error:
        raise SlugTaken from error
    audit.record("organization.changed", organization, organization_id=organization.pk, by=by, changes=dict(changes))


def transfer(organization: Organization, *, to: Membership, by: Membership) -> Membership:
    """Hand the organisation to another active member; the owner of before becomes an admin."""
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        people = Membership.objects.select_for_update(of=("self",)).select_related("user")
        rows = {row.pk: row for row in people.filter(pk__in={to.pk, by.pk}, organization=organization).order_by("pk")}
        old, new = rows.get(by.pk), rows.get(to.pk)
        if old is None or old.role != Role.OWNER or organization.owner_id != old.user_id:
            raise Refused(_("Only the owner hands the organisation over."))
        if new is None or new.status != Status.ACTIVE or not new.user.is_active or new.role == Role.CLIENT:
            raise Refused(_("The new owner must be an active member, and not a client. Choose somebody else."))
        if new.pk == old.pk:
            raise Refused(_("You own this organisation already."))
        Membership.objects.filter(pk=old.pk).update(role=Role.ADMIN, permission_overrides={})
        Membership.objects.filter(pk=new.pk).update(role=Role.OWNER, permission_overrides={})
        Organization.objects.filter(pk=organization.pk).update(owner=new.user)
        _announce_owner(organization, old=old, new=new)
    new.refresh_from_db()
    return new


def _announce_owner(organization: Organization, *, old: Membership, new: Membership) -> None:
    audit.record(
        "organization.transferred",
        organization,
        organization_id=organization.pk,
        by=old,
        changes={"owner": [str(old.user), str(new.user)]},
    )
    title = words(
        gettext_lazy("%(new)s owns %(name)s now; %(old)s is an admin"), new=new.user, name=organization, old=old.user
    )
    notify(
        [old.user, new.user],
        Notification.Kind.MEMBERSHIP,
        organization_id=organization.pk,
        title=title,
        link="/organisation/members/",
    )


def close(organization: Organization, *, by: Membership, now: dt.datetime) -> Organization:
    """Shut the organisation for everybody at once; after the grace period it is erased. Only its owner may."""
    with transaction.atomic():
        row = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if row.owner_id != by.user_id:
            raise Refused(_("Only the owner deletes the organisation."))
        if row.deleted_at is None:
            row.deleted_at, row.erase_after = now, now + settings.DELETED_KEEP
            row.save(update_fields=["deleted_at", "erase_after", "updated_at"])
            audit.record(
                "organization.deleted", row, organization_id=row.pk, by=by, erase_after=row.erase_after.isoformat()
            )
    return row


def reopen(organization: Organization, *, by: User, now: dt.datetime) -> Organization:
    """Open a deleted organisation again, as it was, while it is not erased yet. Only its owner may."""
    with tenancy.operator():
        row = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if row.owner_id != by.pk:
            raise Refused(_("Only the owner opens it again."))
        if row.deleted_at is not None:
            if row.erase_after is None or row.erase_after <= now:
                raise Refused(_("The time to open it again has passed; it is being erased."))
            row.deleted_at = row.erase_after = None
            row.save(update_fields=["deleted_at", "erase_after", "updated_at"])
            audit.record("organization.restored", row, organization_id=row.pk, by=by)
    return row


def in_grace(owner: User, *, now: dt.datetime) -> list[Organization]:
    """Return the deleted organisations which their owner can still open again."""
    with tenancy.operator():
        return list(Organization.objects.filter(owner=owner, erase_after__gt=now).order_by("name"))


def owned_with_others(user: User) -> QuerySet[Organization]:
    """Return the organisations a person owns in which others work: to be handed over before the person goes.

    Ask in the operator's scope.
    """
    others = Membership.objects.filter(organization=OuterRef("pk"), status=Status.ACTIVE).exclude(user=user)
    return Organization.objects.filter(Exists(others), owner=user, deleted_at=None).order_by("name")
