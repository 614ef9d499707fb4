"""What one server takes, as it says itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from publishing.platforms.base import Media, PublishKit, Rejected
from publishing.platforms.fit import refuse_what_cannot_fit
from trenddrop.core.platforms import PlatformRules, rules


@dataclass(frozen=True)
class Limits:
    """One server's limits: characters as Mastodon counts them, sizes in bytes; None is not told."""

    characters: int = 500
    attachments: int = 4
    image_bytes: int | None = None
    video_bytes: int | None = None
    mime_types: frozenset[str] = frozenset()

    @property
    def row(self) -> PlatformRules:
        """Mastodon's rules with this server's own text limit, for `core.platforms.check`."""
        return replace(rules("mastodon"), text_limit=self.characters)

    def refuse(self, kit: PublishKit) -> None:
        """Rejected, before a byte is uploaded, for what the server would refuse in the end."""
        refuse_what_cannot_fit(kit, key="mastodon", most=self.attachments, row=self.row)
        for media in kit.media:
            self._refuse_file(media)

    def _refuse_file(self, media: Media) -> None:
        limit = self.video_bytes if media.is_video else self.image_bytes
        if limit is not None and media.size > limit:
            message = f"{media.path.name} has {media.size:,} bytes; this server takes {limit:,}. Make it smaller."
            raise Rejected(message, code="media_too_big")
        if self.mime_types and media.mime not in self.mime_types:
            raise Rejected(f"This server does not take files of type {media.mime}.", code="media_type")


def limits_of(instance: Mapping[str, Any]) -> Limits:
    """The limits in an answer of /api/v2/instance."""
    configuration = instance.get("configuration") or {}
    statuses, media = configuration.get("statuses") or {}, configuration.get("media_attachments") or {}
    return Limits(
        characters=int(statuses.get("max_characters") or 500),
        attachments=int(statuses.get("max_media_attachments") or 4),
        image_bytes=media.get("image_size_limit"),
        video_bytes=media.get("video_size_limit"),
        mime_types=frozenset(media.get("supported_mime_types") or ()),
    )
