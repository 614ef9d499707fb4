"""The calendar in numbers, for programs: what each day holds, and what is worth a look before it happens."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import Membership
from publishing import caps
from publishing.models import CalendarEntry, ScheduledPost
from publishing.screens.calendar import building, reading, times
from publishing.screens.calendar.page import Hint, hints
from publishing.screens.calendar.times import FreeSlot
from publishing.screens.calendar.wanted import Wanted


@dataclass
class Count:
    """How many posts stand how."""

    status: ScheduledPost.Status
    count: int


@dataclass
class DayOf:
    """One day: its posts counted by status, intentions without a post, free slots, jumps of clocks, full accounts."""

    date: dt.date
    posts: int = 0
    statuses: list[Count] = field(default_factory=list)
    entries: list[CalendarEntry] = field(default_factory=list)
    free_slots: list[FreeSlot] = field(default_factory=list)
    clock_changes: list[str] = field(default_factory=list)
    full: list[uuid.UUID] = field(default_factory=list)


@dataclass
class Overview:
    """Some days on the clock of `timezone`."""

    timezone: str
    days: list[DayOf]
    warnings: Sequence[Hint]


def overview(member: Membership, wanted: Wanted, *, now: dt.datetime) -> Overview:
    """Read the days; about ten questions."""
    accounts = reading.accounts_of(member)
    shown = reading.shown_accounts(accounts, wanted)
    days = {day: DayOf(day) for day in wanted.days}
    rows = reading.tallies(member, wanted, "status")
    counted: dict[tuple[dt.date, str], int] = defaultdict(int)
    for row in rows:
        counted[row.day, str(row.of)] += row.count
    for (day, status), count in sorted(counted.items()):
        days[day].posts += count
        days[day].statuses.append(Count(ScheduledPost.Status(status), count))
    cells = building.cells(wanted, today=now.astimezone(wanted.place).date())
    building.add_intents(cells, reading.entries(member, wanted), wanted)
    for day, cell in cells.items():
        days[day].entries = [intent.entry for intent in cell.intents]
    for slot in times.free_slots(shown, wanted, now=now):
        days[slot.at.date()].free_slots.append(slot)
    for day, changes in times.jumps({row.zone for row in rows}, wanted).items():
        days[day].clock_changes = [change.words for change in changes]
    uses = caps.by_day(shown, first=wanted.first, last=wanted.last, zone=wanted.zone)
    for (key, day), use in uses.items():
        if not use.left:
            days[day].full.append(key)
    clashes = reading.clashes(member, wanted, accounts, now=now)
    today = now.astimezone(wanted.place).date()
    return Overview(wanted.zone, list(days.values()), hints(clashes, uses, accounts, wanted, today=today))
