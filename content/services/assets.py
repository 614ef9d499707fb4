"""Commands on assets: from pasted words or a link, describe, delete, restore."""

import uuid
from collections.abc import Collection

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, Membership
from content import search
from content.intake.fetching import Article, MediaLink, VideoPage
from content.models import ContentAsset, GeneratedContent, RepurposingJob, Upload
from content.pipeline import scoring
from content.queries import assets_of, deleted_of
from content.services import collections, pipeline, uploads
from content.signals import assets_moved
from trenddrop.core import limits
from trenddrop.core.alone import alone
from trends.models import TrendOpportunity
from trends.services import opportunities


class TakenDown(Exception):
    """Operators took it out of sight."""

    def __init__(self, asset: ContentAsset) -> None:
        super().__init__(
            _("“%(title)s” was taken down by an operator, and only an operator can bring it back. Nothing was changed.")
            % {"title": asset}
        )


def create_from_text(
    *,
    text: str,
    title: str,
    key: uuid.UUID,
    brand: BrandProfile | None,
    by: Membership,
    idea: TrendOpportunity | None = None,
    client_id: uuid.UUID | None = None,
) -> ContentAsset:
    """Make an asset of pasted words, begun with an idea or not; `key` makes a second click find the first one's asset.

    `client_id`: whose work the words are, where no brand says it. Raise LimitReached.
    """
    words = text.split()
    asset = _new(key, brand=brand, by=by)
    asset.client_id = by.client_for(brand, otherwise=client_id)
    asset.kind, asset.text = ContentAsset.Kind.BLOG, text
    asset.title = (title or " ".join(words[:10]))[:200]
    asset.size, asset.mime_type = len(text.encode()), "text/plain"
    return _begun_with(idea, _keep(asset, "asset.pasted", by=by), by=by)


def create_from_link(
    found: Article | MediaLink | VideoPage,
    *,
    title: str,
    key: uuid.UUID,
    brand: BrandProfile | None,
    by: Membership,
    idea: TrendOpportunity | None = None,
) -> ContentAsset:
    """Make an asset of what a link leads to; a media file is brought by the pipeline. Raise LimitReached.

    Of a video's page, which only its owner may bring, the title and the description are taken.
    """
    asset = _new(key, brand=brand, by=by)
    asset.source_url = found.url
    asset.title = (title or found.title)[:200]
    match found:
        case Article():
            asset.kind, asset.text = ContentAsset.Kind.LINK, found.text
            asset.size, asset.mime_type = len(found.text.encode()), "text/plain"
            asset.source_platform = found.site[:40]
            asset.media_info = {"left_out": found.left_out} if found.left_out else {}
        case VideoPage():
            asset.kind, asset.description = ContentAsset.Kind.LINK, found.description
            asset.source_platform, asset.mime_type = found.site[:40], "text/plain"
            asset.media_info = {"left_out": found.left_out}
        case MediaLink():
            asset.kind, asset.original_name, asset.mime_type = found.kind, found.name, found.media_type
    action = "asset.claimed" if isinstance(found, VideoPage) else "asset.linked"
    return _begun_with(idea, _keep(asset, action, by=by), by=by)


def _begun_with(idea: TrendOpportunity | None, asset: ContentAsset, *, by: Membership) -> ContentAsset:
    if idea is not None:
        opportunities.use(idea, by=by, asset_id=asset.pk)
    return asset


def _new(key: uuid.UUID, *, brand: BrandProfile | None, by: Membership) -> ContentAsset:
    return ContentAsset(
        pk=uuid.uuid5(by.pk, str(key)),
        organization_id=by.organization_id,
        client_id=by.client_for(brand),
        brand=brand,
        created_by_id=by.user_id,
    )


def _keep(asset: ContentAsset, action: str, *, by: Membership) -> ContentAsset:
    alone(f"asset:{asset.pk}")
    existing = ContentAsset.objects.visible_to(by).filter(pk=asset.pk).first()
    if existing:
        return existing
    uploads.ask_for_place(by)
    limits.require(by.organization_id, "uploads")
    limits.require(by.organization_id, "storage_bytes", amount=asset.size or 0)
    asset.save(force_insert=True)
    search.index(asset)
    audit.record(action, asset, organization_id=asset.organization_id, by=by, url=asset.source_url)
    pipeline.start(asset, by=by)
    return asset


def describe(asset: ContentAsset, *, changed: Collection[str], by: Membership) -> None:
    """Save title, description, tags, brand and folder as they stand on the asset, and find it by them from now on.

    Raise OtherClient, with nothing saved.
    """
    client_id = by.client_for(asset.brand) if asset.brand else asset.client_id
    if "collection" in changed:
        collections.check(asset, client_id)
    if "brand" in changed:
        _brand_along(asset)
    asset.save(update_fields=["title", "description", "tags", "brand", "collection", "updated_at"])
    if client_id != asset.client_id:
        move([asset.pk], client_id=client_id, by=by)
        asset.client_id = client_id
    search.index(asset)
    if {"title", "description", "tags"} & set(changed):
        scoring.rescore(asset)
    audit.record("asset.described", asset, organization_id=asset.organization_id, by=by, fields=list(changed))


def _brand_along(asset: ContentAsset) -> None:
    """Give the brand an asset is to have to its pieces, too, but those that were made for another one than it had."""
    before = ContentAsset.objects.filter(pk=asset.pk).values_list("brand_id", flat=True).get()
    GeneratedContent.objects.filter(asset=asset, brand_id=before).update(brand=asset.brand)


def move(keys: Collection[uuid.UUID], *, client_id: uuid.UUID | None, by: Membership) -> None:
    """Make assets, with everything made of them, the work of another client, or of the organisation itself (None)."""
    GeneratedContent.objects.filter(asset_id__in=keys).update(client_id=client_id)
    _leave_foreign_brands(keys, client_id=client_id)
    Upload.objects.filter(asset_id__in=keys).update(client_id=client_id)
    _leave_foreign_folders(keys, client_id=client_id)
    ContentAsset.objects.filter(pk__in=keys).update(client_id=client_id)
    assets_moved.send(sender=ContentAsset, keys=list(keys), client_id=client_id, by=by)


def _leave_foreign_brands(keys: Collection[uuid.UUID], *, client_id: uuid.UUID | None) -> None:
    """Let pieces, and what is yet to be made, be for their asset's brand, where theirs is another client's by now."""
    own = Subquery(ContentAsset.objects.filter(pk=OuterRef("asset_id")).values("brand_id"))
    foreign = Q(asset_id__in=keys, brand__client__isnull=False) & ~Q(brand__client_id=client_id)
    pieces = GeneratedContent.objects.filter(foreign).values_list("pk", flat=True)
    GeneratedContent.objects.filter(pk__in=list(pieces)).update(brand_id=own)
    to_make = RepurposingJob.objects.filter(foreign).exclude(status=RepurposingJob.Status.COMPLETED)
    RepurposingJob.objects.filter(pk__in=list(to_make.values_list("pk", flat=True))).update(brand_id=own)


def _leave_foreign_folders(keys: Collection[uuid.UUID], *, client_id: uuid.UUID | None) -> None:
    """Take assets that become another client's out of folders of their client before."""
    inside = ContentAsset.objects.filter(pk__in=keys, collection__client__isnull=False)
    inside.exclude(collection__client_id=client_id).update(collection=None)


def delete(keys: Collection[uuid.UUID], *, by: Membership) -> list[ContentAsset]:
    """Put assets aside; nothing of them is lost, and restore brings them back. Return those that were."""
    rows = list(assets_of(by).filter(pk__in=keys).select_for_update(of=("self",)).defer("text", "search", "waveform"))
    ContentAsset.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=timezone.now())
    for row in rows:
        audit.record("asset.deleted", row, organization_id=row.organization_id, by=by)
    return rows


def restore(keys: Collection[uuid.UUID], *, by: Membership) -> list[ContentAsset]:
    """Bring deleted assets back. Return those that came. Raise TakenDown, with nothing brought back."""
    rows = list(deleted_of(by).filter(pk__in=keys).select_for_update(of=("self",)).defer("text", "search", "waveform"))
    if held := next((row for row in rows if row.taken_down_at), None):
        raise TakenDown(held)
    ContentAsset.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=None)
    for row in rows:
        audit.record("asset.restored", row, organization_id=row.organization_id, by=by)
    return rows
