"""What platforms say an account may still do: what is used up holds back the posts that need it, and no others."""

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest

from accounts import tenancy
from publishing.delivery import adapters, sending
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Allowance, Published, PublishKit, Record, Step, Token, UsedUp
from tests.cast import Cast, gather
from tests.peers import fake_graph, fake_threads
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_threads import FakeThreads
from tests.publishing.conftest import Clock, Desk, make_connection, make_piece, make_post
from tests.publishing.wire import Small

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


class Videos(Small):
    """It takes no more videos today, does not say until when, and refuses those itself."""

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """As Bluesky tells it."""
        return [Allowance("videos", 0, 0, for_some=True)]

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Words go, videos wait."""
        if "video" in kit.text:
            raise UsedUp("No more video today.", after=20 * MINUTE)
        return super().publish(kit, token=token, record=record, resume=resume)


@pytest.fixture
def videos(desk: Desk, settings: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.test_used_up.Videos"}
    return desk


def another(desk: Desk, text: str) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        desk.post = make_post(make_piece(desk.cast.kesar, text=text), desk.connection, at=desk.clock())


def test_words_go_out_while_no_video_does_and_the_video_waits_without_a_failed_try(videos: Desk) -> None:
    another(videos, "A video of the harvest")
    videos.work()
    waiting = videos.now()
    assert (waiting.status, waiting.tries) == ("scheduled", 0)
    assert waiting.next_try_at == videos.clock() + 20 * MINUTE
    assert waiting.connection.hold_until is None
    another(videos, "Words alone")
    videos.work()
    assert videos.now().status == "published"
    assert videos.now().connection.allowance["items"][0]["for_some"] is True


def deliver(post: ScheduledPost, clock: Clock) -> ScheduledPost:
    sending.deliver(post.pk, organization_id=post.organization_id, clock=clock, chance=Random(1))
    with tenancy.of_organization(post.organization_id):
        return ScheduledPost.objects.select_related("connection").get(pk=post.pk)


def plan(cast: Cast, account: PlatformConnection, clock: Clock, **fields: Any) -> ScheduledPost:
    with tenancy.of_organization(cast.kesar.pk):
        piece = make_piece(cast.kesar, platform=account.platform)
        return make_post(piece, account, at=clock(), scheduled_by=cast.ben.user, **fields)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def page(settings: Any, clock: Clock) -> Iterator[FakeFacebook]:
    """A Page with thirty reels of today."""
    settings.PUBLISHING_PLATFORMS = {"facebook": "publishing.platforms.facebook.Facebook"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.META_APP_ID, settings.META_APP_SECRET = fake_graph.APP_ID, fake_graph.APP_SECRET
    with FakeFacebook(clock) as server:
        settings.FACEBOOK_GRAPH_URL = settings.FACEBOOK_WEB_URL = server.url
        settings.FACEBOOK_UPLOAD_URL = server.uploads.url
        for number in range(30):
            server._show(server._new("reel", description=f"Reel {number}", finished=True, files=[]))
        adapters.close()
        yield server
    adapters.close()


def test_thirty_reels_stop_no_words_of_a_page(cast: Cast, clock: Clock, page: FakeFacebook) -> None:
    extra = {"page_id": fake_graph.PAGE, "grant": fake_graph.PERSON}
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(
            cast.kesar, platform="facebook", account_id=fake_graph.PAGE, access_token=fake_graph.PAGE_TOKEN, extra=extra
        )
    post = deliver(plan(cast, account, clock), clock)
    assert post.status == "published", post.error
    [told] = post.connection.allowance["items"]
    assert (told["name"], told["used"], told["total"]) == ("reels", 30, 30)


@pytest.fixture
def threads(settings: Any, clock: Clock) -> Iterator[FakeThreads]:
    settings.PUBLISHING_PLATFORMS = {"threads": "publishing.platforms.threads.Threads"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with FakeThreads(clock) as server:
        server.processing = 0
        settings.THREADS_GRAPH_URL = settings.THREADS_WEB_URL = server.url
        adapters.close()
        yield server
    adapters.close()


@pytest.fixture
def threading(cast: Cast, threads: FakeThreads) -> PlatformConnection:
    with tenancy.of_organization(cast.kesar.pk):
        return make_connection(
            cast.kesar, platform="threads", account_id=fake_threads.ACCOUNT, access_token=fake_threads.TOKEN
        )


def test_replies_that_are_used_up_stop_no_post_without_any(
    cast: Cast, clock: Clock, threads: FakeThreads, threading: PlatformConnection
) -> None:
    threads.totals["replies"] = 0
    post = deliver(plan(cast, threading, clock), clock)
    assert post.status == "published", post.error
    parts = {"parts": ["First", "Second"]}
    waiting = deliver(plan(cast, threading, clock, metadata=parts), clock)
    assert "0 replies" in waiting.error
    assert waiting.connection.hold_until is None


def test_a_full_day_is_waited_for_until_its_oldest_post_is_a_day_old(
    cast: Cast, clock: Clock, threads: FakeThreads, threading: PlatformConnection
) -> None:
    threads.totals["posts"] = 1
    now = clock.now
    threads.now = lambda: now - 23 * HOUR - 50 * MINUTE
    assert deliver(plan(cast, threading, clock), clock).status == "published"
    threads.now = clock
    post = deliver(plan(cast, threading, clock), clock)
    assert (post.status, post.tries) == ("scheduled", 0), post.error
    assert post.next_try_at is not None
    assert 9 * MINUTE < post.next_try_at - now < 11 * MINUTE
    assert post.connection.hold_until is None
    clock.now = post.next_try_at + MINUTE
    assert deliver(post, clock).status == "published"
