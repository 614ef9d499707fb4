"""What a piece becomes when it is sent: its words in one text, and the file that goes along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.files import FieldFile

from content.models import ContentAsset, GeneratedContent
from trenddrop.core import platforms

ATTACHED = frozenset({ContentAsset.Kind.VIDEO, ContentAsset.Kind.IMAGE})
OWN = "mime"  # what the facts of a piece's own media have, and those of the original made fit have not
# Said to readers, so in the language of the piece, whatever language its writer reads.
AI_LINES = {"en": "Made with AI.", "hi": "AI की मदद से बनाया गया।"}


@dataclass(frozen=True)
class SentMedia:
    """What is known of the file that goes along; the facts of `core.platforms.MediaFacts`."""

    kind: str
    container: str
    duration: float | None
    width: int | None
    height: int | None
    size: int
    fps: float | None = None
    bit_rate: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    sample_rate: int | None = None


def ai_line(piece: GeneratedContent, platform: str = "") -> str:
    """Return the sentence that says it was made with AI; empty where the post has a mark for that, or none is due."""
    return ai_line_of(piece, platform) if piece.ai_label else ""


def ai_line_of(piece: GeneratedContent, platform: str = "") -> str:
    """Return the sentence that would say it; empty where the post has a mark for that."""
    if platforms.rules(platform or piece.platform).ai_switch:
        return ""
    return AI_LINES.get(piece.language[:2], AI_LINES["en"])


def composed(piece: GeneratedContent, platform: str = "") -> str:
    """Return the text as it would be sent."""
    return platforms.compose(
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        mentions=piece.mentions,
        label=ai_line(piece, platform),
    )


def has_own_media(piece: GeneratedContent) -> bool:
    """Say whether the piece's file was made for it, or brought: then it may be of another kind than the original."""
    return bool(piece.file) and OWN in piece.media_info


def unfitted(piece: GeneratedContent) -> SentMedia | None:
    """Return what a change of the file would begin from: the piece's own media, else the original."""
    return media_of(piece) if has_own_media(piece) else original_of(piece.asset)


def sent_file(piece: GeneratedContent) -> FieldFile:
    """Return the file that goes along: the piece's own where it was made fit, else the original. May be empty."""
    return piece.file or piece.asset.file


def sent_mime(piece: GeneratedContent) -> str:
    """Return that file's type."""
    if not piece.file:
        return piece.asset.mime_type
    if has_own_media(piece):
        return str(piece.media_info[OWN])
    return "image/jpeg" if piece.asset.kind == ContentAsset.Kind.IMAGE else "video/mp4"


def media_of(piece: GeneratedContent) -> SentMedia | None:
    """Return what is known of the file that goes along, or None when there is none that can be attached."""
    return facts_from(piece.asset, piece.media_info) if piece.file else original_of(piece.asset)


def original_of(asset: ContentAsset) -> SentMedia | None:
    """Return what is known of the asset's own file, or None when it has none that can be attached."""
    if asset.kind not in ATTACHED or not asset.file:
        return None
    known = {name: value for name, value in asset.media_info.items() if value is not None}
    return facts_from(asset, {"duration": asset.duration, "size": asset.size} | known)


def facts_from(asset: ContentAsset, info: Mapping[str, Any]) -> SentMedia:
    """Return the facts of a file, as a probe wrote them down; it is of the asset's kind unless they say otherwise."""
    more = {name: info.get(name) for name in ("fps", "bit_rate", "video_codec", "audio_codec", "sample_rate")}
    return SentMedia(
        kind=str(info["kind"]) if OWN in info else asset.kind,
        container=str(info.get("container") or "").lower(),
        duration=info.get("duration"),
        width=info.get("width"),
        height=info.get("height"),
        size=int(info.get("size") or 0),
        **more,
    )
