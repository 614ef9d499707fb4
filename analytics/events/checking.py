"""Do the sums say what the rows say? Every count of every hour and day against a count of the rows, in one query each.

Only what is wholly raw can be counted again: sums of older months stand as they were when their rows went to a file.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts import tenancy
from accounts.models import Organization
from analytics.events.bounds import DAY, raw_from, start_of
from analytics.events.rollup import TAKEN_BACK
from analytics.models import RollupMark

HOURS = """
WITH counted AS (
    SELECT post_id, date_trunc('hour', happened_at, 'UTC') AS hour, type, count(*) AS count,
        coalesce(sum(value), 0) AS value
    FROM analytics_engagementevent WHERE organization_id = %(organization)s AND happened_at >= %(floor)s
    GROUP BY 1, 2, 3
), stood AS (
    SELECT post_id, hour, type, count, value FROM analytics_engagementhour
    WHERE organization_id = %(organization)s AND hour >= %(floor)s
)
SELECT count(*), count(*) FILTER (WHERE (stood.count, stood.value) IS DISTINCT FROM (counted.count, counted.value)),
    coalesce(sum(counted.count), 0), coalesce(sum(stood.count), 0)
FROM counted FULL JOIN stood USING (post_id, hour, type)
"""
BY_DAY = "connection_id, date, type, country, age_range, gender"
DAYS = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS span (date, start, finish)
), counted AS (
    SELECT {BY_DAY}, count(*) AS count, count(DISTINCT person) AS people, coalesce(sum(event.value), 0) AS value
    FROM wanted JOIN analytics_engagementevent event ON event.organization_id = %(organization)s
        AND event.happened_at >= wanted.start AND event.happened_at < wanted.finish
    GROUP BY {BY_DAY}
), stood AS (
    SELECT {BY_DAY}, count, people, value FROM analytics_engagementday
    WHERE organization_id = %(organization)s AND date >= %(first)s
)
SELECT count(*), count(*) FILTER (WHERE
        (stood.count, stood.people, stood.value) IS DISTINCT FROM (counted.count, counted.people, counted.value)),
    coalesce(sum(counted.count), 0), coalesce(sum(stood.count), 0)
FROM counted FULL JOIN stood USING ({BY_DAY})
"""  # noqa: S608 (names of our own columns)
REACTIONS = """
WITH counted AS (
    SELECT day.connection_id, day.date, part.kind, part.key, sum(day.count) AS count
    FROM analytics_engagementday day
    CROSS JOIN LATERAL (VALUES ('country', country), ('age', age_range), ('gender', gender)) AS part (kind, key)
    WHERE day.organization_id = %(organization)s AND day.date >= %(first)s AND day.type <> ALL(%(not)s)
    GROUP BY 1, 2, 3, 4
), stood AS (
    SELECT connection_id, date, kind, key, count FROM analytics_reactionday
    WHERE organization_id = %(organization)s AND date >= %(first)s
)
SELECT count(*), count(*) FILTER (WHERE stood.count IS DISTINCT FROM counted.count),
    coalesce(sum(counted.count), 0), coalesce(sum(stood.count), 0)
FROM counted FULL JOIN stood USING (connection_id, date, kind, key)
"""


@dataclass(frozen=True)
class Verdict:
    """How many sums there are or should be, how many are wrong, and how many events the rows and the sums have."""

    sums: int
    wrong: int
    expected: int
    counted: int


@dataclass(frozen=True)
class Checked:
    """An organisation's hours, days, and who reacted on those days (each act told three times)."""

    hours: Verdict
    days: Verdict
    reactions: Verdict

    @property
    def is_exact(self) -> bool:
        """Whether every count equals the recount."""
        return not (self.hours.wrong or self.days.wrong or self.reactions.wrong)


def check(organization_id: uuid.UUID, *, now: dt.datetime) -> Checked:
    """Hold an organisation's sums against its rows, as of one moment; what is touched and not yet summed is wrong."""
    with tenancy.of_organization(organization_id), connection.cursor() as cursor:
        floor = raw_from(organization_id, now=now)
        zone = _zone(organization_id)
        first = floor.astimezone(zone).date()
        first += DAY if start_of(first, zone) < floor else dt.timedelta()
        last = now.astimezone(zone).date() + DAY
        days = [first + step * DAY for step in range((last - first).days + 1)]
        asked: dict[str, Any] = {
            "organization": organization_id, "floor": floor, "first": first, "days": days,
            "starts": [start_of(day, zone) for day in days], "ends": [start_of(day + DAY, zone) for day in days],
        }  # fmt: skip
        cursor.execute(HOURS, asked)
        hours = Verdict(*map(int, cursor.fetchone()))
        cursor.execute(DAYS, asked)
        by_day = Verdict(*map(int, cursor.fetchone()))
        cursor.execute(REACTIONS, {**asked, "not": list(TAKEN_BACK)})
        return Checked(hours, by_day, Verdict(*map(int, cursor.fetchone())))


def _zone(organization_id: uuid.UUID) -> ZoneInfo:
    """Return the zone that its days are cut by."""
    mark = RollupMark.objects.filter(organization=organization_id, name="events").values_list("zone", flat=True).first()
    return ZoneInfo(mark or Organization.objects.values_list("timezone", flat=True).get(pk=organization_id))
