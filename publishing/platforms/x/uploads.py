"""Files in parts: announced, sent part by part, closed, and waited for; taken up in the middle after a fall."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from publishing.platforms.base import Clock, Media, Rejected, Sleep, Token
from publishing.platforms.wire import UPLOAD, poll, present
from publishing.platforms.x.api import Api

# The older docs name 5 MB as the most; a part is held in memory.
PART: Final = 4 * 1024**2
ALT_LIMIT: Final = 1000
LOOKS: Final = 60
# An upload this near its end is begun anew.
SPARE: Final = timedelta(minutes=5)

State = dict[str, Any]
States = dict[str, State]
Keep = Callable[[str, State], None]
KeepAll = Callable[[str, States], None]


@dataclass(frozen=True)
class Uploads:
    """Uploads of one account's files. A file's state is plain data: {id, key, until, next, done?}."""

    api: Api
    clock: Clock
    sleep: Sleep

    def lay_all_ready(
        self, files: Sequence[Media], states: Mapping[str, State], *, token: Token, keep: KeepAll
    ) -> States:
        """The states of all files by their place; `keep(step, states)` is called after everything that counts."""
        ready = dict(states)
        for place, media in enumerate(files):
            name = str(place)

            def one(step: str, state: State, name: str = name) -> None:
                ready[name] = state
                keep(step, dict(ready))

            ready[name] = self.lay_ready(media, ready.get(name, {}), token=token, keep=one)
        return ready

    def lay_ready(self, media: Media, state: State, *, token: Token, keep: Keep) -> State:
        """The file's state once X has it whole; `keep(step, state)` is called after everything that counts."""
        if state and not self._ends_soon(state):
            if state.get("done"):
                return state
            try:
                return self._rest(media, state, token=token, keep=keep)
            except Rejected as refused:
                if refused.code not in {"400", "not_found"}:
                    raise
                # The upload is no longer known there: begin it anew.
        return self._rest(media, self._begin(media, token, keep), token=token, keep=keep)

    def _begin(self, media: Media, token: Token, keep: Keep) -> State:
        body = {"media_type": media.mime, "media_category": category(media), "total_bytes": present(media.path)}
        told = self.api.call("POST", "media/upload/initialize", token, json=body)["data"]
        until = self.clock() + timedelta(seconds=int(told.get("expires_after_secs") or 3600))
        state = {"id": str(told["id"]), "key": str(told.get("media_key") or ""), "until": until.isoformat(), "next": 0}
        keep("upload", state)
        return state

    def _rest(self, media: Media, state: State, *, token: Token, keep: Keep) -> State:
        present(media.path)
        for number, part in parts(media.path, first=state["next"]):
            files = {"media": ("part", part, "application/octet-stream")}
            form = {"segment_index": str(number)}
            self.api.call("POST", f"media/upload/{state['id']}/append", token, files=files, data=form, timeout=UPLOAD)
            state = {**state, "next": number + 1}
            keep("uploading", state)
        self._finish(media, state, token)
        if media.alt:
            self._describe(state["id"], media.alt, token)
        state = {**state, "done": True}
        keep("uploaded", state)
        return state

    def _finish(self, media: Media, state: State, token: Token) -> None:
        try:
            told = self.api.call("POST", f"media/upload/{state['id']}/finalize", token)
        except Rejected as refused:
            # Closed by an attempt whose answer was lost, or not there at all: its status tells.
            told = self._status_or(refused, state["id"], token)
        self._await(media, told.get("data") or {}, state["id"], token)

    def _await(self, media: Media, told: Mapping[str, Any], media_id: str, token: Token) -> None:
        info: dict[str, Any] = dict(told.get("processing_info") or {})

        def done() -> bool:
            state = info.get("state")
            if state == "failed":
                error = info.get("error") or {}
                words = error.get("message") or error.get("detail") or "no reason given"
                raise Rejected(f"X could not process {media.path.name}: {words}", code="media_failed")
            if not info or state == "succeeded":
                return True
            self.sleep(min(float(info.get("check_after_secs") or 1), 30))
            fresh = (self._status(media_id, token).get("data") or {}).get("processing_info") or {}
            info.clear()
            info.update(fresh)
            return False

        poll(
            done,
            sleep=lambda _seconds: None,
            every=0,
            times=LOOKS,
            message="X is still processing the video. The post goes out when it is done.",
            after=timedelta(seconds=30),
        )

    def _describe(self, media_id: str, alt: str, token: Token) -> None:
        """Say what the file shows, for those who cannot see it."""
        body = {"id": media_id, "metadata": {"alt_text": {"text": alt[:ALT_LIMIT]}}}
        self.api.call("POST", "media/metadata", token, json=body)

    def _status_or(self, refused: Rejected, media_id: str, token: Token) -> dict[str, Any]:
        try:
            return self._status(media_id, token)
        except Rejected:
            raise refused from None

    def _status(self, media_id: str, token: Token) -> dict[str, Any]:
        return self.api.call("GET", "media/upload", token, params={"command": "STATUS", "media_id": media_id})

    def _ends_soon(self, state: Mapping[str, Any]) -> bool:
        return self.clock() > datetime.fromisoformat(state["until"]) - SPARE


def category(media: Media) -> str:
    """What X calls such a file in a post."""
    if media.is_video:
        return "tweet_video"
    return "tweet_gif" if media.mime == "image/gif" else "tweet_image"


def parts(path: Path, *, first: int) -> Iterator[tuple[int, bytes]]:
    """The file's parts with their numbers, from the `first` one on."""
    with path.open("rb") as file:
        file.seek(first * PART)
        number = first
        while part := file.read(PART):
            yield number, part
            number += 1
