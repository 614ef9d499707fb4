"""Months of events: made ahead, dropped when they are older than is kept and every row of them lies in a file.

The app's role can neither make nor drop a table; functions of the owner do it (migration 0010), within their bounds.
What no partition was made for stands in the default one, and is moved when its month comes.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from accounts import tenancy
from analytics.events.bounds import first_kept_month, month_of, start_of
from analytics.models import EngagementEvent, EventBatch

AHEAD = 2  # months
ASTRAY = dt.timedelta(days=1)
KEYS_AT_ONCE, TURNS = 50_000, 200
PARTITIONS = """
SELECT to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') FROM pg_inherits
WHERE inhparent = 'analytics_engagementevent'::regclass AND inhrelid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""


class ClockAstray(RuntimeError):
    """The clock is far from the database's: nothing is made, archived or dropped until they agree."""


def keep_partitions(*, now: dt.datetime) -> tuple[int, int]:
    """Make the months to come, drop those that lie in files; returns how many of each. Raises ClockAstray."""
    agree(now)
    today = now.astimezone(dt.UTC).date()
    made = sum(add_partition(month_of(today, step)) for step in range(-1, AHEAD + 1))
    before = first_kept_month(now)
    dropped = sum(_drop(month) for month in months() if month < before and _is_archived(month))
    if not _is_anything_before(before):
        _forget_keys(before)
    return made, dropped


def agree(now: dt.datetime) -> None:
    """Refuse a clock that is a day off the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        theirs: dt.datetime = cursor.fetchone()[0]
    if abs(theirs - now) > ASTRAY:
        raise ClockAstray(f"The clock says {now:%Y-%m-%d %H:%M}, the database {theirs:%Y-%m-%d %H:%M}.")


def add_partition(month: dt.date) -> bool:
    """Make a month's partition, and move into it what stood in the default one; False when it is there."""
    return bool(_call("SELECT analytics_add_event_partition(%s)", month))


def months() -> list[dt.date]:
    """Return the months that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        return [month for (month,) in cursor.fetchall()]


def _drop(month: dt.date) -> bool:
    return bool(_call("SELECT analytics_drop_event_partition(%s)", month))


def _is_archived(month: dt.date) -> bool:
    """Say whether every row of a month lies in a file, organisation by organisation, and none was brought back."""
    with tenancy.operator():
        rows = EngagementEvent.objects.filter(
            happened_at__gte=start_of(month), happened_at__lt=start_of(month_of(month, 1))
        )
        stand = dict(rows.order_by().values_list("organization_id").annotate(n=Count("id")))
        files = EventBatch.objects.filter(month=month)
        if files.exclude(status=EventBatch.Status.ARCHIVED).exists():
            return False
        kept = dict(files.order_by().values_list("organization_id").annotate(n=Sum("rows")))
    return all(kept.get(key, 0) >= count for key, count in stand.items())


def _is_anything_before(day: dt.date) -> bool:
    with tenancy.operator():
        return EngagementEvent.objects.filter(happened_at__lt=start_of(day)).exists()


def _forget_keys(before: dt.date) -> None:
    """Forget the keys of months that are no longer raw: nothing is taken in for them any more."""
    for _turn in range(TURNS):
        if _call("SELECT analytics_forget_event_keys(%s, %s)", before, KEYS_AT_ONCE) < KEYS_AT_ONCE:
            return


def _call(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])
