"""What a platform would refuse in the end is refused before a byte is uploaded."""

import hashlib
import json

from publishing.platforms.base import PublishKit, Rejected
from trenddrop.core.platforms import PlatformRules, check


def refuse_what_cannot_fit(kit: PublishKit, *, key: str, most: int = 4, row: PlatformRules | None = None) -> None:
    """Rejected, in the user's words: too long, nothing at all, or more than one video or `most` images."""
    problems = [
        one for one in check(key, title=kit.title, text=kit.text, row=row) if one.field != "media" or not kit.media
    ]
    if problems:
        raise Rejected(problems[0].message, code=problems[0].code)
    mixed = len(kit.media) > 1 and any(media.is_video for media in kit.media)
    if mixed or len(kit.media) > most:
        raise Rejected(f"One video or up to {most} images can be posted. Remove some files.", code="too_many_files")
    if not kit.text.strip() and not kit.media:
        raise Rejected("There is nothing to post: no text and no file.", code="empty")


def fingerprint(kit: PublishKit) -> str:
    """Another one for each wording: an upload begun with other words is not gone on with."""
    words = [
        kit.text,
        kit.title,
        list(kit.hashtags),
        kit.language,
        dict(kit.options),
        dict(kit.extra),
        str(kit.publish_at),
    ]
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()[:16]
