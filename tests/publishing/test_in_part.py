"""Posts of which some stands already: threads, comments, addresses told late; and platforms nobody can ask."""

import datetime as dt
import sys
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from accounts import tenancy
from publishing import story
from publishing.delivery import batches, claiming, journal
from publishing.delivery.desk import PLACES
from publishing.models import ScheduledPost
from publishing.platforms.base import Step
from publishing.services import posts
from tests.publishing import wire
from tests.publishing.conftest import Desk, make_piece, make_post

PARTS = ["One.", "Two.", "Three."]


def become(desk: Desk, settings: Any, kind: str, **fields: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": f"tests.publishing.kinds.{kind}"}
    desk.platform.drops_copies = False
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(**fields)
    return desk


@pytest.fixture
def thread(desk: Desk, settings: Any) -> Desk:
    return become(desk, settings, "Threader", metadata={"parts": PARTS})


def texts(desk: Desk) -> list[str]:
    return [post["text"] for post in desk.platform.posts]


def test_a_thread_goes_out_part_by_part(thread: Desk) -> None:
    thread.work()
    assert texts(thread) == PARTS
    assert thread.now().platform_post_id == "p1"


@pytest.mark.parametrize("fault", [wire.cut, wire.status(500)])
@pytest.mark.parametrize("name", ["post", "posted"])
def test_an_answer_lost_in_the_middle_leaves_each_part_once(thread: Desk, name: str, fault: wire.Fault) -> None:
    thread.platform.fail(name, lambda _call: None, fault)
    thread.work()
    assert thread.now().status == "unconfirmed"
    thread.clock.pass_by(seconds=10)
    thread.work()
    assert thread.now().status == "published"
    assert texts(thread) == PARTS


def test_a_worker_that_died_in_the_middle_is_followed_by_one_that_goes_on(thread: Desk) -> None:
    attempt = claiming.take(thread.post.pk, organization_id=thread.cast.kesar.pk, now=thread.clock())
    assert attempt is not None
    thread.platform.posts.append({"key": f"{thread.post.idempotency_key}:0", "text": "One.", "id": "p9"})
    claiming.recorder(attempt, clock=thread.clock, write=journal.alone)(Step("sending", {"part": 1, "ids": ["p9"]}))
    thread.clock.pass_by(minutes=6)
    thread.sweep()
    assert thread.now().platform_post_id == "p9"
    thread.work()
    assert texts(thread) == PARTS


def test_the_rest_of_a_thread_follows_however_late_it_is(thread: Desk) -> None:
    thread.platform.fail("post", lambda _call: None, wire.status(429, Retry_After="7200"))
    thread.work()
    post = thread.now()
    assert (post.status, post.platform_post_id) == ("scheduled", "p1")
    assert "live in part" in story.answer(post).say
    thread.clock.pass_by(hours=2)
    thread.sweep()
    thread.work()
    assert thread.now().status == "published"
    assert texts(thread) == PARTS


def test_a_thread_in_part_is_neither_cancelled_nor_moved(thread: Desk) -> None:
    thread.platform.fail("post", lambda _call: None, wire.status(429, Retry_After="60"))
    thread.work()
    with tenancy.of_member(thread.cast.ben):
        with pytest.raises(posts.CannotChange, match="live already"):
            posts.cancel(thread.now(), by=thread.cast.ben)
        later = (thread.clock() + dt.timedelta(days=9)).replace(tzinfo=None)
        with pytest.raises(posts.CannotChange, match="live already"):
            posts.reschedule(thread.now(), at_local=later, zone="UTC", by=thread.cast.ben, now=thread.clock())


def test_what_is_refused_in_the_middle_is_a_shortfall_of_a_live_post(thread: Desk) -> None:
    thread.platform.fail("post", lambda _call: None, wire.status(422))
    thread.work()
    post = thread.now()
    assert (post.status, post.platform_post_id) == ("published", "p1")
    assert "planned 422" in post.shortfalls[0]
    assert "Not everything" in story.answer(post).more
    assert "planned 422" in story.tell(post, thread.attempts())[-1].title


# A comment after the post, and an address that is told late


@pytest.fixture
def commenter(desk: Desk, settings: Any) -> Desk:
    return become(desk, settings, "Commenter")


def test_a_comment_that_fails_is_tried_again_without_a_second_post(commenter: Desk) -> None:
    commenter.platform.fail("media", wire.status(503))
    commenter.work()
    commenter.clock.pass_by(minutes=1)
    commenter.work()
    assert commenter.now().status == "published"
    assert not commenter.now().shortfalls
    assert len(commenter.platform.posts) == 1


def test_a_comment_that_is_refused_or_never_works_is_told_with_the_live_post(commenter: Desk, told: Any) -> None:
    commenter.platform.fail("media", *[wire.status(503)] * 20)
    for _try in range(10):
        commenter.work()
        commenter.clock.pass_by(minutes=20)
    post = commenter.now()
    assert (post.status, len(post.shortfalls)) == ("published", 1)
    assert len(commenter.platform.posts) == 1
    assert ("ben@kesar.example", "post_published") in told()


def test_a_worker_that_died_after_the_post_was_named_finishes_it(commenter: Desk) -> None:
    attempt = claiming.take(commenter.post.pk, organization_id=commenter.cast.kesar.pk, now=commenter.clock())
    assert attempt is not None
    key = str(commenter.post.idempotency_key)
    commenter.platform.posts.append({"key": key, "text": "x", "id": "p9"})
    claiming.recorder(attempt, clock=commenter.clock, write=journal.alone)(Step("posted", {"id": "p9", "url": ""}))
    commenter.clock.pass_by(hours=3)
    commenter.sweep()
    commenter.work()
    assert commenter.now().status == "published"
    assert commenter.platform.calls["media"] == 1
    assert commenter.platform.calls["post"] == 0


def test_a_fault_of_ours_after_the_post_was_named_ends_as_a_live_post_that_lacks_something(
    desk: Desk, settings: Any, told: Any
) -> None:
    become(desk, settings, "Stumbling")
    begun = desk.clock()
    for _try in range(20):
        with suppress(ZeroDivisionError):
            desk.work()
        desk.clock.pass_by(minutes=6)
        desk.sweep()
    post = desk.now()
    assert (post.status, post.platform_post_id, post.tries) == ("published", "p1", post.try_limit)
    assert "fault of our own" in post.shortfalls[0]
    assert post.published_at == begun
    assert len(desk.platform.posts) == 1
    assert ("ben@kesar.example", "post_published") in told()


def test_an_address_told_late_is_asked_for_and_adopted(commenter: Desk) -> None:
    commenter.work()
    post = commenter.now()
    assert (post.status, post.url) == ("published", "")
    assert "has not told its address yet" in story.answer(post).more
    commenter.clock.pass_by(minutes=2)
    commenter.work()
    assert commenter.now().next_try_at == commenter.clock() + dt.timedelta(minutes=15)
    commenter.platform.posts[0]["url"] = "https://small.example/final"
    commenter.clock.pass_by(minutes=15)
    commenter.work()
    post = commenter.now()
    assert (post.url, post.next_try_at) == ("https://small.example/final", None)


def test_an_address_that_is_never_told_is_not_asked_for_for_ever(commenter: Desk) -> None:
    for _day in range(8):
        commenter.work()
        commenter.clock.pass_by(hours=24)
    assert (commenter.now().status, commenter.now().next_try_at) == ("published", None)
    assert commenter.platform.calls["find"] == 4


# Nobody can ask


def test_where_nobody_can_look_a_person_is_asked_at_once(
    desk: Desk, settings: Any, told: Callable[[], list[tuple[str, str]]]
) -> None:
    become(desk, settings, "Blind")
    desk.platform.fail("posted", wire.cut)
    desk.work()
    desk.clock.pass_by(seconds=10)
    desk.work()
    post = desk.now()
    assert (post.status, post.next_try_at) == ("unconfirmed", None)
    assert ("ben@kesar.example", "post_unconfirmed") in told()
    assert len(desk.platform.posts) == 1


def test_where_a_second_copy_is_dropped_it_is_sent_again_without_looking(desk: Desk, settings: Any) -> None:
    become(desk, settings, "BlindWithKeys")
    desk.platform.drops_copies = True
    desk.platform.fail("posted", wire.cut)
    desk.work()
    desk.clock.pass_by(seconds=10)
    desk.work()
    assert desk.now().status == "published"
    assert len(desk.platform.posts) == 1


# Several at once


def test_a_batch_of_many_tenants_is_sent_once_each(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        for _post in range(12):
            make_post(make_piece(desk.cast.kesar), desk.connection, at=desk.clock())
    assert batches.work(clock=desk.clock, chance=Random(1), span=dt.timedelta(minutes=1)) == 13
    assert len(set(desk.platform.keys())) == len(desk.platform.posts) == 13


def test_a_fault_of_ours_in_one_post_stops_no_other_and_is_raised(desk: Desk, settings: Any) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        make_post(make_piece(desk.cast.kesar), desk.connection, at=desk.clock(), metadata={"file": "x"})
    with pytest.raises(BaseExceptionGroup, match="attempts broke"):
        batches.work(clock=desk.clock, chance=Random(1), span=dt.timedelta(minutes=1))
    assert desk.now().status == "published"


def test_the_interpreter_is_handed_round_less_often_while_hands_work_and_as_before_even_if_one_breaks(
    desk: Desk,
) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        make_post(make_piece(desk.cast.kesar), desk.connection, at=desk.clock(), metadata={"file": "x"})
    usual, meanwhile = sys.getswitchinterval(), []

    def note(**_kwargs: Any) -> None:
        meanwhile.append(round(sys.getswitchinterval(), 3))

    connection_created.connect(note)
    try:
        with pytest.raises(BaseExceptionGroup):
            batches.work(clock=desk.clock, chance=Random(1), span=dt.timedelta(minutes=1))
    finally:
        connection_created.disconnect(note)
    assert set(meanwhile) == {batches.TURN}
    assert sys.getswitchinterval() == usual


def test_many_hands_open_few_connections_while_their_platform_is_down(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        for _post in range(19):
            make_post(make_piece(desk.cast.kesar), desk.connection, at=desk.clock())
    desk.platform.fail("post", *[wire.status(503)] * 20)
    opened: list[Any] = []
    most: list[int] = []

    def count(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
        opened.append(connection.connection)
        most.append(sum(not each.closed for each in opened))

    connection_created.connect(count)
    try:
        batches.work(clock=desk.clock, chance=Random(1), span=dt.timedelta(minutes=1), hands=20)
    finally:
        connection_created.disconnect(count)
    assert len(opened) >= 20
    assert max(most) <= PLACES + 2  # beside who claims, and who writes for all
