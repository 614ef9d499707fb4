"""Wall-clock times and instants: what the clock of a zone shows, and what daylight saving does to it."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from django.utils.translation import gettext as _


class UnknownZone(LookupError):
    """There is no time zone of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("“%(name)s” is not a time zone we know. Choose one like Asia/Kolkata.") % {"name": name[:60]}
        )


class OutOfReach(UnknownZone):
    """The clocks of no zone can be reckoned for that day: it is the first or last that there is, or next to it."""

    def __init__(self, day: dt.date) -> None:
        Exception.__init__(self, _("There is no such day: “%(said)s”.") % {"said": day.isoformat()[:10]})


@dataclass(frozen=True)
class Moment:
    """An instant in UTC, the wall clock that will show then, and what daylight saving did (or nothing)."""

    instant: dt.datetime
    local: dt.datetime
    note: str = ""


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone of this IANA name; raise UnknownZone."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def within_reach(day: dt.date) -> dt.date:
    """Return a day that can be reckoned with in every zone; raise OutOfReach."""
    if not dt.MINYEAR < day.year < dt.MAXYEAR:
        raise OutOfReach(day)
    return day


def resolve(local: dt.datetime, zone: str) -> Moment:
    """Return the instant at which the clocks of `zone` show `local` (naive); raise UnknownZone, also as OutOfReach.

    A time the clocks skip moves forward by what they skip; of a time they show twice the first is taken.
    """
    place = zone_of(zone)
    within_reach(local)
    first = local.replace(tzinfo=place, fold=0)
    second = local.replace(tzinfo=place, fold=1)
    instant = first.astimezone(dt.UTC)
    shown = instant.astimezone(place)
    if shown.replace(tzinfo=None) != local:
        return Moment(instant, shown, _skipped(local, shown, zone))
    note = _twice(first, zone) if first.utcoffset() != second.utcoffset() else ""
    return Moment(instant, shown, note)


def _skipped(local: dt.datetime, shown: dt.datetime, zone: str) -> str:
    return _("%(asked)s does not exist in %(zone)s on %(day)s: the clocks go forward. It goes out at %(shown)s.") % {
        "asked": f"{local:%H:%M}",
        "zone": city(zone),
        "day": f"{local:%Y-%m-%d}",
        "shown": f"{shown:%H:%M}" if shown.date() == local.date() else f"{shown:%Y-%m-%d %H:%M}",
    }


def _twice(first: dt.datetime, zone: str) -> str:
    return _("%(asked)s comes twice in %(zone)s on %(day)s: the clocks go back. The first one is meant (%(name)s).") % {
        "asked": f"{first:%H:%M}",
        "zone": city(zone),
        "day": f"{first:%Y-%m-%d}",
        "name": first.tzname(),
    }


def city(zone: str) -> str:
    """Return the zone's place as people say it: America/New_York is New York."""
    return zone.rpartition("/")[2].replace("_", " ")
