"""Assets, pieces and shared items that people may report. Upheld, they go as their owner would let them go."""

import uuid

from django.db.models import Model
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Owned
from accounts.models import Membership, User
from accounts.notifications import people_who_may
from content.libraries import shelf
from content.looks import shelf as looks
from content.models import ContentAsset, GeneratedContent, PublishedItem, TemplateKind
from content.services import published


def _people(asset: ContentAsset) -> list[User]:
    """Whoever brought it, if they still may change such things; else everybody who may."""
    may = people_who_may("content.edit", organization_id=asset.organization_id, client_id=asset.client_id)
    return [person for person in may if person.pk == asset.created_by_id] or may


class Assets:
    """Originals."""

    label = _("asset")
    permission = "content.view"
    model = ContentAsset

    def find(self, key: uuid.UUID, *, by: Membership) -> Model | None:
        """Return an asset the member sees."""
        return ContentAsset.objects.visible_to(by).filter(pk=key, deleted_at=None).first()

    def address(self, row: Model) -> str:
        """Return its Studio."""
        return reverse("studio", args=[row.pk])

    def owned(self, key: str) -> Owned | None:
        """Its organisation's, and there of whoever brought it."""
        row = ContentAsset.objects.filter(pk=key).first()
        return Owned(row.organization_id, str(row), _people(row), reverse("library_deleted")) if row else None

    def hide(self, key: str) -> int:
        """Take it down, also where its owner was faster and deleted it: only operators bring it back."""
        now = timezone.now()
        there = ContentAsset.objects.filter(pk=key, taken_down_at=None)
        return there.update(deleted_at=Coalesce("deleted_at", now), taken_down_at=now)


class Pieces:
    """What was made for a platform."""

    label = _("piece")
    permission = "content.view"
    model = GeneratedContent

    def find(self, key: uuid.UUID, *, by: Membership) -> Model | None:
        """Return a piece the member sees."""
        rows = GeneratedContent.objects.visible_to(by).filter(deleted_at=None, asset__deleted_at=None)
        return rows.filter(pk=key).first()

    def address(self, row: Model) -> str:
        """Return its place in the Studio."""
        return f"{reverse('studio', args=[row.asset_id])}?piece={row.pk}"  # type: ignore[attr-defined]

    def owned(self, key: str) -> Owned | None:
        """As its asset."""
        row = GeneratedContent.objects.filter(pk=key).select_related("asset").first()
        link = reverse("studio", args=[row.asset_id]) if row else ""
        return Owned(row.organization_id, str(row), _people(row.asset), link) if row else None

    def hide(self, key: str) -> int:
        """Take it away."""
        return GeneratedContent.objects.filter(pk=key, deleted_at=None).update(deleted_at=timezone.now())


class LibraryItems:
    """What somebody shared with everybody."""

    label = _("item of the shared library")
    permission = "content.view"
    model = PublishedItem

    def find(self, key: uuid.UUID, *, by: Membership) -> Model | None:
        """Return an item that is open to everybody, or was offered by them."""
        found = shelf.shared_with(by, and_offers=True).filter(pk=key).first()
        return found or looks.shared_with(by, and_offers=True).filter(pk=key).first()

    def address(self, row: Model) -> str:
        """Return its place in the shared library."""
        kind = str(row.kind)  # type: ignore[attr-defined]
        place = "templates_shared" if kind in TemplateKind.values else "library_shared"
        return f"{reverse(place)}?kind={kind}"

    def owned(self, key: str) -> Owned | None:
        """The organisation's that offered it, and there of whoever made it; what came with the product is nobody's."""
        row = PublishedItem.objects.exclude(offered_by=None).filter(pk=key).first()
        if row is None or row.offered_by_id is None:
            return None
        item, link = published.made_from(row)
        return Owned(row.offered_by_id, row.name, [item.created_by] if item and item.created_by else [], link)

    def hide(self, key: str) -> int:
        """Take it out of the shared library; copies stay with those who took them."""
        status = PublishedItem.Status
        seen = PublishedItem.objects.filter(pk=key, status__in=[status.APPROVED, status.WAITING])
        return seen.update(status=status.REJECTED)
