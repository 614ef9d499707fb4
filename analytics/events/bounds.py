"""Which events are taken: none from the future, none from before what is kept raw."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from analytics.models import EventBatch

AHEAD = dt.timedelta(minutes=5)  # clocks differ
SLACK = dt.timedelta(days=2)  # so that the whole local day of the oldest event taken is still raw
DAY = dt.timedelta(days=1)


def month_of(day: dt.date, away: int = 0) -> dt.date:
    """Return the first day of a day's month, or of one so many months away."""
    whole = day.year * 12 + day.month - 1 + away
    return dt.date(whole // 12, whole % 12 + 1, 1)


def start_of(day: dt.date, zone: ZoneInfo | dt.timezone = dt.UTC) -> dt.datetime:
    """Return when a day begins in a zone, in UTC."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def first_kept_month(now: dt.datetime) -> dt.date:
    """Return the first month that stays raw; those before it are archived and dropped."""
    return month_of((now - settings.EVENTS_KEPT - SLACK).astimezone(dt.UTC).date())


def raw_from(organization_id: uuid.UUID, *, now: dt.datetime) -> dt.datetime:
    """Return since when every event of an organisation is still there: its sums can be made again from then on."""
    archived = EventBatch.objects.filter(organization=organization_id).aggregate(month=Max("month"))["month"]
    kept = start_of(first_kept_month(now))
    return max(kept, start_of(month_of(archived, 1))) if archived else kept


def taken_from(organization_id: uuid.UUID, *, now: dt.datetime) -> dt.datetime:
    """Return since when events are taken: from there on the whole local day and hour are raw."""
    return max(now - settings.EVENTS_KEPT, raw_from(organization_id, now=now) + SLACK)
