"""What goes wrong in a run: every kind of trouble, at every request of every flow."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, cycle, islice, zip_longest
from random import Random
from typing import Final

from django.db import connection as database

from publishing.delivery.claiming import LEASE
from publishing.models import ScheduledPost
from publishing.services import posts
from tests.chaos import traps
from tests.chaos.processes import Worker
from tests.chaos.stage import Stage
from tests.chaos.traps import Trap
from trenddrop.schedule import SCHEDULE

SCAN: Final = str(SCHEDULE["publish what is due"]["task"])
SWEEP: Final = str(SCHEDULE["sweep lost posts"]["task"])
SHORT = 0.3
SKEW = 300.0


@dataclass(frozen=True)
class Trouble:
    """One kind: what the server does, how long workers wait, and what else happens while the worker is at work.

    `is_clear`: the worker lives and is told how it went, so that nothing may be left unknown.
    """

    name: str
    act: traps.Act
    happen: Callable[["Run"], None]
    patience: float = 15.0
    at_requests: bool = True
    is_clear: bool = False


@dataclass(frozen=True)
class Scenario:
    """A trouble at the n-th request of a flow."""

    flow: str
    place: int
    trouble: Trouble
    jitter: float = 0.0

    def __str__(self) -> str:
        where = f", request {self.place}" if self.trouble.at_requests else ""
        return f"{self.trouble.name}, {self.flow}{where}, {self.jitter * 1000:.0f} ms"


@dataclass
class Run:
    """A scenario on the stage."""

    stage: Stage
    scenario: Scenario
    trap: Trap
    post: ScheduledPost
    worker: Worker

    def reach(self) -> None:
        """Wait until the worker is at the place."""
        assert self.trap.reached.wait(traps.PATIENCE), f"no worker came to {self.scenario}"

    def kill(self) -> None:
        """Kill the worker where it stands, and let the server go on."""
        self.worker.kill()
        self.trap.released.set()
        self.worker.finished()


def play(stage: Stage, scenario: Scenario) -> Run:
    """Plan a post, let the worker begin, and let it happen."""
    trouble = scenario.trouble
    post = stage.plan(scenario.flow)
    trap = stage.lay(Trap(scenario.place if trouble.at_requests else -1, trouble.act))
    run = Run(stage, scenario, trap, post, stage.worker(patience=trouble.patience))
    run.worker.ask(SCAN)
    try:
        trouble.happen(run)
    finally:
        trap.released.set()
    return run


# What happens while the worker is at it


def die(run: Run) -> None:
    """Kill -9 at the place, or a moment after it."""
    run.reach()
    time.sleep(run.scenario.jitter)
    run.kill()


def die_anywhere(run: Run) -> None:
    """Kill -9 at some moment of the whole."""
    time.sleep(run.scenario.jitter)
    run.kill()


def go_on(run: Run) -> None:
    """Let the worker see to it."""
    assert run.worker.finished(), f"the worker died of {run.scenario}"


def wait_too_long(run: Run) -> None:
    """The worker waits in vain; then the server goes on."""
    run.reach()
    go_on(run)


def answer_late(run: Run) -> None:
    """The answer comes, but slowly."""
    run.reach()
    time.sleep(0.1 + run.scenario.jitter)
    run.trap.released.set()
    go_on(run)


def jump(seconds: float) -> Callable[[Run], None]:
    """The clock jumps in the middle of a call."""

    def happen(run: Run) -> None:
        run.reach()
        run.stage.clock.offset += seconds
        run.trap.released.set()
        go_on(run)

    return happen


def stall(run: Run) -> None:
    """The worker stands still beyond its lease; others take over, then it goes on as if nothing were."""
    run.reach()
    run.stage.clock.offset += LEASE.total_seconds() + 1
    other = run.stage.worker()
    for task in (SWEEP, SCAN):
        assert other.do(task)
    run.trap.released.set()
    go_on(run)


def sweep_twice(run: Run) -> None:
    """The worker dies, and two sweepers and two scans go over it at the same time."""
    die(run)
    run.stage.clock.offset += LEASE.total_seconds() + 1
    pair = [run.stage.worker(), run.stage.worker()]
    for task in (SWEEP, SCAN):
        for worker in pair:
            worker.ask(task)
        for worker in pair:
            assert worker.finished()


def lose_database(run: Run) -> None:
    """Every session of the database ends, as when it is restarted, while the worker waits for an answer."""
    run.reach()
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    run.trap.released.set()
    go_on(run)


def cancel_while_held(run: Run) -> None:
    """Somebody cancels while it is being sent: the answer is no; one that waits on its platform is asked back."""
    run.reach()
    waits = run.stage.now(run.post).status == ScheduledPost.Status.HANDED
    assert cancelled(run) == waits, "it was cancelled" if not waits else "it was not asked back"
    run.trap.released.set()
    go_on(run)


def cancel_at_once(run: Run) -> None:
    """Somebody cancels as the worker reaches for it."""
    time.sleep(run.scenario.jitter)
    cancelled(run)
    go_on(run)


def move_at_once(run: Run) -> None:
    """Somebody moves it by half an hour as the worker reaches for it."""
    time.sleep(run.scenario.jitter)
    now = run.stage.clock()
    later = (now + dt.timedelta(minutes=30)).replace(tzinfo=None)
    with run.stage.scope(), suppress(posts.CannotChange):
        posts.reschedule(run.post, at_local=later, zone="UTC", by=run.stage.cast.asha, now=now)
    go_on(run)


def cancelled(run: Run) -> bool:
    """Cancel; False when it is too late."""
    with run.stage.scope():
        try:
            posts.cancel(run.post, by=run.stage.cast.asha)
        except posts.CannotChange:
            return False
    return True


def scan_together(run: Run) -> None:
    """Four workers reach for it at once."""
    crowd = [run.stage.worker() for _ in range(3)]
    threads = [threading.Thread(target=worker.do, args=(SCAN,)) for worker in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    go_on(run)


TROUBLES: Final = [
    Trouble("killed before", traps.lost_before, die),
    Trouble("killed inside", traps.lost_after, die),
    Trouble("killed after", traps.told, die),
    Trouble("killed anywhere", traps.nothing, die_anywhere, at_requests=False),
    Trouble("answered: 429", traps.instead(traps.BUSY), go_on, is_clear=True),
    *(Trouble(f"answered: {name}", act, go_on) for name, act in traps.ANSWERS.items()),
    Trouble("slow answer", traps.held_after, answer_late, is_clear=True),
    Trouble("time-out before", traps.lost_before, wait_too_long, patience=SHORT),
    Trouble("time-out after", traps.lost_after, wait_too_long, patience=SHORT),
    Trouble("clock ahead", traps.held_before, jump(SKEW), is_clear=True),
    Trouble("clock back", traps.held_after, jump(-SKEW), is_clear=True),
    Trouble("stalled before", traps.held_before, stall, is_clear=True),
    Trouble("stalled after", traps.held_after, stall, is_clear=True),
    Trouble("two sweepers, before", traps.lost_before, sweep_twice),
    Trouble("two sweepers, inside", traps.lost_after, sweep_twice),
    Trouble("database restarted before", traps.held_before, lose_database),
    Trouble("database restarted after", traps.held_after, lose_database),
    Trouble("cancelled while sent", traps.held_before, cancel_while_held, is_clear=True),
    Trouble("cancel races", traps.nothing, cancel_at_once, at_requests=False, is_clear=True),
    Trouble("move races", traps.nothing, move_at_once, at_requests=False, is_clear=True),
    Trouble("four workers", traps.nothing, scan_together, at_requests=False, is_clear=True),
]
AFTER = (0.0, 0.002, 0.005, 0.01, 0.02)
ANYWHERE = tuple(number * 0.006 for number in range(1, 11))
RACES = (0.0, 0.002, 0.004, 0.008)
JITTERS: Final = {"killed after": AFTER, "killed anywhere": ANYWHERE, "cancel races": RACES, "move races": RACES}


def every(flow: str, requests: int) -> Iterator[list[Scenario]]:
    """Every scenario of a flow that makes so many requests, by kind."""
    for trouble in TROUBLES:
        places = range(requests) if trouble.at_requests else range(1)
        jitters = JITTERS.get(trouble.name, (0.0,))
        yield [Scenario(flow, place, trouble, jitter) for place in places for jitter in jitters]


def chosen(flows: dict[str, int], runs: int, *, chance: Random) -> list[Scenario]:
    """So many scenarios of the flows (each with its number of requests): all kinds in turn, none twice before all."""
    kinds = [kind for flow, requests in flows.items() for kind in every(flow, requests)]
    chance.shuffle(kinds)
    for kind in kinds:
        chance.shuffle(kind)
    turns = chain.from_iterable(zip_longest(*kinds))
    return list(islice(cycle([scenario for scenario in turns if scenario]), runs))
