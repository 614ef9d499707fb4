"""A thread's parts and the first comment: refused before anything is uploaded when they cannot fit, taken down all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishing.platforms.base import POSTED, SENDING, Platform, PublishKit, Record, Step, Token, TokenExpired
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


def comment_once(
    known: Mapping[str, Any], record: Record, *, stands: Callable[[], bool], write: Callable[[], object]
) -> list[str]:
    """Write the first comment of a post that stands, and return what is not sure about it.

    `known`: the post's step POSTED. That it is begun is recorded first: who goes on after a worker that died or stood
    still looks for it and never writes another, which an earlier request could still bring, too.
    """
    if stands():
        return []
    if known.get("comment") == SENDING:
        return ["It may be that the first comment was not written: look under the post."]
    record(Step(POSTED, {**known, "comment": SENDING}))
    try:
        write()
    except TokenExpired:  # it was not taken, so it may be written with the next token
        record(Step(POSTED, dict(known)))
        raise
    return []


def ids_of(posted: Step) -> Sequence[str]:
    """Whatever stands as a post of its own since a step POSTED: the parts in order, then a first comment under them."""
    data = posted.data
    parts = [str(each) for each in data.get("ids") or [ref["uri"] for ref in data.get("refs") or ()] or [data["id"]]]
    comment = data.get("comment")  # an id, or that it is on its way
    return [*parts, comment] if isinstance(comment, str) and comment not in {"", SENDING} else parts


def take_down(platform: Platform, posted: Step, *, token: Token) -> None:
    """Take a post down with all its parts, the last one first; what is gone already is no error."""
    for each in reversed(ids_of(posted)):
        platform.delete(each, token=token)
