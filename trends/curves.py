"""A topic's curve and its sources, as its page shows them. Pure: readings in, what is drawn out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import formats
from django.utils.translation import gettext as _

from trenddrop.core.charts import LineChart, Mark, Series
from trends.scoring import HOUR, Hours, Reading, by_source, curve_of

SHORTEST = 2
TICKS = 7
STEPS = (1, 2, 3, 6, 12, 24, 48)
TABLE = 48


@dataclass(frozen=True)
class Hourly:
    """The hours shown, oldest first, in the reader's zone; the curve over all sources, and each source's own."""

    hours: Sequence[dt.datetime]
    total: Hours
    own: dict[str, Hours]
    counts_mentions: bool


@dataclass(frozen=True)
class Table:
    """Hour by hour and source by source, newest first; None where a source said nothing."""

    names: list[str]
    rows: list[tuple[str, list[float | None]]]


def hourly(readings: Sequence[Reading], *, now: dt.datetime, most: int, zone: dt.tzinfo) -> Hourly:
    """Return the figures of the last `most` hours, from the first known one on."""
    total = curve_of(readings, now=now, hours=most)
    known = np.flatnonzero(np.isfinite(total))
    begin = int(known[0]) if known.size else most
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [(this_hour - (most - 1 - place) * HOUR).astimezone(zone) for place in range(begin, most)]
    own = {source: figures[begin:] for source, figures in by_source(readings, now=now, hours=most).items()}
    return Hourly(hours, total[begin:], own, any(reading.count is not None for reading in readings))


def line_chart(shown: Hourly, *, started: dt.datetime | None, peaked: dt.datetime | None) -> LineChart | None:
    """Return the curve with its beginning and its top; None under two hours."""
    if len(shown.hours) < SHORTEST:
        return None
    values = values_of(shown.total)
    title = _("Mentions an hour") if shown.counts_mentions else _("Searches or views an hour")
    return LineChart(
        title=title,
        summary=_summary(title, shown, [value for value in values if value is not None]),
        x=list(range(len(values))),
        labels=[full_label(hour) for hour in shown.hours],
        series=[Series(_("All sources"), values)],
        ticks=_ticks(shown.hours),
        marks=_marks(shown.hours, started=started, peaked=peaked),
        x_name=_("Hour"),
    )


def table(shown: Hourly, names: dict[str, str]) -> Table:
    """Return what each source said, hour by hour; `names` are the sources' own."""
    told = [source for source in shown.own if source in names]
    columns = [values_of(shown.own[source]) for source in told]
    rows = [
        (full_label(hour), [column[place] for column in columns])
        for place, hour in enumerate(shown.hours)
        if any(column[place] is not None for column in columns)
    ]
    return Table([names[source] for source in told], rows[::-1][:TABLE])


def values_of(figures: Hours) -> list[float | None]:
    """Return figures for people: whole numbers, None where nothing is known."""
    return [None if np.isnan(one) else float(round(float(one), 0 if one >= 10 else 1)) for one in figures]


def known_of(figures: Hours) -> list[float]:
    """Return what is known, for a small curve."""
    return [value for value in values_of(figures) if value is not None]


def full_label(hour: dt.datetime) -> str:
    """Return "Sat 21 Nov, 10:30"."""
    return f"{formats.date_format(hour, 'D j M')}, {hour:%H:%M}"


def _summary(title: str, shown: Hourly, known: list[float]) -> str:
    top = int(np.nanargmax(shown.total))
    return _("%(title)s over %(hours)s hours: now %(last)s, at most %(most)s on %(when)s.") % {
        "title": title,
        "hours": len(shown.hours),
        "last": formats.number_format(known[-1], 0),
        "most": formats.number_format(max(known), 0),
        "when": full_label(shown.hours[top]),
    }


def _ticks(hours: Sequence[dt.datetime]) -> list[tuple[float, str]]:
    step = next((step for step in STEPS if len(hours) / step <= TICKS), STEPS[-1])
    places = [place for place, hour in enumerate(hours) if _hours_of(hour) % step == 0]
    return [(place, _tick(hours[place])) for place in places]


def _hours_of(hour: dt.datetime) -> int:
    return hour.toordinal() * 24 + hour.hour


def _tick(hour: dt.datetime) -> str:
    return formats.date_format(hour, "j M") if hour.hour == 0 else f"{hour:%H:%M}"


def _marks(hours: Sequence[dt.datetime], *, started: dt.datetime | None, peaked: dt.datetime | None) -> list[Mark]:
    """Name the beginning and the top, where they are apart enough to be read."""
    room = len(hours) / 6
    places = {words: _place(hours, at) for words, at in ((_("Began"), started), (_("Peak"), peaked)) if at}
    marks: list[Mark] = []
    for words, place in places.items():
        if place is not None and place > 1 and all(abs(place - mark.x) >= room for mark in marks):
            marks.append(Mark(place, words, full_label(hours[int(place)])))
    return marks


def _place(hours: Sequence[dt.datetime], at: dt.datetime) -> float | None:
    place = int((at - hours[0]) // HOUR)
    return float(place) if 0 <= place < len(hours) else None
