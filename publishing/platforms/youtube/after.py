"""What follows once a video stands: its thumbnail, a playlist, the first comment. None of it can undo the video."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from publishing.platforms.base import POSTED, PlatformError, PublishKit, Record, Rejected, Step, Token, TokenExpired
from publishing.platforms.wire import UPLOAD, Wire, between, present

Row = dict[str, Any]
FAILED: Final = {
    "thumbnail": "The thumbnail was not set",
    "playlist": "The video was not added to the playlist",
    "comment": "The first comment was not written",
}
UNSURE: Final = {
    "playlist": "It may be that the video was not added to the playlist: look in YouTube Studio.",
    "comment": "It may be that the first comment was not written: look under the video.",
}
# In what is known of a post: what was begun and could stand there twice if it were done again.
BEGUN: Final = "begun"


@dataclass(frozen=True)
class Work:
    """One call that follows. `stands`: whether it was done; None where doing it again changes nothing."""

    name: str
    do: Callable[[], None]
    stands: Callable[[], bool] | None = None


@dataclass(frozen=True)
class After:
    """The calls that follow, with an account's token."""

    wire: Wire
    url: str
    upload_url: str

    def finish(self, kit: PublishKit, token: Token, known: Row, record: Record, *, is_again: bool) -> Row:
        """Do what is not in `done`; failures go to `shortfalls`. `is_again`: an earlier worker may have done it.

        What would stand there twice is recorded before it is begun: who goes on after a worker that died or stood
        still looks for it, and never does it again.
        """
        for work in self._works(kit, token, str(known["id"])):
            if work.name in known["done"]:
                continue
            told = self._do(work, known, record, is_again=is_again)
            known = {**known, "done": [*known["done"], work.name], "shortfalls": [*known["shortfalls"], *told]}
            record(Step(POSTED, known))
        return known

    def _do(self, work: Work, known: Row, record: Record, *, is_again: bool) -> list[str]:
        is_begun = known.get(BEGUN) == work.name
        if work.stands and (is_again or is_begun) and self._is_there(work):
            return []
        if work.stands and is_begun:
            return [UNSURE[work.name]]
        if work.stands:
            record(Step(POSTED, {**known, BEGUN: work.name}))
        try:
            return self._try(work)
        except TokenExpired:  # it was not taken, so it may be done with the next token
            record(Step(POSTED, known))
            raise

    def _is_there(self, work: Work) -> bool:
        """Look; where that is not answered, nothing is known to be there."""
        try:
            return bool(work.stands and work.stands())
        except TokenExpired:
            raise
        except PlatformError:
            return False

    def has_any(self, kit: PublishKit) -> bool:
        """Whether anything follows."""
        return bool(kit.thumbnail or kit.options.get("playlist") or kit.options.get("first_comment"))

    def _works(self, kit: PublishKit, token: Token, video: str) -> Iterator[Work]:
        playlist, words = str(kit.options.get("playlist") or ""), str(kit.options.get("first_comment") or "")
        if kit.thumbnail:
            yield Work("thumbnail", partial(self._thumbnail, kit, token, video))
        if playlist:
            where = (playlist, token, video)
            yield Work("playlist", partial(self._add, *where), partial(self._is_in, *where))
        if words:
            said = (words, token, video)
            yield Work("comment", partial(self._comment, *said), partial(self._has_comment, *said))

    def _try(self, work: Work) -> list[str]:
        try:
            work.do()
        except TokenExpired:
            raise
        except Rejected as refused:
            return [f"{FAILED[work.name]}. {refused}"]
        except PlatformError:
            return [f"{FAILED[work.name]}: YouTube had trouble of its own. Do it in YouTube Studio."]
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

    def _is_in(self, playlist: str, token: Token, video: str) -> bool:
        held = {"part": "snippet", "playlistId": playlist, "videoId": video}
        return bool(self._ask("GET", "playlistItems", token, params=held).get("items"))

    def _add(self, playlist: str, token: Token, video: str) -> None:
        place = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}
        self._ask("POST", "playlistItems", token, params={"part": "snippet"}, json={"snippet": place})

    def _has_comment(self, words: str, token: Token, video: str) -> bool:
        asked = {"part": "snippet", "videoId": video, "order": "time", "textFormat": "plainText"}
        items: list[Row] = self._ask("GET", "commentThreads", token, params=asked).get("items") or []
        return any(_says(one, words) for one in items)

    def _comment(self, words: str, token: Token, video: str) -> None:
        body = {"snippet": {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": words}}}}
        self._ask("POST", "commentThreads", token, params={"part": "snippet"}, json=body)

    def _ask(self, method: str, name: str, token: Token, **request: Any) -> Row:
        url = f"{self.url}/youtube/v3/{name}"
        return self.wire.call(method, url, token=token.access, hide=token.secrets, **request).fields()


def _says(thread: Mapping[str, Any], words: str) -> bool:
    snippet = thread.get("snippet", {}).get("topLevelComment", {}).get("snippet", {})
    return words.strip() in {str(snippet.get(name) or "").strip() for name in ("textOriginal", "textDisplay")}
