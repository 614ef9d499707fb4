"""The doorbell: beat rings, a worker answers, and nothing depends on the broker's memory."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone

from accounts import tenancy
from publishing import tasks
from publishing.delivery import batches, claiming
from publishing.models import ScheduledPost
from tests.publishing.conftest import Desk, make_piece, make_post
from trenddrop.celery import app


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was put on the broker."""
    bells: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.deliver_due, "apply_async", lambda **message: bells.append(message))
    return bells


def plan_more(desk: Desk, number: int) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        for _post in range(number):
            make_post(make_piece(desk.cast.kesar), desk.connection, at=desk.clock())


def test_a_bell_fades_before_the_next_scan(desk: Desk, rung: list[dict[str, Any]]) -> None:
    tasks.publish_due()
    [bell] = rung
    assert bell["expires"] == configured.CELERY_BEAT_SCHEDULE["publish what is due"]["schedule"].total_seconds()


def test_as_many_bells_ring_as_workers_can_be_kept_busy(desk: Desk, rung: list[dict[str, Any]]) -> None:
    plan_more(desk, batches.HANDS)
    tasks.publish_due()
    assert len(rung) == 2


def test_nobody_is_rung_for_nothing(desk: Desk, rung: list[dict[str, Any]]) -> None:
    desk.work()
    tasks.publish_due()
    assert rung == []


def test_a_lost_bell_is_rung_again_by_the_next_scan(desk: Desk, rung: list[dict[str, Any]]) -> None:
    tasks.publish_due()
    tasks.publish_due()
    assert len(rung) == 2


def test_a_bell_answered_twice_sends_everything_once(desk: Desk) -> None:
    plan_more(desk, 9)
    tasks.deliver_due()
    tasks.deliver_due()
    with tenancy.of_organization(desk.cast.kesar.pk):
        keys = {str(key) for key in ScheduledPost.objects.values_list("idempotency_key", flat=True)}
        assert set(ScheduledPost.objects.values_list("status", flat=True)) == {"published"}
    assert Counter(desk.platform.keys()) == Counter(keys)


def test_sending_one_now_twice_sends_it_once(desk: Desk) -> None:
    for _ in range(2):
        tasks.deliver(post_id=str(desk.post.pk), organization_id=str(desk.cast.kesar.pk))
    assert len(desk.platform.posts) == 1
    assert desk.now().status == "published"


def test_the_scan_brings_back_what_a_dead_worker_held(desk: Desk, rung: list[dict[str, Any]]) -> None:
    early = desk.clock() - dt.timedelta(minutes=6)
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(scheduled_for=early, next_try_at=early)
    assert claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=early)
    tasks.publish_due()
    assert desk.now().status == "scheduled"
    assert len(rung) == 1


def test_the_sweep_ends_what_is_too_late(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(scheduled_for=timezone.now() - dt.timedelta(hours=2))
    tasks.sweep()
    assert desk.now().status == "missed"


def test_the_tasks_beat_asks_for_exist_and_go_to_the_publishing_queue() -> None:
    wanted = [entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values() if "publishing" in entry["task"]]
    app.loader.import_default_modules()
    assert set(wanted) <= set(app.tasks)
    assert {app.amqp.router.route({}, name)["queue"].name for name in wanted} == {"publish"}
