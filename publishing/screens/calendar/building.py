"""The month, the week, lanes and lists, as their pages show them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import ClientAccount
from publishing.clock_changes import Change
from publishing.models import CalendarEntry
from publishing.screens.calendar.reading import Accounts, Mark, Tally
from publishing.screens.calendar.times import FreeSlot, Good
from publishing.screens.calendar.wanted import Wanted
from publishing.walltime import UnknownZone, zone_of

IN_A_DAY, IN_AN_HOUR, IN_A_LANE = 4, 3, 3
LANES = 10  # on one page
COLUMNS, ALL_DAY = 3, 4
# A mark of the week's grid is so many hours high; two whose times are nearer stand side by side.
HEIGHT = 1.25
MORNING = 7
STRIP = 12  # a day's strip shows two hours a part


@dataclass
class Intent:
    """An entry of a named calendar without a post, on the clock that is shown; `at` None: any time of the day."""

    entry: CalendarEntry
    day: dt.date
    at: dt.datetime | None
    style: str = ""


Placed = Mark | Intent | FreeSlot


@dataclass
class Cell:
    """A day of the grid."""

    date: dt.date
    is_today: bool
    is_past: bool
    is_away: bool
    marks: list[Mark] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    free: list[FreeSlot] = field(default_factory=list)
    count: int = 0
    strip: list[int] = field(default_factory=list)
    heat: list[int] = field(default_factory=list)  # of the week's grid, by hour from the first that is shown
    changes: Sequence[Change] = ()
    has_clash: bool = False
    full: Sequence[str] = ()
    bar: int = 0  # how high its number is drawn, 1 to 12

    @property
    def more(self) -> int:
        """How many posts are not shown."""
        return self.count - len(self.marks)

    @property
    def all_day(self) -> list[Intent]:
        """What has no time of the day; of the week's grid."""
        return [intent for intent in self.intents if intent.at is None][:ALL_DAY]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is there."""
        return not (self.count or self.intents or self.free)


@dataclass
class Lane:
    """A client's or an account's row (`key` None: the house's): its cells by day, `count` of all of them."""

    name: str
    key: uuid.UUID | None
    platform: str
    by_day: dict[dt.date, Cell]
    count: int

    @property
    def cells(self) -> list[Cell]:
        """Its days, in their order."""
        return list(self.by_day.values())


def cells(wanted: Wanted, *, today: dt.date) -> dict[dt.date, Cell]:
    """Return an empty cell for every day."""
    month = wanted.day.month if wanted.view == "month" else 0
    return {
        day: Cell(day, is_today=day == today, is_past=day < today, is_away=bool(month) and day.month != month)
        for day in wanted.days
    }


def fill(found: Mapping[dt.date, Cell], marks: Iterable[Mark], tallies: Iterable[Tally]) -> None:
    """Put the posts and their numbers on their days."""
    for mark in marks:
        if cell := found.get(mark.at.date()):
            cell.marks.append(mark)
    for row in tallies:
        if cell := found.get(row.day):
            cell.count += row.count


def add_intents(found: Mapping[dt.date, Cell], rows: Iterable[CalendarEntry], wanted: Wanted) -> None:
    """Put entries of named calendars on the days they mean on the clock that is shown."""
    for row in rows:
        intent = _intent(row, wanted)
        if cell := found.get(intent.day):
            cell.intents.append(intent)


def _intent(row: CalendarEntry, wanted: Wanted) -> Intent:
    if row.at is None:
        return Intent(row, row.date, None)
    try:
        at = dt.datetime.combine(row.date, row.at, zone_of(row.timezone)).astimezone(wanted.place)
    except UnknownZone:
        return Intent(row, row.date, None)
    return Intent(row, at.date(), at)


def add_strips(found: Mapping[dt.date, Cell], good: Good | None) -> None:
    """Draw each day's good hours: two hours a part, the better of both."""
    if good is None:
        return
    by_weekday = [[max(row[2 * n], row[2 * n + 1]) for n in range(STRIP)] for row in good.levels]
    for day, cell in found.items():
        cell.strip = by_weekday[day.weekday()]


def weeks(found: Mapping[dt.date, Cell]) -> list[list[Cell]]:
    """Return the cells seven by seven."""
    every = list(found.values())
    return [every[begin : begin + 7] for begin in range(0, len(every), 7)]


def lay(days: Iterable[Cell], good: Good | None, *, from_hour: int) -> None:
    """Give everything on the week's grid its place, and each day its heat."""
    for day in days:
        day.heat = good.levels[day.date.weekday()][from_hour:] if good else [0] * (24 - from_hour)
        timed = [intent for intent in day.intents if intent.at]
        beside = Beside()
        day.marks = [mark for mark in day.marks if beside.takes(mark)]
        day.intents = [intent for intent in day.intents if intent not in timed or beside.takes(intent)]
        day.free = [free for free in day.free if beside.takes(free)]
        beside.give_places(from_hour)


def _hours(placed: Placed) -> float:
    return placed.at.hour + placed.at.minute / 60 if placed.at else 0.0


class Beside:
    """A day of the week's grid: what would cover each other stands side by side, in three columns at most."""

    def __init__(self) -> None:
        self.columns: list[list[tuple[float, Placed]]] = [[] for _column in range(COLUMNS)]

    def takes(self, each: Placed) -> bool:
        """Put it in the first column that has room; say whether there was one."""
        at = _hours(each)
        for column in self.columns:
            if not any(-HEIGHT < at - other < HEIGHT for other, _placed in column):
                column.append((at, each))
                return True
        return False

    def give_places(self, from_hour: int) -> None:
        """Write where each stands: hours from the top, its column, and how many there are in its group."""
        numbered = [(at, number, each) for number, column in enumerate(self.columns) for at, each in column]
        group: list[tuple[float, int, Placed]] = []
        for one in sorted(numbered, key=lambda each: each[:2]):
            if group and one[0] >= max(each[0] for each in group) + HEIGHT:
                _place(group, from_hour)
                group = []
            group.append(one)
        _place(group, from_hour)


def _place(group: Sequence[tuple[float, int, Placed]], from_hour: int) -> None:
    width = max((number + 1 for _at, number, _each in group), default=1)
    for at, number, each in group:
        each.style = f"--at:{max(0.0, at - from_hour):.3f};--of:{width};--nr:{number}"


def first_hour(days: Iterable[Cell]) -> int:
    """Return the hour at which the week's grid begins: seven, or before the earliest that stands on it."""
    placed: list[Placed] = []
    for day in days:
        placed += [*day.marks, *day.free, *(intent for intent in day.intents if intent.at)]
    return min([MORNING, *(int(_hours(each)) for each in placed)])


def lane_rows(
    wanted: Wanted,
    tallies: Iterable[Tally],
    *,
    names: Mapping[uuid.UUID | None, ClientAccount],
    accounts: Accounts,
    house: str,
    today: dt.date,
) -> list[Lane]:
    """Return a row for each client (or account) that has anything in these days, by name; without its posts."""
    counts: dict[uuid.UUID | None, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for row in tallies:
        counts[row.of][row.day] += row.count
    found = []
    for key, days in counts.items():
        name, platform = _lane_name(
            key, by_client=wanted.lanes == "client", names=names, accounts=accounts, house=house
        )
        row_cells = cells(wanted, today=today)
        for day, count in days.items():
            row_cells[day].count = count
        found.append(Lane(name, key, platform, row_cells, sum(days.values())))
    return sorted(found, key=lambda lane: (lane.key is None, lane.name.casefold()))


def fill_lanes(found: Iterable[Lane], marks: Iterable[Mark], wanted: Wanted) -> None:
    """Put posts on their days of their lanes."""
    by_key = {lane.key: lane for lane in found}
    for mark in marks:
        lane = by_key.get(mark.client_id if wanted.lanes == "client" else mark.account.pk)
        if lane is not None:
            lane.by_day[mark.at.date()].marks.append(mark)


def _lane_name(
    key: uuid.UUID | None,
    *,
    by_client: bool,
    names: Mapping[uuid.UUID | None, ClientAccount],
    accounts: Accounts,
    house: str,
) -> tuple[str, str]:
    if not by_client and key in accounts.by_key:
        return accounts.by_key[key].handle, accounts.by_key[key].platform
    if by_client and key in names:
        return names[key].name, ""
    return (house, "") if key is None else (_("A client that is gone"), "")
