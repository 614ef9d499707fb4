"""YouTube's resumable uploads: a session's address, pieces of 256 KiB each, and the question how far it came."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from publishing.platforms.base import Media, OutcomeUnknown, Rejected, Token, TryLater
from publishing.platforms.wire import Answer, Wire, between

PIECE: Final = 32 * 256 * 1024
MIDDLE: Final = 308
STANDSTILLS: Final = 3
Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a session is: so many bytes stored, or the video it became."""

    stored: int = 0
    video: Row | None = None


@dataclass(frozen=True)
class Uploads:
    """Uploads with an account's token; `piece` is a multiple of 256 KiB."""

    wire: Wire
    sessions: Wire
    url: str
    piece: int = PIECE
    patience: httpx.Timeout | None = None

    def open(self, media: Media, size: int, body: Row, params: Mapping[str, str], token: Token) -> str:
        """Begin a session; its address."""
        answer = self.wire.call(
            "POST",
            f"{self.url}/upload/youtube/v3/videos",
            token=token.access,
            hide=token.secrets,
            takes={200},
            params={"uploadType": "resumable", "part": "snippet,status", **params},
            headers={"X-Upload-Content-Type": media.mime, "X-Upload-Content-Length": str(size)},
            json=body,
        )
        address = answer.headers.get("location", "")
        if not address:
            raise TryLater("YouTube did not say where to send the video. Nothing was published; we try again.")
        return str(address)

    def place(self, address: str, size: int, token: Token) -> Place:
        """How far a session came."""
        headers = {"Content-Length": "0", "Content-Range": f"bytes */{size}"}
        return _place(self._put(address, token, headers, b"", final=False))

    def send(
        self, address: str, media: Media, size: int, token: Token, *, stored: int, before_last: Callable[[], None]
    ) -> Row:
        """Send what is missing; `before_last` is called before the piece that holds the last byte. The video."""
        standstills = 0
        while True:
            last = min(stored + self.piece, size) - 1
            is_last = last == size - 1
            if is_last:
                before_last()
            headers = {
                "Content-Type": media.mime,
                "Content-Length": str(last - stored + 1),
                "Content-Range": f"bytes {stored}-{last}/{size}",
            }
            content = between(media.path, stored, last)
            place = _place(self._put(address, token, headers, content, final=is_last))
            if place.video is not None:
                return place.video
            standstills = standstills + 1 if place.stored <= stored else 0
            if standstills == STANDSTILLS or place.stored >= size:
                raise _stuck(is_last)
            stored = place.stored

    def _put(self, address: str, token: Token, headers: Mapping[str, str], content: Any, *, final: bool) -> Answer:
        request: dict[str, Any] = {"headers": headers, "content": content}
        if self.patience is not None:
            request["timeout"] = self.patience
        hide = (address, *token.secrets)
        return self.sessions.call("PUT", address, token=token.access, hide=hide, final=final, takes={MIDDLE}, **request)


def _stuck(is_last: bool) -> TryLater | OutcomeUnknown:
    if is_last:
        return OutcomeUnknown("YouTube has the whole video and does not say that it is done. We look for it.")
    return TryLater("YouTube stores no more of the video. Nothing was published; the upload goes on later.")


def _place(answer: Answer) -> Place:
    if answer.status != MIDDLE:
        video = answer.fields()
        if not video.get("id"):
            raise OutcomeUnknown("YouTube took the video but did not name it. We look for it.")
        return Place(video=video)
    # Without a Range nothing was stored.
    match = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("range", "").strip())
    return Place(int(match[1]) + 1 if match else 0)


def refuse_nothing(size: int) -> None:
    """Rejected for an empty file."""
    if not size:
        raise Rejected("The video file is empty. Attach it again.", code="media_empty")
