"""What stands behind the grid: hours that did well before, slots, and the nights on which clocks jump."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publishing import clock_changes, good_times, slots
from publishing.clock_changes import Change
from publishing.models import BestTime, PlatformConnection, PostingSlot, ScheduledPost
from publishing.screens.calendar.wanted import DAY, Wanted
from publishing.walltime import Moment, UnknownZone, zone_of

USUAL = 50
CLEARLY = 5  # points above the usual from which an hour stands out
LEVELS = 4
HOURS = 24
Heat = list[list[int]]


@dataclass(frozen=True)
class Good:
    """How well hours did, 0 (as usual) to 4 (best), by weekday and hour of the shown clock; on so many posts."""

    levels: Heat
    posts: int


@dataclass
class FreeSlot:
    """A slot of an account with nothing planned in it; `at` on the shown clock."""

    at: dt.datetime
    slot: PostingSlot
    account: PlatformConnection
    local: dt.datetime
    style: str = ""

    @property
    def asked(self) -> str:
        """What the slot's own clock shows, for an address."""
        return f"{self.local:%Y-%m-%dT%H:%M}"


def good_hours(accounts: Sequence[PlatformConnection], wanted: Wanted) -> Good | None:
    """Return the good hours of the accounts together; None where nothing stands out. One question."""
    known = good_times.of_accounts(accounts)
    scores = _scores(known.values(), wanted)
    best = max(scores.values(), default=0)
    if best < USUAL + CLEARLY:
        return None
    levels = [[_level(scores.get((day, hour), USUAL), best) for hour in range(HOURS)] for day in range(7)]
    posts = sum(next(iter(rows.values())).posts_in_all for rows in known.values() if rows)
    return Good(levels, posts)


def _level(score: float, best: float) -> int:
    return max(0, round(LEVELS * (score - USUAL) / (best - USUAL)))


def _scores(known: Iterable[Mapping[tuple[int, int], BestTime]], wanted: Wanted) -> dict[tuple[int, int], float]:
    """Return the mean score of each hour of the shown clock, as the accounts' own clocks stand in these days."""
    sums: dict[tuple[int, int], list[int]] = {}
    for rows in known:
        for (weekday, hour), row in rows.items():
            sums.setdefault(_shown_hour(weekday, hour, row.timezone, wanted), []).append(row.score)
    return {key: sum(each) / len(each) for key, each in sums.items()}


def _shown_hour(weekday: int, hour: int, zone: str, wanted: Wanted) -> tuple[int, int]:
    if zone == wanted.zone:
        return weekday, hour
    day = wanted.first + ((weekday - wanted.first.weekday()) % 7) * DAY
    try:
        there = dt.datetime.combine(day, dt.time(hour), zone_of(zone))
    except UnknownZone:
        return weekday, hour
    here = there.astimezone(wanted.place)
    return here.weekday(), here.hour


def free_slots(accounts: Sequence[PlatformConnection], wanted: Wanted, *, now: dt.datetime) -> list[FreeSlot]:
    """Return the slots of these days that are still to come and hold nothing; two questions."""
    by_key = {each.pk: each for each in accounts}
    rows = list(slots.slots_of(accounts))
    begins, ends = wanted.span
    found = slots.times_between(rows, first=wanted.first - DAY, last=wanted.last + DAY) if rows else []
    found = [(slot, moment) for slot, moment in found if max(begins, now) <= moment.instant < ends]
    taken = _taken({slot.connection_id for slot, _moment in found}, wanted) if found else set()
    return [
        _free(slot, moment, by_key[slot.connection_id], wanted)
        for slot, moment in found
        if (slot.connection_id, moment.instant) not in taken
    ]


def _free(slot: PostingSlot, moment: Moment, account: PlatformConnection, wanted: Wanted) -> FreeSlot:
    return FreeSlot(moment.instant.astimezone(wanted.place), slot, account, moment.local)


def _taken(keys: set[uuid.UUID], wanted: Wanted) -> set[tuple[uuid.UUID, dt.datetime]]:
    begins, ends = wanted.span
    rows = ScheduledPost.objects.filter(connection_id__in=keys, scheduled_for__gte=begins, scheduled_for__lt=ends)
    gone = {ScheduledPost.Status.CANCELLED, ScheduledPost.Status.FAILED, ScheduledPost.Status.MISSED}
    return set(rows.exclude(status__in=gone).values_list("connection_id", "scheduled_for"))


def jumps(zones: Iterable[str], wanted: Wanted) -> dict[dt.date, list[Change]]:
    """Return the jumps of the shown clock and of the posts' own, by day."""
    found: dict[dt.date, list[Change]] = {}
    for zone in dict.fromkeys([wanted.zone, *zones]):
        try:
            changes = clock_changes.changes(zone, wanted.first, wanted.last)
        except UnknownZone:
            continue
        for change in changes:
            found.setdefault(change.date, []).append(change)
    return found
