"""What the composer shows: whose accounts, which files, one piece with what its platform says of it, the drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import BrandProfile, Membership
from content.models import ContentAsset, GeneratedContent, PosterFrame
from content.pieces.composing import ATTACHED, composed
from content.pieces.preflight import preflight
from content.queries import assets_of
from content.screens.studio import counters
from publishing import approving
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms import platform_keys
from trenddrop.core.narrowing import holding
from trenddrop.core.platforms.threads import parts_of

MOST_FILES = 40
Status = ScheduledPost.Status


@dataclass(frozen=True)
class Tab:
    """A piece with how many of its drafts wait, and whether its platform would refuse it."""

    piece: GeneratedContent
    drafts: int
    is_refused: bool


def accounts_of(membership: Membership, brand: BrandProfile | None) -> QuerySet[PlatformConnection]:
    """Return the accounts that can be posted to now: of the brand's client and shared ones; without one, all."""
    return _kept_for(membership, brand).filter(status=PlatformConnection.Status.ACTIVE)


def away_of(membership: Membership, brand: BrandProfile | None) -> QuerySet[PlatformConnection]:
    """Return the accounts that would be offered if they were not paused, or did not ask to be signed in again."""
    away = [PlatformConnection.Status.NEEDS_RECONNECT, PlatformConnection.Status.PAUSED]
    return _kept_for(membership, brand).filter(status__in=away)


def _kept_for(membership: Membership, brand: BrandProfile | None) -> QuerySet[PlatformConnection]:
    rows = PlatformConnection.objects.visible_to(membership).filter(platform__in=platform_keys())
    client_id = membership.client_for(brand)
    if client_id:
        rows = rows.filter(Q(client_id=client_id) | Q(client=None))
    return rows.select_related("client").order_by("platform", "handle", "pk")


def files_of(membership: Membership, words: str = "") -> QuerySet[ContentAsset]:
    """Return videos and pictures that can go along, the latest first."""
    rows = assets_of(membership).filter(status=ContentAsset.Status.READY, kind__in=ATTACHED).exclude(file="")
    if words:
        rows = rows.filter(holding(words, "title", "tags"))
    return rows.only("pk", "title", "kind", "client_id", "organization_id").order_by("-created_at")


def at_home(drafts: Sequence[ScheduledPost]) -> list[PlatformConnection]:
    """Return the house's own accounts that a client's work is to go to, each once; practice reaches nobody."""
    found = [draft.connection for draft in drafts if draft.piece.client_id and draft.connection.client_id is None]
    return list({account.pk: account for account in found if account.platform != "practice"}.values())


def pieces_of(drafts: Sequence[ScheduledPost]) -> list[GeneratedContent]:
    """Return the pieces of drafts, each once, in their order."""
    return list({draft.piece_id: draft.piece for draft in drafts}.values())


def tabs(pieces: Sequence[GeneratedContent], drafts: Sequence[ScheduledPost]) -> list[Tab]:
    """Describe the pieces to the tabs; their assets are loaded, no query."""
    return [
        Tab(piece, sum(draft.piece_id == piece.pk for draft in drafts), any(one.refused for one in preflight(piece)))
        for piece in pieces
    ]


def of_piece(piece: GeneratedContent) -> dict[str, Any]:
    """Return what the page shows of the piece that is open: counters, findings, stills, and how it will look."""
    asset, findings = piece.asset, preflight(piece)
    standing = approving.standing(piece)
    frames = PosterFrame.objects.filter(asset=asset).order_by("at") if asset.file else PosterFrame.objects.none()
    return {
        "piece": piece,
        "asset": asset,
        "counters": counters(piece),
        "findings": findings,
        "is_refused": any(one.refused for one in findings),
        "preview_text": composed(piece),
        "thread": parts_of(piece.platform, composed(piece)),
        "poster_url": reverse("thumbnail", args=[asset.pk]) if asset.thumbnail else "",
        "thumb_url": reverse("frame", args=[piece.thumbnail_id]) if piece.thumbnail_id else "",
        "cover_url": reverse("cover", args=[piece.cover_id]) if piece.cover_id else "",
        "frames": [{"pk": one.pk, "at": one.at, "image": reverse("frame", args=[one.pk])} for one in frames],
        "standing": standing,
    }
