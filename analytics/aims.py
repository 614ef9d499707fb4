"""What a goal can be set on, and where one is heading: its value, its pace, eight of ten futures. No tables here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import METRICS as CATALOGUE
from analytics.finding.facts import DAY, Days
from analytics.inference import projecting
from analytics.inference.projecting import Futures
from analytics.inference.series import Floats
from analytics.models import Goal

Words = str | Promise
Measure, Outlook = Goal.Measure, Goal.Outlook
WINDOW = 28  # days a rate is of
POINTS = 60  # of a projection, that are kept
SURE, DOUBTFUL = 0.6, 0.2  # chances from which on it is on course, below which it is behind
BEYOND = 2.0  # times the best week there ever was
NO_CHANCE = 0.001
SHARES = (25, 50, 75, 90, 100)
COUNTS = ("views", "reach", "engagement", "likes", "comments", "shares", "saves", "clicks", "follows")
RATES: Mapping[str, tuple[str, str]] = {  # a part and its whole, as the catalogue's formulas have them
    "engagement_rate_views": ("engagement", "views"),
    "engagement_rate_reach": ("engagement", "reach"),
    "follow_rate": ("follows", "seen"),
    "click_rate": ("clicks", "seen"),
}


@dataclass(frozen=True)
class Aim:
    """A metric a goal can be set on: its name, and whether it is a count that stands, a sum, or a rate."""

    key: str
    name: Words
    measure: Goal.Measure
    means: Words = ""


AIMS: Mapping[str, Aim] = {
    each.key: each
    for each in (
        Aim("followers", _("Followers"), Measure.LEVEL, _("The followers, subscribers or fans of the accounts.")),
        *(Aim(key, CATALOGUE[key].name, Measure.SUM, CATALOGUE[key].means) for key in COUNTS),
        Aim("streams", _("Streams"), Measure.SUM, _("Plays on music platforms.")),
        Aim("published", _("Posts published"), Measure.SUM, _("Posts that went live.")),
        Aim("conversions", _("Conversions"), Measure.SUM, _("Sign-ups and sales that websites told of.")),
        *(Aim(key, CATALOGUE[key].name, Measure.RATE, CATALOGUE[key].means) for key in RATES),
    )
}


@dataclass(frozen=True)
class Counted:
    """What is known of a goal's metric by day, NaN where nobody counted: what each day added.

    `level`: where it stood, of a count that stands. `whole`: what it is a part of, of a rate.
    """

    added: Days
    level: Floats = field(default_factory=lambda: np.zeros(0))
    whole: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Heading:
    """Where a goal stands and is heading. `shares`: percent of the way → the day it was passed."""

    value: float | None
    value_on: dt.date | None
    start_value: float | None
    outlook: str
    projection: dict[str, Any] = field(default_factory=dict)
    reached_on: dt.date | None = None
    passed: Mapping[int, tuple[dt.date, float]] = field(default_factory=dict)
    chance: float | None = None
    days: int = 0


def curve(counted: Counted, measure: str, starts_on: dt.date) -> Days:
    """Return the goal's own number day by day: the count, the sum since its first day, or the rate of four weeks."""
    if measure == Measure.LEVEL:
        return Days(counted.added.first, counted.level)
    if measure == Measure.SUM:
        values = counted.added.values.copy()
        before = max(0, min(values.size, (starts_on - counted.added.first).days))
        values[:before] = np.nan
        known = ~np.isnan(values)
        summed = np.cumsum(np.where(known, values, 0.0))
        summed[:before] = np.nan
        return Days(counted.added.first, _until_last(summed, counted.added.values))
    return Days(counted.added.first, _rates(counted))


def _until_last(found: Floats, known: Floats) -> Floats:
    there = np.flatnonzero(~np.isnan(known))
    found[(int(there[-1]) + 1 if there.size else 0) :] = np.nan
    return found


def _rates(counted: Counted) -> Floats:
    """The rate of the last four weeks at each day's end."""
    part = np.cumsum(np.insert(np.nan_to_num(counted.added.values), 0, 0.0))
    whole = np.cumsum(np.insert(np.nan_to_num(counted.whole), 0, 0.0))
    ends = np.arange(1, part.size)
    begins = np.maximum(0, ends - WINDOW)
    ground = whole[ends] - whole[begins]
    found: Floats = np.full(ends.size, np.nan)
    enough = (ground > 0) & (ends >= WINDOW)
    found[enough] = (part[ends] - part[begins])[enough] / ground[enough]
    return _until_last(found, counted.added.values)


def heading(counted: Counted, goal: Goal) -> Heading:
    """Return where a goal stands and is heading."""
    line = curve(counted, goal.measure, goal.starts_on)
    known = np.flatnonzero(~np.isnan(line.values))
    known = known[known <= line.at(goal.deadline)]
    start = goal.start_value if goal.start_value is not None else _start(line, goal)
    counted_days = int(np.count_nonzero(~np.isnan(counted.added.values)))
    if not known.size and (goal.measure != Measure.SUM or not counted_days):
        return Heading(None, None, start, Outlook.UNKNOWN)
    if known.size:
        at = int(known[-1])
        value, day = float(line.values[at]), line.date(at)
    else:  # the first of its days is not over: nothing is won yet, and the pace is that of the days before
        at = int(np.flatnonzero(~np.isnan(counted.added.values))[-1])
        value, day = 0.0, max(line.date(at), goal.starts_on - DAY)
    passed = _passed(line, goal, start)
    reached = passed[100][0] if 100 in passed else None
    ahead = (goal.deadline - day).days
    found = _futures(counted, goal, at, ahead) if ahead > 0 and reached is None else None
    if found is None:
        settled = Outlook.ON_COURSE if reached else Outlook.UNKNOWN if ahead > 0 else Outlook.BEHIND
        return Heading(value, day, start, settled, {}, reached, passed, days=counted_days)
    needed = goal.target - value
    best = projecting.best_week(counted.added.values[: at + 1])
    told = _projection(found, goal, value, day, counted, at)
    chance = told["chance"]
    outlook = _outlook(chance, needed / ahead, best, is_rate=goal.measure == Measure.RATE)
    told |= {"needed": needed / ahead, "best": best}
    return Heading(value, day, start, outlook, told, reached, passed, chance, counted_days)


def _start(line: Days, goal: Goal) -> float | None:
    """Where it stood when the goal began: nothing for a sum, else the last number known by then, or the first."""
    if goal.measure == Measure.SUM:
        return 0.0
    begin = max(0, line.at(goal.starts_on) + 1)
    before = line.values[:begin][~np.isnan(line.values[:begin])]
    if before.size:
        return float(before[-1])
    after = line.values[begin:][~np.isnan(line.values[begin:])]
    return float(after[0]) if after.size else None


def _passed(line: Days, goal: Goal, start: float | None) -> dict[int, tuple[dt.date, float]]:
    """Return the shares of the way that were passed by the deadline, and when."""
    if start is None:
        return {}
    begin = max(0, line.at(goal.starts_on))
    values = np.nan_to_num(line.values[begin : line.at(goal.deadline) + 1], nan=-np.inf)
    found = {}
    shares = SHARES if goal.measure != Measure.RATE else (100,)
    for percent in shares:
        mark = start + (goal.target - start) * percent / 100
        there = np.flatnonzero(values >= mark) if goal.target > start or percent == 100 else np.array([], dtype=int)
        if there.size:
            found[percent] = (line.date(begin + int(there[0])), float(values[there[0]]))
    return found


def _futures(counted: Counted, goal: Goal, at: int, ahead: int) -> Futures | None:
    values, first = counted.added.values[: at + 1], counted.added.weekday
    if goal.measure == Measure.RATE:
        values = _of_usual(counted, at)
    pace = projecting.pace(values, first=first, is_counting=goal.measure != Measure.LEVEL)
    return projecting.futures(pace, ahead, seed=str(goal.pk)) if pace else None


def _of_usual(counted: Counted, at: int) -> Floats:
    """What a day added to a rate: over four weeks these are its mean."""
    whole = np.nan_to_num(counted.whole[: at + 1])
    summed = np.cumsum(np.insert(whole, 0, 0.0))
    ends = np.arange(1, summed.size)
    there = np.flatnonzero(whole > 0)
    begins = np.maximum(there[0] if there.size else 0, ends - WINDOW)
    usual = (summed[ends] - summed[np.minimum(begins, ends)]) / np.maximum(ends - begins, 1)
    found: Floats = np.full(ends.size, np.nan)
    enough = usual > 0
    found[enough] = counted.added.values[: at + 1][enough] / usual[enough]
    return found


def _projection(found: Futures, goal: Goal, value: float, day: dt.date, counted: Counted, at: int) -> dict[str, Any]:
    """The band as it is kept: at most so many points, the end, the chance, and when it is reached."""
    if goal.measure == Measure.RATE:
        found = Futures(_rate_futures(found, _of_usual(counted, at)) - value)
    low, middle, high = (value + found.at(share) for share in (projecting.BAND[0], 0.5, projecting.BAND[1]))
    needed = goal.target - value
    step = -(-found.days // POINTS)
    places = sorted({*range(step - 1, found.days, step), found.days - 1})
    chance = found.chance(needed)
    when = {name: found.day_of(needed, share) for name, share in (("soonest", 0.1), ("about", 0.5), ("latest", 0.9))}
    return {
        "days": [(day + (place + 1) * DAY).isoformat() for place in places],
        "low": [round(float(low[place]), 6) for place in places],
        "middle": [round(float(middle[place]), 6) for place in places],
        "high": [round(float(high[place]), 6) for place in places],
        "chance": round(chance, 4),
        "pace": float(middle[-1] - value) / found.days,
        **{name: (day + (place + 1) * DAY).isoformat() if place is not None else None for name, place in when.items()},
    }


def _rate_futures(found: Futures, past: Floats) -> Floats:
    """The rate of the last four weeks at each day ahead, of days that were and days that may be."""
    daily = np.diff(found.sums, axis=1, prepend=0.0)
    recent = np.nan_to_num(past[-WINDOW:])
    whole = np.hstack([np.tile(recent, (len(daily), 1)), daily])
    summed = np.cumsum(np.hstack([np.zeros((len(whole), 1)), whole]), axis=1)
    ends = np.arange(recent.size + 1, summed.shape[1])
    rates: Floats = (summed[:, ends] - summed[:, np.maximum(0, ends - WINDOW)]) / WINDOW
    return rates


def _outlook(chance: float, needed: float, best: float | None, *, is_rate: bool) -> str:
    if chance >= SURE:
        return Outlook.ON_COURSE
    if chance >= DOUBTFUL:
        return Outlook.UNSURE
    beyond = is_rate or (best is not None and needed > BEYOND * max(best, 0.0))
    return Outlook.IMPOSSIBLE if chance < NO_CHANCE and beyond else Outlook.BEHIND


def least_days() -> int:
    """How many days must be counted before anything is foretold."""
    return projecting.LEAST


__all__ = ["AIMS", "RATES", "Aim", "Counted", "Heading", "curve", "heading", "least_days"]
