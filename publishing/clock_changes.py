"""The nights on which the clocks of a zone jump: what they show last, and what they show then."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from publishing.walltime import city, zone_of

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Change:
    """At `before` (naive, never shown) the clocks of `zone` are set to `after` (naive)."""

    zone: str
    before: dt.datetime
    after: dt.datetime

    @property
    def date(self) -> dt.date:
        """The day whose clock jumps."""
        return self.before.date()

    @property
    def is_gap(self) -> bool:
        """Whether an hour is missing; else one comes twice."""
        return self.after > self.before

    @property
    def words(self) -> str:
        """What it means for posts of that night, in a sentence."""
        told = {"zone": city(self.zone), "early": f"{min(self.before, self.after):%H:%M}"}
        told["late"] = f"{max(self.before, self.after):%H:%M}"
        if self.is_gap:
            return (
                _("In %(zone)s %(early)s to %(late)s does not exist: posts planned within go out an hour later.") % told
            )
        return _("In %(zone)s %(early)s to %(late)s comes twice: posts planned within go out the first time.") % told


def changes(zone: str, first: dt.date, last: dt.date) -> list[Change]:
    """Return the jumps of a zone's clocks from the first day to the last; raise UnknownZone."""
    place = zone_of(zone)
    return list(_changes(place, zone, first, last))


def _changes(place: ZoneInfo, zone: str, first: dt.date, last: dt.date) -> Iterator[Change]:
    begun = _midnight(place, first)
    while first <= last:
        first += dt.timedelta(days=1)
        ended = _midnight(place, first)
        if _offset(place, begun) != _offset(place, ended):
            yield _jump(place, zone, begun, ended)
        begun = ended


def _midnight(place: ZoneInfo, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), place).astimezone(dt.UTC)


def _offset(place: ZoneInfo, instant: dt.datetime) -> dt.timedelta:
    return instant.astimezone(place).utcoffset() or dt.timedelta()


def _jump(place: ZoneInfo, zone: str, early: dt.datetime, late: dt.datetime) -> Change:
    """Close in on the minute at which the offset changes."""
    was, becomes = _offset(place, early), _offset(place, late)
    while late - early > MINUTE:
        middle = early + ((late - early) // 2 // MINUTE or 1) * MINUTE
        early, late = (middle, late) if _offset(place, middle) == was else (early, middle)
    plain = late.replace(tzinfo=None)
    return Change(zone, plain + was, plain + becomes)
