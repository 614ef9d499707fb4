"""Questions about templates: whose, which worked, what is shared."""

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership
from content.models import ItemRating, PublishedItem, Template, TemplateKind


def templates_of(membership: Membership, *, kind: str = "") -> QuerySet[Template]:
    """Return the templates a member may use, with whom they are for."""
    rows = Template.objects.visible_to(membership).select_related("client")
    return rows.filter(kind=kind) if kind else rows


def for_client(rows: QuerySet[Template], client_id: uuid.UUID | None) -> QuerySet[Template]:
    """Leave those that are for a client, or for everybody."""
    return rows.filter(Q(client=None) | Q(client_id=client_id)) if client_id else rows.filter(client=None)


def shared_with(membership: Membership, *, and_offers: bool = False) -> QuerySet[PublishedItem]:
    """Return approved templates, with `is_taken`, `is_own` and the member's own `my_stars`.

    `and_offers`: also what one's own organisation offered, however that stands.
    """
    organization_id = membership.organization_id
    taken = Template.objects.filter(organization_id=organization_id, taken_from=OuterRef("pk"))
    mine = ItemRating.objects.filter(organization_id=organization_id, user_id=membership.user_id, item=OuterRef("pk"))
    seen = Q(status=PublishedItem.Status.APPROVED)
    if and_offers:
        seen |= Q(pk__in=offered_by(membership).values("pk"))
    rows = PublishedItem.objects.filter(seen, kind__in=TemplateKind.values)
    return rows.annotate(
        is_taken=Exists(taken),
        is_own=Q(offered_by=organization_id, offered_by__isnull=False),
        my_stars=Subquery(mine.values("stars")[:1]),
    )


def offered_by(membership: Membership) -> QuerySet[PublishedItem]:
    """Return what a member's organisation offered; of a client's member only what was copied from theirs."""
    rows = PublishedItem.objects.filter(offered_by=membership.organization_id, kind__in=TemplateKind.values)
    return rows.filter(of_item__in=templates_of(membership).values("pk")) if membership.client_id else rows
