"""SoundCloud's API by hand: the header OAuth, tokens renewed once each, lists in parts, counts that an artist hides."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from tests.peers.app_tokens import Tokens
from tests.peers.wire import Request, Response, Server

USER, PLAYLIST = "soundcloud:users:3207", "soundcloud:playlists:88"


def no(status: int, words: str) -> Response:
    body = {"code": status, "message": words, "link": "https://developers.soundcloud.com/", "status": f"{status} - No"}
    return Response(status, {**body, "errors": [{"error_message": words}], "error": None})


def a_track(number: int, *, plays: int | None = 100, urn: str = USER, at: str = "2020/01/02 10:00:00 +0000") -> Any:
    counts = {"playback_count": plays, "favoritings_count": 5, "reposts_count": 2, "comment_count": 1}
    hidden = dict.fromkeys(counts) if plays is None else counts
    told = {name: value for name, value in hidden.items() if value is not None}
    about = {"kind": "track", "urn": f"soundcloud:tracks:{number}", "title": f"Raga {number}", "created_at": at}
    return {**about, "permalink_url": f"https://soundcloud.com/kesar/raga-{number}?utm=1", "user": {"urn": urn}, **told}


class FakeSoundCloud(Server):
    """`tracks`: the account's. `endless`: the list names itself as its next part. `elsewhere`: or another server."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.tokens = Tokens(now, renews=True)
        self.followers: int | None = 4321
        self.there = True
        self.tracks: list[dict[str, Any]] = [a_track(number) for number in range(3)]
        self.listed = [a_track(1, urn="soundcloud:users:1"), a_track(2)]
        self.endless, self.elsewhere = False, ""
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        path = unquote(request.path)
        if path == "/oauth/token":
            return self.tokens.give(request)
        if not self.tokens.knows(request, "OAuth"):
            return no(401, "")
        if path == "/resolve":
            return self._resolve(request.first("url"))
        if path == f"/users/{USER}" and self.there:
            counts = {"followings_count": 7, "track_count": len(self.tracks), "playlist_count": 2}
            about = {"kind": "user", "urn": USER, "username": "Kesar Strings", "avatar_url": "https://i1.sndcdn.com/a"}
            followers = {} if self.followers is None else {"followers_count": self.followers}
            return Response(200, {**about, "permalink_url": "https://soundcloud.com/kesar", **counts, **followers})
        if path == f"/users/{USER}/tracks" and self.there:
            return self._tracks(request)
        if path == f"/playlists/{PLAYLIST}":
            link = "https://soundcloud.com/asha/sets/monsoon"
            named = {"kind": "playlist", "urn": PLAYLIST, "title": "Monsoon", "permalink_url": link}
            counts = {"likes_count": 40, "track_count": len(self.listed)}
            return Response(200, {**named, **counts, "tracks": self.listed[:20]})
        return no(404, "")

    def _tracks(self, request: Request) -> Response:
        offset, limit = int(request.first("offset", "0")), int(request.first("limit", "50"))
        page = self.tracks[offset : offset + limit]
        following = f"{self.url}/users/{USER}/tracks?limit={limit}&linked_partitioning=true&offset={offset + limit}"
        if self.endless:
            return Response(200, {"collection": page, "next_href": f"{following}&offset={offset}"})
        if self.elsewhere:
            return Response(200, {"collection": page, "next_href": self.elsewhere})
        return Response(200, {"collection": page} | ({"next_href": following} if self.tracks[offset + limit :] else {}))

    def _resolve(self, url: str) -> Response:
        parts = [part for part in re.sub(r"^https://[^/]+", "", url).split("?")[0].split("/") if part]
        places = {1: f"users/{USER}", 2: "tracks/soundcloud:tracks:1", 3: f"playlists/{PLAYLIST}"}
        if not parts or parts[0] not in {"kesar", "asha", "AbC12"}:
            return no(404, "")
        place = f"{self.url}/{places[len(parts)]}"
        return Response(302, {"status": "302 - Found", "location": place}, {"Location": place})
