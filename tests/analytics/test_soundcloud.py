"""SoundCloud counted by an account's address, at a stand-in that is held to SoundCloud's own description."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from analytics.sources.soundcloud import SoundCloud
from publishing.platforms.base import Rejected, TryLater
from publishing.platforms.counting import Missing
from tests.analytics.counting_contract import Counted, CountingContract
from tests.analytics.music import APP, NOW, House, house
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.fake_soundcloud import PLAYLIST, USER, FakeSoundCloud, a_track, no
from tests.peers.wire import Response

__all__ = ["house"]
SET = "https://soundcloud.com/asha/sets/monsoon"


@pytest.fixture
def server(house: House) -> Iterator[FakeSoundCloud]:
    with FakeSoundCloud(house.clock) as running:
        yield running


@pytest.fixture
def soundcloud(server: FakeSoundCloud, house: House) -> SoundCloud:
    made: SoundCloud = house.build(SoundCloud, **APP, api=server.url, secure=server.url)
    return made


@pytest.fixture
def counted(server: FakeSoundCloud, soundcloud: SoundCloud) -> Counted:
    return Counted(
        adapter=soundcloud,
        token=None,
        account=USER,
        server=server,
        today=NOW.date(),
        document="soundcloud",
        stand=lambda number: setattr(server, "followers", number),
        vanish=lambda: setattr(server, "there", False),
    )


class TestSoundCloud(CountingContract):
    looks_back = False
    stands_now = frozenset({"followers", "plays_total", "likes_total", "tracks", "top_tracks"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


@pytest.mark.parametrize(
    "address",
    [
        "https://soundcloud.com/kesar",
        "soundcloud.com/kesar?utm_source=clipboard",
        "https://m.soundcloud.com/kesar",
        "https://on.soundcloud.com/AbC12",
        "kesar",
        "@kesar",
        USER,
        "3207",
    ],
)
def test_an_account_is_found_by_links_of_every_form(soundcloud: SoundCloud, address: str) -> None:
    found = soundcloud.find(address)
    assert found is not None
    assert (found.id, found.name, found.url) == (USER, "Kesar Strings", "https://soundcloud.com/kesar")
    assert found.followers == 4321


def test_nobody_behind_a_name_is_nobody(soundcloud: SoundCloud) -> None:
    assert soundcloud.find("soundcloud.com/nobody-at-all") is None
    assert soundcloud.find("soundcloud:users:999999") is None


@pytest.mark.parametrize("address", ["", "https://soundcloud.com.evil.example/kesar", "https://example.com/kesar"])
def test_what_is_no_address_is_said(soundcloud: SoundCloud, address: str) -> None:
    with pytest.raises(Rejected, match="is not an account"):
        soundcloud.find(address)
    with pytest.raises(Rejected, match="something else than an account"):
        soundcloud.find(SET)


def test_tracks_are_added_up_over_all_their_pages(server: FakeSoundCloud, counted: Counted) -> None:
    server.tracks = [a_track(number) for number in range(450)]
    server.tracks += [a_track(900, plays=7000, at="2026-11-20T08:00:00Z"), a_track(901, at="2026/11/19 09:00:00 +0000")]
    figures = counted.day().figures
    assert figures["plays_total"] == 451 * 100 + 7000
    assert (figures["likes_total"], figures["reposts_total"], figures["comments_total"]) == (452 * 5, 452 * 2, 452)
    assert figures["posted_24h"] == 1
    best = figures["top_tracks"][0]
    assert (best["plays"], best["url"]) == (7000, "https://soundcloud.com/kesar/raga-900")
    assert len(figures["top_tracks"]) == 10


def test_hidden_counts_are_no_noughts(server: FakeSoundCloud, counted: Counted) -> None:
    server.tracks = [a_track(1), a_track(2, plays=None)]
    figures = counted.day().figures
    assert (figures["plays_total"], figures["tracks_hidden"]) == (100, 1)
    server.tracks = [a_track(2, plays=None)]
    told = counted.day()
    assert told.missing["plays_total"] is Missing.NO_ACCESS
    assert "plays" not in told.figures["top_tracks"][0]
    server.tracks = []
    assert counted.day().figures["plays_total"] == 0


def test_a_null_count_of_followers_is_no_nought(server: FakeSoundCloud, counted: Counted) -> None:
    server.followers = None
    assert counted.day().missing["followers"] is Missing.NO_ANSWER


def test_a_list_that_does_not_end_gives_no_sum(server: FakeSoundCloud, counted: Counted) -> None:
    server.tracks = [a_track(number) for number in range(10_000)]
    told = counted.day()
    assert "plays_total" not in told.figures
    assert told.missing["plays_total"] is Missing.NO_ANSWER
    assert len(server.seen("GET", "/tracks$")) < 30
    server.endless = True
    counted.day()
    assert len(server.seen("GET", "/tracks$")) < 60


def test_a_token_goes_to_no_other_server(server: FakeSoundCloud, counted: Counted) -> None:
    with FakeSoundCloud() as other:
        server.elsewhere = f"{other.url}/users/{USER}/tracks"
        counted.day()
        assert other.requests == []


def test_a_refresh_token_is_used_once_and_a_spent_one_costs_nothing(
    soundcloud: SoundCloud, server: FakeSoundCloud, house: House
) -> None:
    soundcloud.find("kesar")
    house.pass_by(hours=1)
    soundcloud.find("kesar")
    assert server.tokens.asked == ["client_credentials", "refresh_token"]
    server.tokens.refresh.clear()
    house.pass_by(hours=1)
    assert soundcloud.find("kesar") is not None
    assert server.tokens.asked[2:] == ["refresh_token", "client_credentials"]


def test_playlists_that_are_watched_tell_where_the_account_stands(
    soundcloud: SoundCloud, server: FakeSoundCloud, counted: Counted
) -> None:
    counted.adapter = soundcloud.watching({"playlists": [SET, "https://soundcloud.com/nobody/sets/x", "rubbish"]})
    figures = counted.day().figures
    assert [one["placed"] for one in figures["playlists_watched"]] == [True, None, None]
    [found] = figures["playlists_found"]
    assert (found["id"], found["position"], found["followers"]) == (PLAYLIST, 2, 40)
    server.listed = [a_track(number, urn="soundcloud:users:1") for number in range(40)]
    assert counted.day().missing["playlist_placements"] is Missing.NO_ACCESS  # only the first twenty are shown


def test_a_limit_that_names_no_time_is_waited_for(soundcloud: SoundCloud, server: FakeSoundCloud) -> None:
    server.fault("POST", "/oauth/token", answer=no(429, "Too many requests: 50 in 12 hours"))
    with pytest.raises(TryLater) as busy:
        soundcloud.find("kesar")
    assert busy.value.after == timedelta(minutes=10)
    server.fault("POST", "/oauth/token", answer=Response(200, {}))
    with pytest.raises(TryLater, match="incomplete"):
        soundcloud.find("kesar")


@pytest.mark.shared
@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine")
def test_all_that_is_asked_and_answered_is_as_soundcloud_describes_it(
    soundcloud: SoundCloud, server: FakeSoundCloud, counted: Counted
) -> None:
    server.tracks = [a_track(number) for number in range(450)]
    soundcloud.find("kesar")
    soundcloud.find("nobody")
    counted.adapter = soundcloud.watching({"playlists": [SET]})
    counted.day()
    contract = OpenApi(folder("soundcloud-openapi.yaml"))
    found = contract.problems(server.answered, beyond=r"^POST /oauth/token")
    # The next part of a list is asked for as SoundCloud names it.
    assert [words for words in found if "offset is unknown" not in words] == []
