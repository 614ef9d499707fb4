"""From a connected account to its days: the adapters at their stand-ins, the collection at work."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accounts import tenancy
from analytics.collection import days
from analytics.models import DailyMetrics, TrackedAccount
from publishing.delivery import adapters
from publishing.models import PlatformConnection
from tests.cast import Cast, gather
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import APP_ID, APP_SECRET, PAGE, PAGE_TOKEN, PERSON
from tests.peers.fake_insights import PACIFIC
from tests.peers.fake_youtube import CHANNEL, CLIENT, REFRESH, SECRET, TOKEN, UPLOADS, FakeYouTube
from tests.publishing.conftest import make_connection
from tests.publishing.platforms.meta_days import busy

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
TODAY = NOW.astimezone(PACIFIC).date()

pytestmark = pytest.mark.django_db(transaction=True)


def ago(number: int) -> dt.date:
    return TODAY - dt.timedelta(days=number)


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def facebook(settings: Any) -> Iterator[FakeFacebook]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.PUBLISHING_PLATFORMS = {"facebook": "publishing.platforms.facebook.Facebook"}
    settings.META_APP_ID, settings.META_APP_SECRET = APP_ID, APP_SECRET
    with FakeFacebook(lambda: NOW) as server:
        settings.FACEBOOK_GRAPH_URL = settings.FACEBOOK_WEB_URL = server.url
        adapters.close()
        yield server
    adapters.close()


@pytest.fixture
def youtube(settings: Any) -> Iterator[FakeYouTube]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.PUBLISHING_PLATFORMS = {"youtube": "publishing.platforms.youtube.YouTube"}
    settings.YOUTUBE_CLIENT_ID, settings.YOUTUBE_CLIENT_SECRET = CLIENT, SECRET
    with FakeYouTube(lambda: NOW) as server:
        settings.YOUTUBE_API_URL = settings.YOUTUBE_ANALYTICS_URL = settings.GOOGLE_TOKEN_URL = server.url
        adapters.close()
        yield server
    adapters.close()


def connect(people: Cast, platform: str, account: str, access: str, refresh: str, **extra: str) -> PlatformConnection:
    with tenancy.of_organization(people.kesar.pk):
        return make_connection(
            people.kesar, platform=platform, account_id=account, access_token=access, refresh_token=refresh, extra=extra
        )


def kept(people: Cast) -> tuple[TrackedAccount, dict[dt.date, DailyMetrics]]:
    with tenancy.of_organization(people.kesar.pk):
        account = TrackedAccount.objects.get()
        return account, {day.date: day for day in account.days.all()}


def test_a_page_that_is_connected_brings_its_past_and_its_gap(people: Cast, facebook: FakeFacebook) -> None:
    connect(people, "facebook", PAGE, PAGE_TOKEN, "", page_id=PAGE, grant=PERSON)
    for number in range(1, 121):
        if number != 50:
            facebook.told.tell(ago(number), page_follows=1000 - number, page_post_engagements=number)
    assert days.count_due(now=NOW) == 1
    account, told = kept(people)
    assert (account.error, account.failures) == ("", 0)
    assert set(told) == {TODAY, *(ago(number) for number in range(1, 121) if number != 50)}
    assert (told[TODAY].followers, told[ago(1)].followers) == (812, 999)
    assert (told[ago(1)].change_7d, told[ago(1)].engagement, told[ago(1)].origin) == (7, 1, "backfill")
    assert told[ago(1)].missing["impressions"] == "not_offered"


def test_a_page_that_is_deleted_is_asked_no_more_and_keeps_its_days(people: Cast, facebook: FakeFacebook) -> None:
    connect(people, "facebook", PAGE, PAGE_TOKEN, "", page_id=PAGE, grant=PERSON)
    facebook.told.tell(ago(3))
    days.count_due(now=NOW)
    facebook.told.is_gone = True
    assert days.count_due(now=NOW + dt.timedelta(days=1)) == 0
    account, told = kept(people)
    assert account.gone_at is not None
    assert account.next_at is None
    assert ago(3) in told


def test_a_channels_days_come_late_and_are_filled_in(people: Cast, youtube: FakeYouTube) -> None:
    connect(people, "youtube", CHANNEL, TOKEN, REFRESH, channel=CHANNEL, uploads=UPLOADS, scope="")
    for number in range(1, 31):
        youtube.reports.tell(ago(number), views=100 + number, subscribersGained=2)
    assert days.count_due(now=NOW) == 1
    _account, told = kept(people)
    assert ago(2) not in told
    assert [told[ago(number)].document["views"] for number in (3, 4, 30)] == [103, 104, 130]
    assert told[ago(4)].document["subscribers_gained"] == 2
    assert told[TODAY].followers == 1230
    youtube.reports.lag = 0
    assert days.count_due(now=NOW + dt.timedelta(days=1)) == 1
    _account, told = kept(people)
    assert told[ago(1)].document["views"] == 101


def test_a_limit_puts_an_account_off_and_nothing_is_made_up(people: Cast, facebook: FakeFacebook) -> None:
    connect(people, "facebook", PAGE, PAGE_TOKEN, "", page_id=PAGE, grant=PERSON)
    facebook.fault("GET", ".", answer=busy(PAGE), times=None)
    assert days.count_due(now=NOW) == 0
    account, told = kept(people)
    assert told == {}
    assert account.next_at is not None
    assert account.next_at >= NOW + dt.timedelta(minutes=12)
