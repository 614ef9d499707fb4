"""The queue's times: when weekly slots come, by the clock of their zone, and which of them are free."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from publishing import caps
from publishing.good_times import Scores, of_accounts, score_at
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost
from publishing.walltime import Moment, resolve
from trenddrop.core.alone import alone

Status = ScheduledPost.Status
DAY = dt.timedelta(days=1)
# Nothing is queued for the very next minutes: there is a moment to think again.
LEAD = dt.timedelta(minutes=5)
# A post that somebody put this near to a slot by hand stands in for it.
NEAR = dt.timedelta(minutes=15)
FIRST_LOOK, FARTHEST = dt.timedelta(weeks=4), dt.timedelta(weeks=52)
# A draft holds its place too.
LIVING = (Status.DRAFT, *caps.COUNTED)


@dataclass(frozen=True)
class Free:
    """A slot's time with nothing in it: the wall clock asked for (naive), and the instant that is."""

    slot: PostingSlot
    asked: dt.datetime
    moment: Moment
    score: int | None = None


def locked(connection_id: uuid.UUID) -> None:
    """Have an account's queue to oneself until the transaction ends: two can't be given the same time."""
    alone(f"queue:{connection_id}")


def all_locked(connection_ids: Iterable[uuid.UUID]) -> None:
    """Have the queues of several accounts to oneself, taken in one order: else two wait for each other."""
    for key in sorted(set(connection_ids)):
        locked(key)


def posts_locked(keys: Iterable[uuid.UUID]) -> None:
    """Hold posts until the transaction ends, taken in one order: two who change the same ones wait for one another.

    Whoever holds queues too holds them before.
    """
    rows = ScheduledPost.objects.filter(pk__in=list(keys)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def slots_of(connections: Iterable[PlatformConnection | uuid.UUID]) -> QuerySet[PostingSlot]:
    """Return the slots in use of some accounts, in the week's order."""
    return PostingSlot.objects.filter(connection__in=list(connections), is_active=True).order_by("weekday", "at")


def count_of_account() -> Subquery:
    """Return, as a column of accounts, how many slots they use."""
    rows = PostingSlot.objects.filter(connection=OuterRef("pk"), is_active=True).order_by()
    return Subquery(rows.values("connection").annotate(n=Count("pk")).values("n"))


def times_between(slots: Iterable[PostingSlot], *, first: dt.date, last: dt.date) -> list[tuple[PostingSlot, Moment]]:
    """Return every time of these slots from one day to another (both in), each by its own zone, soonest first."""
    found = [(slot, moment) for slot, _asked, moment in _times(slots, first=first, last=last)]
    return sorted(found, key=lambda each: each[1].instant)


def _times(
    slots: Iterable[PostingSlot], *, first: dt.date, last: dt.date
) -> Iterator[tuple[PostingSlot, dt.datetime, Moment]]:
    for slot in slots:
        if not slot.is_active:
            continue
        day = first + DAY * ((slot.weekday - first.weekday()) % 7)
        while day <= last:
            asked = dt.datetime.combine(day, slot.at)
            yield slot, asked, resolve(asked, slot.timezone)
            day += 7 * DAY


def next_free(
    connection: PlatformConnection,
    *,
    now: dt.datetime,
    after: dt.datetime | None = None,
    brand_id: uuid.UUID | None = None,
) -> Free | None:
    """Return the first slot's time that is free; None when the account has no slots, or a year of them is taken."""
    return next(iter(free_slots(connection, now=now, after=after, brand_id=brand_id)), None)


def free_slots(
    connection: PlatformConnection,
    *,
    now: dt.datetime,
    count: int = 1,
    after: dt.datetime | None = None,
    until: dt.datetime | None = None,
    brand_id: uuid.UUID | None = None,
) -> list[Free]:
    """Return the next free times, soonest first: `after` one instant, not later than another.

    Slots kept for another brand than `brand_id`, and times at which the daily cap is reached, are left out.
    """
    slots = list(slots_of([connection]).filter(Q(brand=None) | Q(brand_id=brand_id)))
    if not slots:
        return []
    begins = max(now + LEAD, after or now)
    ends = min(until or begins + FARTHEST, begins + FARTHEST)
    span, found = FIRST_LOOK, list[Free]()
    while len(found) < count and begins < ends:
        stops = min(begins + span, ends)
        posts = _posts_between(connection, begins - DAY, stops + DAY)
        found += free_between(connection, slots, posts, begins=begins, ends=stops)
        begins, span = stops, span * 2
    return _scored(connection, found[:count])


def _scored(connection: PlatformConnection, found: list[Free]) -> list[Free]:
    scores: Scores = of_accounts([connection]).get(connection.pk, {}) if found else {}
    return [Free(free.slot, free.asked, free.moment, score_at(scores, free.moment.instant)) for free in found]


def free_between(
    connection: PlatformConnection,
    slots: Iterable[PostingSlot],
    posts: Collection[ScheduledPost],
    *,
    begins: dt.datetime,
    ends: dt.datetime,
) -> list[Free]:
    """Return the free times of some slots beside an account's living posts of that time and a day around it."""
    counted = sorted(post.scheduled_for for post in posts if post.status != Status.DRAFT)
    limit, seen, found = caps.limit_of(connection), set[dt.datetime](), list[Free]()
    first, last = begins.date() - DAY, ends.date() + DAY
    for slot, asked, moment in sorted(_times(slots, first=first, last=last), key=lambda each: each[2].instant):
        at = moment.instant
        if not begins < at <= ends or at in seen or _is_taken(at, posts):
            continue
        seen.add(at)
        if limit is None or caps.fullest(counted, at) < limit:
            found.append(Free(slot, asked, moment))
    return found


def _posts_between(connection: PlatformConnection, begins: dt.datetime, ends: dt.datetime) -> list[ScheduledPost]:
    rows = ScheduledPost.objects.filter(
        connection=connection, status__in=LIVING, scheduled_for__gte=begins, scheduled_for__lte=ends
    )
    return list(rows.only("scheduled_for", "slot_id", "status"))


def _is_taken(at: dt.datetime, posts: Iterable[ScheduledPost]) -> bool:
    """A queued post takes its own time and no other; one that was put there by hand takes what is near."""
    return any(
        post.scheduled_for == at or (post.slot_id is None and abs(post.scheduled_for - at) < NEAR) for post in posts
    )


def local_week(slots: Iterable[PostingSlot]) -> Mapping[int, list[PostingSlot]]:
    """Return slots by weekday, all seven days, in the day's order."""
    week: dict[int, list[PostingSlot]] = {day: [] for day in range(7)}
    for slot in sorted(slots, key=lambda each: each.at):
        week[slot.weekday].append(slot)
    return week
