"""Commands on pieces that a person writes from nothing: an original of words alone, and pieces beside the machine's."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts import audit
from accounts.models import BrandProfile, Membership
from content import search
from content.models import Collection, ContentAsset, GeneratedContent, PieceVersion
from content.pipeline.foretelling import foretell
from content.services import uploads
from content.services.pieces import WORDS
from trenddrop.core import limits
from trenddrop.core.alone import alone
from trenddrop.core.platforms import rules, unique_hashtags, unique_mentions
from trenddrop.core.platforms.threads import THREADED, parts_of

PERSON = "person"
MOST_TITLE = 200
LONG_ENOUGH = 2500  # a platform's text limit from which a titled piece is an article


@dataclass(frozen=True)
class Words:
    """What a piece says; hashtags and mentions in any spelling."""

    text: str = ""
    title: str = ""
    hashtags: Sequence[str] = ()
    call_to_action: str = ""
    mentions: Sequence[str] = ()
    alt_text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """Return them as a piece keeps them."""
        return {
            "text": self.text,
            "title": self.title[:300],
            "hashtags": unique_hashtags(self.hashtags),
            "call_to_action": self.call_to_action[:200],
            "mentions": unique_mentions(self.mentions),
            "alt_text": self.alt_text[:1000],
            "options": dict(self.options),
        }


def keep_original(
    *,
    text: str,
    title: str,
    client_id: uuid.UUID | None,
    brand: BrandProfile | None,
    by: Membership,
    key: uuid.UUID | None = None,
    collection: Collection | None = None,
) -> ContentAsset:
    """Keep words as an original that nobody has to process; the same `key` finds the first one's. Raise LimitReached.

    The Studio can have it read and matched later, as any other.
    """
    row = ContentAsset(
        organization_id=by.organization_id,
        client_id=by.client_id or client_id,
        brand=brand,
        collection=collection,
        created_by_id=by.user_id,
        kind=ContentAsset.Kind.BLOG,
        status=ContentAsset.Status.READY,
        title=(title or " ".join(text.split()[:10]))[:MOST_TITLE],
        text=text,
        size=len(text.encode()),
        mime_type="text/plain",
        language=brand.language if brand else "",
    )
    if key is not None:
        row.pk = uuid.uuid5(by.pk, str(key))
        alone(f"asset:{row.pk}")
        if found := ContentAsset.objects.visible_to(by).filter(pk=row.pk).first():
            return found
    uploads.ask_for_place(by)
    limits.require(by.organization_id, "uploads")
    limits.require(by.organization_id, "storage_bytes", amount=row.size or 0)
    row.save(force_insert=True)
    search.index(row)
    audit.record("asset.written", row, organization_id=row.organization_id, by=by)
    return row


def write(
    asset: ContentAsset, *, platform: str, words: Words, by: Membership, key: uuid.UUID | None = None,
    is_foretold: bool = True,
) -> GeneratedContent:  # fmt: skip
    """Add a piece to an original, beside what processing wrote of it; the same `key` finds the first one's."""
    row = GeneratedContent(
        organization_id=asset.organization_id,
        client_id=asset.client_id,
        brand_id=asset.brand_id,
        asset=asset,
        is_main=False,
        platform=platform,
        include_media=bool(asset.file),
        language=asset.language,
        made_by=PERSON,
        edited_by=by.user,
        **words.stored(),
    )
    row.kind = _kind_of(row)
    if key is not None:
        row.pk = uuid.uuid5(by.pk, f"{key} {platform}")
        alone(f"piece:{row.pk}")
        if found := GeneratedContent.objects.visible_to(by).filter(pk=row.pk).first():
            return found
    if is_foretold:
        foretell(row)
    row.save(force_insert=True)
    kept = {name: getattr(row, name) for name in WORDS}
    PieceVersion.objects.create(
        organization_id=row.organization_id, piece=row, number=row.version, made_by=PERSON, author=by.user, **kept
    )
    audit.record("piece.written", row, organization_id=row.organization_id, by=by, platform=platform)
    return row


def _kind_of(piece: GeneratedContent) -> str:
    kinds, asset = GeneratedContent.Kind, piece.asset
    if asset.file and asset.kind == ContentAsset.Kind.VIDEO:
        return kinds.SHORT_VIDEO
    if asset.file and asset.kind == ContentAsset.Kind.IMAGE:
        return kinds.IMAGE
    if piece.platform in THREADED and len(parts_of(piece.platform, piece.text)) > 1:
        return kinds.THREAD
    is_article = piece.platform == "wordpress" or (piece.title and len(piece.text) > LONG_ENOUGH)
    return kinds.ARTICLE if is_article and rules(piece.platform).title_limit is not None else kinds.SOCIAL_POST
