"""Commands on organisations."""

import secrets

from django.utils import timezone
from django.utils.text import slugify

from accounts import audit, tenancy
from accounts.models import BrandProfile, Membership, Organization, User
from accounts.signals import organization_created


def create(*, name: str, owner: User, type: str = Organization.Type.INDIVIDUAL) -> Membership:  # noqa: A002
    """Create an organisation with its owner and a first brand; announce it."""
    with tenancy.operator():
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
