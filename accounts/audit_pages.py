"""Reading the audit log: filters, pages and lines that cost the same however long it is.

Days become bounds of the sequence (time only grows along a chain). Words cannot use an index under row-level
security, so a page looks through a span of entries and says where to go on.
"""

import datetime as dt
import ipaddress
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import actions, tenancy
from accounts.models import AuditEntry, AuditHead, Membership
from trenddrop.core import csvs

PAGE = 50
SPAN = 50_000
CHUNK = 1000
HEADINGS = [
    "entry", "at", "who", "who_id", "action", "sentence", "type", "id", "name", "ip", "browser", "details", "hash",
]  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What the reader asks for."""

    text: str = ""
    person: uuid.UUID | None = None
    action: str = ""
    area: tuple[str, ...] = ()
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def is_searched(self) -> bool:
        """Say whether no index leads to the entries, so that a page looks through a span of them."""
        return bool(self.text or self.area) or sum(map(bool, (self.person, self.action, self.kind))) > 1

    def told(self) -> dict[str, Any]:
        """Return what is asked for, as the log keeps it."""
        asked = {**vars(self), "area": ", ".join(self.area)}
        return {name: str(value) for name, value in asked.items() if value}


@dataclass(frozen=True)
class Page:
    """Entries, newest first; `more` is the sequence to go on before, `searched_to` where a search for words stopped."""

    entries: list[AuditEntry]
    more: int | None
    searched_to: int | None = None


def page(membership: Membership, asked: Filter, *, before: int | None) -> Page:
    """Return one page."""
    low, high = _bounds(membership, asked)
    high = min(high, before) if before is not None else high
    floor = max(low, high - SPAN) if asked.is_searched else low
    rows = _rows(membership, asked).filter(sequence__gte=floor, sequence__lt=high)
    found = list(rows.select_related("actor").order_by("-sequence")[: PAGE + 1])
    if len(found) > PAGE:
        return Page(found[:PAGE], found[PAGE - 1].sequence)
    return Page(found, floor, floor) if floor > low else Page(found, None)


def _rows(membership: Membership, asked: Filter) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.visible_to(membership)
    if asked.person:
        rows = rows.filter(actor_id=asked.person)
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.area:
        rows = rows.filter(action__in=asked.area)
    if asked.kind:
        rows = rows.filter(resource_type=asked.kind)
    return rows.filter(_words(asked.text)) if asked.text else rows


def _words(text: str) -> Q:
    found = Q(actor_name__icontains=text) | Q(resource_name__icontains=text) | Q(resource_id=text)
    try:
        return found | Q(ip=str(ipaddress.ip_address(text)))
    except ValueError:
        return found


def _bounds(membership: Membership, asked: Filter) -> tuple[int, int]:
    """Return the first sequence of the days asked for, and the first after them."""
    head = AuditHead.objects.visible_to(membership).first()
    end = head.sequence + 1 if head else 1
    low = _first_since(membership, asked.since, end) if asked.since else 1
    if asked.until is None or asked.until >= dt.date.max:
        return low, end
    return low, _first_since(membership, asked.until + dt.timedelta(days=1), end)


def _first_since(membership: Membership, day: dt.date, end: int) -> int:
    """Return the sequence of the first entry from a day on, in the reader's zone."""
    if day <= dt.date(1970, 1, 1):
        return 1
    moment = dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())
    rows = AuditEntry.objects.visible_to(membership).filter(at__gte=moment).order_by("at", "sequence")
    found: int | None = rows.values_list("sequence", flat=True).first()
    return end if found is None else found


def lines(membership: Membership, asked: Filter, *, upto: int, zone: dt.tzinfo) -> Iterator[str]:
    """Return the log as CSV, newest first, up to an entry; each chunk is read in a transaction of its own."""
    yield "\ufeff" + csvs.line(HEADINGS)
    before: int | None = upto + 1
    while before is not None:
        found, before = _chunk(membership, asked, before)
        yield "".join(csvs.line(_cells(entry, zone)) for entry in found)


def _chunk(membership: Membership, asked: Filter, before: int) -> tuple[list[AuditEntry], int | None]:
    with tenancy.of_member(membership):
        low, high = _bounds(membership, asked)
        high = min(high, before)
        floor = max(low, high - SPAN) if asked.is_searched else low
        rows = _rows(membership, asked).filter(sequence__gte=floor, sequence__lt=high)
        found = list(rows.order_by("-sequence")[:CHUNK])
    if len(found) == CHUNK:
        return found, found[-1].sequence
    return found, floor if floor > low else None


def _cells(entry: AuditEntry, zone: dt.tzinfo) -> list[Any]:
    return [
        entry.sequence,
        entry.at.astimezone(zone).isoformat(timespec="milliseconds"),
        entry.actor_name,
        entry.actor_id or "",
        entry.action,
        actions.plain_sentence(entry),
        entry.resource_type,
        entry.resource_id,
        entry.resource_name,
        entry.ip or "",
        entry.user_agent,
        json.dumps(entry.metadata, ensure_ascii=False, sort_keys=True) if entry.metadata else "",
        entry.hash,
    ]
