"""Which days a page of numbers speaks of, and the days before that they are held against."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

PERIODS = (7, 28, 90, 365)
USUAL = 28
LONGEST = 731
EARLIEST = dt.date(2000, 1, 1)  # nothing that is measured is older
DAY = dt.timedelta(days=1)
ALIKE = 0.8


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both in, by the organisation's calendar."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days right before."""
        return Span(self.first - self.days * DAY, self.first - DAY)

    @property
    def dates(self) -> list[dt.date]:
        """Every day, in order."""
        return [self.first + number * DAY for number in range(self.days)]

    @property
    def query(self) -> str:
        """As the address writes it."""
        return f"from={self.first:%Y-%m-%d}&to={self.last:%Y-%m-%d}"


def of_days(days: int, *, today: dt.date) -> Span:
    """Return the last so many days that are over."""
    return Span(today - days * DAY, today - DAY)


def asked(params: Mapping[str, str], *, today: dt.date) -> Span:
    """Return what `days`, or `from` and `to`, ask for; what makes no sense is the usual 28 days."""
    first, last = _date(params.get("from", "")), _date(params.get("to", ""))
    if first and last and EARLIEST <= first <= last <= today and (last - first).days < LONGEST:
        return Span(first, last)
    days = params.get("days", "")
    return of_days(int(days) if days.isdecimal() and int(days) in PERIODS else USUAL, today=today)


def comparable(now: int, before: int) -> bool:
    """Say whether about as many days are known of both spans; else a change would only tell what was not counted."""
    return bool(now) and ALIKE * now <= before <= now / ALIKE


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
