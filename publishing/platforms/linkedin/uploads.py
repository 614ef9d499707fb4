"""Files: announced, sent where LinkedIn says, a video in parts that are closed in order, then waited for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from publishing.platforms import sealed
from publishing.platforms.base import Clock, Media, Rejected, Sleep, Token, TryLater
from publishing.platforms.linkedin.api import Api, encoded
from publishing.platforms.linkedin.refusals import GONE
from publishing.platforms.wire import UPLOAD, chunks, poll, present

State = dict[str, Any]
Keep = Callable[[str, State], None]
DOCUMENTS: Final = frozenset({"application/pdf"})
SPARE: Final = timedelta(minutes=5)
BETWEEN_LOOKS: Final = 2.0
LOOKS: Final = 60
FORBIDDEN: Final = 403
BYTES: Final = {"Content-Type": "application/octet-stream"}


def kind_of(media: Media) -> str:
    """The collection a file belongs to."""
    if media.is_video:
        return "videos"
    return "documents" if media.mime in DOCUMENTS else "images"


@dataclass(frozen=True)
class Job:
    """A file of one post, and who shall own it there; `cover`: a video's first picture."""

    media: Media
    owner: str
    key: str
    cover: Media | None = None


@dataclass(frozen=True)
class Uploads:
    """Uploads of one owner's files. A file's state: {kind, urn, until, …, done?}; a video's also {parts, etags}."""

    api: Api
    clock: Clock
    sleep: Sleep

    def lay_ready(self, job: Job, state: State, *, token: Token, keep: Keep) -> State:
        """The file's state once LinkedIn has it; `keep(step, state)` is called after everything that counts."""
        if state.get("done"):
            return state
        upload = self._video if job.media.is_video else self._whole
        if state and self.clock() < datetime.fromisoformat(state["until"]) - SPARE:
            try:
                return upload(job, state, token=token, keep=keep)
            except Rejected as refused:
                if refused.code not in {GONE, "400"}:
                    raise
                # The upload is no longer known there: begin it anew.
        begun = self._begin(job, token)
        keep("upload", begun)
        return upload(job, begun, token=token, keep=keep)

    def _begin(self, job: Job, token: Token) -> State:
        size, kind = present(job.media.path), kind_of(job.media)
        asked: dict[str, Any] = {"owner": job.owner}
        if kind == "videos":
            asked |= {"fileSizeBytes": size, "uploadCaptions": False, "uploadThumbnail": job.cover is not None}
        body = {"initializeUploadRequest": asked}
        told = self.api.call("POST", f"{kind}?action=initializeUpload", token, json=body).fields().get("value") or {}
        urn, ends = told.get(kind.removesuffix("s")), told.get("uploadUrlsExpireAt") or told.get("uploadUrlExpiresAt")
        if not urn:
            raise TryLater("LinkedIn's answer to an upload was incomplete. Nothing was published; we try again.")
        until = datetime.fromtimestamp(ends / 1000, UTC) if ends else self.clock() + timedelta(hours=1)
        state: State = {"kind": kind, "urn": str(urn), "until": until.isoformat()}
        return {**state, **(_parts(told, job.key) if kind == "videos" else {"to": _locked(told["uploadUrl"], job.key)})}

    def _whole(self, job: Job, state: State, *, token: Token, keep: Keep) -> State:
        self._file(state["to"], job, job.media, token)
        self._await(state, token)
        state = {**state, "done": True}
        keep("uploaded", state)
        return state

    def _video(self, job: Job, state: State, *, token: Token, keep: Keep) -> State:
        present(job.media.path)
        with job.media.path.open("rb") as file:
            for part in state["parts"][len(state["etags"]) :]:
                file.seek(part["first"])
                content = file.read(part["last"] - part["first"] + 1)
                etag = self._put(part["to"], job, token, content=content, headers=BYTES)
                state = {**state, "etags": [*state["etags"], etag]}
                keep("uploading", state)
        if job.cover and state["cover"]:
            self._file(state["cover"], job, job.cover, token)
        self._close(state, token)
        self._await(state, token)
        state = {**state, "done": True}
        keep("uploaded", state)
        return state

    def _file(self, to: str, job: Job, media: Media, token: Token) -> None:
        headers = {**BYTES, "Content-Length": str(present(media.path))}
        self._put(to, job, token, content=chunks(media.path), headers=headers)

    def _put(self, to: str, job: Job, token: Token, **request: Any) -> str:
        """Send bytes to an address that signs itself: no token goes there. Returns the ETag."""
        address = sealed.unlock(to, key=job.key)
        if not address:
            raise Rejected("The address of an upload cannot be opened any more.", code=GONE)
        hide = (address, *token.secrets)
        answer = self.api.wire.call("PUT", address, hide=hide, timeout=UPLOAD, takes={200, 201}, **request)
        return str(answer.headers.get("etag", "")).strip('"')

    def _close(self, state: State, token: Token) -> None:
        asked = {"video": state["urn"], "uploadToken": state["token"], "uploadedPartIds": state["etags"]}
        body = {"finalizeUploadRequest": asked}
        try:
            self.api.call("POST", "videos?action=finalizeUpload", token, json=body, takes={200})
        except Rejected:
            # Closed already by an attempt whose answer was lost: its status tells.
            if self._status(state, token) == "WAITING_UPLOAD":
                raise

    def _await(self, state: State, token: Token) -> None:
        def done() -> bool:
            status = self._status(state, token)
            if status == "PROCESSING_FAILED":
                raise Rejected(
                    "LinkedIn could not process the file. Try another format, or export it again.", code="media"
                )
            return status in {"AVAILABLE", ""}

        poll(
            done,
            sleep=self.sleep,
            every=BETWEEN_LOOKS,
            times=LOOKS,
            message="LinkedIn is still processing the file. The post goes out when it is done.",
            after=timedelta(seconds=30),
        )

    def _status(self, state: State, token: Token) -> str:
        """What LinkedIn says of a file; empty where this account may not ask (then it is waited for a moment)."""
        answer = self.api.call("GET", f"{state['kind']}/{encoded(state['urn'])}", token, takes={FORBIDDEN})
        if answer.status == FORBIDDEN:
            self.sleep(BETWEEN_LOOKS)
            return ""
        fields = answer.fields()
        if reason := fields.get("processingFailureReason"):
            raise Rejected(f"LinkedIn could not process the file: {reason}", code="media")
        return str(fields.get("status") or "")


def _parts(told: Mapping[str, Any], key: str) -> State:
    parts = [
        {"to": _locked(one["uploadUrl"], key), "first": one["firstByte"], "last": one["lastByte"]}
        for one in told["uploadInstructions"]
    ]
    cover = str(told.get("thumbnailUploadUrl") or "")
    token = str(told.get("uploadToken") or "")
    return {"parts": parts, "etags": [], "token": token, "cover": _locked(cover, key) if cover else ""}


def _locked(address: Any, key: str) -> str:
    return sealed.lock(str(address), key=key)
