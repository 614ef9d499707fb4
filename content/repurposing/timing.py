"""When the lines of a plan go out, how many people that reaches, and how long making them takes."""

import datetime as dt
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median, quantiles

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.repurposing.lines import Line
from trenddrop.core import platforms
from trenddrop.core.history import Account, Ahead, Past

DAY = dt.timedelta(days=1)
APART = dt.timedelta(hours=1)  # two posts on one platform
AWAKE = (7, 23)  # hours of the clock between which nothing is moved out of
READY = dt.timedelta(hours=1)  # before that nothing is made and looked at
FARTHEST = 60  # days
FULL = 3  # planned posts that make a day full
FEWEST = 4  # posts of a platform before anything is said of its reach
FEWEST_AT_AN_HOUR = 3
HOURS = 3  # of the clock that are looked at as one
USUAL_HOURS = {"linkedin": 9, "x": 12, "bluesky": 12, "mastodon": 12, "threads": 12}
USUAL_HOUR = 18
# Seconds of work for a second of finished video, or for one text or set of pictures: measured on two cores.
SPEEDS = {"shorts": 2.0, "audiogram": 0.8, "carousel": 3.0, "article": 4.0}
SPEED_OF_TEXT = 2.0
BEGINNING = 5.0  # seconds before the first is begun


def seconds_of(kind: str, units: float, speeds: Mapping[str, float]) -> float:
    """Return about how many seconds the work takes: by what was measured here, else on our machine."""
    return BEGINNING + units * (speeds.get(kind) or SPEEDS.get(kind, SPEED_OF_TEXT))


@dataclass(frozen=True)
class _Calendar:
    """The days from today in a zone, with what is planned on them."""

    ahead: Ahead
    zone: zoneinfo.ZoneInfo
    now: dt.datetime

    @cached_property
    def busy(self) -> Mapping[int, int]:
        """How many posts are planned by days from today."""
        return Counter(self.day_of(post.at) for post in self.ahead.posts)

    def day_of(self, at: dt.datetime) -> int:
        """Days from today."""
        return (at.astimezone(self.zone).date() - self.now.astimezone(self.zone).date()).days

    def time(self, day: int, hour: int) -> dt.datetime:
        """An hour of a day."""
        date = self.now.astimezone(self.zone).date() + dt.timedelta(days=day)
        return dt.datetime.combine(date, dt.time(hour), self.zone)

    def accounts(self, platform: str) -> list[Account]:
        """Those of a platform."""
        return [one for one in self.ahead.accounts if one.platform == platform]

    def queued(self, platform: str, after: int) -> dt.datetime | None:
        """The first empty place of a platform's queues from a day on, on a day that is not full."""
        free = sorted({at for account in self.accounts(platform) for at in account.free or () if self.is_ahead(at)})
        return next((at for at in free if self.day_of(at) >= after and self.has_room(self.day_of(at))), None)

    def is_ahead(self, at: dt.datetime) -> bool:
        """Whether there is time enough until then."""
        return at >= self.now + READY

    def has_room(self, day: int) -> bool:
        """Whether a day is not full."""
        return self.busy.get(day, 0) < FULL

    def is_capped(self, platform: str, at: dt.datetime) -> bool:
        """Whether no account of a platform may send one more around that time."""
        rows = self.accounts(platform)
        return bool(rows) and all(
            row.cap is not None and sum(abs(one - at) < DAY for one in row.taken) >= row.cap for row in rows
        )

    def clashes(self, platform: str, at: dt.datetime) -> bool:
        """Whether the platform gets another post within the hour."""
        return any(post.platform == platform and abs(post.at - at) < APART for post in self.ahead.posts)


def placed(lines: Sequence[Line], past: Sequence[Past], zone: str, *, ahead: Ahead, now: dt.datetime) -> list[Line]:
    """Give each line its day, hour and reach: one a day as they are ranked.

    An empty place of the account's queue comes first, else the hour at which its platform is looked at. Full days,
    days on which the platform takes no more posts, and hours near another post on it are passed over.
    """
    calendar = _Calendar(ahead, zoneinfo.ZoneInfo(zone), now)
    by_platform: dict[str, list[Past]] = defaultdict(list)
    for one in past:
        by_platform[one.platform].append(one)
    found, after = [], 0
    for line in lines:
        first = line.platforms[0] if line.platforms else ""
        queued = calendar.queued(first, after)
        at, why = (queued, _in_queue(first)) if queued else _by_hour(calendar, first, by_platform[first], after)
        over = _passed_over(calendar, after, calendar.day_of(at))
        after = calendar.day_of(at) + 1
        reach, told = _reach(line, by_platform)
        here = at.astimezone(calendar.zone)
        timed = replace(line, day=after - 1, hour=here.hour, minute=here.minute, reach=reach)
        found.append(replace(timed, reasons=[*line.reasons, *why, *told, *over]))
    return found


def _in_queue(platform: str) -> list[str]:
    return [_("Your queue for %(name)s has an empty place then.") % {"name": platforms.rules(platform).name}]


def _by_hour(calendar: _Calendar, platform: str, past: Sequence[Past], after: int) -> tuple[dt.datetime, list[str]]:
    """Return the first day with room, and the hour nearest to the best one at which nothing else is posted."""
    best, why = best_hour(platform, past, calendar.zone)
    near = sorted({best, *range(*AWAKE)}, key=lambda hour: (abs(hour - best), hour))
    for day in range(after, after + FARTHEST):
        if not calendar.has_room(day) or not calendar.is_ahead(calendar.time(day, best)):
            continue
        times = [time for hour in near if calendar.is_ahead(time := calendar.time(day, hour))]
        at = next((time for time in times if not calendar.clashes(platform, time)), None)
        if at is not None and not calendar.is_capped(platform, at):
            return at, why if at.hour == best else _moved(platform, best)
    return calendar.time(after + 1, best), why


def _moved(platform: str, best: int) -> list[str]:
    told = _("Around %(hour)s:00 a post on %(name)s is planned already, so it comes at another hour.")
    return [told % {"hour": f"{best:02d}", "name": platforms.rules(platform).name}]


def _passed_over(calendar: _Calendar, start: int, day: int) -> list[str]:
    """Say that full days were passed over, and how full they are."""
    full = [calendar.busy[each] for each in range(start, day) if not calendar.has_room(each)]
    told = ngettext(
        "%(days)s day before is passed over: %(posts)s posts are planned there already.",
        "%(days)s days before are passed over: %(posts)s posts are planned there already.",
        len(full),
    )
    return [told % {"days": len(full), "posts": sum(full)}] if full else []


def best_hour(platform: str, past: Sequence[Past], zone: zoneinfo.ZoneInfo) -> tuple[int, list[str]]:
    """Return the hour of the day at which its posts were seen most, with the reason; the usual hour without any."""
    at: dict[int, list[int]] = defaultdict(list)
    for one in past:
        hour = one.at.astimezone(zone).hour
        for near in range(-(HOURS // 2), HOURS // 2 + 1):
            at[(hour + near) % 24].append(one.views)
    known = {hour: median(views) for hour, views in at.items() if len(views) >= FEWEST_AT_AN_HOUR}
    usual = USUAL_HOURS.get(platform, USUAL_HOUR)
    if len(past) < FEWEST or not known:
        return usual, []
    best = max(known, key=lambda hour: (known[hour], -abs(hour - usual), -hour))
    name = platforms.rules(platform).name
    told = _("Your posts on %(name)s around %(hour)s:00 were seen most (%(views)s at the median).")
    return best, [told % {"name": name, "hour": f"{best:02d}", "views": f"{round(known[best]):,}"}]


def _reach(line: Line, past: Mapping[str, Sequence[Past]]) -> tuple[list[int] | None, list[str]]:
    """Add up the middle half of what posts on each platform reached; only of platforms with enough of them."""
    known = {key: [one.views for one in past.get(key, ())] for key in line.platforms}
    known = {key: views for key, views in known.items() if len(views) >= FEWEST}
    if not known:
        return None, []
    each = max(1, line.count // max(1, len(line.platforms))) if line.kind != "shorts" else line.count
    quarters = [quantiles(views, n=4, method="inclusive") for views in known.values()]
    low, high = (each * round(sum(one[at] for one in quarters)) for at in (0, 2))
    posts = sum(len(views) for views in known.values())
    told = _("The reach is the middle half of your last %(posts)s posts on %(names)s.")
    names = ", ".join(platforms.rules(key).name for key in known)
    return [low, high], [told % {"posts": posts, "names": names}]
