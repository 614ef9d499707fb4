"""A Page's post from its plan to Facebook and back, with the real adapter and the real workers' engine."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from accounts import tenancy
from publishing.delivery import adapters, sending
from publishing.models import ScheduledPost
from publishing.services import posts
from tests.cast import Cast, gather
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import APP_ID, APP_SECRET, PAGE, PAGE_TOKEN, PERSON
from tests.publishing.conftest import Clock, make_connection, make_piece, make_post

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


class Bureau:
    """A post for two hours from now on a Page, and what workers do about it."""

    def __init__(self, cast: Cast, clock: Clock, server: FakeFacebook) -> None:
        self.cast, self.clock, self.server = cast, clock, server
        extra = {"page_id": PAGE, "grant": PERSON}
        at = clock() + 2 * HOUR
        with tenancy.of_organization(cast.kesar.pk):
            connection = make_connection(
                cast.kesar, platform="facebook", account_id=PAGE, access_token=PAGE_TOKEN, extra=extra
            )
            piece = make_piece(cast.kesar, platform="facebook")
            self.post = make_post(piece, connection, at=at, next_try_at=at - HOUR, scheduled_by=cast.ben.user)

    def work(self) -> str:
        """Answer the doorbell; the post's state then."""
        sending.deliver(self.post.pk, organization_id=self.cast.kesar.pk, clock=self.clock, chance=Random(1))
        return str(self.now().status)

    def now(self) -> ScheduledPost:
        with tenancy.of_organization(self.cast.kesar.pk):
            return ScheduledPost.objects.get(pk=self.post.pk)


@pytest.fixture
def bureau(transactional_db: None, settings: Any) -> Iterator[Bureau]:
    clock = Clock()
    settings.PUBLISHING_PLATFORMS = {"facebook": "publishing.platforms.facebook.Facebook"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.META_APP_ID, settings.META_APP_SECRET = APP_ID, APP_SECRET
    with FakeFacebook(clock) as server:
        settings.FACEBOOK_GRAPH_URL = settings.FACEBOOK_WEB_URL = server.url
        settings.FACEBOOK_UPLOAD_URL = server.uploads.url
        adapters.close()
        yield Bureau(gather(), clock, server)
    adapters.close()


def test_it_waits_at_facebook_and_is_live_at_its_time(bureau: Bureau) -> None:
    bureau.clock.now += HOUR
    assert bureau.work() == "handed"
    assert bureau.server.posts == []
    bureau.clock.now += HOUR + MINUTE
    assert bureau.work() == "published"
    post = bureau.now()
    assert post.url == f"https://www.facebook.com/kesar.naturals/posts/{post.platform_post_id}"
    assert [one["id"] for one in bureau.server.posts] == [post.platform_post_id]


def test_an_answer_lost_while_handing_over_leaves_one_post(bureau: Bureau) -> None:
    bureau.clock.now += HOUR
    bureau.server.fault("POST", r"^/v26\.0/700100_\d+$", cut_after=True)
    assert bureau.work() == "unconfirmed"
    bureau.clock.now += MINUTE
    assert bureau.work() == "handed"
    bureau.clock.now += HOUR
    assert bureau.work() == "published"
    assert len(bureau.server.posts) == 1


def test_a_cancelled_post_is_taken_back_from_facebook(bureau: Bureau) -> None:
    bureau.clock.now += HOUR
    assert bureau.work() == "handed"
    with tenancy.of_member(bureau.cast.ben):
        posts.cancel(bureau.now(), by=bureau.cast.ben)
    assert bureau.work() == "cancelled"
    bureau.clock.now += 2 * HOUR
    assert bureau.server.objects == {}
    assert bureau.server.posts == []


def test_rights_that_were_taken_away_are_said_and_the_post_waits(bureau: Bureau) -> None:
    bureau.server.tokens[PAGE_TOKEN] = PERSON
    bureau.clock.now += HOUR
    assert bureau.work() == "scheduled"
    with tenancy.of_organization(bureau.cast.kesar.pk):
        bureau.post.connection.refresh_from_db()
    assert bureau.post.connection.status == "needs_reconnect"
    assert "connect again" in bureau.post.connection.last_error
