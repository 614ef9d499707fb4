"""Tidal's catalogue (JSON:API) with the app's own token: popularity, albums, tracks, and playlists with followers."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final

import httpx

from analytics.sources.addresses import Addresses
from analytics.sources.base import (
    GONE,
    MOST_TOP,
    Figures,
    OnlyToday,
    count,
    fields,
    gone,
    playlist,
    records,
    refused,
    share,
    tell_playlists,
    until,
    wire_of,
    words,
)
from analytics.sources.tokens import AppApi, AppTokens
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, Token
from publishing.platforms.counting import DayFigures, Found, Missing
from publishing.platforms.wire import Answer

NAME: Final = "Tidal"
ACCEPT: Final = "application/vnd.api+json"
BUSY: Final = timedelta(minutes=1)
MOST_PAGES: Final = 25
PLACE: Final = r"(?:www\.|listen\.|embed\.)?tidal\.com/(?:browse/)?"
ARTISTS: Final = Addresses(
    NAME,
    "https://tidal.com/browse/artist/7804",
    re.compile(rf"{PLACE}artists?/(\d{{1,15}})(?!\d)", re.IGNORECASE),
    re.compile(r"\d{1,15}"),
    re.compile(r"(www\.|listen\.|embed\.)?tidal\.com", re.IGNORECASE),
    re.compile(r"tidal\.link", re.IGNORECASE),
)
PLAYLISTS: Final = Addresses(
    NAME,
    "https://tidal.com/browse/playlist/36ea71a8-445e-41a4-82ab-6628c581535d",
    re.compile(rf"{PLACE}playlists?/([0-9a-f-]{{36}})", re.IGNORECASE),
    re.compile(r"[0-9a-f-]{36}"),
    ARTISTS.host,
    ARTISTS.short,
    "a playlist",
)
NEVER: Final = {
    "followers": Missing.NOT_OFFERED,
    "streams": Missing.BY_HAND,
    "listeners": Missing.BY_HAND,
}
Data = dict[str, Any]


class Tidal(OnlyToday):
    """What its catalogue tells of an artist; plays and listeners are for Tidal's own programs only."""

    key: ClassVar[str] = "tidal"
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "TIDAL_CLIENT_ID",
        "client_secret": "TIDAL_CLIENT_SECRET",
        "api": "TIDAL_API_URL",
        "auth": "TIDAL_AUTH_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_id: str = "",
        client_secret: str = "",
        api: str = "https://openapi.tidal.com",
        auth: str = "https://auth.tidal.com",
    ) -> None:
        wire, token_url = wire_of(client, NAME, clock, _refusal, busy=BUSY), f"{auth.rstrip('/')}/v1/oauth2/token"
        self._url = f"{api.rstrip('/')}/v2"
        self._tokens = AppTokens(wire, clock, sleep, token_url, client_id, client_secret)
        self._api = AppApi(wire, self._tokens)

    @property
    def unset(self) -> tuple[str, ...]:
        """The settings that are empty."""
        given = {"TIDAL_CLIENT_ID": self._tokens.client_id, "TIDAL_CLIENT_SECRET": self._tokens.client_secret}
        return tuple(name for name, value in given.items() if not value)

    def find(self, address: str) -> Found | None:
        """The artist behind a link or an id."""
        try:
            artist = self._artist(ARTISTS.id_of(address))
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        name = words(fields(artist.get("attributes")).get("name")) or str(artist["id"])
        return Found(str(artist["id"]), name, f"https://tidal.com/artist/{artist['id']}")

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (public)
        """How the artist stands now."""
        try:
            artist = self._artist(account)
        except Rejected as error:
            raise gone(NAME, error) from None
        popularity = share(fields(artist.get("attributes")).get("popularity"))
        day = Figures(NEVER)
        day.tell("popularity", None if popularity is None else round(popularity * 100))
        day.tell("albums", self._number(f"artists/{account}/relationships/albums", {}))
        tracks = {"collapseBy": "FINGERPRINT"}
        day.tell("tracks", self._number(f"artists/{account}/relationships/tracks", tracks))
        day.tell("top_tracks", self._top(account))
        watched = [self._watched(link, account) for link in self.watched.playlists]
        tell_playlists(day, watched)
        return day.day(today)

    @property
    def _country(self) -> str:
        return (self.watched.countries or ("us",))[0].upper()

    def _artist(self, account: str) -> Data:
        artist = fields(self._get(f"artists/{account}", {}).get("data"))
        if not artist.get("id"):
            raise Rejected(f"{NAME} does not have this artist.", code=GONE)
        return artist

    def _number(self, path: str, params: Mapping[str, str]) -> int | None:
        """How many stand in a list without a total; None when it does not end."""
        try:
            found, whole = until((fields_of(page) for page in self._pages(path, params)), most=MOST_PAGES)
        except Rejected:
            return None
        return len({str(one.get("id")) for one in found}) if whole else None

    def _top(self, account: str) -> list[Data] | None:
        path, params = f"artists/{account}/relationships/tracks", {"collapseBy": "FINGERPRINT", "include": "tracks"}
        try:
            page = self._get(path, params)
        except Rejected:
            return None
        shown = []
        for track in records(page.get("included")):
            about = fields(track.get("attributes"))
            popularity = share(about.get("popularity"))
            if track.get("type") == "tracks" and popularity is not None:
                url = f"https://tidal.com/track/{track.get('id')}"
                told = {"id": str(track.get("id")), "title": words(about.get("title")), "url": url}
                shown.append(told | {"popularity": round(popularity * 100)})
        best = sorted(shown, key=lambda one: int(one["popularity"]), reverse=True)[:MOST_TOP]
        return [one | {"rank": rank} for rank, one in enumerate(best, start=1)]

    # Playlists

    def _watched(self, link: str, account: str) -> Data:
        try:
            playlist_id = PLAYLISTS.id_of(link)
            found = fields(self._get(f"playlists/{playlist_id}", {}).get("data"))
        except Rejected:
            found = {}
        about = fields(found.get("attributes"))
        if not about:
            return playlist("", title=link[:200], url="", position=None)
        return playlist(
            playlist_id,
            title=words(about.get("name")),
            url=f"https://tidal.com/playlist/{playlist_id}",
            position=self._position(playlist_id, account),
            followers=count(about.get("numberOfFollowers")),
            editorial=about.get("playlistType") == "EDITORIAL",
        )

    def _position(self, playlist_id: str, account: str) -> int | None:
        """The artist's first place, nought when there is none, None when the items may not be read."""
        place, pages = 0, self._pages(f"playlists/{playlist_id}/relationships/items", {"include": "items.artists"})
        try:
            for number, page in enumerate(pages):
                if number == MOST_PAGES:
                    return None
                by = {
                    str(one.get("id")): records(fields(fields(one.get("relationships")).get("artists")).get("data"))
                    for one in records(page.get("included"))
                }
                for item in records(page.get("data")):
                    place += 1
                    if any(str(one.get("id")) == account for one in by.get(str(item.get("id")), ())):
                        return place
        except Rejected:
            return None
        return 0

    # Calls

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Data]:
        cursor, seen = "", set[str]()
        while cursor not in seen:
            seen.add(cursor)
            page = self._get(path, {**params, **({"page[cursor]": cursor} if cursor else {})})
            yield page
            links = fields(page.get("links"))
            following = httpx.URL(words(links.get("next"), limit=2000) or "/").params
            cursor = str(fields(links.get("meta")).get("nextCursor") or following.get("page[cursor]") or "")

    def _get(self, path: str, params: Mapping[str, str]) -> Data:
        asked = {"countryCode": self._country, **params}
        return self._api.get(f"{self._url}/{path}", asked, accept=ACCEPT).fields()


def fields_of(page: Mapping[str, Any]) -> list[Data]:
    """What a page of a relationship names."""
    return records(page.get("data"))


def _refusal(answer: Answer) -> PlatformError:
    errors = records(answer.fields().get("errors"))
    told = (words(errors[0].get("detail")) or words(errors[0].get("code"))) if errors else ""
    return refused(NAME, answer, told)
