"""Questions about people and organisations."""

import uuid
from dataclasses import dataclass

from django.db.models import CASCADE, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import (
    AudienceProfile,
    BrandProfile,
    BrandVoiceSample,
    ClientAccount,
    Membership,
    Notification,
    Organization,
    User,
)


@dataclass(frozen=True)
class Hanging:
    """Rows of one kind that point at a brand: kept when it goes, or gone with it."""

    name: str
    count: int
    is_kept: bool


def working_memberships() -> QuerySet[Membership]:
    """Return the memberships that open a door: active, of a living organisation, and of no archived client."""
    alive = Q(client=None) | Q(client__deleted_at=None)
    return Membership.objects.filter(alive, status=Membership.Status.ACTIVE, organization__deleted_at=None)


def name_of_client(client_id: str) -> Subquery:
    """Return a client's name as a column of Membership rows: empty when it is of another organisation or archived."""
    clients = ClientAccount.objects.filter(pk=client_id, organization=OuterRef("organization"), deleted_at=None)
    return Subquery(clients.values("name")[:1])


def organizations_of(user: User) -> QuerySet[Organization]:
    """Return the organisations a person works in (ask in the scope of that person)."""
    return Organization.objects.filter(
        memberships__user=user, memberships__status=Membership.Status.ACTIVE, deleted_at=None
    ).order_by("name")


def brands_of(membership: Membership) -> QuerySet[BrandProfile]:
    """Return the brands a member works for, oldest first; those of archived clients rest."""
    rows = BrandProfile.objects.visible_to(membership).order_by("created_at")
    return rows.filter(Q(client=None) | Q(client__deleted_at=None))


def every_brand_of(membership: Membership) -> QuerySet[BrandProfile]:
    """Return the brands a member may turn to, with their clients, whichever client they look at now."""
    rows = BrandProfile.objects.filter(organization_id=membership.organization_id).select_related("client")
    if membership.client_id:
        rows = rows.filter(client_id=membership.client_id)
    return rows.filter(Q(client=None) | Q(client__deleted_at=None)).order_by("created_at")


def key_of(text: str) -> uuid.UUID | None:
    """Return the key that a form names, or None, which no row has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def samples_of(membership: Membership) -> QuerySet[BrandVoiceSample]:
    """Return the voice samples of the brands a member works for, newest first."""
    return BrandVoiceSample.objects.visible_to(membership).order_by("-created_at")


def audiences_of(membership: Membership) -> QuerySet[AudienceProfile]:
    """Return the audiences of the brands a member works for, by name."""
    return AudienceProfile.objects.visible_to(membership).order_by("name")


def hanging_on(brand: BrandProfile) -> list[Hanging]:
    """Count what points at a brand, in whichever app it lives."""
    found = []
    for relation in BrandProfile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.one_to_many and relation.related_model is not None:
            model, column = relation.related_model, relation.field.name  # type: ignore[union-attr]
            rows = model._base_manager.filter(**{column: brand})
            name = str(model._meta.verbose_name_plural)
            is_kept = relation.on_delete is not CASCADE  # type: ignore[union-attr]
            found.append(Hanging(name, rows.count(), is_kept))
    return [each for each in found if each.count]


def unread_of_member() -> Coalesce:
    """Return the unread count as a column of Membership rows."""
    unread = Notification.objects.filter(
        organization=OuterRef("organization"), user=OuterRef("user"), read_at=None, in_app=True
    ).order_by()
    counted = unread.annotate(of=F("user")).values("of").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def unread_count(membership: Membership) -> int:
    """Count the member's unread notifications."""
    return (
        Notification.objects.visible_to(membership)
        .filter(user_id=membership.user_id, read_at=None, in_app=True)
        .count()
    )
