"""Workers are killed in the middle of taking in and of summing: in the end every event is there once, and every sum."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from analytics.events import checking, rollup
from analytics.models import EngagementEvent, TouchedHour
from publishing.models import ScheduledPost
from tests.analytics.eventful import DAY, post_of
from tests.cast import Cast, gather
from tests.chaos.processes import ROOT

WORKERS = 3
KILLS = max(4, int(os.environ.get("RUNS", "200")) // 20)
PATIENCE = 120.0


@dataclass(frozen=True)
class Size:
    """How many events, told in batches of how many, by workers of which how many are killed, in how many seconds."""

    events: int
    batch: int
    kills: int
    patience: float = PATIENCE
    sums: float = 0.3


FEW, MILLION = Size(6000, 150, KILLS), Size(1_000_000, 2000, 40, patience=3600, sums=0.02)


@pytest.fixture
def stage(transactional_db: None) -> tuple[Cast, ScheduledPost]:
    cast = gather()
    return cast, post_of(cast)


def begin(post: ScheduledPost, number: int, seed: int, size: Size) -> subprocess.Popen[bytes]:
    """Start a worker on its own third of the events, and half of its neighbour's."""
    share = size.events // WORKERS
    first = number * share
    told: dict[str, Any] = {
        "seed": seed, "organization": str(post.organization_id), "connection": str(post.connection_id),
        "posts": [str(post.pk)], "start": (timezone.now() - 50 * DAY).replace(hour=0, minute=0, second=0).isoformat(),
        "seconds": int((49 * DAY).total_seconds()), "first": first, "last": min(size.events, first + share * 3 // 2),
        "batch": size.batch, "sums": size.sums,
    }  # fmt: skip
    database = str(connections["default"].settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.analytics.an_event_worker", database, json.dumps(told)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "trenddrop.settings", "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)


def kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def is_begun(post: ScheduledPost, before: int) -> int:
    """Wait until something more was taken in, or half a minute is over; return how many events there are."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with tenancy.of_organization(post.organization_id):
            count = EngagementEvent.objects.count()
        if count > before:
            return count
        time.sleep(0.05)
    return before


@pytest.mark.parametrize(
    "size", [pytest.param(FEW, marks=pytest.mark.chaos), pytest.param(MILLION, marks=pytest.mark.long)],
    ids=["thousands", "a million"],
)  # fmt: skip
def test_killed_workers_lose_nothing_and_count_nothing_twice(stage: tuple[Cast, ScheduledPost], size: Size) -> None:
    cast, post = stage
    chance, count = Random(7), 0
    crew = [begin(post, number, number, size) for number in range(WORKERS)]
    for turn in range(size.kills):
        count = is_begun(post, count)
        time.sleep(chance.random() * 0.4)
        victim = chance.randrange(WORKERS)
        kill(crew[victim])
        crew[victim] = begin(post, victim, 100 + turn, size)
    for worker in crew:
        assert worker.wait(size.patience) == 0
    rollup.roll_up_due(now=timezone.now())
    found = checking.check(cast.kesar.pk, now=timezone.now())
    assert found.is_exact
    assert (found.hours.counted, found.days.counted) == (size.events, size.events)
    with tenancy.of_organization(cast.kesar.pk):
        assert EngagementEvent.objects.values("id").distinct().count() == size.events
        assert TouchedHour.objects.count() == 0
