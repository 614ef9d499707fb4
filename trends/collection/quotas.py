"""Who may ask now: a platform's limits are shared by all its feeds, whichever workers ask them.

Every request is counted before it is made, under a lock of its kind, so that no limit is ever passed; what was
counted and then not made is lost, not gained.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from trenddrop.core.alone import alone
from trends import polling
from trends.models import TrendSource
from trends.sources.base import Source

FAR = dt.timedelta(hours=1)  # no turn is given so far ahead: a slot beyond it was written by a wrong clock


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands with its quota of the day: units allowed and left, when the day ends, feeds that share it."""

    limit: int
    left: int
    day: dt.date
    ends: dt.datetime
    feeds: int = 1


def standing(row: TrendSource, rows: Iterable[TrendSource], adapter: Source, *, now: dt.datetime) -> Standing | None:
    """Return a feed's standing among all rows of its kind, None when nothing limits it."""
    zone = adapter.quota.zone if adapter.quota else "UTC"
    day, ends = polling.quota_day(now, zone)
    if row.quota_per_day is not None:
        return Standing(row.quota_per_day, max(0, row.quota_per_day - _spent(row, day)), day, ends)
    if adapter.quota is None:
        return None
    sharing = [other for other in rows if other.quota_per_day is None]
    left = adapter.quota.per_day - sum(_spent(other, day) for other in sharing)
    asked = sum(other.enabled and not other.is_example for other in sharing)
    return Standing(adapter.quota.per_day, max(0, left), day, ends, max(1, asked))


def standing_of(row: TrendSource, adapter: Source, *, now: dt.datetime) -> Standing | None:
    """Return a feed's standing, None when nothing limits it: one statement at most."""
    if adapter.quota is None and row.quota_per_day is None:
        return None
    rows = list(TrendSource.objects.filter(kind=row.kind))
    return standing(next((other for other in rows if other.pk == row.pk), row), rows, adapter, now=now)


def take(row: TrendSource, adapter: Source, *, cost: int, now: dt.datetime) -> bool:
    """Count one request to be made; False when it would pass the day's quota, or the row is no longer ours."""
    if adapter.quota is None and row.quota_per_day is None:
        return True
    with transaction.atomic():
        alone(f"trends_quota:{row.kind}")
        stands = standing_of(row, adapter, now=now)
        if stands is None or cost > stands.left:
            return stands is None
        mine = TrendSource.objects.filter(pk=row.pk, fence=row.fence)
        known = mine.values_list("quota_spent", "quota_day").first()
        if known is None:
            return False
        spent = polling.spent_today(known[0], counted_on=known[1], today=stands.day)
        counted_on = max(known[1], stands.day) if spent and known[1] else stands.day
        mine.update(quota_spent=spent + cost, quota_day=counted_on)
    return True


def turn(row: TrendSource, adapter: Source, *, now: dt.datetime) -> dt.datetime | None:
    """Take a feed's turn among those of its kind; returns when to come back when it is not its turn yet."""
    spacing = _spacing(row, adapter)
    if not spacing:
        return None
    with transaction.atomic():
        alone(f"trends_quota:{row.kind}")
        others = TrendSource.objects.filter(kind=row.kind, slot_at__gt=now - spacing, slot_at__lt=now + FAR)
        slots = sorted(slot for slot in others.exclude(pk=row.pk).values_list("slot_at", flat=True) if slot)
        was_given = row.slot_at is not None and row.slot_at == row.next_poll_at
        in_the_way = [slot for slot in slots if slot <= now or (slot < now + spacing and not was_given)]
        slot = slots[-1] + spacing if in_the_way else now
        slot = max(slot, now)
        TrendSource.objects.filter(pk=row.pk, fence=row.fence).update(slot_at=slot)
    return slot if in_the_way else None


def _spacing(row: TrendSource, adapter: Source) -> dt.timedelta:
    signed_in = adapter.spacing_signed_in if row.credentials else None
    return adapter.spacing if signed_in is None else signed_in


def _spent(row: TrendSource, day: dt.date) -> int:
    return polling.spent_today(row.quota_spent, counted_on=row.quota_day, today=day)
