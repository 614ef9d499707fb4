"""What follows once a video stands: its thumbnail, a playlist, the first comment. None of it can undo the video."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from publishing.platforms.base import POSTED, PlatformError, PublishKit, Record, Rejected, Step, Token, TokenExpired
from publishing.platforms.wire import UPLOAD, Wire, between, present

Row = dict[str, Any]
FAILED: Final = {
    "thumbnail": "The thumbnail was not set",
    "playlist": "The video was not added to the playlist",
    "comment": "The first comment was not written",
}


@dataclass(frozen=True)
class After:
    """The calls that follow, with an account's token."""

    wire: Wire
    url: str
    upload_url: str

    def finish(self, kit: PublishKit, token: Token, known: Row, record: Record, *, is_again: bool) -> Row:
        """Do what is not in `done`; failures go to `shortfalls`. `is_again`: an earlier worker may have done it."""
        for name, work in self._steps(kit, token, str(known["id"]), is_again=is_again):
            if name in known["done"]:
                continue
            told = self._try(name, work)
            known = {**known, "done": [*known["done"], name], "shortfalls": [*known["shortfalls"], *told]}
            record(Step(POSTED, known))
        return known

    def has_any(self, kit: PublishKit) -> bool:
        """Whether anything follows."""
        return bool(kit.thumbnail or kit.options.get("playlist") or kit.options.get("first_comment"))

    def _steps(
        self, kit: PublishKit, token: Token, video: str, *, is_again: bool
    ) -> Iterator[tuple[str, Callable[[], None]]]:
        playlist, words = str(kit.options.get("playlist") or ""), str(kit.options.get("first_comment") or "")
        if kit.thumbnail:
            yield "thumbnail", lambda: self._thumbnail(kit, token, video)
        if playlist:
            yield "playlist", lambda: self._playlist(playlist, token, video, is_again=is_again)
        if words:
            yield "comment", lambda: self._comment(words, token, video, is_again=is_again)

    def _try(self, name: str, work: Callable[[], None]) -> list[str]:
        try:
            work()
        except TokenExpired:
            raise
        except Rejected as refused:
            return [f"{FAILED[name]}. {refused}"]
        except PlatformError:
            return [f"{FAILED[name]}: YouTube had trouble of its own. Do it in YouTube Studio."]
        return []

    def _thumbnail(self, kit: PublishKit, token: Token, video: str) -> None:
        picture = kit.thumbnail
        if picture is None:
            return
        size = present(picture.path)
        self.wire.call(
            "POST",
            f"{self.upload_url}/upload/youtube/v3/thumbnails/set",
            token=token.access,
            hide=token.secrets,
            params={"videoId": video},
            headers={"Content-Type": picture.mime, "Content-Length": str(size)},
            content=between(picture.path, 0, size - 1),
            timeout=UPLOAD,
        )

    def _playlist(self, playlist: str, token: Token, video: str, *, is_again: bool) -> None:
        held = {"part": "snippet", "playlistId": playlist, "videoId": video}
        if is_again and self._ask("GET", "playlistItems", token, params=held).get("items"):
            return
        place = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}
        self._ask("POST", "playlistItems", token, params={"part": "snippet"}, json={"snippet": place})

    def _comment(self, words: str, token: Token, video: str, *, is_again: bool) -> None:
        if is_again and any(_says(one, words) for one in self._comments(video, token)):
            return
        body = {"snippet": {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": words}}}}
        self._ask("POST", "commentThreads", token, params={"part": "snippet"}, json=body)

    def _comments(self, video: str, token: Token) -> list[Row]:
        asked = {"part": "snippet", "videoId": video, "order": "time", "textFormat": "plainText"}
        items: list[Row] = self._ask("GET", "commentThreads", token, params=asked).get("items") or []
        return items

    def _ask(self, method: str, name: str, token: Token, **request: Any) -> Row:
        url = f"{self.url}/youtube/v3/{name}"
        return self.wire.call(method, url, token=token.access, hide=token.secrets, **request).fields()


def _says(thread: Mapping[str, Any], words: str) -> bool:
    snippet = thread.get("snippet", {}).get("topLevelComment", {}).get("snippet", {})
    return words.strip() in {str(snippet.get(name) or "").strip() for name in ("textOriginal", "textDisplay")}
