"""Goals as their pages, files and the API tell them: where one stands, where it is heading, and why we think so."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from analytics import aims
from analytics.aims import AIMS
from analytics.finding.facts import DAY, Days
from analytics.models import Goal
from analytics.queries import facts
from analytics.queries.facts import Known
from analytics.screens.overview import ticks
from analytics.tables import Table
from trenddrop.core import display
from trenddrop.core.charts import Band, LineChart, Mark, Series

SHOWN = 90  # days of the past on the chart, at most
LOOKS = {"unknown": "too_early", "missed": "goal_missed"}


@dataclass(frozen=True)
class Card:
    """A goal with everything its card says."""

    goal: Goal
    state: str
    value: str
    target: str
    percent: int | None
    scope: str
    said: Sequence[str]
    chart: LineChart | None = None


def cards(goals: Sequence[Goal], found: Known) -> list[Card]:
    """Return goals with their charts."""
    return [card(goal, facts.counted(goal, found)) for goal in goals]


def card(goal: Goal, counted: aims.Counted | None = None) -> Card:
    """Return one goal; with what is counted, also its chart."""
    line = aims.curve(counted, goal.measure, goal.starts_on) if counted else None
    known = int(np.count_nonzero(~np.isnan(counted.added.values))) if counted else None
    return Card(
        goal=goal,
        state=state_of(goal),
        value=written(goal, goal.value),
        target=written(goal, goal.target),
        percent=percent_of(goal),
        scope=scope_of(goal),
        said=said(goal, known),
        chart=chart(goal, line) if line is not None and not np.isnan(line.values).all() else None,
    )


def state_of(goal: Goal) -> str:
    """Its state, as the catalogue of states names it."""
    key = goal.outlook if goal.status == Goal.Status.OPEN else goal.status
    return LOOKS.get(key, key)


def metric_name(goal: Goal) -> str:
    """What it counts."""
    return str(AIMS[goal.metric].name) if goal.metric in AIMS else goal.metric


def scope_of(goal: Goal) -> str:
    """Of whom."""
    if goal.account_id and goal.account:
        return goal.account.name
    return goal.client.name if goal.client_id and goal.client else _("everything")


def written(goal: Goal, value: float | None) -> str:
    """A value as the goal's metric is written."""
    language = get_language() or "en"
    if value is None:
        return _("not given")
    if goal.measure == Goal.Measure.RATE:
        return f"{display.number(round(value * 100, 2), language, places=2)}{display.SPACE}%"
    return display.number(round(value), language)


def percent_of(goal: Goal) -> int | None:
    """How much of the way is done, 0 to 100; a rate and a count go from where they began."""
    if goal.value is None:
        return None
    if goal.status == Goal.Status.REACHED:
        return 100
    start = goal.start_value or 0.0
    if goal.target <= start:
        return 100
    return int(max(0.0, min(99.0, 100 * (goal.value - start) / (goal.target - start))))


# In words


def said(goal: Goal, known: int | None = None) -> list[str]:
    """Return what there is to say of where it is heading."""
    if goal.status == Goal.Status.REACHED:
        return [_reached(goal)]
    if goal.status == Goal.Status.MISSED:
        told = {"value": written(goal, goal.value), "target": written(goal, goal.target)}
        return [_("Its day is over at %(value)s of %(target)s.") % told]
    if goal.status == Goal.Status.GIVEN_UP:
        return [goal.note] if goal.note else []
    if goal.value is None:
        return [_("Nothing is counted of it yet: connect an account, or bring its numbers from a file.")]
    if goal.outlook == Goal.Outlook.UNKNOWN or not goal.projection:
        return [_thin(known)]
    return _heading(goal)


def _thin(known: int | None) -> str:
    least = aims.least_days()
    if known is None or known >= least:
        return _("Too early to say where it is heading.")
    words = ngettext(
        "Too early to say: %(n)s day is counted, %(least)s are needed.",
        "Too early to say: %(n)s days are counted, %(least)s are needed.",
        known,
    )
    return words % {"n": known, "least": least}


def _reached(goal: Goal) -> str:
    day = goal.reached_on or goal.deadline
    early = (goal.deadline - day).days
    told = {"day": _day(day), "n": early}
    if early <= 0:
        return _("Reached on %(day)s, on the last day.") % told
    words = ngettext(
        "Reached on %(day)s, %(n)s day early.", "Reached on %(day)s, %(n)s days early.", early
    )  # fmt: skip
    return words % told


def _heading(goal: Goal) -> list[str]:
    kept = goal.projection
    low, middle, high = (written(goal, kept[name][-1]) for name in ("low", "middle", "high"))
    chance = display.number(round(kept["chance"] * 100), get_language() or "en")
    found = []
    if goal.outlook == Goal.Outlook.IMPOSSIBLE:
        found.append(_beyond(goal))
    elif kept.get("about"):
        found.append(_when(kept))
    ends = {"value": middle, "low": low, "high": high, "chance": chance}
    found.append(
        _("By its last day: about %(value)s, eight times in ten between %(low)s and %(high)s; %(chance)s %% reach it.")
        % ends
    )
    if goal.measure != Goal.Measure.RATE and goal.outlook in {Goal.Outlook.BEHIND, Goal.Outlook.UNSURE}:
        told = {"needed": _a_day(kept["needed"]), "pace": _a_day(kept["pace"])}
        found.append(_("%(needed)s a day are needed; %(pace)s a day are to be expected.") % told)
    return found


def _when(kept: dict[str, str]) -> str:
    about = _day(dt.date.fromisoformat(kept["about"]))
    soonest = kept.get("soonest") or kept["about"]
    told = {"day": about, "soonest": _day(dt.date.fromisoformat(soonest))}
    if not kept.get("latest"):
        return _("Reached about %(day)s, at the soonest %(soonest)s.") % told
    latest = _day(dt.date.fromisoformat(kept["latest"]))
    return _("Reached about %(day)s, between %(soonest)s and %(latest)s.") % {**told, "latest": latest}


def _beyond(goal: Goal) -> str:
    kept = goal.projection
    if kept.get("best") is None or goal.measure == Goal.Measure.RATE:
        return _("Out of reach: none of two thousand futures comes near it.")
    told = {"needed": _a_day(kept["needed"]), "best": _a_day(kept["best"])}
    return _("Out of reach: %(needed)s a day are needed; the best week there ever was brought %(best)s a day.") % told


def _a_day(value: float) -> str:
    places = 0 if abs(value) >= 10 else 1
    return display.number(round(value, places), get_language() or "en", places=places)


def _day(day: dt.date) -> str:
    return date_format(day, "j M")


# The chart


def chart(goal: Goal, line: Days) -> LineChart:
    """The way so far, the target, and the fan of what may come."""
    known = np.flatnonzero(~np.isnan(line.values))
    last = line.date(int(known[-1]))
    first = max(line.date(int(known[0])), min(goal.starts_on, last) - 14 * DAY, last - SHOWN * DAY)
    end = max(goal.deadline, last) if goal.status == Goal.Status.OPEN else last
    dates = [first + number * DAY for number in range((end - first).days + 1)]
    seen = [_at(line, day) for day in dates]
    fan = _fan(goal, dates, last) if goal.status == Goal.Status.OPEN else {}
    middle, low, high = ([fan[day][place] if day in fan else None for day in dates] for place in (1, 0, 2))
    rows = [Series(metric_name(goal), seen), Series(_("Target"), [goal.target] * len(dates), "two")]
    if fan:
        rows.append(Series(_("Expected"), middle, "dash"))
    summary = _("%(name)s: %(value)s of %(target)s.")
    return LineChart(
        title=goal.name,
        summary=summary % {"name": goal.name, "value": written(goal, goal.value), "target": written(goal, goal.target)},
        x=list(range(len(dates))),
        labels=[date_format(day, "j M Y") for day in dates],
        series=_in_percent(goal, rows),
        ticks=ticks(dates),
        band=_band(goal, low, high) if fan else None,
        marks=[Mark(float((last - first).days), _("Today"))] if fan else [],
        x_name=_("Day"),
        from_nought=goal.measure == Goal.Measure.SUM,
    )


def _at(line: Days, day: dt.date) -> float | None:
    place = line.at(day)
    value = line.values[place] if 0 <= place < line.values.size else np.nan
    return None if np.isnan(value) else float(value)


def _fan(goal: Goal, dates: Sequence[dt.date], last: dt.date) -> dict[dt.date, tuple[float, float, float]]:
    """What may come, day by day between the points that are kept."""
    kept = goal.projection
    if not kept or goal.value is None:
        return {}
    at = [0, *((dt.date.fromisoformat(day) - last).days for day in kept["days"])]
    ahead = [day for day in dates if day >= last]
    places = [(day - last).days for day in ahead]
    edges = [np.interp(places, at, [goal.value, *kept[name]]) for name in ("low", "middle", "high")]
    return {day: (float(low), float(middle), float(high)) for day, low, middle, high in zip(ahead, *edges, strict=True)}


def _in_percent(goal: Goal, rows: Sequence[Series]) -> list[Series]:
    if goal.measure != Goal.Measure.RATE:
        return list(rows)
    return [Series(f"{each.label}, %", _times_hundred(each.values), each.look) for each in rows]


def _times_hundred(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else round(value * 100, 3) for value in values]


def _band(goal: Goal, low: Sequence[float | None], high: Sequence[float | None]) -> Band:
    words = _("Eight of ten futures")
    if goal.measure == Goal.Measure.RATE:
        return Band(words, _times_hundred(low), _times_hundred(high))
    return Band(words, low, high)


# Files


def table(goals: Sequence[Goal]) -> Table:
    """Every goal as a file."""
    header = (
        _("Goal"), _("Metric"), _("Of"), _("State"), _("From"), _("Stands at"), _("Target"), _("Counted until"),
        _("Due"), _("Expected at the end"), _("Low"), _("High"), _("Chance"),
    )  # fmt: skip
    return Table("goals", _("Goals"), header, [_line(goal) for goal in goals])


def _line(goal: Goal) -> list[object]:
    kept = goal.projection or {}
    ends = [kept[name][-1] if kept else None for name in ("middle", "low", "high")]
    return [
        goal.name, metric_name(goal), scope_of(goal), state_of(goal), goal.start_value, goal.value, goal.target,
        goal.value_on, goal.deadline, *ends, kept.get("chance"),
    ]  # fmt: skip


def days_table(goal: Goal, line: Days) -> Table:
    """One goal's days and what may come, as a file."""
    rows: list[list[object]] = [
        [line.date(at), float(value), None, None, None]
        for at, value in enumerate(line.values)
        if not np.isnan(value) and line.date(at) >= goal.starts_on - 90 * DAY
    ]
    kept = goal.projection or {}
    for number, day in enumerate(kept.get("days", ())):
        rows.append([day, None, kept["middle"][number], kept["low"][number], kept["high"][number]])
    header = (_("Day"), metric_name(goal), _("Expected"), _("Low"), _("High"))
    return Table("days", goal.name, header, rows)
