"""Several workers on the same posts: each post is sent once."""

import datetime as dt
import threading
from collections import Counter
from random import Random
from typing import Any

from django.db import connection as database
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset
from publishing.delivery import claiming, sending
from publishing.models import PublishAttempt, ScheduledPost
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
    threads = [threading.Thread(target=drain, args=(Random(seed),)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.platform.posts) == POSTS
    assert set(Counter(desk.platform.keys()).values()) == {1}
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert ScheduledPost.objects.filter(status="published").count() == POSTS
        assert PublishAttempt.objects.count() == POSTS
