"""What LinkedIn tells of the days of a page, and of a person whose app was reviewed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from publishing.platforms.base import Token
from publishing.platforms.counting import AccountGone, Missing
from publishing.platforms.linkedin import LinkedIn
from tests.analytics.counting_contract import Counted, CountingContract, signed_otherwise
from tests.peers.contracts import schemas
from tests.peers.fake_linkedin import CLIENT, PAGE, PERSON, SECRET, FakeLinkedIn, no

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOLD = {
    "impressions": 90, "reach": 60, "clicks": 4, "likes": 8, "comments": 2, "shares": 1, "follows": 5,
    "page_views": 33, "unique_visitors": 21, "saves": 3, "link_clicks": 6,
}  # fmt: skip
PAGES = "rw_organization_admin w_organization_social r_organization_social"
PERSONS = "openid profile w_member_social"
REVIEWED = f"{PERSONS} r_member_postAnalytics r_member_profileAnalytics"


@pytest.fixture
def server() -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn(lambda: NOW) as running:
        yield running


def counted_at(server: FakeLinkedIn, client: httpx.Client, owner: str, scope: str, narrow: str) -> Counted:
    def signed(scope: str) -> Token:
        return Token(server.token(scope), extra={"owner": owner, "scope": scope})

    def rename() -> str:
        server.renamed.add("comments")
        return "comments"

    told = {"client_id": CLIENT, "client_secret": SECRET, "api": server.url, "web": server.url}
    token = signed(scope)
    return Counted(
        adapter=LinkedIn(client=client, clock=lambda: NOW, sleep=lambda _seconds: None, **told),
        token=token,
        account=owner,
        server=server,
        today=TODAY,
        document="linkedin",
        stand=lambda number: setattr(server, "followers", number),
        tell=lambda day: server.days.update({day: TOLD}),
        hush=server.days.clear,
        narrow=signed(narrow),
        rename=rename,
        stranger=signed_otherwise(token, "token-of-nobody"),
    )


class TestPages(CountingContract):
    every_day = frozenset(TOLD) - {"saves", "link_clicks"} | {"engagement_rate"}
    stands_now = frozenset({"followers"})

    @pytest.fixture
    def counted(self, server: FakeLinkedIn, client: httpx.Client) -> Counted:
        made = counted_at(server, client, PAGE, PAGES, "w_organization_social")
        made.vanish = lambda: setattr(server, "is_gone", True)
        return made


class TestPeople(CountingContract):
    every_day = frozenset({"impressions", "likes", "comments", "shares", "saves", "link_clicks", "follows"})
    stands_now = frozenset({"followers"})

    @pytest.fixture
    def counted(self, server: FakeLinkedIn, client: httpx.Client) -> Counted:
        return counted_at(server, client, PERSON, REVIEWED, PERSONS)


@pytest.fixture
def page(server: FakeLinkedIn, client: httpx.Client) -> Counted:
    return counted_at(server, client, PAGE, PAGES, "w_organization_social")


def test_a_page_that_was_deleted_is_gone(page: Counted, server: FakeLinkedIn) -> None:
    server.is_gone = True
    with pytest.raises(AccountGone):
        page.day()


def test_figures_of_people_and_of_pages_are_told_apart(
    page: Counted, server: FakeLinkedIn, client: httpx.Client
) -> None:
    page.tell(TODAY - timedelta(days=5))
    [told] = page.past(5)
    assert told.settled
    assert (told.figures["follows"], told.figures["page_views"], told.figures["engagement_rate"]) == (5, 33, 0.25)
    assert told.missing["saves"] is Missing.NOT_OFFERED
    person = counted_at(server, client, PERSON, REVIEWED, PERSONS)
    [told] = person.past(5)
    assert told.missing["reach"] is Missing.NOT_OFFERED
    assert told.missing["page_views"] is Missing.NOT_OFFERED


def test_one_call_that_is_refused_costs_only_its_own_figures(page: Counted, server: FakeLinkedIn) -> None:
    page.tell(TODAY - timedelta(days=4))
    server.fault("GET", "organizationPageStatistics", answer=no(403, "ACCESS_DENIED", "Not enough"), times=None)
    server.fault("GET", "FollowerStatistics", answer=no(400, "ILLEGAL_ARGUMENT", "Renamed"), times=None)
    [told] = page.past(5)
    assert told.figures["impressions"] == 90
    assert told.missing["page_views"] is Missing.NO_ACCESS
    assert told.missing["follows"] is Missing.NO_ANSWER


def test_nothing_is_asked_beyond_a_year(page: Counted, server: FakeLinkedIn) -> None:
    long_ago = date(2024, 1, 1)
    assert page.adapter.past_days(PAGE, token=page.token, first=long_ago, last=long_ago) == ()
    page.adapter.past_days(PAGE, token=page.token, first=long_ago, last=TODAY - timedelta(days=1))
    asked = server.seen("GET", "ShareStatistics")[0].first("timeIntervals")
    assert f"start:{int(datetime(2025, 11, 21, tzinfo=UTC).timestamp() * 1000)}" in asked


def test_a_days_likes_that_were_taken_back_are_no_count(page: Counted, server: FakeLinkedIn) -> None:
    server.days[TODAY - timedelta(days=4)] = {**TOLD, "likes": -3}
    [told] = page.past(5)
    assert told.missing["likes"] is Missing.NO_ANSWER
    server.followers = None
    assert page.day().missing["followers"] is Missing.NO_ANSWER


def test_a_film_tells_how_it_was_watched(page: Counted, server: FakeLinkedIn) -> None:
    urn, text = "urn:li:ugcPost:739000000001", "urn:li:share:739000000002"
    server.posts += [{"id": one, "author": PAGE, "counts": {"likeCount": 2}} for one in (urn, text)]
    numbers = page.adapter.metrics([urn, text], token=page.token)
    assert numbers[urn].metrics["video_views"] == 40
    assert (numbers[urn].metrics["watch_seconds"], numbers[urn].metrics["average_watch_seconds"]) == (260, 6.5)
    assert "video_views" not in numbers[text].metrics
    server.fault("GET", "videoAnalytics", answer=no(403, "ACCESS_DENIED", "Not enough"), times=None)
    assert page.adapter.metrics([urn], token=page.token)[urn].metrics["likes"] == 2


def test_all_that_is_asked_and_answered_is_as_we_wrote_it_down(server: FakeLinkedIn, client: httpx.Client) -> None:
    server.posts.append({"id": "urn:li:ugcPost:739000000001", "author": PAGE, "counts": {}})
    for owner, scope, narrow in ((PAGE, PAGES, "w_organization_social"), (PERSON, REVIEWED, PERSONS)):
        counted = counted_at(server, client, owner, scope, narrow)
        counted.tell(TODAY - timedelta(days=3))
        for token in (counted.token, counted.narrow):
            counted.day(token)
            counted.past(5, token)
        counted.adapter.metrics(["urn:li:ugcPost:739000000001"], token=counted.token)
    assert schemas("linkedin").problems(server.answered) == []
