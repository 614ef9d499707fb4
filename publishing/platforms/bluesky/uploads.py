"""Files into a repository's blob store: straight, or for video by way of Bluesky's video service."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from publishing.platforms.base import Clock, Media, Rejected, Sleep, Token, TryLater
from publishing.platforms.wire import UPLOAD, Wire, chunks, poll, present

Blob = dict[str, Any]
BETWEEN_LOOKS = 2.0
LOOKS = 60


@dataclass(frozen=True)
class Uploads:
    """Uploads of one account's files; `video_service` empty means straight to the account's server."""

    wire: Wire
    clock: Clock
    sleep: Sleep
    video_service: str = ""

    def send(self, media: Media, *, token: Token, job: str = "", started: Callable[[str], None]) -> Blob:
        """The blob to name in a post; `started` gets a video job's id, which a resumed upload passes as `job`."""
        if not (media.is_video and self.video_service):
            return self._straight(media, token)
        if not job:
            job = self._start(media, token)
            started(job)
        return self._transcoded(job)

    def _straight(self, media: Media, token: Token) -> Blob:
        answer = self.wire.call(
            "POST",
            f"{token.extra['pds']}/xrpc/com.atproto.repo.uploadBlob",
            token=token.access,
            hide=token.secrets,
            headers={"Content-Type": media.mime, "Content-Length": str(present(media.path))},
            content=chunks(media.path),
            timeout=UPLOAD,
        )
        return _blob(answer.fields().get("blob"))

    def _start(self, media: Media, token: Token) -> str:
        size = str(present(media.path))
        ticket = self._ticket(token)
        answer = self.wire.call(
            "POST",
            f"{self.video_service}/xrpc/app.bsky.video.uploadVideo",
            token=ticket,
            hide=token.secrets,
            params={"did": token.extra["did"], "name": f"video{mimetypes.guess_extension(media.mime) or '.mp4'}"},
            headers={"Content-Type": media.mime, "Content-Length": size},
            content=chunks(media.path),
            timeout=UPLOAD,
        ).fields()
        status = answer.get("jobStatus", answer)
        if not isinstance(status, dict) or not status.get("jobId"):
            raise TryLater("Bluesky's video service did not say where the video is. Nothing was published.")
        return str(status["jobId"])

    def _ticket(self, token: Token) -> str:
        """A service token that lets the video service store the result in the account's repository."""
        host = urlsplit(token.extra["pds"]).netloc
        params = {
            "aud": f"did:web:{host.replace(':', '%3A')}",
            "lxm": "com.atproto.repo.uploadBlob",
            "exp": str(int((self.clock() + timedelta(minutes=30)).timestamp())),
        }
        url = f"{token.extra['pds']}/xrpc/com.atproto.server.getServiceAuth"
        answer = self.wire.call("GET", url, token=token.access, hide=token.secrets, params=params)
        return str(answer.fields().get("token") or "")

    def _transcoded(self, job: str) -> Blob:
        blob: Blob = {}

        def done() -> bool:
            url = f"{self.video_service}/xrpc/app.bsky.video.getJobStatus"
            fields = self.wire.call("GET", url, params={"jobId": job}).fields()
            status = fields.get("jobStatus", fields)
            if status.get("state") == "JOB_STATE_FAILED":
                words = status.get("message") or status.get("error") or "no reason given"
                raise Rejected(f"Bluesky could not process the video: {words}", code="video_failed")
            blob.update(status.get("blob") or {})
            return bool(blob)

        poll(
            done,
            sleep=self.sleep,
            every=BETWEEN_LOOKS,
            times=LOOKS,
            message="Bluesky is still processing the video. The post goes out when it is done.",
            after=timedelta(seconds=30),
        )
        return _blob(blob)


def _blob(value: Any) -> Blob:
    if not isinstance(value, dict) or "ref" not in value:
        raise TryLater("Bluesky's answer to an upload was incomplete. Nothing was published; we try again.")
    return {"$type": "blob", "ref": value["ref"], "mimeType": value["mimeType"], "size": value["size"]}
