"""Containers for reels, photos, carousels and stories, and the bytes of a video."""

import re
from collections.abc import Mapping
from typing import Any, Final

from publishing.platforms.base import Media, PublishKit, Record, Rejected, Step, Token
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.instagram.doors import FACEBOOK
from publishing.platforms.meta.errors import Spoiled
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.words import address_of
from publishing.platforms.wire import UPLOAD, chunks, present

NAME: Final = "Instagram"
MOST = 10
MOST_COLLABORATORS = 3
PICTURES = frozenset({"image/jpeg"})
HANDLE = re.compile(r"[\w.]+")
LONGEST_STORY = 60.0
LARGEST_STORY = 100_000_000
TOO_LONG: Final = "media_duration"
Data = dict[str, Any]


def is_story(kit: PublishKit) -> bool:
    """Whether it vanishes after a day."""
    return kit.options.get("post_as") == "story"


def refuse(kit: PublishKit) -> None:
    """Rejected, before a byte is sent, for what Instagram would refuse in the end."""
    refuse_what_cannot_fit(kit, key="instagram", most=1 if is_story(kit) else MOST)
    if not kit.media:
        raise Rejected("Instagram takes no words alone. Add a picture or a video.", code="media_missing")
    for media in kit.media:
        if is_story(kit) and media.is_video and (media.duration or 0) > LONGEST_STORY:
            raise Rejected(
                "A story on Instagram takes 60 seconds. Shorten the video, or post it as a reel.", code=TOO_LONG
            )
        if is_story(kit) and media.is_video and media.size > LARGEST_STORY:
            raise Rejected("A story on Instagram takes 100 MB. Make the video smaller.", code="media_too_big")
        if not media.is_video and media.mime not in PICTURES:
            raise Rejected("Instagram takes pictures as JPEG only. Save the picture as JPEG.", code="media_type")


class Maker:
    """Makes what a kit needs; what earlier tries made is used again. `uploader`: rupload at our version."""

    def __init__(self, uploader: Graph) -> None:
        self._uploader = uploader

    def container(self, kit: PublishKit, graph: Graph, token: Token, known: Mapping[str, Any], record: Record) -> Data:
        """{container, media}: the one to publish, made and filled."""
        data: Data = {"media": {}, **known}
        if data.get("container"):
            return data
        if len(kit.media) == 1:
            data = {**data, "container": self._single(kit, graph, token)}
            record(Step("uploaded", data))
            return data
        for place, media in enumerate(kit.media):
            if str(place) not in data["media"]:
                made = self._make(graph, token, **_file(media), is_carousel_item=True)
                data = {**data, "media": {**data["media"], str(place): made}}
                record(Step("uploaded", data))
        children = ",".join(data["media"][str(place)] for place in range(len(kit.media)))
        parent = {"media_type": "CAROUSEL", "children": children, **_words(kit)}
        data = {**data, "container": self._make(graph, token, **parent)}
        record(Step("container", data))
        return data

    def _single(self, kit: PublishKit, graph: Graph, token: Token) -> str:
        media = kit.media[0]
        fields = {**_reel(kit), **_words(kit)} if media.is_video and not is_story(kit) else _words(kit)
        if not media.is_video:
            return self._make(graph, token, **fields, **_file(media))
        if token.extra.get("login") != FACEBOOK:
            return self._make(graph, token, **fields, video_url=address_of(media, name=NAME))
        size = present(media.path)
        made = self._make(graph, token, **fields, upload_type="resumable")
        self._upload(made, media, token, size)
        return made

    def _make(self, graph: Graph, token: Token, **fields: Any) -> str:
        answer = graph.post(f"{token.extra['user_id']}/media", token=token.access, **fields)
        if not answer.get("id"):
            raise Spoiled("Instagram's answer was incomplete. Nothing was published; we try again.")
        return str(answer["id"])

    def _upload(self, container: str, media: Media, token: Token, size: int) -> None:
        """Send the bytes; how to go on with half of them is not documented, so a broken upload begins anew."""
        headers = {"offset": "0", "file_size": str(size), "Content-Length": str(size)}
        content = chunks(media.path)
        answer = self._uploader.raw(
            "POST", container, token=token.access, headers=headers, content=content, timeout=UPLOAD
        )
        if not answer.get("success"):
            raise Spoiled("Instagram did not take the video. Nothing was published; we try again.")


def _file(media: Media) -> Data:
    return {"image_url": address_of(media, name=NAME), "alt_text": media.alt}


def _words(kit: PublishKit) -> Data:
    """What a post in the feed carries beside its files."""
    marked: Data = {"is_ai_generated": True} if kit.extra.get("ai_label") else {}
    if is_story(kit):
        return {"media_type": "STORIES", **marked}
    given: Data = {
        **marked,
        "caption": kit.text,
        "collaborators": collaborators(str(kit.options.get("collaborators") or "")),
    }
    return {name: value for name, value in given.items() if value}


def _reel(kit: PublishKit) -> Data:
    fields: Data = {"media_type": "REELS", "share_to_feed": bool(kit.options.get("share_to_feed", True))}
    if kit.thumbnail and kit.thumbnail.url and kit.thumbnail.mime in PICTURES:
        return {**fields, "cover_url": address_of(kit.thumbnail, name=NAME)}
    if kit.extra.get("cover_at"):
        fields["thumb_offset"] = str(round(float(kit.extra["cover_at"]) * 1000))
    return fields


def collaborators(typed: str) -> list[str]:
    """Handles without @, three at most."""
    found = list(dict.fromkeys(HANDLE.findall(typed)))
    if len(found) > MOST_COLLABORATORS:
        raise Rejected("Instagram takes three collaborators at most. Remove some.", code="collaborators")
    return found
