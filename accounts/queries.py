"""Questions about people and organisations."""

from django.db.models import QuerySet

from accounts.models import BrandProfile, Membership, Notification, Organization, User


def organizations_of(user: User) -> QuerySet[Organization]:
    """Return the organisations a person works in (ask in the scope of that person)."""
    return Organization.objects.filter(
        memberships__user=user, memberships__status=Membership.Status.ACTIVE, deleted_at=None
    ).order_by("name")


def brands_of(membership: Membership) -> QuerySet[BrandProfile]:
    """Return the brands a member works for, oldest first."""
    return BrandProfile.objects.visible_to(membership).order_by("created_at")


def current_brand(membership: Membership, chosen: str | None) -> BrandProfile | None:
    """Return the brand chosen in this session, else the first."""
    brands = list(brands_of(membership)[:200])
    return next((brand for brand in brands if str(brand.pk) == chosen), brands[0] if brands else None)


def unread_count(membership: Membership) -> int:
    """Count the member's unread notifications."""
    return Notification.objects.visible_to(membership).filter(user_id=membership.user_id, read_at=None).count()
