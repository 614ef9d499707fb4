"""Files into a repository's blob store: straight, or for video by way of Bluesky's video service."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from publishing.platforms.base import Allowance, Clock, Media, Rejected, Sleep, Token, TryLater, UsedUp
from publishing.platforms.wire import UPLOAD, Wire, chunks, is_this_machine, poll, present

Blob = dict[str, Any]
LIMITS = "app.bsky.video.getUploadLimits"
A_WHILE = timedelta(hours=2)
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
        if not (media.is_video and self._serves(token)):
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

    def _serves(self, token: Token) -> bool:
        """A server on this machine cannot be reached by a video service elsewhere."""
        return bool(self.video_service) and (
            not is_this_machine(urlsplit(token.extra["pds"]).hostname or "")
            or is_this_machine(urlsplit(self.video_service).hostname or "")
        )

    def allowances(self, token: Token) -> list[Allowance]:
        """What the video service still takes today; nothing where it is not used."""
        if not self._serves(token):
            return []
        told = self._limits(token)
        named = {"videos": "remainingDailyVideos", "bytes of video": "remainingDailyBytes"}
        known = {name: told[field] for name, field in named.items() if isinstance(told.get(field), int)}
        return [Allowance(name, 0, left, for_some=True) for name, left in known.items()]

    def _limits(self, token: Token) -> dict[str, Any]:
        host = urlsplit(self.video_service).netloc.replace(":", "%3A")
        ticket = self._ticket(token, audience=f"did:web:{host}", method=LIMITS)
        return self.wire.call("GET", f"{self.video_service}/xrpc/{LIMITS}", token=ticket, hide=token.secrets).fields()

    def _refuse_what_is_not_allowed(self, size: int, token: Token) -> None:
        told = self._limits(token)
        words = str(told.get("message") or told.get("error") or "no reason given")
        left_videos, left_bytes = told.get("remainingDailyVideos"), told.get("remainingDailyBytes")
        if left_videos == 0 or (isinstance(left_bytes, int) and left_bytes < size):
            message = "Bluesky takes no more video from this account today. The post is kept and goes out later."
            raise UsedUp(message, after=A_WHILE)
        if told.get("canUpload") is False:
            raise Rejected(f"Bluesky does not let this account upload videos: {words}", code="video_not_allowed")

    def _start(self, media: Media, token: Token) -> str:
        size = present(media.path)
        self._refuse_what_is_not_allowed(size, token)
        ticket = self._ticket(token)
        answer = self.wire.call(
            "POST",
            f"{self.video_service}/xrpc/app.bsky.video.uploadVideo",
            token=ticket,
            hide=token.secrets,
            params={"did": token.extra["did"], "name": f"video{mimetypes.guess_extension(media.mime) or '.mp4'}"},
            headers={"Content-Type": media.mime, "Content-Length": str(size)},
            content=chunks(media.path),
            timeout=UPLOAD,
            # The very same video was sent before: the answer names its job.
            takes={409},
        ).fields()
        status = answer.get("jobStatus", answer)
        if not isinstance(status, dict) or not status.get("jobId"):
            raise TryLater("Bluesky's video service did not say where the video is. Nothing was published.")
        return str(status["jobId"])

    def _ticket(self, token: Token, *, audience: str = "", method: str = "com.atproto.repo.uploadBlob") -> str:
        """A service token: by default one that lets the video service store the result in the account's repository."""
        host = urlsplit(token.extra["pds"]).netloc.replace(":", "%3A")
        params = {
            "aud": audience or f"did:web:{host}",
            "lxm": method,
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
