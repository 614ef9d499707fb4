"""Posts of words, a link, photos: kept unpublished first, then told to be public."""

from collections.abc import Mapping
from datetime import datetime

from publishing.platforms.base import Media, PublishKit, Record, Rejected, Step
from publishing.platforms.facebook.kinds import Data, Desk, Standing, moment, unix
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at
from publishing.platforms.meta.errors import GONE, Spoiled
from publishing.platforms.meta.words import same
from publishing.platforms.wire import present

STATE = "id,is_published,permalink_url,scheduled_publish_time"
LISTED = "id,message,created_time,permalink_url"


class Feed:
    """Steps: `uploaded` {media: {place: photo}} · `staged` {media, post}."""

    def stage(self, kit: PublishKit, desk: Desk, known: Data, record: Record) -> Data:
        data: Data = {"media": {}, **known}
        for place, media in enumerate(kit.media):
            if str(place) not in data["media"]:
                photo = send_photo(media, desk, waits=kit.publish_at is not None)
                data = {**data, "media": {**data["media"], str(place): photo}}
                record(Step("uploaded", data))
        if not data.get("post"):
            data = {**data, "post": self._unpublished(kit, desk, data["media"])}
            record(Step("staged", data))
        return data

    def _unpublished(self, kit: PublishKit, desk: Desk, media: Mapping[str, str]) -> str:
        photos = [{"media_fbid": media[str(place)]} for place in range(len(kit.media))]
        answer = desk.graph.post(
            f"{desk.page}/feed",
            token=desk.token,
            message=kit.text,
            link=kit.options.get("link"),
            attached_media=photos or None,
            published=False,
        )
        if not answer.get("id"):
            raise Spoiled("Facebook's answer was incomplete. Nothing was published; we try again.")
        return str(answer["id"])

    def send(self, kit: PublishKit, desk: Desk, known: Data) -> str:
        post = str(known["post"])
        given: Data = {"scheduled_publish_time": unix(kit.publish_at)} if kit.publish_at else {"is_published": True}
        desk.graph.post(post, token=desk.token, final=True, **given)
        return post

    def look(self, desk: Desk, known: Data) -> Standing | None:
        post = known.get("post")
        return state(desk, str(post)) if post else None

    def listed(self, kit: PublishKit, desk: Desk, *, since: datetime) -> Standing | None:
        found = None
        for row in desk.graph.rows(f"{desk.page}/published_posts", token=desk.token, fields=LISTED):
            if made_at(row) < since - CLOCKS_DIFFER:
                break
            if same(row.get("message"), kit.text):
                found = Standing(str(row["id"]), desk.address(row))
        return found


def send_photo(media: Media, desk: Desk, *, waits: bool = False) -> str:
    """An unpublished photo; one for a post that waits is marked so that it is kept until then."""
    present(media.path)
    with media.path.open("rb") as file:
        answer = desk.graph.send(
            f"{desk.page}/photos",
            token=desk.token,
            files={"source": (media.path.name, file, media.mime)},
            alt_text_custom=media.alt,
            published=False,
            temporary=True if waits else None,
        )
    if not answer.get("id"):
        raise Spoiled("Facebook's answer was incomplete. Nothing was published; we try again.")
    return str(answer["id"])


def state(desk: Desk, post: str) -> Standing | None:
    """A post that is public or waits; None when it is neither."""
    try:
        told = desk.graph.get(post, token=desk.token, fields=STATE)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    waits = moment(told.get("scheduled_publish_time"))
    if told.get("is_published"):
        return Standing(post, desk.address(told))
    return Standing(post, desk.address(told), waits) if waits else None
