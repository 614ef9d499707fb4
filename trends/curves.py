"""A topic's curve and its sources, as its page shows them. Pure: readings in, what is drawn out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils import formats
from django.utils.translation import gettext as _

from trenddrop.core.charts import Band, LineChart, Mark, Series
from trends.scoring import HOUR, Hours, Reading, by_source, curve_of

SHORTEST = 2
TICKS = 7
STEPS = (1, 2, 3, 6, 12, 24, 48)
DAY_STEPS = (1, 2, 5, 7, 14, 30, 60, 90, 180)
TABLE = 48
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Expected:
    """What was to be expected in each step shown, and between what it usually lies; NaN where nothing could be."""

    usual: Hours
    low: Hours
    high: Hours


@dataclass(frozen=True)
class Course:
    """The steps shown (hours, or days), oldest first, in the reader's zone; the curve over all, and each source's."""

    at: Sequence[dt.datetime]
    total: Hours
    own: dict[str, Hours]
    counts_mentions: bool
    by_day: bool = False
    expected: Expected | None = None

    @property
    def title(self) -> str:
        """What the figures are."""
        if self.by_day:
            return _("Mentions a day") if self.counts_mentions else _("Searches or views a day")
        return _("Mentions an hour") if self.counts_mentions else _("Searches or views an hour")

    def last(self, steps: int) -> "Course":
        """Return the last steps, from the first known one of them on."""
        begin = max(0, len(self.at) - steps)
        begin += _first(self.total[begin:])
        band = self.expected
        return replace(
            self,
            at=self.at[begin:],
            total=self.total[begin:],
            own={source: figures[begin:] for source, figures in self.own.items()},
            expected=band and Expected(band.usual[begin:], band.low[begin:], band.high[begin:]),
        )


@dataclass(frozen=True)
class Table:
    """Step by step and source by source, newest first; None where a source said nothing."""

    names: list[str]
    rows: list[tuple[str, list[float | None]]]


@dataclass(frozen=True)
class Daily:
    """What one source said in one day; `figure` is None where it said nothing that adds up."""

    day: dt.date
    source: str
    count: int | None
    traffic: int | None


def hourly(readings: Sequence[Reading], *, now: dt.datetime, most: int, zone: dt.tzinfo) -> Course:
    """Return the figures of the last `most` hours, from the first known one on."""
    total = curve_of(readings, now=now, hours=most)
    begin = _first(total)
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [(this_hour - (most - 1 - place) * HOUR).astimezone(zone) for place in range(begin, most)]
    own = {source: figures[begin:] for source, figures in by_source(readings, now=now, hours=most).items()}
    return Course(hours, total[begin:], own, _are_mentions(readings))


def daily(rolled: Sequence[Daily], lately: Course | None, *, now: dt.datetime, most: int) -> Course:
    """Return the figures of the last `most` days (UTC): what was rolled up, and of the days since, the hours added up.

    `lately` holds hours after the last rolled-up day; the day that is running is left out, it is no whole one.
    """
    mentions = any(row.count is not None for row in rolled) or bool(lately and lately.counts_mentions)
    today = now.astimezone(dt.UTC).date()
    own: dict[str, Hours] = {}
    for row in rolled:
        figure = row.count if mentions else row.traffic
        _put(own, row.source, (today - row.day).days, figure, most=most)
    for source, figures in (lately.own if lately else {}).items():
        for day, amount in _by_day(lately.at if lately else [], figures).items():
            if day < today:
                _put(own, source, (today - day).days, amount, most=most)
    stack = np.vstack(list(own.values())) if own else np.full((1, most), np.nan)
    known = np.isfinite(stack)
    total = np.where(known.any(axis=0), np.where(known, stack, 0.0).sum(axis=0), np.nan)
    begin = _first(total)
    midnight = dt.datetime.combine(today, dt.time.min, dt.UTC)
    days = [midnight - (most - place) * DAY for place in range(begin, most)]
    return Course(days, total[begin:], {source: each[begin:] for source, each in own.items()}, mentions, by_day=True)


def line_chart(shown: Course, *, marks: Mapping[str, dt.datetime | None]) -> LineChart | None:
    """Return the curve with its band and its moments by name; None under two steps."""
    if len(shown.at) < SHORTEST:
        return None
    values = values_of(shown.total)
    return LineChart(
        title=shown.title,
        summary=_summary(shown, [value for value in values if value is not None]),
        x=list(range(len(values))),
        labels=[label(at, by_day=shown.by_day) for at in shown.at],
        series=[Series(_("All sources"), values), *_expected(shown)],
        ticks=_ticks(shown),
        marks=_marks(shown, marks),
        band=_band(shown),
        x_name=_("Day") if shown.by_day else _("Hour"),
    )


def table(shown: Course, names: Mapping[str, str]) -> Table:
    """Return what each source said, step by step; `names` are the sources' own."""
    told = [source for source in shown.own if source in names]
    columns = [values_of(shown.own[source]) for source in told]
    rows = [
        (label(at, by_day=shown.by_day), [column[place] for column in columns])
        for place, at in enumerate(shown.at)
        if any(column[place] is not None for column in columns)
    ]
    return Table([names[source] for source in told], rows[::-1][:TABLE])


def values_of(figures: Hours) -> list[float | None]:
    """Return figures for people: whole numbers, None where nothing is known."""
    return [None if np.isnan(one) else float(round(float(one), 0 if one >= 10 else 1)) for one in figures]


def known_of(figures: Hours) -> list[float]:
    """Return what is known, for a small curve."""
    return [value for value in values_of(figures) if value is not None]


def label(at: dt.datetime, *, by_day: bool = False) -> str:
    """Return "Sat 21 Nov, 10:30", or the day alone."""
    day = formats.date_format(at, "D j M")
    return day if by_day else f"{day}, {at:%H:%M}"


def _first(total: Hours) -> int:
    known = np.flatnonzero(np.isfinite(total))
    return int(known[0]) if known.size else len(total)


def _are_mentions(readings: Sequence[Reading]) -> bool:
    return any(reading.count is not None for reading in readings)


def _put(own: dict[str, Hours], source: str, ago: int, figure: float | None, *, most: int) -> None:
    if figure is not None and 0 < ago <= most:
        own.setdefault(source, np.full(most, np.nan))[most - ago] = figure


def _by_day(at: Sequence[dt.datetime], figures: Hours) -> dict[dt.date, float]:
    found: dict[dt.date, float] = {}
    for hour, figure in zip(at, figures, strict=True):
        if np.isfinite(figure):
            day = hour.astimezone(dt.UTC).date()
            found[day] = found.get(day, 0.0) + float(figure)
    return found


def _expected(shown: Course) -> list[Series]:
    """Return the line of what was expected: the band alone would hide how far above it a topic stands."""
    told = shown.expected
    if told is None or not np.isfinite(told.usual).any():
        return []
    return [Series(_("Expected"), values_of(told.usual), look="two")]


def _band(shown: Course) -> Band | None:
    """Return the band from where it begins; where a single hour is missing in between, the last one stands."""
    told = shown.expected
    if told is None or not np.isfinite(told.high).any():
        return None
    return Band(_("Usual range"), _filled(told.low), _filled(told.high))


def _filled(figures: Hours) -> list[float]:
    known = np.isfinite(figures)
    places = np.where(known, np.arange(figures.size), 0)
    filled = figures[np.maximum.accumulate(places)]
    return [0.0 if np.isnan(one) else round(float(one), 1) for one in filled]


def _summary(shown: Course, known: list[float]) -> str:
    top = int(np.nanargmax(shown.total))
    words = _("%(title)s from %(begin)s: now %(last)s, at most %(most)s on %(when)s.") % {
        "title": shown.title,
        "begin": label(shown.at[0], by_day=shown.by_day),
        "last": formats.number_format(round(known[-1]), 0),
        "most": formats.number_format(round(max(known)), 0),
        "when": label(shown.at[top], by_day=shown.by_day),
    }
    told = shown.expected
    if told is None or not np.isfinite(told.usual[-1]):
        return words
    figures = {"expected": told.usual[-1], "low": told.low[-1], "high": told.high[-1]}
    figures = {name: formats.number_format(round(float(one)), 0) for name, one in figures.items()}
    expected = _("Expected for this hour: %(expected)s; usual is %(low)s to %(high)s.") % figures
    return f"{words} {expected}"


def _ticks(shown: Course) -> list[tuple[float, str]]:
    steps = DAY_STEPS if shown.by_day else STEPS
    step = next((step for step in steps if len(shown.at) / step <= TICKS), steps[-1])
    number = dt.date.toordinal if shown.by_day else _hours_of
    places = [place for place, at in enumerate(shown.at) if number(at) % step == 0]
    return [(place, _tick(shown.at[place], by_day=shown.by_day)) for place in places]


def _hours_of(hour: dt.datetime) -> int:
    return hour.toordinal() * 24 + hour.hour


def _tick(at: dt.datetime, *, by_day: bool) -> str:
    return formats.date_format(at, "j M") if by_day or at.hour == 0 else f"{at:%H:%M}"


def _marks(shown: Course, named: Mapping[str, dt.datetime | None]) -> list[Mark]:
    """Name the moments, where they are apart enough to be read."""
    room = len(shown.at) / 6
    marks: list[Mark] = []
    for words, at in named.items():
        place = _place(shown, at) if at else None
        if place is not None and place > 1 and all(abs(place - mark.x) >= room for mark in marks):
            marks.append(Mark(place, words, label(shown.at[int(place)], by_day=shown.by_day)))
    return marks


def _place(shown: Course, at: dt.datetime) -> float | None:
    place = int((at - shown.at[0]) // (DAY if shown.by_day else HOUR))
    return float(place) if 0 <= place < len(shown.at) else None
