"""Spotify's Web API with the app's own token: every figure optional, since development mode takes most away."""

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
    tell_playlists,
    until,
    wire_of,
    words,
)
from analytics.sources.tokens import AppApi, AppTokens
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, Token
from publishing.platforms.counting import DayFigures, Found, Missing
from publishing.platforms.wire import Answer

NAME: Final = "Spotify"
# Its limit counts a rolling 30 seconds.
BUSY: Final = timedelta(seconds=30)
PAGE: Final = 50
MOST_PAGES: Final = 20
ID: Final = r"[A-Za-z0-9]{22}"
HOST: Final = r"(?:open|play)\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?(?:user/[^/]+/)?"
ARTISTS: Final = Addresses(
    NAME,
    "https://open.spotify.com/artist/4YRxDV8wJFPHPTeXepOstw",
    re.compile(rf"(?:{HOST}artist/|spotify:artist:)({ID})(?![A-Za-z0-9])", re.IGNORECASE),
    re.compile(ID),
    re.compile(r"(open|play)\.spotify\.com|spotify(?=:)", re.IGNORECASE),
    re.compile(r"spotify\.(link|app\.link)", re.IGNORECASE),
)
PLAYLISTS: Final = Addresses(
    NAME,
    "https://open.spotify.com/playlist/37i9dQZF1DX0XUfTFmNBRM",
    re.compile(rf"(?:{HOST}playlist/|spotify:playlist:|spotify:user:[^:]+:playlist:)({ID})", re.IGNORECASE),
    re.compile(ID),
    ARTISTS.host,
    ARTISTS.short,
    "a playlist",
)
ABOUT: Final = "id,name,followers(total),owner(id,display_name),external_urls"
STANDING: Final = "next,items(item(id,type,artists(id)),track(id,type,artists(id)))"
NEVER: Final = {
    "monthly_listeners": Missing.BY_HAND,
    "listeners": Missing.BY_HAND,
    "streams": Missing.BY_HAND,
    "streams_total": Missing.BY_HAND,
    "saves": Missing.BY_HAND,
    "playlist_adds": Missing.BY_HAND,
    "top_cities": Missing.BY_HAND,
    "top_countries": Missing.BY_HAND,
    "tracks": Missing.NOT_OFFERED,
    # These three are a person's, not an artist's: they need that person's sign-in.
    "saved_tracks": Missing.NO_ACCESS,
    "playlists": Missing.NO_ACCESS,
    "following": Missing.NO_ACCESS,
}
Data = dict[str, Any]


class Spotify(OnlyToday):
    """Followers and popularity where the app has extended access; albums, top tracks, playlists that are watched."""

    key: ClassVar[str] = "spotify"
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "SPOTIFY_CLIENT_ID",
        "client_secret": "SPOTIFY_CLIENT_SECRET",
        "api": "SPOTIFY_API_URL",
        "accounts": "SPOTIFY_ACCOUNTS_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_id: str = "",
        client_secret: str = "",
        api: str = "https://api.spotify.com",
        accounts: str = "https://accounts.spotify.com",
    ) -> None:
        wire = wire_of(client, NAME, clock, _refusal, busy=BUSY)
        self._url = f"{api.rstrip('/')}/v1"
        token_url = f"{accounts.rstrip('/')}/api/token"
        self._tokens = AppTokens(wire, clock, sleep, token_url, client_id, client_secret)
        self._api = AppApi(wire, self._tokens)

    @property
    def _market(self) -> str:
        """Whose catalogue is looked at; a token of the app alone belongs to no country."""
        return (self.watched.countries or ("us",))[0].upper()

    @property
    def unset(self) -> tuple[str, ...]:
        """The settings that are empty."""
        given = {"SPOTIFY_CLIENT_ID": self._tokens.client_id, "SPOTIFY_CLIENT_SECRET": self._tokens.client_secret}
        return tuple(name for name, value in given.items() if not value)

    def find(self, address: str) -> Found | None:
        """The artist behind a link, a URI or an id."""
        try:
            artist = self._get(f"artists/{ARTISTS.id_of(address)}")
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        pictures = records(artist.get("images"))
        return Found(
            id=str(artist["id"]),
            name=words(artist.get("name")) or str(artist["id"]),
            url=f"https://open.spotify.com/artist/{artist['id']}",
            picture=words(pictures[0].get("url"), limit=500) if pictures else "",
            followers=count(fields(artist.get("followers")).get("total")),
        )

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (public)
        """How the artist stands now."""
        try:
            artist = self._get(f"artists/{account}")
        except Rejected as error:
            raise gone(NAME, error) from None
        day = Figures(NEVER)
        # Development mode leaves these out.
        day.tell("followers", count(fields(artist.get("followers")).get("total")), without=Missing.NO_ACCESS)
        day.tell("popularity", count(artist.get("popularity")), without=Missing.NO_ACCESS)
        day.tell("albums", self._albums(account), without=Missing.NO_ACCESS)
        day.tell("top_tracks", self._top(account), without=Missing.NO_ACCESS)
        watched = [self._watched(link, account) for link in self.watched.playlists]
        tell_playlists(day, watched, editorial="editorial_playlists")
        return day.day(today)

    def _albums(self, account: str) -> int | None:
        params = {"include_groups": "album,single", "limit": 1, "market": self._market}
        found = self._try(f"artists/{account}/albums", params)
        return None if found is None else count(found.get("total"))

    def _top(self, account: str) -> list[Data] | None:
        found = self._try(f"artists/{account}/top-tracks", {"market": self._market})
        if found is None:
            return None
        return [
            {
                "id": str(track.get("id") or ""),
                "title": words(track.get("name")),
                "url": words(fields(track.get("external_urls")).get("spotify"), limit=500),
                "rank": rank,
                **({} if (popularity := count(track.get("popularity"))) is None else {"popularity": popularity}),
            }
            for rank, track in enumerate(records(found.get("tracks"))[:MOST_TOP], start=1)
        ]

    # Playlists

    def _watched(self, link: str, account: str) -> Data:
        """A playlist's followers, and where in it the artist stands; None of what the app may not see."""
        try:
            playlist_id = PLAYLISTS.id_of(link)
        except Rejected:
            return playlist("", title=link[:200], url="", position=None)
        about = self._try(f"playlists/{playlist_id}", {"fields": ABOUT}) or {}
        return playlist(
            playlist_id,
            title=words(about.get("name")),
            url=f"https://open.spotify.com/playlist/{playlist_id}",
            position=self._position(playlist_id, account) if about else None,
            followers=count(fields(about.get("followers")).get("total")),
            editorial=fields(about.get("owner")).get("id") == "spotify",
        )

    def _position(self, playlist_id: str, account: str) -> int | None:
        """The artist's first place, nought when there is none, None when the tracks may not be read."""
        for path in ("items", "tracks"):
            try:
                found, whole = until(self._pages(f"playlists/{playlist_id}/{path}"), most=MOST_PAGES)
            except Rejected:
                continue
            for place, entry in enumerate(found, start=1):
                track = fields(entry.get("item") or entry.get("track"))
                if any(one.get("id") == account for one in records(track.get("artists"))):
                    return place
            return 0 if whole else None
        return None

    def _pages(self, path: str) -> Iterator[list[Data]]:
        offset = 0
        while True:
            page = self._get(path, {"fields": STANDING, "limit": PAGE, "offset": offset})
            found = page.get("items")
            yield records(found)
            # A page without an end, or one that stands still, is no reason to go on for ever.
            if not page.get("next") or not isinstance(found, list) or not found:
                return
            offset += PAGE

    # Calls

    def _try(self, path: str, params: Mapping[str, Any]) -> Data | None:
        """An answer, None where this app may not have it."""
        try:
            return self._get(path, params)
        except Rejected:
            return None

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Data:
        return self._api.get(f"{self._url}/{path}", params).fields()


def _refusal(answer: Answer) -> PlatformError:
    error = fields(answer.fields().get("error"))
    told = words(error.get("message"))
    # An id of the wrong shape is answered with 400.
    if answer.status == 400 and "invalid" in told.lower() and "id" in told.lower():
        return Rejected(f"{NAME} does not have this. {told}", code=GONE)
    return refused(NAME, answer, told)
