"""Videos of any shape: uploaded under a handle that can be gone on with, kept unpublished, then told to be public."""

from datetime import datetime

from publishing.platforms.base import PublishKit, Record, Rejected, Step
from publishing.platforms.facebook.kinds import Data, Desk, Standing, moment, unix, video_of
from publishing.platforms.facebook.uploads import rest
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at
from publishing.platforms.meta.errors import GONE, Spoiled
from publishing.platforms.meta.words import same
from publishing.platforms.wire import UPLOAD, present

STATE = "id,published,permalink_url,scheduled_publish_time,status"
LISTED = "id,description,created_time,permalink_url,published"


class Videos:
    """Steps: `session` {upload} · `uploaded` {upload, handle} · `staged` {video}."""

    def stage(self, kit: PublishKit, desk: Desk, known: Data, record: Record) -> Data:
        data = dict(known)
        if not data.get("video") and not data.get("handle"):
            data = self._upload(kit, desk, data, record)
        if not data.get("video"):
            data = {**data, "video": self._unpublished(kit, desk, str(data["handle"]))}
            record(Step("staged", data))
        return data

    def _upload(self, kit: PublishKit, desk: Desk, data: Data, record: Record) -> Data:
        media = video_of(kit)
        size = present(media.path)
        if not data.get("upload"):
            named: Data = {"file_name": media.path.name, "file_length": size, "file_type": media.mime}
            data = {**data, "upload": str(desk.graph.post(f"{desk.app_id}/uploads", token=desk.token, **named)["id"])}
            record(Step("session", data))
            offset = 0
        else:
            offset = int(desk.graph.raw("GET", data["upload"], token=desk.token, headers={}).get("file_offset") or 0)
        headers = {"file_offset": str(offset), "Content-Length": str(size - offset)}
        answer = desk.graph.raw(
            "POST", data["upload"], token=desk.token, headers=headers, content=rest(media.path, offset), timeout=UPLOAD
        )
        if not answer.get("h"):
            raise Spoiled("Facebook did not take the video. Nothing was published; we try again.")
        data = {**data, "handle": str(answer["h"])}
        record(Step("uploaded", data))
        return data

    def _unpublished(self, kit: PublishKit, desk: Desk, handle: str) -> str:
        given: Data = {
            "description": kit.text,
            "title": kit.title,
            "fbuploader_video_file_chunk": handle,
            "published": False,
        }
        if kit.thumbnail and present(kit.thumbnail.path):
            with kit.thumbnail.path.open("rb") as file:
                picture = {"thumb": (kit.thumbnail.path.name, file, kit.thumbnail.mime)}
                answer = desk.graph.send(f"{desk.page}/videos", token=desk.token, files=picture, **given)
        else:
            answer = desk.graph.post(f"{desk.page}/videos", token=desk.token, **given)
        if not answer.get("id"):
            raise Spoiled("Facebook's answer was incomplete. Nothing was published; we try again.")
        return str(answer["id"])

    def send(self, kit: PublishKit, desk: Desk, known: Data) -> str:
        video = str(known["video"])
        given: Data = {"scheduled_publish_time": unix(kit.publish_at)} if kit.publish_at else {"published": True}
        desk.graph.post(video, token=desk.token, final=True, **given)
        return video

    def look(self, desk: Desk, known: Data) -> Standing | None:
        video = known.get("video")
        return state(desk, str(video)) if video else None

    def listed(self, kit: PublishKit, desk: Desk, *, since: datetime) -> Standing | None:
        return newest(desk, "videos", kit.text, since=since)


def state(desk: Desk, video: str) -> Standing | None:
    """A video that is public or waits; None when it is neither."""
    try:
        told = desk.graph.get(video, token=desk.token, fields=STATE)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    publishing: Data = (told.get("status") or {}).get("publishing_phase") or {}
    # Reels tell their time in their status only.
    planned = publishing.get("publish_time") if publishing.get("publish_status") == "scheduled" else None
    waits = moment(told.get("scheduled_publish_time") or planned)
    if told.get("published"):
        return Standing(video, desk.address(told))
    return Standing(video, desk.address(told), waits) if waits else None


def newest(desk: Desk, edge: str, words: str, *, since: datetime) -> Standing | None:
    """The first public video of an edge since then with the same words."""
    found = None
    for row in desk.graph.rows(f"{desk.page}/{edge}", token=desk.token, fields=LISTED):
        if made_at(row) < since - CLOCKS_DIFFER:
            break
        if row.get("published", True) and same(row.get("description"), words):
            found = Standing(str(row["id"]), desk.address(row))
    return found
