"""When an advised post goes out: a free hour of the weekday and the hours that were chosen, else the best free one."""

import datetime as dt
from collections.abc import Mapping

from content.understanding.levers import HOUR, HOURS_A_BLOCK, WEEKDAY
from publishing import good_times
from publishing.models import PlatformConnection
from publishing.walltime import resolve, zone_of

LEAD, AHEAD = dt.timedelta(hours=2), 8
DAY = dt.timedelta(days=1)


def slot(
    connection: PlatformConnection, choices: Mapping[str, str], *, now: dt.datetime, zone: str
) -> dt.datetime | None:
    """Return a free instant within the next week; the hour is given up before the weekday, and both before the week."""
    weekday, block = choices.get(WEEKDAY, ""), choices.get(HOUR, "")
    for day, hour in ((weekday, block), (weekday, ""), ("", block)):
        found = good_times.free(connection, _times(day, hour, now=now, zone=zone)) if day or hour else []
        if found:
            return found[0]
    proposed = good_times.propose(connection, now=now, zone=zone, count=1)
    return proposed[0].moment.instant if proposed else None


def _times(weekday: str, block: str, *, now: dt.datetime, zone: str) -> list[dt.datetime]:
    today = now.astimezone(zone_of(zone)).date()
    days = [today + number * DAY for number in range(AHEAD)]
    wanted = [day for day in days if not weekday or day.weekday() == int(weekday)]
    hours = range(int(block), int(block) + HOURS_A_BLOCK) if block else range(9, 21)
    times = (resolve(dt.datetime.combine(day, dt.time(hour % 24)), zone).instant for day in wanted for hour in hours)
    return [at for at in times if at >= now + LEAD]
