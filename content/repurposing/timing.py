"""When the lines of a plan go out, how many people that reaches, and how long making them takes."""

import zoneinfo
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from statistics import median, quantiles

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.repurposing.lines import Line
from trenddrop.core import platforms
from trenddrop.core.history import Past

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


def placed(lines: Sequence[Line], past: Sequence[Past], zone: str, *, busy: Mapping[int, int]) -> list[Line]:
    """Give each line its day, hour and reach: one a day as they are ranked, at the hour its platform is looked at.

    `busy`: how many posts are planned by days from today; a full day is passed over.
    """
    here = zoneinfo.ZoneInfo(zone)
    by_platform: dict[str, list[Past]] = defaultdict(list)
    for one in past:
        by_platform[one.platform].append(one)
    found, after = [], 0
    for line in lines:
        day = next(each for each in count(after) if busy.get(each, 0) < FULL)
        over, after = _passed_over(busy, after, day), day + 1
        first = line.platforms[0] if line.platforms else ""
        hour, reason = best_hour(first, by_platform[first], here)
        reach, told = _reach(line, by_platform)
        found.append(replace(line, day=day, hour=hour, reach=reach, reasons=[*line.reasons, *reason, *told, *over]))
    return found


def _passed_over(busy: Mapping[int, int], start: int, day: int) -> list[str]:
    """Say that days were passed over, and how full they are."""
    planned = sum(busy.get(each, 0) for each in range(start, day))
    told = ngettext(
        "%(days)s day before is passed over: %(posts)s posts are planned there already.",
        "%(days)s days before are passed over: %(posts)s posts are planned there already.",
        day - start,
    )
    return [told % {"days": day - start, "posts": planned}] if day > start else []


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
