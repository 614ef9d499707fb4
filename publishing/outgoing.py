"""What a piece becomes when it is sent: the words as sent, and what the platform would refuse about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from content.models import ContentAsset, GeneratedContent
from trenddrop.core.platforms import Problem, check, compose, rules

ATTACHED = frozenset({ContentAsset.Kind.VIDEO, ContentAsset.Kind.IMAGE})
# Pictures that are too big are made smaller on the way out, so nobody is troubled with them.
MENDED = frozenset({"media_too_big", "media_too_large"})


@dataclass(frozen=True)
class MediaFacts:
    """What is known of a file: duration in seconds, sides in pixels as displayed, size in bytes."""

    kind: str
    container: str
    duration: float | None
    width: int | None
    height: int | None
    size: int


@dataclass(frozen=True)
class Outgoing:
    """The words of one post as sent; `text` is complete, hashtags and call to action included."""

    title: str
    text: str
    hashtags: list[str]
    metadata: dict[str, Any] = field(default_factory=dict)


def outgoing(piece: GeneratedContent) -> Outgoing:
    """Return what would be sent of the piece as it stands now."""
    text = compose(text=piece.text, hashtags=piece.hashtags, call_to_action=piece.call_to_action)
    metadata = {
        "alt_text": piece.alt_text,
        "language": piece.language,
        "include_media": piece.include_media,
        "thumbnail": str(piece.thumbnail_id or ""),
    }
    return Outgoing(piece.title, text, list(piece.hashtags), metadata)


def facts_of(asset: ContentAsset) -> MediaFacts | None:
    """Return what is known of the asset's file, or None when it has none that can be attached."""
    if asset.kind not in ATTACHED or not asset.file:
        return None
    info: Mapping[str, Any] = asset.media_info
    return MediaFacts(
        kind=asset.kind,
        container=str(info.get("container") or "").lower(),
        duration=info.get("duration") or asset.duration,
        width=info.get("width"),
        height=info.get("height"),
        size=int(info.get("size") or asset.size or 0),
    )


def problems(piece: GeneratedContent, platform: str) -> list[Problem]:
    """Return all the platform would refuse about the piece, in words; the piece's asset must be loaded."""
    facts = facts_of(piece.asset) if piece.include_media else None
    row = rules(platform)
    title = piece.title if row.title_limit is not None else ""
    found = check(
        platform,
        title=title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        media=facts,
    )
    is_picture = facts is not None and facts.kind == ContentAsset.Kind.IMAGE
    return [problem for problem in found if not (is_picture and problem.code in MENDED)]


def is_empty(piece: GeneratedContent) -> bool:
    """Say whether nothing at all would be sent."""
    has_media = piece.include_media and facts_of(piece.asset) is not None
    return not outgoing(piece).text.strip() and not has_media
