"""Several workers on the same posts: each post is sent once."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from django.db import connection as database
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset
from publishing.delivery import batches, claiming, sending, sweeping
from publishing.models import PublishAttempt, ScheduledPost
from publishing.services import calendar, posts
from tests.publishing.conftest import Desk, make_piece, make_post

POSTS = 200


def plan_many(desk: Desk, count: int) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        asset = ContentAsset.objects.create(organization=desk.cast.kesar, kind="blog", title="Many")
        piece = make_piece(desk.cast.kesar, asset=asset)
        now = timezone.now()
        for number in range(count):
            at = now - dt.timedelta(milliseconds=number + 1)
            make_post(piece, desk.connection, at=at, text=f"Post {number}")
        ScheduledPost.objects.filter(pk=desk.post.pk).delete()


def at_once(works: Sequence[Callable[[], object]]) -> None:
    """Let everybody begin at the same moment, and wait for all."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        begin.wait()
        try:
            work()
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def shift() -> None:
    """What a worker does when the bell rings."""
    batches.work(clock=timezone.now, chance=Random(3), span=dt.timedelta(minutes=1))


def drain(chance: Random) -> None:
    """What a worker does with the doorbells of one scan, in an order of its own."""
    try:
        while ringing := claiming.due(timezone.now(), limit=POSTS):
            chance.shuffle(ringing)
            for post_id, organization_id in ringing[:20]:
                sending.deliver(post_id, organization_id=organization_id, clock=timezone.now, chance=chance)
    finally:
        database.close()


def test_two_workers_racing_for_200_posts_send_each_once(desk: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Forgetful"}
    desk.platform.drops_copies = False
    plan_many(desk, POSTS)
    at_once([lambda: drain(Random(1)), lambda: drain(Random(2))])
    assert len(desk.platform.posts) == POSTS
    assert set(Counter(desk.platform.keys()).values()) == {1}
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert ScheduledPost.objects.filter(status="published").count() == POSTS
        assert PublishAttempt.objects.count() == POSTS


def test_workers_with_several_hands_send_each_post_once(desk: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Forgetful"}
    desk.platform.drops_copies = False
    plan_many(desk, 60)
    at_once([shift, shift])
    assert len(desk.platform.posts) == len(set(desk.platform.keys())) == 60


def test_whoever_is_first_wins_when_people_cancel_and_move_while_workers_claim(desk: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Forgetful"}
    desk.platform.drops_copies = False
    plan_many(desk, 40)
    ben, later = desk.cast.ben, dt.datetime(2027, 1, 1)  # noqa: DTZ001 (a wall clock)
    with tenancy.of_organization(desk.cast.kesar.pk):
        rows = list(ScheduledPost.objects.order_by("-scheduled_for"))

    def change() -> None:
        for number, row in enumerate(rows):
            with tenancy.of_member(ben):
                try:
                    if number % 2:
                        posts.cancel(row, by=ben)
                    else:
                        at = later + dt.timedelta(minutes=number)
                        posts.reschedule(row, at_local=at, zone="UTC", by=ben, now=timezone.now())
                except posts.CannotChange:
                    continue

    at_once([shift, change, shift])
    with tenancy.of_organization(desk.cast.kesar.pk):
        sent = ScheduledPost.objects.filter(status="published")
        assert Counter(desk.platform.keys()) == Counter(str(post.idempotency_key) for post in sent)
        rest = ScheduledPost.objects.exclude(status="published")
        assert set(rest.values_list("status", flat=True)) <= {"cancelled", "scheduled"}
        assert sent.count() + rest.count() == 40


def test_two_sweepers_bring_each_lost_post_back_once(desk: Desk) -> None:
    plan_many(desk, 30)
    early = timezone.now()
    taken = claiming.take_batch(now=early, limit=30)
    after = early + claiming.LEASE + dt.timedelta(seconds=1)
    found: list[int] = []

    def sweep() -> None:
        found.append(sweeping.recover(now=after, chance=Random(1)))

    at_once([sweep, sweep])
    assert sum(found) == len(taken) == 30
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert set(ScheduledPost.objects.values_list("status", flat=True)) == {"scheduled"}
        assert set(PublishAttempt.objects.values_list("outcome", flat=True)) == {"lost"}


def test_two_who_move_the_same_posts_opposite_ways_wait_for_each_other_and_lose_no_move(desk: Desk) -> None:
    now, member = timezone.now(), desk.cast.ben
    with tenancy.of_organization(desk.cast.kesar.pk):
        ahead = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=5)
        pieces = [make_piece(desk.cast.kesar) for _ in range(30)]
        moved = [
            make_post(piece, desk.connection, at=ahead + dt.timedelta(minutes=number), text=f"Post {number}").pk
            for number, piece in enumerate(pieces)
        ]
    outcomes = list[calendar.Outcome]()

    def move(days: int) -> None:
        with tenancy.of_member(member):
            rows = list(ScheduledPost.objects.filter(pk__in=moved).select_related("connection"))
            outcomes.append(calendar.move(rows, days=days, by=member, now=now))

    for _again in range(3):
        at_once([lambda: move(1), lambda: move(-1)])
    assert [(len(one.done), one.refused) for one in outcomes] == [(30, [])] * 6
