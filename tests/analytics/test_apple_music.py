"""Apple Music counted by an artist's address: positions in charts, since nothing else is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from analytics.sources.apple_music import AppleMusic
from publishing.platforms.base import Rejected, TryLater
from publishing.platforms.counting import AccountGone, Missing
from tests.analytics.counting_contract import Counted, CountingContract
from tests.analytics.music import NOW, House, house
from tests.peers.contracts import schemas
from tests.peers.fake_apple_music import ARTIST, KEY_ID, PEM, PLAYLIST, TEAM, FakeAppleMusic, a_song, no

__all__ = ["house"]
LINK = f"https://music.apple.com/in/playlist/monsoon/{PLAYLIST}"
GIVEN = {"team_id": TEAM, "key_id": KEY_ID, "private_key": PEM}


class ByAlbums(Counted):
    """Apple tells no followers; albums fall and rise as well."""

    @property
    def followers(self) -> str:
        return "albums"


@pytest.fixture
def server(house: House) -> Iterator[FakeAppleMusic]:
    with FakeAppleMusic(house.clock) as running:
        yield running


@pytest.fixture
def apple(server: FakeAppleMusic, house: House) -> AppleMusic:
    made: AppleMusic = house.build(AppleMusic, **GIVEN, api=server.url)
    return made


@pytest.fixture
def counted(server: FakeAppleMusic, apple: AppleMusic) -> Counted:
    return ByAlbums(
        adapter=apple,
        token=None,
        account=ARTIST,
        server=server,
        today=NOW.date(),
        document="apple_music",
        stand=lambda number: setattr(server, "albums", number),
        vanish=server.shops.clear,
    )


class TestAppleMusic(CountingContract):
    looks_back = False
    stands_now = frozenset({"albums", "top_tracks", "chart_positions"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


@pytest.mark.parametrize(
    "address",
    [
        ARTIST,
        f"https://music.apple.com/in/artist/kesar-strings/{ARTIST}",
        f"https://music.apple.com/in/artist/{ARTIST}?l=hi",
        f"https://geo.music.apple.com/us/artist/{ARTIST}",
        f"https://itunes.apple.com/in/artist/kesar/id{ARTIST}",
        f"music.apple.com/artist/kesar/{ARTIST}",
    ],
)
def test_an_artist_is_found_by_links_of_every_form(apple: AppleMusic, address: str) -> None:
    found = apple.find(address)
    assert found is not None
    assert (found.id, found.name, found.followers) == (ARTIST, "Kesar Strings", None)
    assert found.picture.endswith("300x300bb.jpg")


def test_what_is_wrong_with_an_address_is_said(apple: AppleMusic) -> None:
    assert apple.find("99") is None
    for address, words in (
        ("https://music.apple.com/in/album/monsoon/1", "something else"),
        ("https://apple.co/abc", "short link"),
        ("Kesar", "is not an artist"),
    ):
        with pytest.raises(Rejected, match=words):
            apple.find(address)


def test_positions_are_told_country_by_country(apple: AppleMusic, server: FakeAppleMusic, counted: Counted) -> None:
    server.charts["in"][2] = a_song(2, "Kesar Strings & Lisbon Rooftops")
    server.charts["in"][150] = a_song(150, "कोई और", artist=ARTIST)
    server.charts["us"][9] = a_song(9, "Kesar Strings", artist=ARTIST)
    server.charts["us"][10] = a_song(10, "Kesar Strings of Goa")
    counted.adapter = apple.watching({"countries": ["IN", "us", "zz"]})
    told = counted.day()
    places = [(one["country"], one["position"]) for one in told.figures["chart_positions"]]
    assert places == [("IN", 3), ("IN", 151), ("US", 10)]
    assert told.figures["chart_positions"][0]["chart"] == "Top Songs"
    assert told.missing["plays"] is Missing.BY_HAND
    assert told.missing["library_songs"] is Missing.NO_ACCESS


def test_charts_that_do_not_answer_are_no_absence_from_them(
    apple: AppleMusic, server: FakeAppleMusic, counted: Counted
) -> None:
    server.charts.clear()
    assert counted.day().missing["chart_positions"] is Missing.NO_ANSWER
    server.charts = {"us": []}
    assert counted.day().figures["chart_positions"] == []


def test_a_shop_without_the_artist_is_not_the_end(apple: AppleMusic, server: FakeAppleMusic, counted: Counted) -> None:
    counted.adapter = apple.watching({"countries": ["zz", "in"]})
    assert counted.day().figures["albums"] == 4321
    server.shops.clear()
    with pytest.raises(AccountGone):
        counted.day()


def test_playlists_that_are_watched_tell_where_the_artist_stands(
    apple: AppleMusic, server: FakeAppleMusic, counted: Counted
) -> None:
    server.listed[120] = a_song(120, "Kesar Strings")
    counted.adapter = apple.watching({"playlists": [LINK, "https://music.apple.com/in/playlist/x/pl.0", "rubbish"]})
    figures = counted.day().figures
    assert [one["placed"] for one in figures["playlists_watched"]] == [True, None, None]
    assert [(one["position"], one["title"]) for one in figures["editorial_placements"]] == [(121, "Monsoon")]
    server.listed = [a_song(1)]
    assert counted.day().figures["playlist_placements"] == 0


def test_a_name_that_is_called_otherwise_matches_nothing_by_accident(server: FakeAppleMusic, counted: Counted) -> None:
    server.renamed = True
    server.charts["us"] = [a_song(1, ""), a_song(2, "")]
    assert counted.day().figures["chart_positions"] == []


def test_pages_that_lead_elsewhere_or_do_not_end_are_left(server: FakeAppleMusic, counted: Counted) -> None:
    server.albums, server.page = 9999, 10
    told = counted.day()
    assert told.missing["albums"] is Missing.NO_ANSWER
    assert len(server.seen("GET", "/albums$")) < 15


def test_a_key_that_is_none_is_the_operators_business(house: House, server: FakeAppleMusic) -> None:
    assert house.build(AppleMusic).unset == ("APPLE_MUSIC_TEAM_ID", "APPLE_MUSIC_KEY_ID", "APPLE_MUSIC_PRIVATE_KEY")
    for key in ("rubbish", ""):
        made = house.build(AppleMusic, **{**GIVEN, "private_key": key}, api=server.url)
        with pytest.raises(Rejected, match="APPLE_MUSIC_PRIVATE_KEY") as refused:
            made.find(ARTIST)
        assert refused.value.code == "config"
    one_line = house.build(AppleMusic, **{**GIVEN, "private_key": PEM.replace("\n", "\\n")}, api=server.url)
    assert one_line.find(ARTIST) is not None
    stranger = house.build(AppleMusic, **{**GIVEN, "key_id": "OTHER"}, api=server.url)
    with pytest.raises(Rejected, match="Whoever runs it must look"):
        stranger.find(ARTIST)


def test_a_token_is_signed_anew_in_time(apple: AppleMusic, server: FakeAppleMusic, house: House) -> None:
    for _hours in range(3):
        assert apple.find(ARTIST) is not None
        house.pass_by(hours=11, minutes=58)
    assert len({request.bearer for request in server.requests}) == 3


def test_a_limit_that_names_no_time_is_waited_for(apple: AppleMusic, server: FakeAppleMusic) -> None:
    server.fault("GET", "/artists/", answer=no(429, "Too Many Requests"))
    with pytest.raises(TryLater) as busy:
        apple.find(ARTIST)
    assert busy.value.after == timedelta(minutes=5)


def test_all_that_is_asked_and_answered_is_as_the_facts_say(
    apple: AppleMusic, server: FakeAppleMusic, counted: Counted
) -> None:
    apple.find(ARTIST)
    apple.find("99")
    counted.adapter = apple.watching({"countries": ["in", "us", "zz"], "playlists": [LINK, "pl.0"]})
    counted.day()
    assert schemas("apple_music").problems(server.answered) == []
