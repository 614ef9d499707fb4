"""Containers for words, pictures, videos, carousels and replies."""

from collections.abc import Mapping
from typing import Any, Final

from publishing.platforms.base import Media, PublishKit, Record, Rejected, Step, Token
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.meta.errors import Spoiled
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.words import address_of
from trenddrop.core.platforms import check

NAME: Final = "Threads"
MOST = 20
PICTURES = frozenset({"image/jpeg", "image/png"})
REPLIES: Mapping[str, str] = {"following": "accounts_you_follow", "mentioned": "mentioned_only"}
Data = dict[str, Any]


def refuse(kit: PublishKit) -> None:
    """Rejected, before a container is made, for what Threads would refuse in the end."""
    refuse_what_cannot_fit(kit, key="threads", most=MOST)
    for number, part in enumerate(kit.parts, start=2):
        if problems := check("threads", text=part):
            raise Rejected(f"Part {number}: {problems[0].message}", code=problems[0].code)
    for media in kit.media:
        if not media.is_video and media.mime not in PICTURES:
            raise Rejected("Threads takes pictures as JPEG or PNG. Save the picture as JPEG.", code="media_type")
    if kit.media and kit.options.get("link"):
        raise Rejected("Threads shows a link's card on posts without files only. Remove one of them.", code="link")


def first(kit: PublishKit, graph: Graph, token: Token, known: Mapping[str, Any], record: Record) -> Data:
    """{container, media}: that of the first part, with its files."""
    data: Data = {"media": {}, **known}
    if len(kit.media) > 1:
        for place, media in enumerate(kit.media):
            if str(place) not in data["media"]:
                made = make(graph, token, {**_file(media), "is_carousel_item": True})
                data = {**data, "media": {**data["media"], str(place): made}}
                record(Step("uploaded", data))
        children = ",".join(data["media"][str(place)] for place in range(len(kit.media)))
        files: Data = {"media_type": "CAROUSEL", "children": children}
    else:
        files = _file(kit.media[0]) if kit.media else {"media_type": "TEXT"}
    data = {**data, "container": make(graph, token, {**files, **_words(kit)})}
    record(Step("uploaded" if len(kit.media) == 1 else "container", data))
    return data


def reply(text: str, *, under: str) -> Data:
    """A part under another post."""
    return {"media_type": "TEXT", "text": text, "reply_to_id": under}


def make(graph: Graph, token: Token, fields: Data) -> str:
    """A container's id; nothing is public yet."""
    answer = graph.post("me/threads", token=token.access, **fields)
    if not answer.get("id"):
        raise Spoiled("Threads' answer was incomplete. Nothing was published; we try again.")
    return str(answer["id"])


def _file(media: Media) -> Data:
    kind = "VIDEO" if media.is_video else "IMAGE"
    return {"media_type": kind, f"{kind.lower()}_url": address_of(media, name=NAME), "alt_text": media.alt}


def _words(kit: PublishKit) -> Data:
    given = {
        "text": kit.text,
        "topic_tag": str(kit.options.get("topic") or "").lstrip("#").strip(),
        "reply_control": REPLIES.get(str(kit.options.get("replies") or "")),
        "link_attachment": kit.options.get("link"),
    }
    return {name: value for name, value in given.items() if value}
