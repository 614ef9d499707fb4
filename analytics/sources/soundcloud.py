"""SoundCloud's API with the app's own token: all it counts is public, unless an artist hides a track's counts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote, unquote, urlsplit

import httpx

from analytics.sources.addresses import cleaned
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
    total,
    until,
    wire_of,
    words,
)
from analytics.sources.tokens import AppApi, AppTokens
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, Token
from publishing.platforms.counting import DayFigures, Found, Missing
from publishing.platforms.wire import Answer

NAME: Final = "SoundCloud"
BUSY: Final = timedelta(minutes=10)
PAGE: Final = 200
MOST_PAGES: Final = 25
FOUND: Final = 302
DAY: Final = timedelta(days=1)
HOST: Final = re.compile(r"(?:www\.|m\.|on\.)?soundcloud\.com/", re.IGNORECASE)
URN: Final = re.compile(r"(?:soundcloud:users:)?(\d{1,20})")
RESOURCE: Final = re.compile(r"/(users|playlists)/(?:soundcloud:(?:users|playlists):)?(\d+)")
HANDLE: Final = re.compile(r"@?[a-z0-9][a-z0-9_-]{1,254}", re.IGNORECASE)
OLD_STYLE: Final = re.compile(r"(\d{4})/(\d\d)/(\d\d) ([\d:]{8}) ([+-]\d{4})")
EXAMPLE: Final = "https://soundcloud.com/forss"
# Beside the track's own name: what it is added up to.
TOTALS: Final = {
    "playback_count": ("plays", "plays_total"),
    "favoritings_count": ("likes", "likes_total"),
    "reposts_count": ("reposts", "reposts_total"),
    "comment_count": ("comments", "comments_total"),
}
Data = dict[str, Any]


class SoundCloud(OnlyToday):
    """Followers, and all that was ever played, liked, reposted and commented; the day's share is told by the totals."""

    key: ClassVar[str] = "soundcloud"
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "SOUNDCLOUD_CLIENT_ID",
        "client_secret": "SOUNDCLOUD_CLIENT_SECRET",
        "api": "SOUNDCLOUD_API_URL",
        "secure": "SOUNDCLOUD_TOKEN_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_id: str = "",
        client_secret: str = "",
        api: str = "https://api.soundcloud.com",
        secure: str = "https://secure.soundcloud.com",
    ) -> None:
        wire, token_url = wire_of(client, NAME, clock, _refusal, busy=BUSY), f"{secure.rstrip('/')}/oauth/token"
        self._clock, self._url = clock, api.rstrip("/")
        self._tokens = AppTokens(wire, clock, sleep, token_url, client_id, client_secret, renews=True)
        self._api = AppApi(wire, self._tokens, scheme="OAuth")

    @property
    def unset(self) -> tuple[str, ...]:
        """The settings that are empty."""
        given = {"SOUNDCLOUD_CLIENT_ID": self._tokens.client_id, "SOUNDCLOUD_CLIENT_SECRET": self._tokens.client_secret}
        return tuple(name for name, value in given.items() if not value)

    def find(self, address: str) -> Found | None:
        """The account behind a link, a name, or an id."""
        urn = self._named(address)
        try:
            user = self._get(f"users/{quote(urn)}") if urn else {}
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        if not user:
            return None
        return Found(
            id=str(user.get("urn") or urn),
            name=words(user.get("username")) or words(user.get("full_name")) or urn,
            url=words(user.get("permalink_url"), limit=500).split("?")[0],
            picture=words(user.get("avatar_url"), limit=500),
            followers=count(user.get("followers_count")),
        )

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (public)
        """How the account stands now, all its public tracks added up."""
        try:
            user = self._get(f"users/{quote(account)}")
            tracks, whole = until(self._pages(f"users/{quote(account)}/tracks"), most=MOST_PAGES)
        except Rejected as error:
            raise gone(NAME, error) from None
        day = Figures({})
        day.tell("followers", count(user.get("followers_count")))
        day.tell("following", count(user.get("followings_count")))
        day.tell("tracks", count(user.get("track_count")))
        day.tell("playlists", count(user.get("playlist_count")))
        self._tell_tracks(tracks, day, whole=whole)
        tell_playlists(day, [self._watched(link, account) for link in self.watched.playlists])
        return day.day(today)

    def _tell_tracks(self, tracks: Sequence[Data], day: Figures, *, whole: bool) -> None:
        for name, (_each, key) in TOTALS.items():
            # An artist may hide what a track was played (reveal_stats): then it is null, and no part of the sum.
            told = total(count(track.get(name)) for track in tracks)
            nothing = 0 if whole and not tracks else None
            why = Missing.NO_ACCESS if whole else Missing.NO_ANSWER
            day.tell(key, (nothing if told is None else told) if whole else None, without=why)
        if not whole:
            return
        hidden = sum(count(track.get("playback_count")) is None for track in tracks)
        if hidden:
            day.tell("tracks_hidden", hidden)
        since = self._clock() - DAY
        day.tell("posted_24h", sum((made := _made(track)) is not None and made >= since for track in tracks))
        day.tell("top_tracks", _best(tracks))

    # Playlists

    def _watched(self, link: str, account: str) -> Data:
        try:
            kind, urn = self._resolved(link)
            found = self._get(f"playlists/{quote(urn)}") if kind == "playlists" else {}
        except Rejected:
            found = {}
        if not found:
            return playlist("", title=link[:200], url="", position=None)
        shown = records(found.get("tracks"))
        places = [
            place for place, track in enumerate(shown, start=1) if fields(track.get("user")).get("urn") == account
        ]
        whole = len(shown) >= (count(found.get("track_count")) or 0)
        return playlist(
            urn,
            title=words(found.get("title")),
            url=words(found.get("permalink_url"), limit=500).split("?")[0],
            position=places[0] if places else 0 if whole else None,
            followers=count(found.get("likes_count")),
        )

    # Addresses

    def _named(self, typed: str) -> str:
        """The URN of what was typed; empty when SoundCloud knows no such account."""
        given = cleaned(typed)
        if bare := URN.fullmatch(given):
            return f"soundcloud:users:{bare[1]}"
        if HANDLE.fullmatch(given) and "." not in given:
            given = f"soundcloud.com/{given.removeprefix('@')}"
        if not HOST.match(given):
            words_ = f"“{given[:80]}” is not an account of {NAME}. Paste a link like {EXAMPLE}."
            raise Rejected(words_, code="address")
        kind, urn = self._resolved(given)
        if urn and kind != "users":
            words_ = f"This link of {NAME} leads to something else than an account. Paste one like {EXAMPLE}."
            raise Rejected(words_, code="address")
        return urn

    def _resolved(self, link: str) -> tuple[str, str]:
        """What a link of soundcloud.com leads to: its kind and its URN, both empty when it leads nowhere."""
        address = f"https://{cleaned(link)}"
        try:
            answer = self._api.get(f"{self._url}/resolve", {"url": address}, takes={FOUND})
        except Rejected as error:
            if error.code == GONE:
                return "", ""
            raise
        told = answer.fields()
        place = unquote(answer.headers.get("location") or words(told.get("location"), limit=500))
        if found := RESOURCE.search(urlsplit(place).path):
            return found[1], f"soundcloud:{found[1]}:{found[2]}"
        # Some clients are led there at once.
        kind, urn = words(told.get("kind")), words(told.get("urn"))
        return (f"{kind}s", urn) if urn else ("other", place or address)

    # Calls

    def _pages(self, path: str) -> Iterator[list[Data]]:
        params: Data | None = {"limit": PAGE, "linked_partitioning": "true"}
        url, seen = f"{self._url}/{path}", set[str]()
        while url not in seen:
            seen.add(url)
            page = self._api.get(url, params).fields()
            yield records(page.get("collection"))
            following = words(page.get("next_href"), limit=2000)
            # Our token goes to nobody else, wherever a page points.
            if not following.startswith(f"{self._url}/"):
                return
            url, params = following, None

    def _get(self, path: str) -> Data:
        return self._api.get(f"{self._url}/{path}").fields()


def _best(tracks: Sequence[Data]) -> list[Data]:
    best = sorted(tracks, key=lambda track: count(track.get("playback_count")) or -1, reverse=True)[:MOST_TOP]
    shown = []
    for track in best:
        counts = {each: count(track.get(name)) for name, (each, _all) in TOTALS.items()}
        link = words(track.get("permalink_url"), limit=500).split("?")[0]
        about = {"id": str(track.get("urn") or ""), "title": words(track.get("title")), "url": link}
        shown.append(about | {name: value for name, value in counts.items() if value is not None})
    return shown


def _made(track: Mapping[str, Any]) -> datetime | None:
    """When a track came: ISO, or SoundCloud's own `2026/11/20 10:00:00 +0000`."""
    told = words(track.get("created_at"))
    if old := OLD_STYLE.fullmatch(told):
        told = "{}-{}-{}T{}{}".format(*old.groups())
    try:
        made = datetime.fromisoformat(told)
    except ValueError:
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _refusal(answer: Answer) -> PlatformError:
    told = answer.fields()
    errors = [words(one.get("error_message")) for one in records(told.get("errors"))]
    return refused(NAME, answer, words(told.get("message")) or " ".join(filter(None, errors)))
