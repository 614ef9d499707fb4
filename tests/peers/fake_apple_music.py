"""Apple Music's catalogue by hand: developer tokens that are looked at closely, shops by country, charts in parts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.peers.wire import Request, Response, Server

ARTIST, PLAYLIST, TEAM, KEY_ID = "1419227", "pl.f4d106fed2bd41149aaacabb233eb5eb", "TEAM012345", "KEY0123456"
KEY = generate_private_key(SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
LONGEST = 15_777_000


def no(status: int, words: str) -> Response:
    error = {"id": "ABC", "title": words, "detail": f"{words}.", "status": str(status), "code": f"{status}00"}
    return Response(status, {"errors": [error]})


def a_song(number: int, by: str = "Somebody", *, artist: str = "") -> dict[str, Any]:
    link = {"artistUrl": f"https://music.apple.com/in/artist/x/{artist}"} if artist else {}
    about = {"name": f"Raga {number}", "artistName": by, "url": f"https://music.apple.com/in/song/{number}", **link}
    return {"id": str(number), "type": "songs", "href": f"/v1/catalog/in/songs/{number}", "attributes": about}


class FakeAppleMusic(Server):
    """`shops`: the countries that have the artist. `albums`: how many there are. `charts`: songs by country."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.shops, self.albums, self.page = {"in", "us"}, 4321, 1000
        self.charts = {country: [a_song(number) for number in range(200)] for country in ("in", "us")}
        self.listed = [a_song(number) for number in range(150)]
        self.renamed = False
        super().__init__(self._answer)

    def _is_signed(self, request: Request) -> bool:
        try:
            head = jwt.get_unverified_header(request.bearer)
            options: Any = {"verify_exp": False, "verify_iat": False}
            claims = jwt.decode(request.bearer, KEY.public_key(), algorithms=["ES256"], options=options)
        except jwt.PyJWTError:
            return False
        lives = claims["exp"] - claims["iat"]
        good = claims["iat"] <= self.now().timestamp() < claims["exp"] and lives <= LONGEST
        return good and (head.get("kid"), claims["iss"]) == (KEY_ID, TEAM)

    def _answer(self, request: Request) -> Response:
        if not self._is_signed(request):
            return Response(401, "")
        found = re.fullmatch(
            r"/v1/catalog/([a-z]{2})/(charts|artists|playlists)/?([^/]*)(/albums|/tracks|)", request.path
        )
        if not found:
            return no(404, "No such resource")
        country, kind, name, part = found.groups()
        if kind == "charts":
            return self._charts(request, country)
        if kind == "artists":
            return self._artist(request, country, name, part)
        return self._playlist(request, country, name, part)

    def _artist(self, request: Request, country: str, name: str, part: str) -> Response:
        if name != ARTIST or country not in self.shops:
            return no(404, "Resource Not Found")
        albums = [{"id": str(number), "type": "albums", "href": "x"} for number in range(self.albums)]
        if part:
            return Response(200, self._part(albums, request, f"/v1/catalog/{country}/artists/{name}/albums", self.page))
        name_ = "title" if self.renamed else "name"
        art = {"url": "https://is1-ssl.mzstatic.com/a/{w}x{h}bb.jpg", "width": 1, "height": 1}
        about = {
            name_: "Kesar Strings",
            "url": f"https://music.apple.com/{country}/artist/kesar/{name}",
            "artwork": art,
        }
        relationships = {"albums": self._part(albums, None, f"/v1/catalog/{country}/artists/{name}/albums", self.page)}
        views = {"top-songs": {"data": [a_song(number, "Kesar Strings") for number in range(12)]}}
        whole = {"id": name, "type": "artists", "attributes": about, "relationships": relationships, "views": views}
        return Response(200, {"data": [whole]})

    def _playlist(self, request: Request, country: str, name: str, part: str) -> Response:
        if name != PLAYLIST:
            return no(404, "Resource Not Found")
        tracks = self._part(
            self.listed, request if part else None, f"/v1/catalog/{country}/playlists/{name}/tracks", 100
        )
        if part:
            return Response(200, tracks)
        link = f"https://music.apple.com/{country}/playlist/monsoon/{name}"
        about = {"name": "Monsoon", "curatorName": "Apple Music", "playlistType": "editorial", "url": link}
        found = {"id": name, "type": "playlists", "attributes": about, "relationships": {"tracks": tracks}}
        return Response(200, {"data": [found]})

    def _charts(self, request: Request, country: str) -> Response:
        if country not in self.charts:
            return no(404, "Resource Not Found")
        asked, limit = request.first("types").split(","), int(request.first("limit", "20"))
        songs = self._part(self.charts[country], request, f"/v1/catalog/{country}/charts", limit, "songs")
        songs |= {"chart": "most-played", "name": "Top Songs"}
        albums = {"chart": "most-played", "name": "Top Albums", "data": []}
        results = {"songs": [songs], "albums": [albums]}
        return Response(200, {"results": {kind: results[kind] for kind in asked}})

    def _part(self, whole: list[Any], request: Request | None, path: str, size: int, kind: str = "") -> dict[str, Any]:
        offset = int(request.first("offset", "0")) if request else 0
        more = f"&types={kind}&limit={size}" if kind else ""
        following = {"next": f"{path}?offset={offset + size}{more}"} if whole[offset + size :] else {}
        return {"data": whole[offset : offset + size], **following}
