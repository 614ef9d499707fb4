"""The doorbell: beat rings, a worker answers, and nothing depends on the broker's memory."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone

from accounts import tenancy
from publishing import tasks
from publishing.models import ScheduledPost
from tests.publishing.conftest import Desk
from trenddrop.celery import app


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was put on the broker."""
    bells: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **message: bells.append(message))
    return bells


def test_every_due_post_is_rung_for_with_a_bell_that_fades(desk: Desk, rung: list[dict[str, Any]]) -> None:
    tasks.publish_due()
    [bell] = rung
    assert bell["kwargs"] == {"post_id": str(desk.post.pk), "organization_id": str(desk.cast.kesar.pk)}
    assert bell["expires"] == configured.CELERY_BEAT_SCHEDULE["publish what is due"]["schedule"].total_seconds()


def test_a_lost_bell_is_rung_again_by_the_next_scan(desk: Desk, rung: list[dict[str, Any]]) -> None:
    tasks.publish_due()
    tasks.publish_due()
    assert len(rung) == 2


def test_the_same_bell_answered_twice_sends_once(desk: Desk, rung: list[dict[str, Any]]) -> None:
    tasks.publish_due()
    for _ in range(2):
        tasks.deliver(**rung[0]["kwargs"])
    assert len(desk.platform.posts) == 1
    assert desk.now().status == "published"


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
