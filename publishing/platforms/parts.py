"""A thread's parts and the first comment, refused before anything is uploaded when they cannot fit."""

from dataclasses import replace

from publishing.platforms.base import PublishKit
from publishing.platforms.fit import refuse_what_cannot_fit
from trenddrop.core.platforms import PlatformRules


def refuse_parts(kit: PublishKit, *, key: str, row: PlatformRules | None = None) -> None:
    """Rejected for a part, or a comment, that is empty or too long there."""
    for text in [*kit.parts, *filter(None, [comment_of(kit)])]:
        alone = replace(kit, text=text, media=(), parts=(), options={}, hashtags=())
        refuse_what_cannot_fit(alone, key=key, row=row)


def comment_of(kit: PublishKit) -> str:
    """The first comment, empty where none was asked for."""
    return str(kit.options.get("first_comment") or "").strip()
