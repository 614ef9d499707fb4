"""Deezer's public API by hand: refusals with HTTP 200, fifty questions in five seconds, lists that name their next."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.wire import Request, Response, Server

ARTIST, EDITORIAL, PLAYLIST = "27", "1111", "3155776842"
WINDOW, MOST = timedelta(seconds=5), 50


def no(code: int, kind: str, words: str) -> Response:
    """A refusal, as Deezer writes it."""
    return Response(200, {"error": {"type": kind, "message": words, "code": code}})


def a_track(number: int, artist: int = 5, *, rank: int = 600_000, also: int | None = None) -> dict[str, Any]:
    about = {"id": number, "title": f"Raga {number}", "link": f"https://www.deezer.com/track/{number}", "rank": rank}
    more = {"contributors": [{"id": also, "name": "Kesar"}]} if also else {}
    return {**about, "duration": 200, "type": "track", "artist": {"id": artist, "name": "x", "type": "artist"}, **more}


class FakeDeezer(Server):
    """`fans`: of the artist. `limits`: whether it counts questions. `lists`: the tracks of each playlist."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.fans: Any = 4321
        self.artists = {ARTIST}
        self.limits, self.endless = False, False
        self.asked: list[datetime] = []
        self.chart = [a_track(number) | {"position": number} for number in range(1, 101)]
        self.lists = {EDITORIAL: [a_track(number) for number in range(150)], PLAYLIST: [a_track(1)]}
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if self.limits:
            self.asked = [*(one for one in self.asked if self.now() - one < WINDOW), self.now()]
            if len(self.asked) > MOST:
                return no(4, "Exception", "Quota limit exceeded")
        if found := re.fullmatch(r"/artist/(\d+)(/top|)", request.path):
            return self._artist(request, found[1], found[2])
        if found := re.fullmatch(r"/playlist/(\d+)(/tracks|)", request.path):
            return self._playlist(request, found[1], found[2])
        if request.path == "/chart/0/tracks":
            return Response(200, {"data": self.chart[: int(request.first("limit", "10"))], "total": len(self.chart)})
        return no(600, "InvalidQueryException", "Unknown path components")

    def _artist(self, request: Request, artist: str, part: str) -> Response:
        if artist not in self.artists:
            return no(800, "DataException", "no data")
        if part:
            tracks = [a_track(number, int(artist), rank=900_000 - number) for number in range(12)]
            return Response(200, {"data": tracks[: int(request.first("limit", "5"))], "total": 12})
        about = {"id": int(artist), "name": "Kesar Strings", "link": f"https://www.deezer.com/artist/{artist}"}
        picture = {"picture_medium": "https://cdn-images.dzcdn.net/a.jpg"}
        return Response(200, {**about, **picture, "nb_album": 9, "nb_fan": self.fans, "radio": True, "type": "artist"})

    def _playlist(self, request: Request, playlist: str, part: str) -> Response:
        if playlist not in self.lists:
            return no(800, "DataException", "no data")
        tracks = self.lists[playlist]
        if not part:
            creator = {"id": 2, "name": "Deezer Editors" if playlist == EDITORIAL else "Asha", "type": "user"}
            about = {"id": int(playlist), "title": "Monsoon", "fans": 900, "nb_tracks": len(tracks), "type": "playlist"}
            return Response(200, {**about, "creator": creator})
        index, limit = int(request.first("index", "0")), int(request.first("limit", "25"))
        page, more = tracks[index : index + limit], self.endless or index + limit < len(tracks)
        following = {"next": f"{self.url}/playlist/{playlist}/tracks?index={index + limit}"} if more else {}
        return Response(200, {"data": page or (tracks if self.endless else []), "total": len(tracks), **following})
