"""All that a page of the calendar shows, asked for once."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ClientAccount, Membership
from publishing import caps
from publishing.clock_changes import Change
from publishing.models import ContentCalendar, PlatformConnection, PostingHold
from publishing.screens.calendar import building, reading, times
from publishing.screens.calendar.building import Cell, Lane
from publishing.screens.calendar.reading import Accounts, Clash, Mark, Tally
from publishing.screens.calendar.wanted import STATES, Wanted
from publishing.walltime import city
from trenddrop.core.catalogue import badge
from trenddrop.core.display import span, zone_name

MOST_NAMED = 200
BAR = 12


@dataclass(frozen=True)
class Hint:
    """What is worth a look before it happens; `pk` is the post it is about, if it is about one."""

    text: str
    more: str
    day: dt.date
    pk: uuid.UUID | None = None


@dataclass
class Sheet:
    """One view of the calendar with everything on it; what a view does not show stays empty."""

    wanted: Wanted
    accounts: Accounts
    shown: Sequence[PlatformConnection]
    clients: Mapping[uuid.UUID | None, ClientAccount]
    plans: Sequence[ContentCalendar]
    tallies: Sequence[Tally]
    holds: Sequence[PostingHold] = ()
    weeks: list[list[Cell]] = field(default_factory=list)
    days: list[Cell] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    lane_parts: int = 1
    listed: list[tuple[dt.date, list[Mark]]] = field(default_factory=list)
    after: str = ""
    from_hour: int = building.MORNING
    clashes: Sequence[Clash] = ()
    hints: Sequence[Hint] = ()
    changes: Mapping[dt.date, Sequence[Change]] = field(default_factory=dict)
    good: times.Good | None = None

    @property
    def total(self) -> int:
        """How many posts the days that are shown have."""
        return sum(row.count for row in self.tallies)

    @property
    def all_day(self) -> int:
        """How many entries without a time stand above the hours of the week, on the day that has the most."""
        return max((len(cell.all_day) for cell in self.days), default=0)

    @property
    def other_zones(self) -> list[tuple[str, int]]:
        """The zones other than the shown one whose time posts keep, with their number, the most first."""
        found: dict[str, int] = {}
        for row in self.tallies:
            if row.zone != self.wanted.zone:
                found[row.zone] = found.get(row.zone, 0) + row.count
        return sorted(found.items(), key=lambda each: -each[1])


def sheet(member: Membership, wanted: Wanted, *, now: dt.datetime, after: str = "") -> Sheet:
    """Read a view of the calendar; about eleven questions, however many posts there are."""
    accounts = reading.accounts_of(member)
    found = Sheet(
        wanted=wanted,
        accounts=accounts,
        shown=reading.shown_accounts(accounts, wanted),
        clients=_clients(member),
        plans=list(ContentCalendar.objects.visible_to(member).filter(deleted_at=None)[:MOST_NAMED]),
        tallies=reading.tallies(member, wanted, *([wanted.lane_field] if wanted.view == "lanes" else [])),
        holds=_holds(member),
    )
    found.changes = times.jumps({row.zone for row in found.tallies}, wanted)
    today = now.astimezone(wanted.place).date()
    if wanted.view in {"month", "week"}:
        _grid(found, member, today=today, now=now)
    elif wanted.view == "lanes":
        _lanes(found, member, today=today)
    else:
        _list(found, member, after=after)
    return found


def _clients(member: Membership) -> dict[uuid.UUID | None, ClientAccount]:
    rows = ClientAccount.objects.filter(organization_id=member.organization_id).only("name", "organization_id")
    if whose := member.client_id or member.narrowed_to:
        rows = rows.filter(pk=whose)
    return {row.pk: row for row in rows.order_by("name")}


def _holds(member: Membership) -> list[PostingHold]:
    rows = PostingHold.objects.filter(organization_id=member.organization_id, ended_at=None)
    return list(rows.select_related("client", "connection"))


def _grid(found: Sheet, member: Membership, *, today: dt.date, now: dt.datetime) -> None:
    wanted, is_week = found.wanted, found.wanted.view == "week"
    most = building.IN_AN_HOUR if is_week else building.IN_A_DAY
    cells = building.cells(wanted, today=today)
    marks = reading.first_marks(member, wanted, found.accounts, most=most)
    _mark_held(marks, found.holds)
    building.fill(cells, marks, found.tallies)
    building.add_intents(cells, reading.entries(member, wanted), wanted)
    found.good = times.good_hours(found.shown, wanted)
    if is_week or wanted.account:
        for slot in times.free_slots(found.shown, wanted, now=now):
            cells[slot.at.date()].free.append(slot)
    found.clashes = reading.clashes(member, wanted, found.accounts, now=now)
    _warn(found, cells, today=today)
    for day, changes in found.changes.items():
        cells[day].changes = changes
    if is_week:
        found.days = list(cells.values())
        found.from_hour = building.first_hour(found.days)
        building.lay(found.days, found.good, from_hour=found.from_hour)
    else:
        building.add_strips(cells, found.good)
        found.weeks = building.weeks(cells)


def _warn(found: Sheet, cells: Mapping[dt.date, Cell], *, today: dt.date) -> None:
    """Write what clashes and what is over its cap on its day, and in sentences."""
    wanted = found.wanted
    uses = caps.by_day(found.shown, first=wanted.first, last=wanted.last, zone=wanted.zone)
    for (key, day), use in uses.items():
        if day in cells and not use.left:
            cells[day].full = [*cells[day].full, found.accounts.by_key[key].handle]
    found.hints = hints(found.clashes, uses, found.accounts, wanted, today=today)
    for hint in found.hints:
        if hint.day in cells:
            cells[hint.day].has_clash = True


def hints(
    clashes: Sequence[Clash],
    uses: Mapping[tuple[uuid.UUID, dt.date], caps.Use],
    accounts: Accounts,
    wanted: Wanted,
    *,
    today: dt.date,
) -> list[Hint]:
    """Return what is worth a look before it happens, by day."""
    found = [_clash(each, wanted) for each in clashes[: reading.MOST_CLASHES]]
    found += [
        _over(accounts.by_key[key], day, use)
        for (key, day), use in uses.items()
        if use.planned > use.limit and day >= today
    ]
    return sorted(found, key=lambda each: each.day)


def _clash(clash: Clash, wanted: Wanted) -> Hint:
    at, other = clash.at.astimezone(wanted.place), clash.other_at.astimezone(wanted.place)
    told = {
        "day": date_format(at, "D j M"),
        "name": badge(clash.account.platform).name,
        "handle": clash.account.handle,
        "span": span(clash.apart),
        "words": clash.words,
        "other": date_format(other, "D j M, H:i"),
    }
    if clash.is_twin:
        text = _("%(day)s: the same piece goes to %(handle)s on %(name)s twice.") % told
        more = _("“%(words)s” is planned for %(other)s too. Platforms may refuse the second, or show it to few.")
    elif not clash.apart:
        text = _("%(day)s: two posts of %(handle)s on %(name)s at the same time.") % told
        more = _("“%(words)s” would take the audience of the other. Move one of them.")
    else:
        text = _("%(day)s: two posts of %(handle)s on %(name)s only %(span)s apart.") % told
        more = _("“%(words)s” would meet an audience still on the one before it.")
    return Hint(text, more % told, at.date(), clash.pk)


def _over(account: PlatformConnection, day: dt.date, use: caps.Use) -> Hint:
    told = {"day": date_format(day, "D j M"), "name": badge(account.platform).name, "handle": account.handle}
    text = ngettext(
        "%(day)s: %(handle)s on %(name)s has %(planned)s post, one more than its day takes.",
        "%(day)s: %(handle)s on %(name)s has %(planned)s posts; its platform takes %(limit)s in 24 hours.",
        use.planned,
    ) % {**told, "planned": use.planned, "limit": use.limit}
    return Hint(text, _("What is over would wait for the next day. Move it before that."), day)


def _mark_held(marks: Iterable[Mark], holds: Sequence[PostingHold]) -> None:
    everything = any(hold.client_id is None and hold.connection_id is None for hold in holds)
    clients = {hold.client_id for hold in holds if hold.client_id}
    accounts = {hold.connection_id for hold in holds if hold.connection_id}
    for mark in marks:
        held = everything or mark.client_id in clients or mark.account.pk in accounts
        mark.is_held = held and mark.status in STATES["planned"]


def _lanes(found: Sheet, member: Membership, *, today: dt.date) -> None:
    rows = building.lane_rows(
        found.wanted,
        found.tallies,
        names=found.clients,
        accounts=found.accounts,
        house=member.organization.name,
        today=today,
    )
    found.lane_parts = max(1, -(-len(rows) // building.LANES))
    part = min(found.wanted.part, found.lane_parts)
    found.wanted = replace(found.wanted, part=part)
    found.lanes = rows[(part - 1) * building.LANES : part * building.LANES]
    keys = [lane.key for lane in found.lanes]
    marks = reading.first_of_lanes(member, found.wanted, found.accounts, lanes=keys, most=building.IN_A_LANE)
    _mark_held(marks, found.holds)
    building.fill_lanes(found.lanes, marks, found.wanted)
    cells = building.cells(found.wanted, today=today)
    building.fill(cells, [], found.tallies)
    found.days = list(cells.values())
    most = max(cell.count for cell in found.days) or 1
    for cell in found.days:
        cell.bar = -(-BAR * cell.count // max(BAR, most))
    of_day = replace(found.wanted, view="day")
    page = reading.page_of(member, of_day, found.accounts, after="")
    _mark_held(page.marks, found.holds)
    found.listed = [(found.wanted.day, page.marks)]


def _list(found: Sheet, member: Membership, *, after: str) -> None:
    page = reading.page_of(member, found.wanted, found.accounts, after=after)
    _mark_held(page.marks, found.holds)
    by_day: dict[dt.date, list[Mark]] = {}
    for mark in page.marks:
        by_day.setdefault(mark.at.date(), []).append(mark)
    found.listed, found.after = list(by_day.items()), page.after


def title(wanted: Wanted) -> str:
    """Return what the days are called: November 2026, or 23 to 29 November."""
    if wanted.view == "day":
        return date_format(wanted.day, "D j M Y")
    if wanted.view != "week":
        return date_format(wanted.day, "F Y")
    told = {"first": date_format(wanted.first, "j"), "last": date_format(wanted.last, "j F")}
    if wanted.first.month != wanted.last.month:
        told["first"] = date_format(wanted.first, "j F")
    return _("%(first)s to %(last)s") % told


def clock_words(found: Sheet, *, now: dt.datetime) -> list[str]:
    """Return whose clock is shown, and which posts keep another one, in sentences."""
    here = now.astimezone(found.wanted.place)
    words = [_("Times in %(name)s (%(offset)s).") % {"name": zone_name(here), "offset": _offset(here)}]
    for zone, count in found.other_zones[:3]:
        example = next((mark for mark in _marks(found) if mark.zone == zone and mark.keeps_other_time), None)
        told: dict[str, Any] = {"n": count, "city": city(zone)}
        if example is None:
            continue
        told |= {"there": f"{example.there:%H:%M}", "here": f"{example.at:%H:%M}"}
        words.append(
            ngettext(
                "%(n)s post keeps the time of %(city)s: %(there)s there is %(here)s here.",
                "%(n)s posts keep the time of %(city)s: %(there)s there is %(here)s here.",
                count,
            )
            % told
        )
    return words


def _offset(at: dt.datetime) -> str:
    minutes = int((at.utcoffset() or dt.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _marks(found: Sheet) -> Iterable[Mark]:
    for cell in (*(cell for week in found.weeks for cell in week), *found.days):
        yield from cell.marks
    for _day, marks in found.listed:
        yield from marks
