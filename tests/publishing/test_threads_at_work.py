"""A thread on X and a post on LinkedIn, from the sign-in to the live post, through everything that delivers them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import Membership
from publishing.delivery import adapters
from publishing.models import PlatformConnection
from publishing.platforms.linkedin import LinkedIn
from publishing.platforms.x import X
from tests.cast import Cast, gather
from tests.peers import fake_linkedin, fake_x
from tests.publishing.conftest import Clock, Desk, make_connection, make_piece, make_post

HERE = "tests.publishing.test_threads_at_work"
CLOCK: list[Callable[[], dt.datetime]] = []
PARTS = ["It begins before sunrise.", "By noon it is over."]


class TimedX(X):
    """X at the tests' hour."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told | {"clock": CLOCK[-1]})


class TimedLinkedIn(LinkedIn):
    """LinkedIn at the tests' hour."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told | {"clock": CLOCK[-1]})


@pytest.fixture
def clock(settings: Any) -> Iterator[Clock]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.PUBLISHING_PLATFORMS = {"x": f"{HERE}.TimedX", "linkedin": f"{HERE}.TimedLinkedIn"}
    clock = Clock()
    CLOCK.append(clock)
    yield clock
    adapters.close()


@pytest.fixture
def x(clock: Clock, settings: Any) -> Iterator[fake_x.FakeX]:
    with fake_x.FakeX(clock) as server:
        settings.X_API_URL = settings.X_WEB_URL = server.url
        settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = fake_x.CLIENT, fake_x.SECRET
        yield server


@pytest.fixture
def linkedin(clock: Clock, settings: Any) -> Iterator[fake_linkedin.FakeLinkedIn]:
    with fake_linkedin.FakeLinkedIn(clock) as server:
        settings.LINKEDIN_API_URL = settings.LINKEDIN_WEB_URL = server.url
        settings.LINKEDIN_CLIENT_ID = fake_linkedin.CLIENT
        settings.LINKEDIN_CLIENT_SECRET = fake_linkedin.SECRET
        yield server


def planned(cast: Cast, clock: Clock, server: Any, *, told: dict[str, Any], **account: Any) -> Desk:
    """A post of Kesar's that is due now."""
    with tenancy.of_organization(cast.kesar.pk):
        connection: PlatformConnection = make_connection(cast.kesar, address=server.url, **account)
        piece = make_piece(cast.kesar, platform=account["platform"])
        post = make_post(piece, connection, at=clock(), scheduled_by=cast.ben.user, metadata=told)
    return Desk(cast, clock, server, connection, post)


@pytest.fixture
def thread(transactional_db: None, clock: Clock, x: fake_x.FakeX) -> Desk:
    access, refresh = x.signed_in()
    extra = {"user_id": fake_x.USER_ID, "handle": fake_x.HANDLE}
    account = {"platform": "x", "access_token": access, "refresh_token": refresh, "extra": extra}
    told = {"parts": ["Rain is not the enemy.", *PARTS], "options": {"first_comment": "Recipes: https://kesar.example"}}
    return planned(gather(), clock, x, told=told, **account)


def written(server: fake_x.FakeX) -> list[str]:
    return [post["sent"]["text"] for post in server.posts]


def test_a_thread_and_its_first_comment_stand_in_order(thread: Desk, x: fake_x.FakeX) -> None:
    whole = [thread.post.text, *PARTS, "Recipes: https://kesar.example"]
    thread.work()
    assert written(x) == whole
    assert (thread.now().status, thread.now().platform_post_id) == ("published", x.posts[0]["id"])


@pytest.mark.parametrize("part", [1, 3])
def test_an_answer_lost_at_the_first_or_last_part_leaves_each_once(thread: Desk, x: fake_x.FakeX, part: int) -> None:
    x.loses = part
    thread.work()
    for _look in range(6):
        thread.clock.pass_by(minutes=10)
        thread.work()
    assert written(x) == [thread.post.text, *PARTS, "Recipes: https://kesar.example"]
    assert thread.now().status == "published", thread.now().error


def test_an_access_token_that_ran_out_is_renewed_on_the_way(thread: Desk, x: fake_x.FakeX) -> None:
    x.access.clear()
    thread.work()
    assert len(x.posts) == 4
    assert thread.now().status == "published"
    assert x.spent


def test_a_persons_lost_post_on_linkedin_waits_for_a_person(
    transactional_db: None, clock: Clock, linkedin: fake_linkedin.FakeLinkedIn
) -> None:
    scope = "openid profile w_member_social"
    extra = {"owner": fake_linkedin.PERSON, "scope": scope}
    account = {"platform": "linkedin", "access_token": linkedin.token(scope), "extra": extra}
    desk = planned(gather(), clock, linkedin, told={"options": {}}, **account)
    linkedin.fault("POST", "^/rest/posts$", cut_after=True)
    desk.work()
    for _look in range(4):
        clock.pass_by(hours=2)
        desk.work()
    assert desk.now().status == "unconfirmed"
    assert len(linkedin.posts) == 1
    assert "without its review" in desk.now().error


# Connecting


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def left(client: Client, address: str, **typed: str) -> dict[str, str]:
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def test_an_account_on_x_is_connected_in_the_browser(cast: Cast, x: fake_x.FakeX) -> None:
    client = browser(cast.asha)
    carried = left(client, "/connections/new/x/")
    answer = client.get("/connections/x/back/", {"state": carried["state"], "code": x.allow(carried)})
    assert answer.status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.get(platform="x")
    assert (account.account_id, account.handle.removeprefix("@")) == (fake_x.USER_ID, fake_x.HANDLE)
    assert account.extra["handle"] == fake_x.HANDLE


@pytest.mark.parametrize(("door", "owner"), [("person", fake_linkedin.PERSON), ("page", fake_linkedin.PAGE)])
def test_both_doors_of_linkedin_open(cast: Cast, linkedin: fake_linkedin.FakeLinkedIn, door: str, owner: str) -> None:
    client = browser(cast.asha)
    carried = left(client, "/connections/new/linkedin/", door=door)
    back = {"state": carried["state"], "code": linkedin.allow(carried)}
    assert client.get("/connections/linkedin/back/", back).status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.get(platform="linkedin")
    assert (account.account_id, account.extra["owner"], account.extra["door"]) == (owner, owner, door)
