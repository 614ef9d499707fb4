"""When the next try or look is: back-off with jitter, and a ladder of looks. Pure; chance is an argument."""

import datetime as dt
from random import Random

from django.conf import settings

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(minutes=20)
JITTER = 0.25
LOOKS = [
    dt.timedelta(seconds=10),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    dt.timedelta(hours=15),
]
TELL_AFTER_LOOKS = 3
# How long after its time a post that waits on its platform is looked at.
SETTLE_AFTER = dt.timedelta(seconds=30)
# When a live post without an address is asked for one: platforms that moderate tell it late.
LINKS = [dt.timedelta(minutes=2), dt.timedelta(minutes=15), dt.timedelta(hours=2), dt.timedelta(hours=24)]


def back_off(tries: int, *, chance: Random) -> dt.timedelta:
    """Return the wait after the `tries`-th try: doubling from 30 s up to 20 min, a quarter more or less."""
    wait: dt.timedelta = min(FIRST_WAIT * 2 ** max(0, min(tries - 1, 10)), LONGEST_WAIT)
    return wait * (1 + chance.uniform(-JITTER, JITTER))


def next_look(looks: int) -> dt.timedelta | None:
    """Return the wait before the look after `looks` of them; None when the ladder has ended (about a day)."""
    return LOOKS[looks] if looks < len(LOOKS) else None


def latest(scheduled_for: dt.datetime) -> dt.datetime:
    """Return until when a post planned for this instant may still go out."""
    return scheduled_for + settings.POST_MAX_LATENESS


def oldest(now: dt.datetime) -> dt.datetime:
    """Return the earliest planned time that is not too late now."""
    return now - settings.POST_MAX_LATENESS
