"""Reels and video stories: a video is begun, filled (from where an upload broke off), then finished."""

from datetime import UTC, datetime, timedelta
from typing import Any

from publishing.platforms.base import Allowance, OutcomeUnknown, PublishKit, Record, Rejected, Step, TryLater, UsedUp
from publishing.platforms.facebook.kinds import Data, Desk, Standing, moment, unix, video_of
from publishing.platforms.facebook.uploads import rest
from publishing.platforms.facebook.videos import newest
from publishing.platforms.meta.containers import made_at
from publishing.platforms.meta.errors import GONE, Spoiled
from publishing.platforms.wire import UPLOAD, poll, present

STATUS = "id,status,permalink_url"
MOST_A_DAY = 30
DAY = timedelta(hours=24)
BETWEEN_LOOKS = 5.0
LOOKS = 24


class Reels:
    """Steps: `session` {video} · `uploaded` {video, bytes}. `edge`: video_reels or video_stories."""

    def __init__(self, edge: str = "video_reels") -> None:
        self._edge = edge

    def stage(self, kit: PublishKit, desk: Desk, known: Data, record: Record) -> Data:
        data, media = dict(known), video_of(kit)
        size = present(media.path)
        offset = 0
        if not data.get("video"):
            refuse_when_full(desk)
            answer = desk.graph.post(f"{desk.page}/{self._edge}", token=desk.token, upload_phase="START")
            data = {"video": str(answer["video_id"])}
            record(Step("session", data))
        elif not data.get("bytes"):
            offset = _transferred(desk, data["video"])
        if not data.get("bytes"):
            self._fill(desk, data["video"], kit, offset=offset, size=size)
            data = {**data, "bytes": size}
            record(Step("uploaded", data))
        return data

    def _fill(self, desk: Desk, video: str, kit: PublishKit, *, offset: int, size: int) -> None:
        if offset >= size:
            return
        headers = {"offset": str(offset), "file_size": str(size), "Content-Length": str(size - offset)}
        content = rest(video_of(kit).path, offset)
        answer = desk.uploader.raw("POST", video, token=desk.token, headers=headers, content=content, timeout=UPLOAD)
        if not answer.get("success"):
            raise Spoiled("Facebook did not take the video. Nothing was published; we try again.")

    def send(self, kit: PublishKit, desk: Desk, known: Data) -> str:
        video = str(known["video"])
        given: Data = {"upload_phase": "FINISH", "video_id": video, "video_state": "PUBLISHED"}
        if self._edge == "video_reels":
            given |= {"description": kit.text, "title": kit.title}
            given |= {"is_ai_generated": True} if kit.extra.get("ai_label") else {}
        if kit.publish_at:
            given |= {"video_state": "SCHEDULED", "scheduled_publish_time": unix(kit.publish_at)}
        answer = desk.graph.post(f"{desk.page}/{self._edge}", token=desk.token, final=True, **given)
        if not answer.get("success"):
            raise OutcomeUnknown("Facebook did not say clearly whether it took the video. We look for it.")
        self._await(desk, video)
        return video

    def _await(self, desk: Desk, video: str) -> None:
        """Wait while it is processed; a video that is not public in the end is looked for again later."""

        def done() -> bool:
            return self.look(desk, {"video": video}, sent=True) is not None

        words = "Facebook took the video and is still processing it. We look again."
        try:
            poll(done, sleep=desk.sleep, every=BETWEEN_LOOKS, times=LOOKS, message=words, after=timedelta(minutes=1))
        except TryLater as later:
            raise OutcomeUnknown(str(later)) from None

    def look(self, desk: Desk, known: Data, *, sent: bool = False) -> Standing | None:
        video = known.get("video")
        if not video:
            return None
        try:
            told = desk.graph.get(str(video), token=desk.token, fields=STATUS)
        except Rejected as refused:
            if refused.code == GONE:
                return None
            raise
        return _standing(desk, str(video), told, sent=sent)

    def listed(self, kit: PublishKit, desk: Desk, *, since: datetime) -> Standing | None:
        return newest(desk, self._edge, kit.text, since=since) if self._edge == "video_reels" else None


def _standing(desk: Desk, video: str, told: Data, *, sent: bool) -> Standing | None:
    status: Data = told.get("status") or {}
    publishing: Data = status.get("publishing_phase") or {}
    failed = [each for each in (status.get("processing_phase") or {}, publishing) if each.get("status") == "error"]
    if failed or status.get("video_status") == "error":
        raise Rejected(f"Facebook could not publish this video: {_reason(failed)}", code="processing")
    if publishing.get("status") == "complete":
        waits = moment(publishing.get("publish_time")) if publishing.get("publish_status") == "scheduled" else None
        return Standing(video, desk.address(told), waits)
    if publishing.get("status") == "in_progress" and not sent:
        raise OutcomeUnknown("Facebook is still publishing the video. We look again.")
    return None


def _reason(failed: list[Data]) -> str:
    for phase in failed:
        errors: Any = phase.get("errors") or [phase.get("error") or {}]
        for error in errors:
            if isinstance(error, dict) and error.get("message"):
                return str(error["message"])
    return "it gives no reason. Try another file."


def _transferred(desk: Desk, video: str) -> int:
    """How many bytes arrived before an upload broke off; Meta spells it in two ways."""
    status = desk.graph.get(video, token=desk.token, fields=STATUS).get("status") or {}
    phase: Data = status.get("uploading_phase") or {}
    return int(phase.get("bytes_transferred") or phase.get("bytes_transfered") or 0)


def refuse_when_full(desk: Desk) -> None:
    """UsedUp until the oldest of thirty reels is a day old: nothing tells the limit, so we count what is there."""
    allowance = reels_left(desk)
    if allowance.used >= MOST_A_DAY and allowance.resets_at:
        after = max(allowance.resets_at - desk.clock(), timedelta(minutes=1))
        raise UsedUp(f"Facebook takes {MOST_A_DAY} reels in 24 hours from a Page, and has them.", after=after)


def reels_left(desk: Desk) -> Allowance:
    """Reels of the last day, of thirty."""
    since = desk.clock().astimezone(UTC) - DAY
    rows = desk.graph.rows(f"{desk.page}/video_reels", token=desk.token, fields="id,created_time", since=unix(since))
    made = sorted(at for at in map(made_at, rows) if at > since)
    return Allowance("reels", len(made), MOST_A_DAY, made[0] + DAY if made else None, for_some=True)
