"""Texts as they come back, against what was sent; files that Meta fetches from us."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from publishing.platforms.base import Media, Rejected
from publishing.platforms.wire import present


def same(told: Any, sent: str) -> bool:
    """Whether a post shows exactly the text that was sent."""
    return canonical(str(told or "")) == canonical(sent)


def canonical(text: str) -> str:
    """A text as it compares: composed, one blank between words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def address_of(media: Media, *, name: str) -> str:
    """Where `name` fetches a file; Rejected when it was deleted or cannot be reached from outside."""
    present(media.path)
    if media.url:
        return media.url
    raise Rejected(
        f"{name} fetches files itself, and this installation has no public address. "
        "Its operator must set SITE_URL to an https address, or MEDIA_PUBLIC_URL.",
        code="config",
    )


def number(told: Mapping[str, Any], name: str) -> int | None:
    """A count of a profile, None where it was not told."""
    value = told.get(name)
    return value if isinstance(value, int) else None
