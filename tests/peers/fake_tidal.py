"""Tidal's catalogue by hand (JSON:API): relationships in parts under a cursor, what is included only when asked for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.peers.app_tokens import Tokens
from tests.peers.wire import Request, Response, Server

ARTIST, OTHER, PLAYLIST = "7804", "1566", "36ea71a8-445e-41a4-82ab-6628c581535d"


def no(status: int, code: str, words: str) -> Response:
    return Response(status, {"errors": [{"id": "1", "status": str(status), "code": code, "detail": words}]})


class FakeTidal(Server):
    """`albums`: how many. `items`: for each place of the playlist, by whom the track is. `endless`: cursors go on."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.tokens = Tokens(now)
        self.popularity: Any = 0.61
        self.artists, self.albums, self.page = {ARTIST}, 7, 1000
        self.items = [OTHER] * 45
        self.endless = False
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.path == "/v1/oauth2/token":
            return self.tokens.give(request)
        if not self.tokens.knows(request):
            return no(401, "UNAUTHORIZED", "The token is expired")
        if request.headers.get("accept") != "application/vnd.api+json":
            return no(406, "NOT_ACCEPTABLE", "Not acceptable")
        path = request.path.removeprefix("/v2/")
        if found := re.fullmatch(r"artists/(\w+)(/relationships/\w+|)", path):
            return self._artist(request, found[1], found[2])
        if found := re.fullmatch(r"playlists/([\w-]+)(/relationships/items|)", path):
            return self._playlist(request, found[1], found[2])
        return no(404, "NOT_FOUND", "No resource was found")

    def _artist(self, request: Request, artist: str, part: str) -> Response:
        if artist not in self.artists:
            return no(404, "NOT_FOUND", "Artist was not found")
        if part.endswith("albums"):
            return self._page(
                request, [{"id": str(number), "type": "albums"} for number in range(self.albums)], self.page
            )
        if part.endswith("tracks"):
            if request.first("collapseBy") not in {"FINGERPRINT", "NONE"}:
                return no(400, "VALUE_REGEX_MISMATCH", "collapseBy is required")
            ids = [{"id": str(number), "type": "tracks"} for number in range(40)]
            return self._page(request, ids, 20, lambda one: a_track(one["id"], ARTIST))
        about = {"name": "Kesar Strings", "popularity": self.popularity}
        data = {"id": artist, "type": "artists", "attributes": about}
        return Response(200, {"data": data, "links": {"self": request.target}})

    def _playlist(self, request: Request, playlist: str, part: str) -> Response:
        if playlist != PLAYLIST:
            return no(404, "NOT_FOUND", "Playlist was not found")
        if part:
            ids = [{"id": f"9{number}", "type": "tracks"} for number in range(len(self.items))]
            by = {one["id"]: artist for one, artist in zip(ids, self.items, strict=True)}
            return self._page(request, ids, 20, lambda one: a_track(one["id"], by[one["id"]]))
        when = "2026-01-01T00:00:00Z"
        about = {"name": "Monsoon", "numberOfFollowers": 900, "numberOfItems": len(self.items), "bounded": True}
        more = {"accessType": "PUBLIC", "createdAt": when, "lastModifiedAt": when, "externalLinks": []}
        data = {"id": playlist, "type": "playlists", "attributes": {**about, **more, "playlistType": "EDITORIAL"}}
        return Response(200, {"data": data, "links": {"self": request.target}})

    def _page(
        self, request: Request, ids: list[dict[str, Any]], size: int, shown: Callable[[Any], Any] | None = None
    ) -> Response:
        start = int(request.first("page[cursor]", "0").removeprefix("c"))
        part = ids[start % max(len(ids), 1) :][:size] if self.endless else ids[start : start + size]
        links: dict[str, Any] = {"self": request.target}
        if self.endless or ids[start + size :]:
            cursor = f"c{start + size}"
            path = request.path.removeprefix("/v2")
            links |= {"next": f"{path}?page%5Bcursor%5D={cursor}", "meta": {"nextCursor": cursor}}
        included = {"included": [shown(one) for one in part]} if shown and request.first("include") else {}
        return Response(200, {"data": part, "links": links, **included})


def a_track(track_id: str, artist: str) -> dict[str, Any]:
    keys = {"key": "C", "keyScale": "MAJOR", "mediaTags": ["LOSSLESS"], "explicit": False, "duration": "PT2M"}
    about = {"title": f"Raga {track_id}", "isrc": "QMJMT1701229", "popularity": int(track_id[-2:]) / 100, **keys}
    by = {"data": [{"id": artist, "type": "artists"}], "links": {"self": f"/tracks/{track_id}/relationships/artists"}}
    return {"id": track_id, "type": "tracks", "attributes": about, "relationships": {"artists": by}}
