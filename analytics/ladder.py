"""When a published post is looked at again: often while it moves, rarely when it rests, then never."""

import datetime as dt

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)

# (until this age, every): the first hour in steps, hourly the first day, then slower; it ends at 90 days.
LADDER = [
    (10 * MINUTE, 2 * MINUTE),
    (HOUR, 10 * MINUTE),
    (DAY, HOUR),
    (7 * DAY, 6 * HOUR),
    (30 * DAY, DAY),
    (90 * DAY, 7 * DAY),
]
UNFORESEEN = "The platform’s answer could not be read. We ask again."
FAILURE_WAIT = 5 * MINUTE
FAILURE_WAIT_MAX = 6 * HOUR


def next_at(published_at: dt.datetime, *, now: dt.datetime) -> dt.datetime | None:
    """Return the next rung after `now`, or None when the ladder has ended."""
    age = now - published_at
    for until, every in LADDER:
        if age < until:
            return published_at + (age // every + 1) * every
    return None


def after_failure(failures: int, *, now: dt.datetime, wait: dt.timedelta | None) -> dt.datetime:
    """Return when to ask again after the platform did not answer; its own wish comes first."""
    return now + (wait or min(FAILURE_WAIT * 2 ** min(failures, 10), FAILURE_WAIT_MAX))
