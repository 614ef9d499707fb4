"""Kill -9 at every step of publishing: on the server exactly one post each, and none is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from publishing.models import PublishAttempt, ScheduledPost
from tests.publishing import wire
from tests.publishing.conftest import Desk, make_piece, make_post

pytestmark = pytest.mark.chaos

LEASE = "0.6"
PATIENCE = 20.0


@dataclass
class Trap:
    """A place in the server where a worker is held until it has been killed."""

    then: Callable[[wire.Call], None]
    reached: threading.Event = field(default_factory=threading.Event)
    killed: threading.Event = field(default_factory=threading.Event)

    def __call__(self, call: wire.Call) -> None:
        """Hold, then go on as planned."""
        self.reached.set()
        self.killed.wait(PATIENCE)
        self.then(call)


def go_on(_call: wire.Call) -> None:
    """The server does its work although nobody waits for the answer."""


@dataclass(frozen=True)
class Point:
    """Where the worker is when it dies: before or inside a call, or a moment after its answer."""

    name: str
    call: str
    then: Callable[[wire.Call], None] = go_on
    after: float = 0.0


POINTS = [
    Point("before the file is taken", "media", wire.cut),
    Point("when the file was taken", "media"),
    Point("before the post is taken", "post", wire.cut),
    Point("while the post is being taken", "post"),
    Point("when the post was taken, before the answer", "posted"),
    Point("right after the answer", "answered"),
    Point("a little after the answer", "answered", after=0.01),
    Point("while the result is recorded", "answered", after=0.03),
]
SURE = [point for point in POINTS if point.name != "before the post is taken"]


@dataclass
class Workers:
    """The forking parent, and the child that works now."""

    process: subprocess.Popen[str]

    def child(self) -> int:
        """Wait for the number of the next child."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def workers(adapter: str) -> Iterator[Workers]:
    """Run real worker processes on the test's database."""
    database = str(connections["default"].settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.publishing.worker", database, adapter, LEASE]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield Workers(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def plan(desk: Desk, number: int) -> ScheduledPost:
    """Plan one more post, due at once."""
    with tenancy.of_organization(desk.cast.kesar.pk):
        piece = make_piece(desk.cast.kesar)
        return make_post(piece, desk.connection, at=timezone.now(), text=f"Run {number}")


def kill_at(trap: Trap, point: Point, pid: int) -> None:
    """Let the worker come to the point, and kill it there."""
    assert trap.reached.wait(PATIENCE), f"no worker came to: {point.name}"
    if point.after:
        trap.killed.set()
        time.sleep(point.after)
    os.kill(pid, signal.SIGKILL)
    trap.killed.set()


def wait_until_live(desk: Desk, post: ScheduledPost) -> ScheduledPost:
    """Wait until the next worker has settled it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with tenancy.of_organization(desk.cast.kesar.pk):
            found = ScheduledPost.objects.get(pk=post.pk)
        if found.status not in {"scheduled", "publishing", "unconfirmed"}:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{found.status} after {PATIENCE} s: {found.error}")


def run(desk: Desk, points: list[Point], adapter: str, runs: int) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.filter(pk=desk.post.pk).delete()
    chance = Random(7)
    with workers(adapter) as running:
        for number in range(runs):
            pid = running.child()
            point = points[number % len(points)]
            desk.platform.plan.clear()
            trap = Trap(point.then)
            desk.platform.fail(point.call, trap)
            trapped = threading.Thread(target=kill_at, args=(trap, point, pid))
            trapped.start()
            time.sleep(chance.uniform(0, 0.02))
            post = plan(desk, number)
            trapped.join()
            assert wait_until_live(desk, post).status == "published", point.name


@pytest.mark.parametrize(("adapter", "points", "runs"), [("Small", POINTS, 34), ("Forgetful", SURE, 16)])
def test_a_worker_killed_at_any_step_leaves_exactly_one_post_on_the_server(
    desk: Desk, adapter: str, points: list[Point], runs: int
) -> None:
    desk.platform.drops_copies = adapter == "Small"
    run(desk, points, adapter, runs)
    with tenancy.of_organization(desk.cast.kesar.pk):
        planned = {str(key) for key in ScheduledPost.objects.values_list("idempotency_key", flat=True)}
        lost = PublishAttempt.objects.filter(outcome="lost").count()
    assert Counter(desk.platform.keys()) == Counter(planned)
    assert len(planned) == runs
    assert lost >= runs // 2
