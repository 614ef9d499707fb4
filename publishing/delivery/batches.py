"""A worker's hands: posts are claimed several at once, and each hand sends one at a time.

Only as many are claimed as there are free hands, so that no post waits in a claim behind somebody's long upload.
"""

import datetime as dt
import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

from django.db import connection as database

from publishing.delivery import claiming, journal, sending
from publishing.delivery.desk import desk
from publishing.models import PublishAttempt
from publishing.platforms.base import Clock

# They wait for platforms nearly all the time; the more of them, the more share each claim and each write.
HANDS = 48
# One hand in so many may look, however many posts wait to be sent; each look needs a connection of its own.
SHARE_OF_LOOKS = 8
# Planning a claim costs the database more than the claim: one in so many looks for what is in doubt too.
LOOKS_EVERY = 3
# Claims are for so many posts, or twice as many, …: their statements are kept, and few of them are.
STEP = 8
# How long (seconds) a hand keeps the interpreter where others want it: at the usual 0.005 dozens of hands that wake at
# once spend a fifth of the processor on handing it round.
TURN = 0.02
# While some hands are busy for long, the others look again so often (seconds) for what has become due.
GLANCE = 1.0


def work(
    *,
    clock: Clock,
    chance: Random,
    span: dt.timedelta,
    hands: int = HANDS,
    lease: dt.timedelta = claiming.LEASE,
) -> int:
    """Do what is due, whoever's it is, until nothing is or `span` is over; return how many attempts were made.

    What breaks one attempt (a fault of ours) leaves it to the sweeper and is raised at the end, as ExceptionGroup.
    """
    claiming.outside_transactions()
    until, done = clock() + span, 0
    turns = itertools.count()
    running: dict[Future[bool], PublishAttempt] = {}
    broken: list[BaseException] = []
    few = desk()
    with _longer_turns(), journal.shared(few) as write, ThreadPoolExecutor(hands, thread_name_prefix="hand") as crew:
        carry_out = partial(_carry_out, clock=clock, chance=chance, lease=lease, write=write, desk=few)
        while True:
            free = hands - len(running)
            if free * 2 >= hands and clock() < until:
                looking = sum(attempt.purpose == PublishAttempt.Purpose.LOOK for attempt in running.values())
                looks = max(1, hands // SHARE_OF_LOOKS) - looking
                taken = _take(free, looks, turn=next(turns), clock=clock, lease=lease)
                running |= {crew.submit(carry_out, attempt): attempt for attempt in taken}
            if not running:
                break
            finished = wait(running, timeout=GLANCE, return_when=FIRST_COMPLETED).done
            running = {each: attempt for each, attempt in running.items() if each not in finished}
            done += len(finished)
            broken += filter(None, (each.exception() for each in finished))
    if broken:
        raise BaseExceptionGroup("attempts broke", broken)
    return done


@contextmanager
def _longer_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(max(TURN, usual))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _take(free: int, looks: int, *, turn: int, clock: Clock, lease: dt.timedelta) -> list[PublishAttempt]:
    """Claim for the free hands; before it is said that nothing is due, everything was asked for."""
    limit = max(free - free % STEP, min(free, STEP))
    sends = claiming.take_batch(now=clock(), limit=limit, looks=0, lease=lease) if turn % LOOKS_EVERY else []
    return sends or claiming.take_batch(now=clock(), limit=limit, looks=looks, lease=lease)


def _carry_out(attempt: PublishAttempt, **how: Any) -> bool:
    """Most posts need no connection of their hand's own; one that did lets go of it, so that few are ever open."""
    try:
        return sending.carry_out(attempt, **how)
    finally:
        database.close()
