"""Which days a report is about, and when the next one comes."""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from analytics.models.reports import ReportPeriod
from analytics.span import DAY, Span

QUARTER = 3


def last_whole(period: str, *, today: dt.date) -> Span:
    """Return the last week (from Monday), month or quarter that is over."""
    if period == ReportPeriod.WEEK:
        monday = today - today.weekday() * DAY
        return Span(monday - 7 * DAY, monday - DAY)
    first = today.replace(day=1)
    if period == ReportPeriod.QUARTER:
        first = first.replace(month=first.month - (first.month - 1) % QUARTER)
    last = first - DAY
    months = QUARTER if period == ReportPeriod.QUARTER else 1
    return Span(_months_before(first, months), last)


def _months_before(first: dt.date, months: int) -> dt.date:
    at = first.year * 12 + first.month - 1 - months
    return dt.date(at // 12, at % 12 + 1, 1)


def next_at(period: str, hour: int, zone: str, *, after: dt.datetime) -> dt.datetime:
    """Return when the next report comes: the first morning after its days are over, at an hour of the zone."""
    place = ZoneInfo(zone)
    day = after.astimezone(place).date()
    while True:
        if _begins(period, day):
            at = dt.datetime.combine(day, dt.time(hour), place)
            if at > after:
                return at.astimezone(dt.UTC)
        day += DAY


def _begins(period: str, day: dt.date) -> bool:
    if period == ReportPeriod.WEEK:
        return day.weekday() == calendar.MONDAY
    return day.day == 1 and (period != ReportPeriod.QUARTER or (day.month - 1) % QUARTER == 0)
