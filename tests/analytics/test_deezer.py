"""Deezer counted by an artist's address, at a stand-in written from the facts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from analytics.sources.deezer import Deezer
from publishing.platforms.base import Rejected, TryLater
from publishing.platforms.counting import AccountGone, Missing
from tests.analytics.counting_contract import Counted, CountingContract
from tests.analytics.music import NOW, House, house
from tests.peers.contracts import schemas
from tests.peers.fake_deezer import ARTIST, EDITORIAL, PLAYLIST, FakeDeezer, a_track, no

__all__ = ["house"]


@pytest.fixture
def server(house: House) -> Iterator[FakeDeezer]:
    with FakeDeezer(house.clock) as running:
        yield running


@pytest.fixture
def deezer(server: FakeDeezer, house: House) -> Deezer:
    made: Deezer = house.build(Deezer, api=server.url)
    return made


@pytest.fixture
def counted(server: FakeDeezer, deezer: Deezer) -> Counted:
    return Counted(
        adapter=deezer,
        token=None,
        account=ARTIST,
        server=server,
        today=NOW.date(),
        document="deezer",
        stand=lambda number: setattr(server, "fans", number),
        vanish=server.artists.clear,
    )


class TestDeezer(CountingContract):
    looks_back = False
    stands_now = frozenset({"fans", "albums", "top_tracks", "chart_positions"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


@pytest.mark.parametrize(
    "address",
    [
        "27",
        "https://www.deezer.com/artist/27",
        "deezer.com/en/artist/27?utm_source=deezer",
        "https://www.deezer.com/pt-br/artist/27",
        "http://deezer.com/fr/artist/27/top_track",
    ],
)
def test_an_artist_is_found_by_links_of_every_form(deezer: Deezer, address: str) -> None:
    found = deezer.find(address)
    assert found is not None
    assert (found.id, found.name, found.followers) == ("27", "Kesar Strings", 4321)


def test_what_is_wrong_with_an_address_is_said(deezer: Deezer) -> None:
    assert deezer.find("99999") is None
    for address, words in (
        ("https://link.deezer.com/s/abc", "short link"),
        ("https://www.deezer.com/album/27", "something else"),
        ("Kesar Strings", "is not an artist"),
    ):
        with pytest.raises(Rejected, match=words):
            deezer.find(address)


@pytest.mark.parametrize(
    ("code", "expected"), [(4, TryLater), (700, TryLater), (800, AccountGone), (200, Rejected), (600, Rejected)]
)
def test_a_refusal_inside_a_200_is_a_refusal(
    server: FakeDeezer, counted: Counted, code: int, expected: type[Exception]
) -> None:
    server.fault("GET", "/artist/27$", answer=no(code, "Exception", "What it says"), times=None)
    with pytest.raises(expected) as refused:
        counted.day()
    if isinstance(refused.value, TryLater):
        assert refused.value.after == timedelta(seconds=5)


def test_a_full_window_is_sat_out_once(server: FakeDeezer, counted: Counted, house: House) -> None:
    server.fault("GET", "/artist/27$", answer=no(4, "Exception", "Quota limit exceeded"), times=1)
    assert counted.day().figures["fans"] == 4321
    assert house.naps == [5.0]


def test_one_artists_day_stays_below_the_window(server: FakeDeezer, deezer: Deezer, counted: Counted) -> None:
    server.limits = True
    chosen = {"playlists": [f"https://www.deezer.com/playlist/{one}" for one in (EDITORIAL, PLAYLIST)]}
    counted.adapter = deezer.watching(chosen)
    counted.day()
    assert len(server.asked) < 20


@pytest.mark.parametrize("strange", [None, "many", -1, True])
def test_a_strange_count_is_no_count(server: FakeDeezer, counted: Counted, strange: Any) -> None:
    server.fans = strange
    assert counted.day().missing["fans"] is Missing.NO_ANSWER


def test_chart_and_playlists_tell_where_the_artist_stands(server: FakeDeezer, deezer: Deezer, counted: Counted) -> None:
    server.chart[41] = a_track(42, 27) | {"position": 42}
    server.chart[77] = a_track(78, 5, also=27) | {"position": 78}
    server.lists[EDITORIAL][120] = a_track(120, 27)
    chosen = [
        f"https://www.deezer.com/in/playlist/{EDITORIAL}",
        PLAYLIST,
        "https://www.deezer.com/playlist/9",
        "rubbish",
    ]
    counted.adapter = deezer.watching({"playlists": chosen})
    figures = counted.day().figures
    assert [one["position"] for one in figures["chart_positions"]] == [42, 78]
    assert [one["placed"] for one in figures["playlists_watched"]] == [True, False, None, None]
    [found] = figures["playlists_found"]
    assert (found["position"], found["followers"], found["editorial"]) == (121, 900, True)
    server.endless = True
    assert counted.day().figures["playlists_watched"][1]["placed"] is None


def test_all_that_is_asked_and_answered_is_as_the_facts_say(
    server: FakeDeezer, deezer: Deezer, counted: Counted
) -> None:
    deezer.find("27")
    deezer.find("99999")
    counted.adapter = deezer.watching({"playlists": [EDITORIAL, PLAYLIST, "9"]})
    counted.day()
    assert schemas("deezer").problems(server.answered) == []
