"""Questions about people and organisations."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import BrandProfile, Membership, Notification, Organization, User


def organizations_of(user: User) -> QuerySet[Organization]:
    """Return the organisations a person works in (ask in the scope of that person)."""
    return Organization.objects.filter(
        memberships__user=user, memberships__status=Membership.Status.ACTIVE, deleted_at=None
    ).order_by("name")


def brands_of(membership: Membership) -> QuerySet[BrandProfile]:
    """Return the brands a member works for, oldest first."""
    return BrandProfile.objects.visible_to(membership).order_by("created_at")


def unread_of_member() -> Coalesce:
    """Return the unread count as a column of Membership rows."""
    unread = Notification.objects.filter(
        organization=OuterRef("organization"), user=OuterRef("user"), read_at=None
    ).order_by()
    counted = unread.annotate(of=F("user")).values("of").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def unread_count(membership: Membership) -> int:
    """Count the member's unread notifications."""
    return Notification.objects.visible_to(membership).filter(user_id=membership.user_id, read_at=None).count()
