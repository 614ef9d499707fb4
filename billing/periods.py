"""Days and months of billing: periods, the windows that use is counted in, and what is left of them. No clock.

Billing days are India's, wherever the customer lives: a month that began on the 31st ends on the last day of a shorter
one, and the one after begins on the 31st again.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from billing.models.catalogue import Interval

ZONE = ZoneInfo("Asia/Kolkata")
PAISA = Decimal("0.01")
MONTHS_OF_A_YEAR = 12


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day it is in India."""
    return moment.astimezone(ZONE).date()


def midnight(day: dt.date) -> dt.datetime:
    """Return when a day begins in India."""
    return dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC)


def fitted(year: int, month: int, day: int) -> dt.date:
    """Return the day of a month, or its last where it is shorter."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def months_after(day: dt.date, months: int, *, anchor_day: int) -> dt.date:
    """Return the anchor's day so many months after the month of `day`."""
    years, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 + months, MONTHS_OF_A_YEAR)
    return fitted(years, month + 1, anchor_day)


def next_end(start: dt.datetime, interval: str, *, anchor_day: int) -> dt.datetime:
    """Return when a period that begins at `start` ends: a month or a year on, at the same time of India's day."""
    local = start.astimezone(ZONE)
    months = MONTHS_OF_A_YEAR if interval == Interval.YEAR else 1
    day = months_after(local.date(), months, anchor_day=anchor_day)
    return dt.datetime.combine(day, local.time(), ZONE).astimezone(dt.UTC)


def window(now: dt.datetime, *, anchor_day: int = 1) -> tuple[dt.datetime, dt.datetime]:
    """Return the month that use is counted in: from the anchor's midnight to the next one's."""
    today = day_of(now)
    start = fitted(today.year, today.month, anchor_day)
    if start > today:
        start = months_after(today, -1, anchor_day=anchor_day)
    return midnight(start), midnight(months_after(start, 1, anchor_day=anchor_day))


@dataclass(frozen=True)
class Left:
    """How many days of a period are left, today among them."""

    days: int
    of: int

    def part_of(self, sum_: Decimal) -> Decimal:
        """Return the sum for these days, to the hundredth."""
        return (sum_ * self.days / self.of).quantize(PAISA, ROUND_HALF_UP) if self.of else Decimal(0)


def left(start: dt.datetime, end: dt.datetime, *, now: dt.datetime) -> Left:
    """Count what is left of a period in whole days of India."""
    total = max((day_of(end) - day_of(start)).days, 1)
    return Left(min(max((day_of(end) - day_of(now)).days, 0), total), total)


def monthly(amount: Decimal, interval: str) -> Decimal:
    """Return what a price is worth by month."""
    if interval != Interval.YEAR:
        return amount
    return (amount / MONTHS_OF_A_YEAR).quantize(PAISA, ROUND_HALF_UP)
