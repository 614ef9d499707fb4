"""A million events, told twice, late, out of order, by workers that are killed: python -m benchmarks.accuracy [EVENTS]

WORKERS processes take the events in, each its own share and half of its neighbour's, shuffled, some again and again,
and sum in between; every few seconds one of them is killed (-9) and begun anew with another order. In the end every
sum of every hour and day is held against a count of the rows: counted/expected, and how many sums are wrong.
"""

import datetime as dt
import multiprocessing
import os
import signal
import sys
import time
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

from django.db import connections  # noqa: E402 (after setup, as everything below)
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from analytics.events import checking, rollup, taking  # noqa: E402
from analytics.models import EngagementEvent  # noqa: E402
from benchmarks import events  # noqa: E402
from benchmarks.measuring import report  # noqa: E402
from publishing.models import ScheduledPost  # noqa: E402

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
POSTS, DAYS, BATCH, WORKERS, KILLS, AGAIN = 200, 60, 2000, 4, 20, 0.1
Fork = multiprocessing.get_context("fork")


def work(posts: list[ScheduledPost], numbers: range, seed: int, now: dt.datetime) -> None:
    """Tell a share in an order of its own, a tenth of it twice; sum now and then."""
    chance = Random(seed)
    order = [*numbers, *chance.sample(numbers, int(len(numbers) * AGAIN))]
    chance.shuffle(order)
    organization = posts[0].organization_id
    for place in range(0, len(order), BATCH):
        rows = [row for number in order[place : place + BATCH] for row in _one(posts, number, now)]
        with tenancy.of_organization(organization):
            taking.take(rows)
        if chance.random() < 0.02:
            rollup.roll_up_due(now=timezone.now())


def _one(posts: list[ScheduledPost], number: int, now: dt.datetime) -> Any:
    return events.told(posts, range(number, number + 1), days=DAYS, now=now, source="accuracy")


def begin(posts: list[ScheduledPost], share: int, seed: int, now: dt.datetime) -> Any:
    """Start a worker on its share and half of the next."""
    size = EVENTS // WORKERS
    numbers = range(share * size, EVENTS if share == WORKERS - 1 else min(EVENTS, share * size + size * 3 // 2))
    worker = Fork.Process(target=work, args=(posts, numbers, seed, now))
    worker.start()
    return worker


def run(posts: list[ScheduledPost]) -> int:
    """Let the workers tell everything, and kill some on the way; return how many were killed."""
    now, chance, killed = timezone.now(), Random(1), 0
    connections.close_all()
    crew = [begin(posts, share, share, now) for share in range(WORKERS)]
    pause = max(0.5, EVENTS / 50_000 / 2)
    while killed < KILLS and any(worker.is_alive() for worker in crew):
        time.sleep(pause * (0.5 + chance.random()))
        victim = chance.randrange(WORKERS)
        if crew[victim].is_alive():
            os.kill(crew[victim].pid, signal.SIGKILL)
            killed += 1
        crew[victim].join()
        crew[victim] = begin(posts, victim, 100 + killed, now)
    for worker in crew:
        worker.join()
        if worker.exitcode:
            raise SystemExit(f"A worker ended with {worker.exitcode}.")
    return killed


def main() -> None:
    """Measure on rows of our own, and take them away."""
    events.make_months(DAYS)
    organization, posts = events.organization_of(POSTS)
    try:
        killed = run(posts)
        rollup.roll_up_due(now=timezone.now())
        found = checking.check(organization.pk, now=timezone.now())
        with tenancy.of_organization(organization.pk):
            rows = EngagementEvent.objects.count()
        report("workers killed", killed, unit="workers", n=EVENTS)
        report("rows of the events told", rows, EVENTS, unit="rows", n=EVENTS)
        for name, one in (("hours", found.hours), ("days", found.days)):
            report(f"{name}: events counted", one.counted, EVENTS, unit="events", n=EVENTS)
            off = abs(one.counted - EVENTS) + one.wrong
            report(f"{name}: events or sums that are off, of {one.sums} sums", off, unit="events", n=EVENTS, aim=0)
        report("who reacted: sums that are off", found.reactions.wrong, unit="sums", n=found.reactions.sums, aim=0)
    finally:
        events.clear(organization)


if __name__ == "__main__":
    main()
