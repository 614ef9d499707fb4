"""On which days something comes again: every so many days, weeks or months. Pure; days only, without clocks."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice, takewhile

from publishing.models import RecurringPost
from publishing.walltime import Moment, resolve

Frequency = RecurringPost.Frequency
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
# Whatever the rule, no day beyond this is asked for.
FARTHEST = dt.timedelta(days=5 * 365)


@dataclass(frozen=True)
class Rule:
    """Every `interval` days, weeks or months at a wall-clock time of a zone, from one day until another (both in).

    `weekdays` of a weekly one (none: that of the first day); `day_of_month` of a monthly one (none: that of the first
    day), in a shorter month its last. `times`: how often in all, whether it could be posted or not.
    """

    frequency: str
    at: dt.time
    zone: str
    starts_on: dt.date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    day_of_month: int | None = None
    ends_on: dt.date | None = None
    times: int | None = None


def rule_of(series: RecurringPost) -> Rule:
    """Return a series' rule."""
    return Rule(
        series.frequency,
        series.at,
        series.timezone,
        series.starts_on,
        series.interval,
        tuple(series.weekdays),
        series.day_of_month,
        series.ends_on,
        series.times,
    )


def days(rule: Rule, *, since: dt.date | None = None) -> Iterator[dt.date]:
    """Yield the rule's days from `since` on, within FARTHEST of it; `times` is not counted here."""
    first = max(rule.starts_on, since or rule.starts_on)
    last = min(filter(None, (rule.ends_on, first + FARTHEST)))
    steps = {Frequency.DAILY: _daily, Frequency.WEEKLY: _weekly, Frequency.MONTHLY: _monthly}
    found = steps[Frequency(rule.frequency)](rule, first)
    return takewhile(lambda day: day <= last, (day for day in found if day >= first))


def _daily(rule: Rule, first: dt.date) -> Iterator[dt.date]:
    gone = -(-(first - rule.starts_on).days // rule.interval)
    return (rule.starts_on + DAY * rule.interval * turn for turn in count(gone))


def _weekly(rule: Rule, first: dt.date) -> Iterator[dt.date]:
    monday = rule.starts_on - DAY * rule.starts_on.weekday()
    gone = (first - monday).days // (7 * rule.interval)
    weekdays = sorted(set(rule.weekdays)) or [rule.starts_on.weekday()]
    for turn in count(gone):
        week = monday + WEEK * rule.interval * turn
        yield from (week + DAY * weekday for weekday in weekdays)


def _monthly(rule: Rule, first: dt.date) -> Iterator[dt.date]:
    wanted = rule.day_of_month or rule.starts_on.day
    begun = rule.starts_on.year * 12 + rule.starts_on.month - 1
    gone = (first.year * 12 + first.month - 1 - begun) // rule.interval
    for turn in count(gone):
        year, month = divmod(begun + turn * rule.interval, 12)
        yield dt.date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))


def next_day(rule: Rule, *, after: dt.date | None) -> dt.date | None:
    """Return the rule's first day, or its first `after` one; None when there is none any more."""
    return next(days(rule, since=after + DAY if after else None), None)


def moment(rule: Rule, day: dt.date) -> Moment:
    """Return the instant of a day, and what daylight saving does to it; raises UnknownZone."""
    return resolve(dt.datetime.combine(day, rule.at), rule.zone)


def coming(rule: Rule, *, since: dt.date, most: int) -> list[Moment]:
    """Return the next moments from a day on."""
    return [moment(rule, day) for day in islice(days(rule, since=since), most)]
