"""Sums of events by hour of UTC and by day of the organisation: only what was touched, and always from the rows.

Why no event is passed over: a batch adds the hours it touched as rows of their own, in its own transaction. The
roll-up removes the notes it sees and counts those hours with a later snapshot. A note that is seen was committed, and
its events with it, so the count holds them; a batch that commits later has its note still standing, and is counted by
the next turn. Nothing depends on the order in which clocks, keys or transactions were numbered. One roll-up of an
organisation at a time (its mark is locked), so that an older count never overwrites a newer one; what it removes and
writes is one transaction, so that a worker killed in between has changed nothing.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import connection
from django.db.models import F, Q

from accounts import tenancy
from accounts.models import Organization
from analytics.events.bounds import DAY, raw_from, start_of
from analytics.models import EventType, RollupMark, TouchedHour
from trenddrop.core import rounds

log = structlog.get_logger(__name__)

NAME = "events"
HOUR = dt.timedelta(hours=1)
TAKEN_BACK = (EventType.UNLIKE.value, EventType.UNFOLLOW.value)
SLICE = 31  # days made again in one transaction
Spans = Sequence[tuple[dt.datetime, dt.datetime]]

HOURS = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS span (start, finish)
), counted AS MATERIALIZED (
    SELECT event.post_id, date_trunc('hour', event.happened_at, 'UTC') AS hour, event.type, count(*) AS count,
        coalesce(sum(event.value), 0) AS value
    FROM wanted JOIN analytics_engagementevent event ON event.organization_id = %(organization)s
        AND event.happened_at >= wanted.start AND event.happened_at < wanted.finish
    GROUP BY 1, 2, 3
), gone AS (
    DELETE FROM analytics_engagementhour stood USING wanted
    WHERE stood.organization_id = %(organization)s AND stood.hour >= wanted.start AND stood.hour < wanted.finish
        AND (stood.post_id, stood.hour, stood.type) NOT IN (SELECT post_id, hour, type FROM counted)
)
INSERT INTO analytics_engagementhour AS stood
    (id, created_at, updated_at, organization_id, post_id, hour, type, count, value)
SELECT gen_random_uuid(), now(), now(), %(organization)s, post_id, hour, type, count, value FROM counted
ON CONFLICT (post_id, hour, type) DO UPDATE SET count = EXCLUDED.count, value = EXCLUDED.value, updated_at = now()
WHERE (stood.count, stood.value) IS DISTINCT FROM (EXCLUDED.count, EXCLUDED.value)
"""
BY_DAY = "connection_id, date, type, country, age_range, gender"
DAYS = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS span (date, start, finish)
), counted AS MATERIALIZED (
    SELECT {BY_DAY}, count(*) AS count, count(DISTINCT person) AS people, coalesce(sum(event.value), 0) AS value
    FROM wanted JOIN analytics_engagementevent event ON event.organization_id = %(organization)s
        AND event.happened_at >= wanted.start AND event.happened_at < wanted.finish
    GROUP BY {BY_DAY}
), gone AS (
    DELETE FROM analytics_engagementday stood
    WHERE stood.organization_id = %(organization)s AND stood.date IN (SELECT date FROM wanted)
        AND (stood.connection_id, stood.date, stood.type, stood.country, stood.age_range, stood.gender)
            NOT IN (SELECT {BY_DAY} FROM counted)
)
INSERT INTO analytics_engagementday AS stood
    (id, created_at, updated_at, organization_id, {BY_DAY}, count, people, value)
SELECT gen_random_uuid(), now(), now(), %(organization)s, {BY_DAY}, count, people, value FROM counted
ON CONFLICT ({BY_DAY}) DO UPDATE
SET count = EXCLUDED.count, people = EXCLUDED.people, value = EXCLUDED.value, updated_at = now()
WHERE (stood.count, stood.people, stood.value) IS DISTINCT FROM (EXCLUDED.count, EXCLUDED.people, EXCLUDED.value)
"""  # noqa: S608 (names of our own columns)
# Beside the days, without what was done: what of it is told by country, age and gender. What was taken back is none.
REACTIONS = """
WITH counted AS MATERIALIZED (
    SELECT day.connection_id, day.date, part.kind, part.key, sum(day.count) AS count
    FROM analytics_engagementday day
    CROSS JOIN LATERAL (VALUES ('country', country), ('age', age_range), ('gender', gender)) AS part (kind, key)
    WHERE day.organization_id = %(organization)s AND day.date = ANY(%(days)s::date[]) AND day.type <> ALL(%(not)s)
    GROUP BY 1, 2, 3, 4
), gone AS (
    DELETE FROM analytics_reactionday stood
    WHERE stood.organization_id = %(organization)s AND stood.date = ANY(%(days)s::date[])
        AND (stood.connection_id, stood.date, stood.kind, stood.key)
            NOT IN (SELECT connection_id, date, kind, key FROM counted)
)
INSERT INTO analytics_reactionday AS stood
    (id, created_at, updated_at, organization_id, connection_id, date, kind, key, count)
SELECT gen_random_uuid(), now(), now(), %(organization)s, connection_id, date, kind, key, count FROM counted
ON CONFLICT (connection_id, date, kind, key) DO UPDATE SET count = EXCLUDED.count, updated_at = now()
WHERE stood.count <> EXCLUDED.count
"""


def roll_up_due(*, now: dt.datetime) -> int:
    """Sum what was touched, organisation by organisation; return of how many."""
    with tenancy.operator():
        touched = set(TouchedHour.objects.order_by().values_list("organization_id", flat=True).distinct())
        marks = RollupMark.objects.filter(~Q(zone=F("organization__timezone")) | Q(dirty_from__isnull=False), name=NAME)
        due = sorted(touched | set(marks.values_list("organization_id", flat=True)))
    return sum(rounds.each(due, partial(roll_up, now=now)))


def roll_up(organization_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Sum what was touched of one organisation; False when somebody else is at it. In transactions of its own."""
    while True:
        with tenancy.of_organization(organization_id):
            mark = _held(organization_id)
            if mark is None:
                return False
            floor, zone = raw_from(organization_id, now=now), ZoneInfo(mark.zone)
            _recount_touched(organization_id, zone, floor=floor)
            mark.dirty_from = _recount_slice(mark, zone, floor=floor, now=now)
            mark.reached = now
            mark.save(update_fields=["zone", "reached", "dirty_from", "updated_at"])
        if mark.dirty_from is None:
            return True


def make_again(organization_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Make all sums again from the rows; False when somebody else is at it."""
    with tenancy.of_organization(organization_id):
        mark = _held(organization_id)
        if mark is None:
            return False
        mark.dirty_from = dt.date.min
        mark.save(update_fields=["zone", "dirty_from", "updated_at"])
    return roll_up(organization_id, now=now)


def touch_post(post_id: uuid.UUID) -> None:
    """Note the hours of a post that is about to be removed with its events."""
    with tenancy.widened(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO analytics_touchedhour (organization_id, hour)
            SELECT DISTINCT organization_id, date_trunc('hour', happened_at, 'UTC')
            FROM analytics_engagementevent WHERE post_id = %s""",
            [post_id],
        )


def _held(organization_id: uuid.UUID) -> RollupMark | None:
    """Return the organisation's mark, locked until the transaction ends; another zone makes all days dirty."""
    zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization_id)
    RollupMark.objects.get_or_create(organization_id=organization_id, name=NAME, defaults={"zone": zone})
    rows = RollupMark.objects.select_for_update(skip_locked=True)
    mark = rows.filter(organization=organization_id, name=NAME).first()
    if mark and mark.zone != zone:
        mark.zone, mark.dirty_from = zone, dt.date.min
    return mark


def _recount_touched(organization_id: uuid.UUID, zone: ZoneInfo, *, floor: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_touchedhour WHERE organization_id = %s RETURNING hour", [organization_id])
        hours = sorted({hour for (hour,) in cursor.fetchall() if hour >= floor})
    if not hours:
        return
    recount_hours(organization_id, spans_of(hours))
    moments = (moment for hour in hours for moment in (hour, hour + HOUR - dt.timedelta(microseconds=1)))
    recount_days(organization_id, sorted({moment.astimezone(zone).date() for moment in moments}), zone)


def _recount_slice(mark: RollupMark, zone: ZoneInfo, *, floor: dt.datetime, now: dt.datetime) -> dt.date | None:
    """Make the next days again; return where to go on, None at the end. Days that are not raw any more stay."""
    if mark.dirty_from is None:
        return None
    first = max(mark.dirty_from, _oldest_day(mark.organization_id, zone, floor=floor))
    last = now.astimezone(zone).date() + DAY
    days = [first + step * DAY for step in range(min(SLICE, (last - first).days + 1))]
    if not days:
        return None
    recount_days(mark.organization_id, days, zone)
    recount_hours(mark.organization_id, [(start_of(days[0]) - DAY, start_of(days[-1]) + 2 * DAY)], floor=floor)
    return days[-1] + DAY if days[-1] < last else None


def _oldest_day(organization_id: uuid.UUID, zone: ZoneInfo, *, floor: dt.datetime) -> dt.date:
    """Return the first day that is wholly raw, or the first with anything in it when that is later."""
    whole = floor.astimezone(zone).date()
    if start_of(whole, zone) < floor:
        whole += DAY
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT least(
                (SELECT min(happened_at) FROM analytics_engagementevent
                 WHERE organization_id = %(key)s AND happened_at >= %(floor)s),
                (SELECT min(date)::timestamp AT TIME ZONE 'UTC' FROM analytics_engagementday
                 WHERE organization_id = %(key)s AND date >= %(whole)s),
                (SELECT min(hour) FROM analytics_engagementhour
                 WHERE organization_id = %(key)s AND hour >= %(floor)s))""",
            {"key": organization_id, "floor": floor, "whole": whole},
        )
        oldest: dt.datetime | None = cursor.fetchone()[0]
    return max(whole, oldest.astimezone(zone).date() - DAY) if oldest else whole


def spans_of(hours: Iterable[dt.datetime]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return hours in order as spans, neighbours together."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + HOUR)
        else:
            found.append((hour, hour + HOUR))
    return found


def recount_hours(organization_id: uuid.UUID, spans: Spans, *, floor: dt.datetime | None = None) -> None:
    """Write the sums of whole hours anew, in one statement; call in the organisation's scope."""
    cut = [(max(start, floor), finish) if floor else (start, finish) for start, finish in spans]
    asked: dict[str, Any] = {
        "organization": organization_id,
        "starts": [each for each, _ in cut],
        "ends": [each for _, each in cut],
    }
    with connection.cursor() as cursor:
        cursor.execute(HOURS, asked)


def recount_days(organization_id: uuid.UUID, days: Sequence[dt.date], zone: ZoneInfo) -> None:
    """Write the sums of days anew, and who reacted on them; call in the organisation's scope."""
    asked: dict[str, Any] = {
        "organization": organization_id,
        "days": list(days),
        "starts": [start_of(day, zone) for day in days],
        "ends": [start_of(day + DAY, zone) for day in days],
    }
    with connection.cursor() as cursor:
        cursor.execute(DAYS, asked)
    recount_reactions(organization_id, days)


def recount_reactions(organization_id: uuid.UUID, days: Sequence[dt.date]) -> None:
    """Write who reacted on days anew, from the sums of those days; call in the organisation's scope."""
    with connection.cursor() as cursor:
        cursor.execute(REACTIONS, {"organization": organization_id, "days": list(days), "not": list(TAKEN_BACK)})
