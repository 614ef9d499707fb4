"""What is kept of the past, and how long: hours in monthly partitions, days in their roll-up, topics while wanted.

The app's role can neither create nor drop a table; two functions of the owner do it (migration 0005), for months
within their bounds only. What no partition was made for stands in the default one and is moved when its month comes.
A month is dropped when its hours are rolled up, and not before.

Age is counted from what was rolled up last, which comes forward by so many days a run: a clock that jumps ahead for a
while takes nothing with it. One that is a day off the database's is not believed at all.
"""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.models import Exists, ForeignObjectRel, Max, OuterRef, QuerySet

from accounts import tenancy
from trends.collection.rollup import BEHIND, DAY, start_of
from trends.models import TrendDay, TrendObservation, TrendSource, TrendTopic

AHEAD = 2  # months
LEAST_KEPT = dt.timedelta(days=90)  # of hours: what the owner's function drops at the earliest
ASTRAY = DAY
EPOCH = dt.date(1970, 1, 1)
BATCH, BATCHES = 500, 40  # topics, and how often in one run
DAYS_BATCH = 20_000
GOES_ALONG = frozenset(
    {
        "trends.TrendObservation", "trends.TrendDay", "trends.TrendForecast", "trends.TrendRelevance",
        "trends.FittedTopic", "trends.TopicMark", "trends.TopicVector", "trends.TopicWords", "trends.TrendTopic",
    }
)  # fmt: skip
PARTITIONS = """
SELECT to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') FROM pg_inherits
WHERE inhparent = 'trends_trendobservation'::regclass AND inhrelid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""
OLD_DAYS = """
DELETE FROM trends_trendday WHERE ctid = ANY (ARRAY(SELECT ctid FROM trends_trendday WHERE day < %s LIMIT %s))
"""


class ClockAstray(RuntimeError):
    """The clock is far from the database's: nothing is made or dropped until they agree."""


def keep_partitions(*, now: dt.datetime) -> tuple[int, int]:
    """Make the partitions to come, drop the old ones that are rolled up; returns how many of each.

    Raises ClockAstray.
    """
    _agree(now)
    today = now.astimezone(dt.UTC).date()
    made = sum(_call("trends_add_partition", month_away(today, step)) for step in range(-1, AHEAD + 1))
    limit = hours_from(_reached(today))
    old = [month for month in _months() if month < limit]
    dropped = sum(_call("trends_drop_partition", month) for month in old if _is_rolled(month, month_away(month, 1)))
    if dropped == len(old) and _is_rolled(EPOCH, limit):
        TrendObservation.objects.filter(hour__lt=start_of(limit)).delete()  # what came after its month was dropped
    return made, dropped


def remove_old(*, now: dt.datetime) -> tuple[int, int]:
    """Remove days, and expired topics that nobody refers to, past their terms; returns how many of each.

    Raises ClockAstray.
    """
    _agree(now)
    reached = _reached(now.astimezone(dt.UTC).date())
    with tenancy.operator():
        days = sum(_removed_days(reached - settings.TREND_DAYS_KEPT))
    topics = sum(_removed_topics(start_of(reached - settings.TREND_TOPICS_KEPT)))
    return days, topics


def hours_from(today: dt.date) -> dt.date:
    """Return the first day whose hours are kept whole: the first of a month."""
    return month_away(today - max(settings.TREND_HOURS_KEPT, LEAST_KEPT), 0)


def month_away(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month so many months away."""
    whole = day.year * 12 + day.month - 1 + months
    return dt.date(whole // 12, whole % 12 + 1, 1)


def _agree(now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        theirs: dt.datetime = cursor.fetchone()[0]
    if abs(theirs - now) > ASTRAY:
        raise ClockAstray(f"The clock says {now:%Y-%m-%d %H:%M}, the database {theirs:%Y-%m-%d %H:%M}.")


def _reached(today: dt.date) -> dt.date:
    """Return the day from which age counts: today, or where the roll-up has come to when that is behind."""
    newest: dt.date | None = TrendSource.objects.aggregate(day=Max("rolled_to"))["day"]
    return min(today, newest + BEHIND) if newest else EPOCH


def _months() -> list[dt.date]:
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        return [month for (month,) in cursor.fetchall()]


def _is_rolled(start: dt.date, end: dt.date) -> bool:
    """Say whether every hour of these days is rolled up; hours of examples are not kept."""
    hours = TrendObservation.objects.filter(source=OuterRef("pk"), hour__gte=start_of(start), hour__lt=start_of(end))
    behind = TrendSource.objects.filter(Exists(hours), is_example=False).exclude(rolled_to__gte=end - DAY)
    late = TrendDay.objects.filter(is_stale=True, day__gte=start, day__lt=end)
    return not behind.exists() and not late.exists()


def _removed_days(before: dt.date) -> Iterator[int]:
    with connection.cursor() as cursor:
        for _ in range(BATCHES):
            cursor.execute(OLD_DAYS, [before, DAYS_BATCH])
            yield cursor.rowcount
            if cursor.rowcount < DAYS_BATCH:
                return


def _removed_topics(before: dt.datetime) -> Iterator[int]:
    for _ in range(BATCHES):
        with tenancy.operator():
            oldest = _unwanted(before).order_by("last_seen_at", "pk").select_for_update(skip_locked=True, of=("self",))
            keys = list(oldest.values_list("pk", flat=True)[:BATCH])
            TrendTopic.objects.filter(pk__in=keys).delete()
        yield len(keys)
        if len(keys) < BATCH:
            return


def _unwanted(before: dt.datetime) -> QuerySet[TrendTopic]:
    """Return the topics over since then that no match, ride, alert, idea or other row of somebody's names."""
    old = TrendTopic.objects.filter(status=TrendTopic.Status.EXPIRED, last_seen_at__lt=before)
    for relation in TrendTopic._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model._meta.label not in GOES_ALONG:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            old = old.exclude(Exists(rows))
    return old


def _call(function: str, month: dt.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [month])
        return bool(cursor.fetchone()[0])
