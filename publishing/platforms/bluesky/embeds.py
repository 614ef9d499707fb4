"""What a post shows beside its text: pictures, a video, or a link's card."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from publishing.platforms.base import Media, PublishKit

CARD: Final = "thumbnail"


def files_of(kit: PublishKit) -> dict[str, Media]:
    """The files to upload by their place; a card's picture where there is nothing else."""
    if kit.media:
        return {str(place): media for place, media in enumerate(kit.media)}
    return {CARD: kit.thumbnail} if kit.thumbnail and _link(kit) else {}


def embed_of(kit: PublishKit, blobs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The record's embed, None where there is none."""
    if kit.media and kit.media[0].is_video:
        return {"$type": "app.bsky.embed.video", "video": blobs["0"], **_described(kit.media[0])}
    if kit.media:
        images = [
            {"image": blobs[str(place)], "alt": media.alt, **_described(media)} for place, media in enumerate(kit.media)
        ]
        return {"$type": "app.bsky.embed.images", "images": images}
    link = _link(kit)
    return {"$type": "app.bsky.embed.external", "external": _card(kit, link, blobs)} if link else None


def _link(kit: PublishKit) -> str:
    return str(kit.options.get("link") or "")


def _card(kit: PublishKit, link: str, blobs: Mapping[str, Any]) -> dict[str, Any]:
    thumb = {"thumb": blobs[CARD]} if CARD in blobs else {}
    description = kit.description if kit.description != kit.text else ""
    return {"uri": link, "title": kit.title or urlsplit(link).hostname or link, "description": description, **thumb}


def _described(media: Media) -> dict[str, Any]:
    alt: dict[str, Any] = {"alt": media.alt} if media.alt else {}
    if media.width and media.height:
        alt["aspectRatio"] = {"width": media.width, "height": media.height}
    return alt
