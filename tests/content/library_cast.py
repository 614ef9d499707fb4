"""Items, pieces and results for tests of libraries."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content.models import ContentAsset, FeedbackSignal, GeneratedContent, LibraryItem, PublishedItem
from content.services import libraries, published

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
SAID: dict[str, dict[str, Any]] = {
    "hook": {"body": "Stop scrubbing."},
    "caption": {"body": "{text}\n\nMore from {brand}"},
    "call_to_action": {"body": "Save this.", "call_kind": "save"},
    "hashtags": {"hashtags": ["skincare", "monsoon"]},
}


def keep(member: Membership, kind: str = "hook", **given: Any) -> LibraryItem:
    """Put an item into the library as a member does."""
    with tenancy.of_member(member):
        row = LibraryItem(kind=kind, **SAID[kind] | given)
        return libraries.save(row, fields=["body"], by=member)


def piece_of(member: Membership, **given: Any) -> GeneratedContent:
    """A piece for Bluesky of an asset of its own."""
    with tenancy.of_organization(member.organization_id):
        shared = {"organization": member.organization, "client_id": given.pop("client_id", None)}
        asset = ContentAsset.objects.create(**shared, kind="blog", title="Skin in the monsoon", status="ready")
        values = {"platform": "bluesky", "text": "Wash twice a day.", "made_by": "test", "language": "en"} | given
        return GeneratedContent.objects.create(**shared, asset=asset, **values)


def use(item: LibraryItem, piece: GeneratedContent, member: Membership, **given: Any) -> GeneratedContent:
    """Put an item into a piece, and return the piece as it stands then."""
    with tenancy.of_member(member):
        libraries.use(item, piece, by=member, now=NOW, **given)
        return GeneratedContent.objects.get(pk=piece.pk)


def result(piece: GeneratedContent, engagement: float, **given: Any) -> FeedbackSignal:
    """What became of a piece."""
    with tenancy.operator():
        return FeedbackSignal.objects.create(
            organization_id=piece.organization_id,
            piece=piece,
            platform=piece.platform,
            engagement=engagement,
            measured_at=NOW,
            **given,
        )


def share(item: LibraryItem, member: Membership, operator: Any, **given: Any) -> PublishedItem:
    """Offer an item, and let it in."""
    with tenancy.of_member(member):
        row = published.offer(item, by=member, **given)
    with tenancy.operator():
        assert published.approve(row, by=operator, now=timezone.now())
        row.refresh_from_db()
    return row


def stands(row: Any) -> Any:
    """Return a row as it stands."""
    with tenancy.operator():
        return type(row).objects.get(pk=row.pk)


def entries(action: str) -> list[AuditEntry]:
    """Return what the log tells of an action."""
    with tenancy.operator():
        return list(AuditEntry.objects.filter(action=action).order_by("sequence"))
