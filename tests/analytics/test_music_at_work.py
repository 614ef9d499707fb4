"""Music from an address to a page's numbers: found, asked by the engine through the real client, kept."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accounts import tenancy
from analytics import sources
from analytics.collection import asking, days
from analytics.models import DailyMetrics, TrackedAccount
from publishing.platforms.base import Rejected
from tests.analytics.counting import NOW, TODAY
from tests.cast import Cast, gather
from tests.peers.app_tokens import CLIENT, SECRET
from tests.peers.fake_deezer import EDITORIAL, FakeDeezer, a_track
from tests.peers.fake_soundcloud import FakeSoundCloud
from tests.peers.fake_soundcloud import a_track as a_sound
from trenddrop.core.http import ForbiddenAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def deezer(settings: Any) -> Iterator[FakeDeezer]:
    with FakeDeezer(lambda: NOW) as server:
        settings.DEEZER_API_URL = server.url
        asking.close()
        yield server
        asking.close()


@pytest.fixture
def soundcloud(settings: Any) -> Iterator[FakeSoundCloud]:
    with FakeSoundCloud() as server:
        settings.SOUNDCLOUD_API_URL = settings.SOUNDCLOUD_TOKEN_URL = server.url
        settings.SOUNDCLOUD_CLIENT_ID, settings.SOUNDCLOUD_CLIENT_SECRET = CLIENT, SECRET
        asking.close()
        yield server
        asking.close()


def tracked(people: Cast, platform: str, address: str, **chosen: Any) -> TrackedAccount:
    """Count an account by its address, as the page does; call in scope."""
    found = asking.find(platform, address)
    assert found is not None
    return TrackedAccount.objects.create(
        organization=people.kesar, platform=platform, external_id=found.id, name=found.name, url=found.url,
        way=TrackedAccount.Way.PUBLIC, settings=chosen, next_at=NOW,
    )  # fmt: skip


def test_an_artist_is_counted_with_the_playlists_that_were_chosen(people: Cast, deezer: FakeDeezer) -> None:
    deezer.lists[EDITORIAL][41] = a_track(41, 27)
    with tenancy.of_member(people.asha):
        tracked(people, "deezer", "https://www.deezer.com/en/artist/27", playlists=[EDITORIAL])
    assert days.count_due(now=NOW) == 1
    with tenancy.of_member(people.asha):
        day = DailyMetrics.objects.get()
    assert (day.followers, day.content_count, day.document["playlist_placements"]) == (4321, 9, 1)
    assert day.document["playlists_found"][0]["position"] == 42
    assert "other" not in day.document
    assert day.missing["streams"] == "by_hand"


def test_what_was_played_in_a_day_is_what_the_totals_grew_by(people: Cast, soundcloud: FakeSoundCloud) -> None:
    with tenancy.of_member(people.asha):
        tracked(people, "soundcloud", "https://soundcloud.com/kesar")
    assert days.count_due(now=NOW) == 1
    soundcloud.tracks[0] = a_sound(0, plays=175)
    tomorrow = NOW + dt.timedelta(days=1)
    assert days.count_due(now=tomorrow) == 1
    with tenancy.of_member(people.asha):
        first, second = DailyMetrics.objects.order_by("date")
    assert (first.document["plays_total"], second.document["plays_total"]) == (300, 375)
    assert second.document["plays"] == 75
    assert first.date == TODAY


def test_an_artist_that_was_deleted_is_asked_no_more(people: Cast, deezer: FakeDeezer) -> None:
    with tenancy.of_member(people.asha):
        row = tracked(people, "deezer", "27")
    deezer.artists.clear()
    days.count_due(now=NOW)
    with tenancy.of_member(people.asha):
        row.refresh_from_db()
    assert row.gone_at is not None
    assert row.next_at is None


def test_a_service_that_is_not_set_up_says_what_is_wanting(settings: Any) -> None:
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = ""
    with pytest.raises(Rejected, match="SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET"):
        asking.find("spotify", "https://open.spotify.com/artist/4YRxDV8wJFPHPTeXepOstw")
    with pytest.raises(Rejected, match="not found by their address"):
        asking.find("amazon_music", "https://music.amazon.in/artists/B00")


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://open.spotify.com/artist/4YRxDV8wJFPHPTeXepOstw", "Spotify"), ("deezer.com/en/artist/27", "Deezer"),
     ("https://artist.link.tidal.com:443/1", "Tidal"), ("https://music.apple.com/in/artist/1", "Apple Music")],
)  # fmt: skip
def test_a_link_of_another_service_is_told_by_its_name_before_anything_is_asked(address: str, name: str) -> None:
    with pytest.raises(Rejected, match=f"a link of {name}. Choose {name} above"):
        asking.find("soundcloud", address)


def test_only_servers_the_operator_set_may_be_private(settings: Any, deezer: FakeDeezer) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []
    assert asking.find("deezer", "27") is not None
    settings.DEEZER_API_URL = "https://api.deezer.com"
    with sources.http_client() as client, pytest.raises(ForbiddenAddress):
        client.get(f"{deezer.url}/artist/27")
