"""Tidal counted by an artist's address, at a stand-in that is held to Tidal's own description."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from analytics.sources.tidal import Tidal
from publishing.platforms.base import Rejected, TryLater
from publishing.platforms.counting import AccountGone, Missing
from tests.analytics.counting_contract import Counted, CountingContract
from tests.analytics.music import APP, NOW, House, house
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.fake_tidal import ARTIST, PLAYLIST, FakeTidal, no

__all__ = ["house"]
LINK = f"https://tidal.com/browse/playlist/{PLAYLIST}"


class ByAlbums(Counted):
    """Tidal lists followers without a number; albums fall and rise as well."""

    @property
    def followers(self) -> str:
        return "albums"


@pytest.fixture
def server(house: House) -> Iterator[FakeTidal]:
    with FakeTidal(house.clock) as running:
        yield running


@pytest.fixture
def tidal(server: FakeTidal, house: House) -> Tidal:
    made: Tidal = house.build(Tidal, **APP, api=server.url, auth=server.url)
    return made


@pytest.fixture
def counted(server: FakeTidal, tidal: Tidal) -> Counted:
    return ByAlbums(
        adapter=tidal,
        token=None,
        account=ARTIST,
        server=server,
        today=NOW.date(),
        document="tidal",
        stand=lambda number: setattr(server, "albums", number),
        vanish=server.artists.clear,
    )


class TestTidal(CountingContract):
    looks_back = False
    stands_now = frozenset({"albums", "tracks", "popularity", "top_tracks"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


@pytest.mark.parametrize(
    "address",
    [
        ARTIST,
        f"https://tidal.com/browse/artist/{ARTIST}",
        f"https://listen.tidal.com/artist/{ARTIST}",
        f"tidal.com/artist/{ARTIST}/u",
        f"https://www.tidal.com/artist/{ARTIST}?u",
    ],
)
def test_an_artist_is_found_by_links_of_every_form(tidal: Tidal, address: str) -> None:
    found = tidal.find(address)
    assert found is not None
    assert (found.id, found.name, found.followers) == (ARTIST, "Kesar Strings", None)


def test_what_is_wrong_with_an_address_is_said(tidal: Tidal) -> None:
    assert tidal.find("99") is None
    for address, words in (("https://tidal.com/browse/track/1", "something else"), ("Kesar", "is not an artist")):
        with pytest.raises(Rejected, match=words):
            tidal.find(address)


def test_what_tidal_does_not_tell_is_null_with_its_reason(counted: Counted) -> None:
    told = counted.day()
    assert (told.figures["popularity"], told.figures["albums"], told.figures["tracks"]) == (61, 7, 40)
    assert [one["popularity"] for one in told.figures["top_tracks"]][:3] == [19, 18, 17]
    assert told.missing["followers"] is Missing.NOT_OFFERED
    assert told.missing["streams"] is Missing.BY_HAND


@pytest.mark.parametrize("strange", [None, "high", 61, -0.1])
def test_a_strange_share_is_no_share(server: FakeTidal, counted: Counted, strange: Any) -> None:
    server.popularity = strange
    assert counted.day().missing["popularity"] is Missing.NO_ANSWER


def test_lists_that_do_not_end_have_no_number(server: FakeTidal, counted: Counted) -> None:
    server.endless = True
    told = counted.day()
    assert told.missing["albums"] is Missing.NO_ANSWER
    assert len(server.seen("GET", "/albums$")) < 30


def test_playlists_that_are_watched_tell_where_the_artist_stands(
    tidal: Tidal, server: FakeTidal, counted: Counted
) -> None:
    server.items[43] = ARTIST
    counted.adapter = tidal.watching({"playlists": [LINK, "0" * 36, "rubbish"], "countries": ["in"]})
    figures = counted.day().figures
    assert [one["placed"] for one in figures["playlists_watched"]] == [True, None, None]
    [found] = figures["playlists_found"]
    assert (found["position"], found["followers"], found["editorial"]) == (44, 900, True)
    assert {request.first("countryCode") for request in server.seen("GET", "/v2/")} == {"IN"}
    server.items = ["1"]
    assert counted.day().figures["playlist_placements"] == 0
    server.endless = True
    assert counted.day().missing["playlist_placements"] is Missing.NO_ACCESS


def test_limits_and_ends_are_told_apart(tidal: Tidal, server: FakeTidal, counted: Counted) -> None:
    server.fault("GET", "/artists/", answer=no(429, "TOO_MANY_REQUESTS", "Slow down"))
    with pytest.raises(TryLater) as busy:
        tidal.find(ARTIST)
    assert busy.value.after == timedelta(minutes=1)
    server.artists.clear()
    with pytest.raises(AccountGone):
        counted.day()


@pytest.mark.shared
@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine")
def test_all_that_is_asked_and_answered_is_as_tidal_describes_it(
    tidal: Tidal, server: FakeTidal, counted: Counted
) -> None:
    tidal.find(ARTIST)
    tidal.find("99")
    counted.adapter = tidal.watching({"playlists": [LINK]})
    counted.day()
    contract = OpenApi(folder("tidal-openapi.json"), base="/v2")
    assert contract.problems(server.answered, beyond=r"^POST /v1/oauth2/token") == []
