"""What Pinterest tells of an account's days: of business accounts much, of others how they stand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from publishing.platforms.base import Token
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.pinterest import Pinterest
from tests.analytics.counting_contract import Counted, CountingContract, signed_otherwise
from tests.peers.contracts import schemas
from tests.peers.fake_pinterest import APP_ID, APP_SECRET, TOKEN, FakePinterest

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOLD = {
    "IMPRESSION": 900.0, "SAVE": 12, "PIN_CLICK": 30, "OUTBOUND_CLICK": 4, "VIDEO_MRC_VIEW": 7, "ENGAGEMENT_RATE": 0.05
}  # fmt: skip
KEYS = frozenset({"impressions", "saves", "pin_clicks", "outbound_clicks", "video_views", "engagement_rate"})


@pytest.fixture
def server() -> Iterator[FakePinterest]:
    with FakePinterest() as running:
        yield running


@pytest.fixture
def counted(server: FakePinterest, client: httpx.Client) -> Counted:
    told = {"app_id": APP_ID, "app_secret": APP_SECRET, "url": server.url, "web": "https://www.pinterest.com"}
    token = Token(TOKEN, extra={"scope": "user_accounts:read"})

    def rename() -> str:
        for day in server.days.values():
            day["SAVES"] = day.pop("SAVE")
        return "saves"

    return Counted(
        adapter=Pinterest(client=client, clock=lambda: NOW, sleep=lambda _seconds: None, **told),
        token=token,
        account="2783136121146311751",
        server=server,
        today=TODAY,
        document="pinterest",
        stand=lambda number: setattr(server, "followers", number),
        tell=lambda day: server.days.update({day: dict(TOLD)}),
        vanish=lambda: setattr(server, "is_gone", True),
        hush=server.days.clear,
        rename=rename,
        stranger=signed_otherwise(token, "token-of-nobody"),
    )


class TestPinterest(CountingContract):
    every_day = KEYS
    stands_now = frozenset({"followers", "following", "pins", "boards", "monthly_views", "top_posts"})

    @pytest.fixture
    def counted(self, counted: Counted) -> Counted:
        return counted


def test_an_account_of_no_business_is_told_only_how_it_stands(counted: Counted, server: FakePinterest) -> None:
    server.is_business = False
    counted.tell(TODAY - timedelta(days=4))
    told = counted.day()
    assert told.figures["followers"] == 10
    assert {told.missing[key] for key in (*KEYS, "top_posts")} == {Missing.NO_ACCESS}
    assert list(counted.past(5)) == []


def test_days_that_are_not_ready_are_not_settled_and_days_before_there_were_any_are_left_out(
    counted: Counted, server: FakePinterest
) -> None:
    for number, status in ((1, "PROCESSING"), (2, "ESTIMATE"), (4, "READY"), (5, "BEFORE_BUSINESS_CREATED")):
        counted.tell(TODAY - timedelta(days=number))
        server.status[TODAY - timedelta(days=number)] = status
    del server.days[TODAY - timedelta(days=1)]["SAVE"]
    told = {(TODAY - each.day).days: each for each in counted.past(6)}
    assert {number: each.settled for number, each in told.items()} == {1: False, 2: False, 4: True}
    assert told[1].missing["saves"] is Missing.NOT_YET
    assert told[4].figures["impressions"] == 900


def test_a_null_count_of_followers_is_no_nought(counted: Counted, server: FakePinterest) -> None:
    server.followers = None
    assert "followers" not in counted.day().figures
    server.is_gone = True
    with pytest.raises(AccountGone):
        counted.day()


def test_all_that_is_asked_and_answered_is_as_pinterest_describes_it(counted: Counted, server: FakePinterest) -> None:
    counted.tell(TODAY - timedelta(days=2))
    counted.day()
    counted.past(5)
    counted.past(500)
    server.is_business = False
    counted.day()
    counted.past(5)
    assert schemas("pinterest").problems(server.answered) == []
