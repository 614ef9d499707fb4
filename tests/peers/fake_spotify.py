"""Spotify's Web API by hand: one artist, playlists, and what development mode takes away."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.peers.app_tokens import Tokens
from tests.peers.wire import Request, Response, Server

ARTIST, OTHER = "4YRxDV8wJFPHPTeXepOstw", "3TVXtAsR1Inumwj472S9r4"
EDITORIAL, FANS_OWN = "37i9dQZF1DX0XUfTFmNBRM", "5ABHKGoOzxkaa28ttQV9sE"


def no(status: int, words: str) -> Response:
    return Response(status, {"error": {"status": status, "message": words}})


def an_artist(artist_id: str, **more: Any) -> dict[str, Any]:
    return {"id": artist_id, "name": "Kesar Strings", "type": "artist", "uri": f"spotify:artist:{artist_id}", **more}


def a_track(number: int, artist_id: str = OTHER) -> dict[str, Any]:
    track_id = f"{number:022d}"
    links = {"spotify": f"https://open.spotify.com/track/{track_id}"}
    about = {"id": track_id, "name": f"Raga {number}", "type": "track", "popularity": 40 + number % 50}
    return {**about, "external_urls": links, "artists": [an_artist(artist_id)]}


class FakeSpotify(Server):
    """`development`: the app is a new one. `tracks`: what stands in each playlist, by its id."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.tokens = Tokens(now)
        self.followers: int | None = 4321
        self.development = False
        self.artists = {ARTIST}
        self.tracks = {EDITORIAL: [a_track(number) for number in range(60)], FANS_OWN: [a_track(1, ARTIST)]}
        self.endless = False
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.path == "/api/token":
            return self.tokens.give(request)
        if not self.tokens.knows(request):
            return no(401, "The access token expired")
        path = request.path.removeprefix("/v1/")
        if found := re.fullmatch(r"artists/([^/]+)(/albums|/top-tracks)?", path):
            return self._artist(request, found[1], found[2] or "")
        if found := re.fullmatch(r"playlists/([^/]+)(/items|/tracks)?", path):
            return self._playlist(request, found[1], found[2] or "")
        return no(404, "Service not found")

    def _artist(self, request: Request, artist_id: str, part: str) -> Response:
        if not re.fullmatch(r"\w{22}", artist_id):
            return no(400, "Invalid base62 id")
        if artist_id not in self.artists:
            return no(404, "Resource not found")
        if part == "/albums":
            page = {"href": self.url, "limit": 1, "next": None, "offset": 0, "previous": None, "total": 7, "items": []}
            return Response(200, page)
        if part == "/top-tracks":
            if self.development:
                return no(403, "Forbidden")
            return Response(200, {"tracks": [a_track(number, ARTIST) for number in range(12)]})
        image = {"url": "https://i.scdn.co/image/ab67", "height": 640, "width": 640}
        followers = {} if self.followers is None else {"followers": {"href": None, "total": self.followers}}
        more = {} if self.development else {"popularity": 61, "genres": ["raga"], **followers}
        return Response(200, an_artist(artist_id, images=[image], **more))

    def _playlist(self, request: Request, playlist_id: str, part: str) -> Response:
        if playlist_id not in self.tracks:
            return no(404, "Resource not found")
        if not part:
            owner = {"id": "spotify" if playlist_id == EDITORIAL else "asha", "type": "user", "display_name": "x"}
            about = {"id": playlist_id, "name": "Monsoon", "owner": owner, "followers": {"href": None, "total": 900}}
            return Response(200, about)
        if self.development or part == "/tracks":
            return no(403, "Forbidden")
        offset, limit = int(request.first("offset", "0")), int(request.first("limit", "20"))
        tracks = self.tracks[playlist_id]
        page = tracks[offset : offset + limit] or (tracks if self.endless else [])
        more = self.endless or offset + limit < len(tracks)
        following = f"{self.url}/v1/playlists/{playlist_id}/items?offset={offset + limit}" if more else None
        shown = {"items": [{"item": track} for track in page], "next": following}
        whole = {"href": self.url, "limit": limit, "offset": offset, "previous": None, "total": len(tracks)}
        return Response(200, shown | whole)
