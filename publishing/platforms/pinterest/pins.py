"""What a pin is made of: its media source, its words, and whether one that stands is the one that was sent."""

import base64
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from publishing.platforms.base import Media, PublishKit, Rejected
from publishing.platforms.wire import present

IMAGES: Final = frozenset({"image/jpeg", "image/png"})
LONGEST_ALT: Final = 500


def new_pin(kit: PublishKit, *, board: str, media_id: str) -> dict[str, Any]:
    """The body of POST /pins; `media_id` of the video that was uploaded, empty for pictures."""
    given = {
        "title": kit.title,
        "description": kit.text,
        "link": kit.options.get("link"),
        "alt_text": kit.media[0].alt[:LONGEST_ALT],
    }
    source = _video(kit, media_id) if media_id else _pictures(kit)
    return {"board_id": board, "media_source": source, **{name: value for name, value in given.items() if value}}


def _video(kit: PublishKit, media_id: str) -> dict[str, Any]:
    source: dict[str, Any] = {"source_type": "video_id", "media_id": media_id}
    if kit.thumbnail and kit.thumbnail.mime in IMAGES:
        picture = _coded(kit.thumbnail)
        return source | {"cover_image_content_type": picture["content_type"], "cover_image_data": picture["data"]}
    return source | {"cover_image_key_frame_time": int(float(kit.extra.get("cover_at") or 0))}


def _pictures(kit: PublishKit) -> dict[str, Any]:
    if len(kit.media) == 1:
        return {"source_type": "image_base64", **_coded(kit.media[0])}
    return {"source_type": "multiple_image_base64", "items": [_coded(one) for one in kit.media], "index": 0}


def _coded(media: Media) -> dict[str, str]:
    return {"content_type": media.mime, "data": base64.b64encode(media.path.read_bytes()).decode()}


def refuse_files(kit: PublishKit) -> None:
    """Rejected for no file, for one that was deleted, and for pictures Pinterest does not read."""
    if not kit.media:
        raise Rejected(_("A pin needs a picture or a video. Attach one."), code="media_required")
    for media in kit.media:
        present(media.path)
        if not media.is_video and media.mime not in IMAGES:
            raise Rejected(_("Pinterest takes JPEG and PNG pictures only."), code="media_type")


def is_ours(pin: Mapping[str, Any], kit: PublishKit) -> bool:
    """Whether a pin has the words that were sent."""
    same_title = not kit.title or _plain(pin.get("title")) == _plain(kit.title)
    return same_title and _plain(pin.get("description")) == _plain(kit.text)


def _plain(text: Any) -> str:
    return " ".join(unicodedata.normalize("NFC", str(text or "")).split())
