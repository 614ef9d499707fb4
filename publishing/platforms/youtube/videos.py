"""Videos and channels as YouTube tells of them: found, counted, made public at their time, deleted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import (
    Clock,
    Metric,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Rejected,
    Token,
    TryLater,
)
from publishing.platforms.wire import Answer, Wire
from publishing.platforms.youtube import words
from publishing.platforms.youtube.refusals import NO_CHANNEL, not_kept

COUNTS: Final = {"viewCount": Metric.VIEWS, "likeCount": Metric.LIKES, "commentCount": Metric.COMMENTS}
AT_ONCE: Final = 50
MOST_PAGES: Final = 4
# So long after its time YouTube may take to make a video public by itself.
GRACE: Final = timedelta(minutes=2)
GONE: Final = frozenset({"videoNotFound", "notFound", "404"})
WEB: Final = "https://www.youtube.com"
Row = dict[str, Any]


@dataclass(frozen=True)
class Videos:
    """Calls with a channel's token."""

    wire: Wire
    url: str
    clock: Clock

    def one(self, video_id: str, token: Token) -> Row | None:
        """A video's snippet and status, None when it is gone."""
        params = {"part": "snippet,status", "id": video_id}
        rows: list[Row] = self._ask("GET", "videos", token, params=params).fields().get("items") or []
        return rows[0] if rows else None

    def published(self, video_id: str, token: Token) -> Published | None:
        """A video as a post that stands."""
        row = self.one(video_id, token)
        return read(row) if row else None

    def find(self, kit: PublishKit, token: Token, since: datetime) -> Row | None:
        """The channel's newest video with these words, private ones included."""
        for item in self._newest(token, since):
            if words.same(item["snippet"], kit):
                return self.one(str(item["contentDetails"]["videoId"]), token)
        return None

    def counts(self, ids: Sequence[str], token: Token) -> dict[str, PostCounts]:
        """Counts by id; YouTube sends them as strings, and leaves out what its owner hides."""
        found = {}
        for start in range(0, len(ids), AT_ONCE):
            params = {"part": "statistics", "id": ",".join(ids[start : start + AT_ONCE])}
            for row in self._ask("GET", "videos", token, params=params).fields().get("items") or []:
                told = row.get("statistics") or {}
                counts = {metric.value: int(told[name]) for name, metric in COUNTS.items() if name in told}
                found[str(row["id"])] = PostCounts(counts)
        return found

    def delete(self, video_id: str, token: Token) -> None:
        """Delete it; gone already is no error."""
        try:
            self._ask("DELETE", "videos", token, params={"id": video_id})
        except Rejected as refused:
            if refused.code not in GONE:
                raise

    def withdraw(self, video_id: str, token: Token) -> None:
        """Delete a video that waits; one that others see already is left alone."""
        row = self.one(video_id, token)
        if row is None:
            return
        if row["status"].get("privacyStatus") != "private":
            raise Rejected("The video is public on YouTube already. Take it down there.", code="already_public")
        self.delete(video_id, token)

    def settle(self, video_id: str, token: Token) -> Published | None:
        """Look after its time, and make it public where YouTube did not."""
        row = self.one(video_id, token)
        if row is None:
            return None
        status = row["status"]
        if refused := not_kept(status):
            raise refused
        at = words.waits_until(status)
        if at and at > self.clock():
            return read(row)
        if at and at + GRACE > self.clock():
            raise TryLater("YouTube is about to make the video public.", after=GRACE)
        if at:
            status = self._make_public(video_id, status, token)
        told = (words.LOCKED,) if status.get("privacyStatus") == "private" else ()
        return Published(video_id, watch(video_id), {"id": video_id}, told)

    def channels(self, token: Token) -> list[Row]:
        """The channels of the sign-in; Rejected when there is none."""
        params = {"part": "snippet,statistics,contentDetails", "mine": "true"}
        rows: list[Row] = self._ask("GET", "channels", token, params=params).fields().get("items") or []
        if not rows:
            raise Rejected(NO_CHANNEL, code="no_channel")
        return rows

    def _make_public(self, video_id: str, status: Mapping[str, Any], token: Token) -> Row:
        """Send the whole status again: what an update leaves out, YouTube erases."""
        body = {"id": video_id, "status": words.made_public(status)}
        answer = self._ask("PUT", "videos", token, params={"part": "status"}, json=body).fields()
        return answer.get("status") or {}

    def _newest(self, token: Token, since: datetime) -> Iterator[Row]:
        playlist = token.extra.get("uploads") or of_channel(token, self.channels(token)[0]).extra["uploads"]
        params = {"part": "snippet,contentDetails", "playlistId": playlist, "maxResults": str(AT_ONCE)}
        for _page in range(MOST_PAGES):
            page = self._ask("GET", "playlistItems", token, params=params).fields()
            for item in page.get("items") or []:
                if datetime.fromisoformat(item["snippet"]["publishedAt"]) < since:
                    return
                yield item
            if not page.get("nextPageToken"):
                return
            params["pageToken"] = page["nextPageToken"]

    def _ask(self, method: str, name: str, token: Token, **request: Any) -> Answer:
        url = f"{self.url}/youtube/v3/{name}"
        return self.wire.call(method, url, token=token.access, hide=token.secrets, **request)


def watch(video_id: str) -> str:
    """A video's address."""
    return f"{WEB}/watch?v={video_id}"


def read(row: Mapping[str, Any]) -> Published:
    """A video as a post; a private one with a time becomes public then."""
    video_id = str(row["id"])
    return Published(video_id, watch(video_id), {"id": video_id}, (), words.waits_until(row.get("status") or {}))


def of_channel(token: Token, row: Mapping[str, Any]) -> Token:
    """The token, with whose it is."""
    lists = row.get("contentDetails", {}).get("relatedPlaylists", {})
    extra = {**token.extra, "channel": str(row["id"]), "uploads": str(lists.get("uploads") or "")}
    return Token(token.access, token.refresh, token.expires_at, extra)


def profile_of(row: Mapping[str, Any]) -> Profile:
    """A channel; its followers are rounded by YouTube, or hidden by its owner."""
    snippet, counts = row.get("snippet") or {}, row.get("statistics") or {}
    handle = str(snippet.get("customUrl") or "").lstrip("@")
    is_told = "subscriberCount" in counts and not counts.get("hiddenSubscriberCount")
    return Profile(
        id=str(row["id"]),
        handle=handle or str(snippet.get("title") or row["id"]),
        name=str(snippet.get("title") or handle),
        url=f"{WEB}/@{handle}" if handle else f"{WEB}/channel/{row['id']}",
        avatar=str((snippet.get("thumbnails") or {}).get("default", {}).get("url") or ""),
        followers=int(counts["subscriberCount"]) if is_told else None,
        posts=int(counts["videoCount"]) if "videoCount" in counts else None,
    )
