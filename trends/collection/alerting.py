"""Watches fire: once per topic, told by itself or, when many come at once, together with the others of the hour.

A fired alert is written first, by one INSERT that passes over what stands already; telling is a second step, in one
transaction with the notifications and deliveries it makes. So two workers never tell twice, and one that dies leaves
nothing untold.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from accounts import tenancy
from trenddrop.core.ids import uuid7
from trends.collection import telling, watching
from trends.collection.watching import Met, Watches
from trends.models import FiredAlert, TrendAlert, TrendTopic

JUST_NOW = dt.timedelta(minutes=3)  # two runs of the task and one that was late
IN_A_PASS = dt.timedelta(hours=1)  # topics whose fit to a brand may be new since
ARMED_AT_ONCE = 500
How = FiredAlert.How

FIRE = """
INSERT INTO trends_firedalert AS stands (id, created_at, updated_at, organization_id, alert_id, topic_id, fired_at,
    relevance, score, reason, how, told_at)
SELECT new.id, now(), now(), watch.organization_id, watch.id, new.topic, %s, new.relevance, new.score, new.reason,
    new.how, CASE new.how WHEN 'known' THEN %s::timestamptz END
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::float8[], %s::float8[], %s::text[], %s::text[])
    AS new (id, alert, topic, relevance, score, reason, how)
JOIN trends_trendalert watch ON watch.id = new.alert AND watch.is_active
ORDER BY watch.id, new.topic
FOR KEY SHARE OF watch
ON CONFLICT (alert_id, topic_id) DO UPDATE SET how = 'alone', told_at = NULL, fired_at = EXCLUDED.fired_at,
    reason = EXCLUDED.reason, relevance = EXCLUDED.relevance, score = EXCLUDED.score, updated_at = now()
    WHERE %s AND stands.how = 'known' AND EXCLUDED.how = 'alone'
"""


def tell(*, now: dt.datetime, seen_since: dt.datetime) -> int:
    """Hold the watches against what was seen since; tell what is new. Returns how many alerts were told.

    As often as one likes, and by several workers at once.
    """
    arm(now=now)
    with tenancy.operator():
        watches = Watches.of(watching.standing().exclude(armed_at=None))
    if watches.by_key:
        _fire_all(watches, watching.topics().filter(last_seen_at__gte=seen_since), now=now)
    return telling.tell_waiting(now=now)


def arm(*, now: dt.datetime) -> int:
    """Look through what is live for watches that are new, changed or on again; returns how many.

    What they meet already is known from then on, and told of only where that was asked for.
    """
    with tenancy.operator():
        rows = list(watching.standing().filter(armed_at=None).order_by("pk")[:ARMED_AT_ONCE])
    if rows:
        _fire_all(Watches.of(rows), watching.topics(), now=now, is_first=True)
    with tenancy.operator():
        return sum(_armed(row, now=now) for row in rows)


def _armed(row: TrendAlert, *, now: dt.datetime) -> int:
    """Let a watch fire from now on, unless it was changed meanwhile: then it is looked through again."""
    same = TrendAlert.objects.filter(pk=row.pk, armed_at=None, updated_at=row.updated_at)
    return same.update(armed_at=now, tells_existing=False)


def _fire_all(watches: Watches, topics: QuerySet[TrendTopic], *, now: dt.datetime, is_first: bool = False) -> None:
    for found in watching.chunks(topics):
        with tenancy.operator():
            met = watching.meetings(watches, found, watching.fits_of(found, watches.brands))
            _fire(list(met), now=now, is_first=is_first)


def _fire(met: Sequence[Met], *, now: dt.datetime, is_first: bool) -> None:
    """Write down what fired: two statements however much it is."""
    stood = set() if is_first or not met else _stood(met)
    rows = [
        (uuid7(), one.watch.pk, one.topic.pk, one.relevance, one.topic.score, one.reason, _how(one.watch, is_first))
        for one in met
        if (one.watch.pk, one.topic.pk) not in stood
    ]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(FIRE, [now, now, *columns, is_first])


def _how(watch: TrendAlert, is_first: bool) -> str:
    return str(How.KNOWN if is_first and not watch.tells_existing else How.ALONE)


def _stood(met: Iterable[Met]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return what fired before: for the topic itself, or for one that was merged into it."""
    watches, topics = {one.watch.pk for one in met}, {one.topic.pk for one in met}
    same = Q(topic__in=topics) | Q(topic__merged_into__in=topics)
    rows = FiredAlert.objects.filter(same, alert__in=watches)
    found = rows.values_list("alert_id", "topic_id", "topic__merged_into_id")
    return {(alert, key) for alert, topic, winner in found for key in (topic, winner) if key}
