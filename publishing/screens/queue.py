"""What the page of an account's slots shows: its week, and its queue with the free times between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Membership
from publishing import caps, good_times, slots
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost, Weekday
from publishing.services import queue
from publishing.walltime import Moment

FREE_SHOWN = 4


@dataclass(frozen=True)
class Line:
    """One time of the queue: with its post, or free; whether it can change places with its neighbours."""

    at: dt.datetime
    moment: Moment | None
    zone: str
    post: ScheduledPost | None
    score: int | None
    can_rise: bool = False
    can_sink: bool = False


@dataclass(frozen=True)
class Day:
    """A day of the week with its slots."""

    name: str
    slots: Sequence[tuple[PostingSlot, int | None]]


@dataclass(frozen=True)
class Week:
    """An account's slots and queue; `use`: what is left of today's cap, if there is one."""

    days: Sequence[Day]
    lines: Sequence[Line]
    zones: Sequence[str]
    count: int
    use: caps.Use | None


def week_of(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> Week:
    """Read an account's slots, what is queued and the next free times: six queries, however many."""
    rows = list(PostingSlot.objects.visible_to(by).filter(connection=connection).select_related("brand"))
    scores = good_times.of_accounts([connection]).get(connection.pk, {})
    posts = queue.queued(connection, by=by, now=now)
    free = slots.free_slots(connection, now=now, count=FREE_SHOWN)
    days = [
        Day(str(name), [(slot, _score(scores, slot)) for slot in found])
        for name, found in zip(Weekday.labels, slots.local_week(rows).values(), strict=True)
    ]
    zones = sorted({slot.timezone for slot in rows})
    return Week(days, _lines(posts, free), zones, len(rows), caps.used(connection, now))


def _score(scores: good_times.Scores, slot: PostingSlot) -> int | None:
    known = scores.get((slot.weekday, slot.at.hour))
    return known.score if known and known.timezone == slot.timezone else None


def _lines(posts: Sequence[ScheduledPost], free: Sequence[slots.Free]) -> list[Line]:
    last = len(posts) - 1
    taken = [
        Line(post.scheduled_for, None, post.timezone, post, post.time_score, number > 0, number < last)
        for number, post in enumerate(posts)
    ]
    open_ = [Line(each.moment.instant, each.moment, each.slot.timezone, None, each.score) for each in free]
    return sorted([*taken, *open_], key=lambda line: line.at)
