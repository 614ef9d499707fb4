"""Spotify counted by an artist's address, at a stand-in that is held to Spotify's own description."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.sources import Source
from analytics.sources.spotify import Spotify
from publishing.platforms.base import Rejected, TryLater
from publishing.platforms.counting import AccountGone, FindsAccounts, Missing, Watches
from tests.analytics.counting_contract import Counted, CountingContract
from tests.analytics.music import APP, NOW, House, house
from tests.peers.app_tokens import SECRET
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.fake_spotify import ARTIST, EDITORIAL, FANS_OWN, FakeSpotify, a_track, no
from tests.peers.wire import Response

__all__ = ["house"]
LINK = f"https://open.spotify.com/artist/{ARTIST}"


@pytest.fixture
def server(house: House) -> Iterator[FakeSpotify]:
    with FakeSpotify(house.clock) as running:
        yield running


@pytest.fixture
def spotify(server: FakeSpotify, house: House) -> Spotify:
    made: Spotify = house.build(Spotify, **APP, api=server.url, accounts=server.url)
    return made


@pytest.fixture
def counted(server: FakeSpotify, spotify: Spotify) -> Counted:
    return Counted(
        adapter=spotify,
        token=None,
        account=ARTIST,
        server=server,
        today=NOW.date(),
        document="spotify",
        stand=lambda number: setattr(server, "followers", number),
        vanish=server.artists.clear,
    )


class TestSpotify(CountingContract):
    looks_back = False
    stands_now = frozenset({"followers", "popularity", "albums", "top_tracks"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


@pytest.mark.parametrize(
    "address",
    [
        ARTIST,
        LINK,
        f"open.spotify.com/artist/{ARTIST}?si=abc",
        f"https://open.spotify.com/intl-de/artist/{ARTIST}/discography",
        f"https://open.spotify.com/intl-pt/artist/{ARTIST}",
        f"https://open.spotify.com/embed/artist/{ARTIST}",
        f"spotify:artist:{ARTIST}",
        f"  \u2068{LINK}\u2069 ",
    ],
)
def test_an_artist_is_found_by_links_of_every_form(spotify: Spotify, address: str) -> None:
    assert isinstance(spotify, FindsAccounts)
    assert isinstance(spotify, Watches)
    assert isinstance(spotify, Source)
    found = spotify.find(address)
    assert found is not None
    assert (found.id, found.name, found.url, found.followers) == (ARTIST, "Kesar Strings", LINK, 4321)


def test_nobody_behind_an_id_is_nobody(spotify: Spotify) -> None:
    assert spotify.find("0" * 22) is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not an artist"),
        ("Kesar Strings", "is not an artist"),
        (f"https://open.spotify.com/track/{ARTIST}", "something else"),
        ("https://spotify.link/abc", "short link"),
        (f"https://evil.example/artist/{ARTIST}", "is not an artist"),
        (f"https://open.spotify.com.evil.example/artist/{ARTIST}", "is not an artist"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(spotify: Spotify, address: str, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        spotify.find(address)


def test_what_development_mode_takes_away_is_null_with_its_reason(
    spotify: Spotify, server: FakeSpotify, counted: Counted
) -> None:
    server.development = True
    told = counted.day()
    assert told.figures == {"albums": 7}
    assert {told.missing[key] for key in ("followers", "popularity", "top_tracks")} == {Missing.NO_ACCESS}
    assert {told.missing[key] for key in ("monthly_listeners", "streams", "top_cities")} == {Missing.BY_HAND}
    assert {told.missing[key] for key in ("saved_tracks", "playlists", "following")} == {Missing.NO_ACCESS}
    found = spotify.find(LINK)
    assert found is not None
    assert found.followers is None


def test_playlists_that_are_watched_tell_where_the_artist_stands(
    spotify: Spotify, server: FakeSpotify, counted: Counted
) -> None:
    server.tracks[EDITORIAL][54] = a_track(54, ARTIST)
    server.tracks[FANS_OWN] = [a_track(2)]
    links = [f"https://open.spotify.com/playlist/{EDITORIAL}?si=1", f"spotify:playlist:{FANS_OWN}", "9" * 22, "rubbish"]
    counted.adapter = spotify.watching({"playlists": links, "countries": ["IN", "rubbish", 7]})
    figures = counted.day().figures
    assert [one["placed"] for one in figures["playlists_watched"]] == [True, False, None, None]
    [found] = figures["playlists_found"]
    assert (found["id"], found["position"], found["followers"], found["editorial"]) == (EDITORIAL, 55, 900, True)
    assert figures["editorial_playlists"] == [found]
    assert figures["playlist_placements"] == 1
    assert server.seen("GET", "/top-tracks")[-1].first("market") == "IN"
    assert counted.day().missing.get("saves") is Missing.BY_HAND
    assert "playlists_watched" not in spotify.day(ARTIST, token=None, today=NOW.date()).figures


def test_playlists_nobody_may_look_into_are_not_playlists_without_the_artist(
    spotify: Spotify, server: FakeSpotify, counted: Counted
) -> None:
    server.development = True
    counted.adapter = spotify.watching({"playlists": [f"spotify:playlist:{EDITORIAL}"]})
    told = counted.day()
    assert told.figures["playlists_watched"][0]["placed"] is None
    assert told.figures["playlists_watched"][0]["followers"] == 900
    assert told.missing["playlist_placements"] is Missing.NO_ACCESS


def test_pages_that_do_not_end_are_left(spotify: Spotify, server: FakeSpotify, counted: Counted) -> None:
    server.endless = True
    counted.adapter = spotify.watching({"playlists": [f"spotify:playlist:{EDITORIAL}"]})
    assert counted.day().figures["playlists_watched"][0]["placed"] is None
    assert len(server.seen("GET", "/items$")) < 25


def test_one_token_serves_all_until_it_runs_out(spotify: Spotify, server: FakeSpotify, house: House) -> None:
    other = house.build(Spotify, **APP, api=server.url, accounts=server.url)
    for each in (spotify, other, spotify):
        each.find(ARTIST)
    assert server.tokens.asked == ["client_credentials"]
    house.pass_by(minutes=59)
    spotify.find(ARTIST)
    assert len(server.tokens.asked) == 2


def test_a_token_that_is_refused_is_asked_for_anew_once(spotify: Spotify, server: FakeSpotify) -> None:
    spotify.find(ARTIST)
    server.tokens.valid.clear()
    assert spotify.find(ARTIST) is not None
    assert len(server.tokens.asked) == 2
    server.fault("GET", "/artists/", answer=no(401, "Invalid access token"), times=None)
    with pytest.raises(Rejected, match="does not accept this installation's app"):
        spotify.find(ARTIST)
    assert len(server.tokens.asked) == 3


def test_an_app_that_is_not_known_is_the_operators_business(house: House, server: FakeSpotify) -> None:
    wrong = house.build(Spotify, client_id="x", client_secret="wrong-secret-3", api=server.url, accounts=server.url)
    with pytest.raises(Rejected, match="Whoever runs it must look") as refused:
        wrong.find(ARTIST)
    assert refused.value.code == "config"
    assert "wrong-secret-3" not in str(refused.value)
    assert house.build(Spotify).unset == ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET")
    assert house.build(Spotify, **APP).unset == ()


def test_a_limit_without_a_time_waits_for_its_window(spotify: Spotify, server: FakeSpotify) -> None:
    server.fault("GET", "/artists/", answer=no(429, "API rate limit exceeded"), times=None)
    with pytest.raises(TryLater, match=r"asks us to slow down\. Nothing is lost") as busy:
        spotify.find(ARTIST)
    assert busy.value.after == timedelta(seconds=30)


def test_an_artist_that_went_is_gone(server: FakeSpotify, counted: Counted) -> None:
    server.artists.clear()
    with pytest.raises(AccountGone):
        counted.day()


@pytest.mark.parametrize(
    "strange",
    [
        {"followers": None},
        {"followers": {"total": None}},
        {"followers": {"total": "many"}},
        {"followers": {"total": -1}},
        {"followers": [1]},
        {"followers": {"total": True}},
    ],
)
def test_a_strange_count_is_no_count(server: FakeSpotify, counted: Counted, strange: dict[str, Any]) -> None:
    server.fault("GET", f"/artists/{ARTIST}$", answer=Response(200, {"id": ARTIST, "name": "K", **strange}))
    assert counted.day().missing["followers"] is Missing.NO_ACCESS


def test_a_huge_answer_means_later(server: FakeSpotify, counted: Counted) -> None:
    server.fault("GET", f"/artists/{ARTIST}$", answer=Response(200, {"id": ARTIST, "name": "K" * 5 * 1024**2}))
    with pytest.raises(TryLater):
        counted.day()


@pytest.mark.shared
@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine")
def test_all_that_is_asked_and_answered_is_as_spotify_describes_it(
    spotify: Spotify, server: FakeSpotify, counted: Counted
) -> None:
    spotify.find(LINK)
    spotify.find("0" * 22)
    chosen = {"playlists": [f"spotify:playlist:{EDITORIAL}", f"spotify:playlist:{FANS_OWN}"]}
    counted = replace(counted, adapter=spotify.watching(chosen))
    counted.day()
    server.development = True
    counted.day()
    assert SECRET not in repr(spotify)
    contract = OpenApi(folder("spotify-openapi.yaml"), base="/v1")
    assert contract.problems(server.answered, beyond=r"^POST /api/token") == []
