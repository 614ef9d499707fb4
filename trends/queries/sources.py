"""The feeds, as the health strip and the filters show them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from trends.models import TrendSource

LATE = dt.timedelta(minutes=30)
ILL = ("down", "failing", "slow", "ok", "never")  # worst first


@dataclass(frozen=True)
class Strand:
    """All feeds of one kind of source, as the health strip shows them: the worst feed speaks for them."""

    kind: str
    feeds: int
    health: str
    last_success_at: dt.datetime | None
    error: str = ""
    is_late: bool = False
    regions: frozenset[str] = field(default=frozenset())


def sources() -> list[TrendSource]:
    """Return the sources that are asked, or the examples while no real one has answered: one statement."""
    rows = list(TrendSource.objects.filter(Q(enabled=True) | Q(is_example=True)).order_by("kind", "name"))
    answered = any(row.last_success_at for row in rows if not row.is_example)
    return [row for row in rows if not (row.is_example and answered)]


def strands(rows: Iterable[TrendSource], *, now: dt.datetime) -> list[Strand]:
    """Return the sources by kind, the ill ones first."""
    kinds: dict[str, list[TrendSource]] = {}
    for row in rows:
        if not row.is_example:
            kinds.setdefault(row.kind, []).append(row)
    found = [_strand(kind, feeds, now=now) for kind, feeds in kinds.items()]
    return sorted(found, key=lambda strand: (ILL.index(strand.health), not strand.is_late, strand.kind))


def _strand(kind: str, feeds: list[TrendSource], *, now: dt.datetime) -> Strand:
    worst = min(feeds, key=lambda row: ILL.index(row.health))
    due = [row.next_poll_at for row in feeds if row.next_poll_at]
    return Strand(
        kind=kind,
        feeds=len(feeds),
        health=worst.health,
        last_success_at=max((row.last_success_at for row in feeds if row.last_success_at), default=None),
        error=worst.last_error,
        is_late=bool(due) and min(due) < now - LATE,
        regions=frozenset(row.region for row in feeds if row.region),
    )
