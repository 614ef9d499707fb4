"""Apple Music's catalogue: no plays, no followers; where an artist stands in the charts of countries, and playlists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from analytics.sources.addresses import Addresses, cleaned
from analytics.sources.base import (
    CONFIG,
    GONE,
    MOST_TOP,
    Figures,
    OnlyToday,
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
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, Token
from publishing.platforms.counting import DayFigures, Found, Missing
from publishing.platforms.wire import Answer

NAME: Final = "Apple Music"
BUSY: Final = timedelta(minutes=5)
# Apple takes up to half a year; a short one that leaks is soon worth nothing.
TOKEN_LIVES: Final = timedelta(hours=12)
EARLY: Final = timedelta(minutes=5)
CHART_PAGE: Final = 100
CHART_PAGES: Final = 2
MOST_PAGES: Final = 10
KINDS: Final = ("songs", "albums")
PLACE: Final = r"(?:geo\.)?(?:music|itunes)\.apple\.com/(?:([a-z]{2})/)?"
ARTISTS: Final = Addresses(
    NAME,
    "https://music.apple.com/in/artist/1419227",
    re.compile(rf"{PLACE}artist/(?:[^/?#]*/)?(?:id)?(\d{{1,15}})(?!\d)", re.IGNORECASE),
    re.compile(r"\d{1,15}"),
    re.compile(r"(geo\.)?(music|itunes)\.apple\.com", re.IGNORECASE),
    re.compile(r"(apple\.co|itun\.es)/", re.IGNORECASE),
)
PLAYLISTS: Final = Addresses(
    NAME,
    "https://music.apple.com/in/playlist/pl.f4d106fed2bd41149aaacabb233eb5eb",
    re.compile(rf"{PLACE}playlist/(?:[^/?#]*/)?(pl\.[a-zA-Z0-9-]+)", re.IGNORECASE),
    re.compile(r"pl\.[a-zA-Z0-9-]+"),
    ARTISTS.host,
    ARTISTS.short,
    "a playlist",
)
NEVER: Final = {
    "plays": Missing.BY_HAND,
    "listeners": Missing.BY_HAND,
    "average_daily_listeners": Missing.BY_HAND,
    "shazams": Missing.BY_HAND,
    "radio_spins": Missing.BY_HAND,
    "song_sales": Missing.BY_HAND,
    "video_views": Missing.BY_HAND,
    "top_cities": Missing.BY_HAND,
    "top_countries": Missing.BY_HAND,
    "tracks": Missing.NOT_OFFERED,
    "library_songs": Missing.NO_ACCESS,
    "library_playlists": Missing.NO_ACCESS,
}
Data = dict[str, Any]


class AppleMusic(OnlyToday):
    """Positions in the song and album charts of the chosen countries, albums, top songs, playlists that are watched."""

    key: ClassVar[str] = "apple_music"
    settings: ClassVar[Mapping[str, str]] = {
        "team_id": "APPLE_MUSIC_TEAM_ID",
        "key_id": "APPLE_MUSIC_KEY_ID",
        "private_key": "APPLE_MUSIC_PRIVATE_KEY",
        "api": "APPLE_MUSIC_API_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (built like the others)
        team_id: str = "",
        key_id: str = "",
        private_key: str = "",
        api: str = "https://api.music.apple.com",
    ) -> None:
        self._wire = wire_of(client, NAME, clock, _refusal, busy=BUSY)
        self._clock, self._url = clock, api.rstrip("/")
        self._given = {
            "APPLE_MUSIC_TEAM_ID": team_id,
            "APPLE_MUSIC_KEY_ID": key_id,
            "APPLE_MUSIC_PRIVATE_KEY": private_key.replace("\\n", "\n").strip(),
        }
        self._kept: tuple[str, datetime] | None = None

    @property
    def unset(self) -> tuple[str, ...]:
        """The settings that are empty."""
        return tuple(name for name, value in self._given.items() if not value)

    def find(self, address: str) -> Found | None:
        """The artist behind a link or an id."""
        country = ARTISTS.forms.match(cleaned(address))
        storefront = (country[1] if country and country[1] else self._countries[0]).lower()
        try:
            artist = self._artist(ARTISTS.id_of(address), storefront)
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        about = fields(artist.get("attributes"))
        picture = words(fields(about.get("artwork")).get("url"), limit=500).replace("{w}x{h}", "300x300")
        url = words(about.get("url"), limit=500) or f"https://music.apple.com/{storefront}/artist/{artist['id']}"
        return Found(str(artist["id"]), words(about.get("name")) or str(artist["id"]), url, picture)

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (public)
        """How the artist stands now; a country whose shop does not have the artist has no positions."""
        artist, missed = {}, None
        for country in self._countries:
            try:
                artist = self._artist(account, country)
                break
            except Rejected as error:
                missed = gone(NAME, error)
        if not artist:
            raise missed or Rejected(f"{NAME} told nothing.", code=GONE)
        name = words(fields(artist.get("attributes")).get("name"))
        day = Figures(NEVER)
        day.tell("albums", self._albums(account, artist))
        day.tell("top_tracks", _top(artist))
        charts = [self._charts(country, account, name) for country in self._countries]
        told = [one for one in charts if one is not None]
        day.tell("chart_positions", [position for one in told for position in one] if told else None)
        watched = [self._watched(link, account, name) for link in self.watched.playlists]
        tell_playlists(day, watched, editorial="editorial_placements")
        return day.day(today)

    @property
    def _countries(self) -> tuple[str, ...]:
        return self.watched.countries or ("us",)

    def _artist(self, account: str, country: str) -> Data:
        params = {"views": "top-songs", "include": "albums"}
        found = records(self._get(f"catalog/{country}/artists/{account}", params).get("data"))
        if not found:
            raise Rejected(f"{NAME} does not have this artist in {country.upper()}.", code=GONE)
        return found[0] | {"country": country}

    def _albums(self, account: str, artist: Mapping[str, Any]) -> int | None:
        first = fields(fields(artist.get("relationships")).get("albums"))
        if not isinstance(first.get("data"), list):
            return None
        pages = self._pages(first, f"artists/{account}")
        found, whole = until(pages, most=MOST_PAGES)
        return len(found) if whole else None

    # Charts

    def _charts(self, country: str, account: str, name: str) -> list[Data] | None:
        """The artist's places in one country's charts; None when there is no answer."""
        params = {"types": ",".join(KINDS), "limit": CHART_PAGE}
        try:
            results = fields(self._get(f"catalog/{country}/charts", params).get("results"))
        except Rejected:
            return None
        found = []
        for kind in KINDS:
            for chart in records(results.get(kind)):
                standing, _whole = until(self._pages(chart, "charts", kind), most=CHART_PAGES)
                found += [
                    {
                        "chart": words(chart.get("name")) or words(chart.get("chart")) or kind,
                        "country": country.upper(),
                        "position": place,
                        "title": words(fields(entry.get("attributes")).get("name")),
                        "id": str(entry.get("id") or ""),
                    }
                    for place, entry in enumerate(standing, start=1)
                    if _is_by(entry, account, name)
                ]
        return found

    # Playlists

    def _watched(self, link: str, account: str, name: str) -> Data:
        given = PLAYLISTS.forms.match(cleaned(link))
        country = (given[1] if given and given[1] else self._countries[0]).lower()
        try:
            playlist_id = PLAYLISTS.id_of(link)
            path = f"catalog/{country}/playlists/{playlist_id}"
            found = records(self._get(path, {"include": "tracks"}).get("data"))
        except Rejected:
            found = []
        if not found:
            return playlist("", title=link[:200], url="", position=None)
        about, tracks = fields(found[0].get("attributes")), fields(fields(found[0].get("relationships")).get("tracks"))
        listed, whole = until(self._pages(tracks, f"playlists/{playlist_id}"), most=MOST_PAGES)
        places = [place for place, track in enumerate(listed, start=1) if _is_by(track, account, name)]
        return playlist(
            playlist_id,
            title=words(about.get("name")),
            url=words(about.get("url"), limit=500),
            position=places[0] if places else 0 if whole else None,
            editorial=about.get("playlistType") == "editorial",
        )

    # Calls

    def _pages(self, first: Mapping[str, Any], owner: str, kind: str = "") -> Iterator[list[Data]]:
        """A list's first part as it came along, and its next ones; only those of the same list of the same owner."""
        part, seen = first, set[str]()
        while True:
            yield records(part.get("data"))
            following = words(part.get("next"), limit=2000)
            path = urlsplit(following).path
            if following in seen or not re.match(rf"/v1/catalog/[a-z]{{2}}/{re.escape(owner)}(/|$)", path):
                return
            seen.add(following)
            answer = self._called(f"{self._url}{following}")
            if kind:
                charts = records(fields(answer.get("results")).get(kind))
                part = charts[0] if charts else {}
            else:
                part = answer

    def _get(self, path: str, params: Mapping[str, Any]) -> Data:
        return self._called(f"{self._url}/v1/{path}", params=dict(params))

    def _called(self, url: str, **request: Any) -> Data:
        return self._wire.call("GET", url, token=self._token(), **request).fields()

    def _token(self) -> str:
        """A developer token, signed here; Rejected when the operator's key is none."""
        now = self._clock()
        if self._kept and self._kept[1] > now + EARLY:
            return self._kept[0]
        team, key_id, text = self._given.values()
        claims = {"iss": team, "iat": int(now.timestamp()), "exp": int((now + TOKEN_LIVES).timestamp())}
        try:
            key = load_pem_private_key(text.encode(), password=None)
            if not isinstance(key, EllipticCurvePrivateKey):
                raise ValueError
            token = jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})
        except (ValueError, TypeError, jwt.PyJWTError):
            message = "The key for Apple Music cannot be read (APPLE_MUSIC_PRIVATE_KEY). Whoever runs this must look."
            raise Rejected(message, code=CONFIG) from None
        self._kept = token, now + TOKEN_LIVES
        return token


def _top(artist: Mapping[str, Any]) -> list[Data] | None:
    view = fields(fields(artist.get("views")).get("top-songs"))
    if not isinstance(view.get("data"), list):
        return None
    shown = []
    for rank, song in enumerate(records(view["data"])[:MOST_TOP], start=1):
        about = fields(song.get("attributes"))
        link = words(about.get("url"), limit=500)
        shown.append({"id": str(song.get("id") or ""), "title": words(about.get("name")), "url": link, "rank": rank})
    return shown


def _is_by(entry: Mapping[str, Any], account: str, name: str) -> bool:
    """Whether an entry is the artist's: by its artists' ids where they are told, else by the artist's whole name."""
    artists = records(fields(fields(entry.get("relationships")).get("artists")).get("data"))
    if artists:
        return any(str(one.get("id")) == account for one in artists)
    about = fields(entry.get("attributes"))
    if link := words(about.get("artistUrl"), limit=500):
        found = ARTISTS.forms.match(cleaned(link))
        if found:
            return str(found[found.lastindex or 0]) == account or name.casefold() in _names(about)
    return bool(name) and name.casefold() in _names(about)


def _names(about: Mapping[str, Any]) -> Sequence[str]:
    whole = words(about.get("artistName")).casefold()
    return [whole, *(part.strip() for part in re.split(r",|&| feat\. | x ", whole))]


def _refusal(answer: Answer) -> PlatformError:
    errors = records(answer.fields().get("errors"))
    told = words(errors[0].get("detail")) or words(errors[0].get("title")) if errors else ""
    if answer.status in {401, 403}:
        message = (
            f"{NAME} does not accept this installation's key (APPLE_MUSIC_TEAM_ID, APPLE_MUSIC_KEY_ID, "
            f"APPLE_MUSIC_PRIVATE_KEY). Whoever runs it must look. {told}"
        )
        return Rejected(message.strip(), code=CONFIG)
    return refused(NAME, answer, told)
