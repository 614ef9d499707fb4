"""Deezer's public API: no app, no token; fifty questions in five seconds, and refusals that come with HTTP 200."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final

import httpx

from analytics.sources.addresses import Addresses
from analytics.sources.base import (
    AGAIN,
    GONE,
    LATER,
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
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, Token, TryLater
from publishing.platforms.counting import DayFigures, Found, Missing
from publishing.platforms.wire import Answer

NAME: Final = "Deezer"
WINDOW: Final = timedelta(seconds=5)
PAGE: Final = 100
MOST_PAGES: Final = 20
QUOTA, BUSY, NO_DATA = 4, 700, 800
PLACE: Final = r"(?:www\.)?deezer\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?"
ARTISTS: Final = Addresses(
    NAME,
    "https://www.deezer.com/artist/27",
    re.compile(rf"{PLACE}artist/(\d{{1,15}})(?!\d)", re.IGNORECASE),
    re.compile(r"\d{1,15}"),
    re.compile(r"(www\.)?deezer\.com", re.IGNORECASE),
    re.compile(r"(link\.deezer\.com|deezer\.page\.link)", re.IGNORECASE),
)
PLAYLISTS: Final = Addresses(
    NAME,
    "https://www.deezer.com/playlist/3155776842",
    re.compile(rf"{PLACE}playlist/(\d{{1,15}})(?!\d)", re.IGNORECASE),
    ARTISTS.bare,
    ARTISTS.host,
    ARTISTS.short,
    "a playlist",
)
# Deezer's own editors have this account.
EDITORS: Final = re.compile(r"\bdeezer\b", re.IGNORECASE)
NEVER: Final = {
    "streams": Missing.BY_HAND,
    "listeners": Missing.BY_HAND,
    "tracks": Missing.NOT_OFFERED,
    "favourite_tracks": Missing.NO_ACCESS,
    "playlists": Missing.NO_ACCESS,
}
Data = dict[str, Any]


class Deezer(OnlyToday):
    """Fans, albums, the best tracks with their rank, the worldwide chart, and playlists that are watched."""

    key: ClassVar[str] = "deezer"
    settings: ClassVar[Mapping[str, str]] = {"api": "DEEZER_API_URL"}
    unset: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *, client: httpx.Client, clock: Clock, sleep: Sleep, api: str = "https://api.deezer.com"
    ) -> None:
        self._wire = wire_of(client, NAME, clock, _refusal, busy=WINDOW)
        self._sleep, self._url = sleep, api.rstrip("/")

    def find(self, address: str) -> Found | None:
        """The artist behind a link or an id."""
        try:
            artist = self._get(f"artist/{ARTISTS.id_of(address)}")
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        name = words(artist.get("name")) or str(artist.get("id"))
        picture = words(artist.get("picture_medium"), limit=500)
        fans = count(artist.get("nb_fan"))
        return Found(str(artist["id"]), name, f"https://www.deezer.com/artist/{artist['id']}", picture, fans)

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (public)
        """How the artist stands now."""
        try:
            artist = self._get(f"artist/{account}")
        except Rejected as error:
            raise gone(NAME, error) from None
        day = Figures(NEVER)
        day.tell("fans", count(artist.get("nb_fan")))
        day.tell("albums", count(artist.get("nb_album")))
        day.tell("top_tracks", self._top(account))
        day.tell("chart_positions", self._chart(account))
        watched = [self._watched(link, account) for link in self.watched.playlists]
        tell_playlists(day, watched)
        return day.day(today)

    def _top(self, account: str) -> list[Data] | None:
        found = self._try(f"artist/{account}/top", limit=MOST_TOP)
        if found is None:
            return None
        shown: list[Data] = []
        for track in records(found.get("data"))[:MOST_TOP]:
            about = {"id": str(track.get("id") or ""), "title": words(track.get("title"))}
            rank = count(track.get("rank"))
            # What Deezer calls rank is how much a track is heard, up to a million.
            more = {"popularity": round(rank / 10_000)} if rank is not None else {}
            shown.append(about | {"url": words(track.get("link"), limit=500), "rank": len(shown) + 1} | more)
        return shown

    def _chart(self, account: str) -> list[Data] | None:
        found = self._try("chart/0/tracks", limit=PAGE)
        if found is None:
            return None
        return [
            {
                "chart": "Deezer, worldwide",
                "country": "",
                "position": count(track.get("position")) or place,
                "title": words(track.get("title")),
                "id": str(track.get("id") or ""),
            }
            for place, track in enumerate(records(found.get("data")), start=1)
            if _is_by(track, account)
        ]

    # Playlists

    def _watched(self, link: str, account: str) -> Data:
        """A playlist's fans, and where in it the artist stands."""
        try:
            playlist_id = PLAYLISTS.id_of(link)
        except Rejected:
            return playlist("", title=link[:200], url="", position=None)
        about = self._try(f"playlist/{playlist_id}") or {}
        return playlist(
            playlist_id,
            title=words(about.get("title")),
            url=f"https://www.deezer.com/playlist/{playlist_id}",
            position=self._position(playlist_id, account) if about else None,
            followers=count(about.get("fans")),
            editorial=bool(EDITORS.search(words(fields(about.get("creator")).get("name")))),
        )

    def _position(self, playlist_id: str, account: str) -> int | None:
        try:
            found, whole = until(self._pages(f"playlist/{playlist_id}/tracks"), most=MOST_PAGES)
        except Rejected:
            return None
        places = [place for place, track in enumerate(found, start=1) if _is_by(track, account)]
        return places[0] if places else 0 if whole else None

    def _pages(self, path: str) -> Iterator[list[Data]]:
        index = 0
        while True:
            page = self._get(path, index=index, limit=PAGE)
            found = records(page.get("data"))
            yield found
            if not page.get("next") or not found:
                return
            index += PAGE

    # Calls

    def _try(self, path: str, **params: int) -> Data | None:
        try:
            return self._get(path, **params)
        except Rejected:
            return None

    def _get(self, path: str, **params: int) -> Data:
        """An answer that is one; a window that is full is waited for once, since it is short."""
        try:
            return self._asked(path, params)
        except TryLater as full:
            if full.after != WINDOW:
                raise
            self._sleep(WINDOW.total_seconds())
        return self._asked(path, params)

    def _asked(self, path: str, params: Mapping[str, int]) -> Data:
        told = self._wire.call("GET", f"{self._url}/{path}", params=dict(params)).fields()
        if "error" in told:
            raise meaning(fields(told["error"]))
        return told


def _is_by(track: Mapping[str, Any], account: str) -> bool:
    artists = [fields(track.get("artist")), *records(track.get("contributors"))]
    return any(str(one.get("id")) == account for one in artists)


def meaning(error: Mapping[str, Any]) -> PlatformError:
    """What an error in a 200 means."""
    code, told = count(error.get("code")), words(error.get("message")) or words(error.get("type"))
    if code == QUOTA:
        return TryLater(f"{NAME} asks us to slow down. {LATER}", after=WINDOW)
    if code == BUSY:
        return TryLater(f"{NAME} is busy. {AGAIN}", after=WINDOW)
    if code == NO_DATA:
        return Rejected(f"{NAME} does not have this. {told}".strip(), code=GONE)
    return Rejected(f"{NAME} does not answer this: {told or code}", code=str(code))


def _refusal(answer: Answer) -> PlatformError:
    return refused(NAME, answer, words(fields(answer.fields().get("error")).get("message")))
