"""A post's numbers: the first few, its curve with what was to be expected, and every metric by group."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import tables
from analytics.catalogue import GROUPS, METRICS, Metric, Unit, Value, in_words, name_of
from analytics.catalogue.derived import ACTIONS
from analytics.catalogue.raw import COUNTS
from analytics.models import MeasuredPost
from analytics.queries import posts
from analytics.queries.posts import CurvePoint
from analytics.screens import explaining, written
from trenddrop.core.catalogue import badge
from trenddrop.core.charts import Band, LineChart, Mark, Series

FIRST = ("views", "likes", "comments", "shares", "saves")
TICKS = 6
MOST_POINTS = 60


@dataclass(frozen=True)
class Stat:
    """One number of a post: None is what the platform does not give; `ratio` is to the account's median."""

    key: str
    name: str
    value: Value
    note: str = ""
    ratio: float | None = None


@dataclass(frozen=True)
class Group:
    """Metrics that belong together, with their values."""

    name: str
    figures: Sequence[tuple[Metric, Value]]


def stats(row: MeasuredPost, *, now: dt.datetime) -> list[Stat]:
    """Return the numbers that stand first; the main one beside the account's median."""
    standing = posts.standings([row], now=now)[0]
    found = [Stat(key, name_of(key), explaining.value_of(row, key)) for key in FIRST]
    if standing.metric == "views":
        return [Stat("views", found[0].name, found[0].value, _against(standing), standing.ratio), *found[1:]]
    done = explaining.value_of(row, "engagement")
    value = done if done is not None else standing.value
    return [Stat("engagement", name_of("engagement"), value, _against(standing), standing.ratio), *found]


def _against(standing: posts.Standing) -> str:
    if standing.ratio is not None:
        words = ngettext(
            "the median of this account’s last %(n)s post at the same age",
            "the median of this account’s last %(n)s posts at the same age",
            standing.n,
        )
        return words % {"n": standing.n}
    if not standing.n:
        return _("the first post of this account here: nothing to compare with yet")
    return _("too few earlier posts to compare with")


def note(row: MeasuredPost) -> str:
    """What must be known to read the numbers."""
    notes = []
    if row.last_at and row.views is None:
        words = _("%(name)s tells nobody how often a post was seen; engagement is likes, comments, shares and saves.")
        notes.append(words % {"name": badge(row.platform).name})
    if fell := row.figures.get(explaining.FELL):
        words = _("The platform corrected downwards: %(names)s. Every number stands as it was told.")
        notes.append(words % {"names": ", ".join(f"{name_of(key)} ({day})" for key, day in sorted(fell.items()))})
    if lost := row.figures.get(explaining.LOST):
        words = _("No longer told by the platform, so as it was told last: %(names)s.")
        notes.append(words % {"names": ", ".join(map(name_of, lost))})
    if row.error:
        notes.append(row.error)
    return " ".join(notes)


def groups(row: MeasuredPost) -> list[Group]:
    """Return every metric with its value; of those that few platforms count, only what this one gives."""
    found = []
    for key, name, metrics in GROUPS:
        figures = [(metric, explaining.value_of(row, metric.key)) for metric in metrics]
        if key == "more":
            figures = [each for each in figures if each[1] is not None or row.platform in each[0].platforms]
        if figures:
            found.append(Group(str(name), figures))
    return found


def main_metric(row: MeasuredPost) -> str:
    """Which number the curve is of."""
    return "views" if row.views is not None else "engagement"


def chart(row: MeasuredPost, snapshots: Sequence[CurvePoint]) -> LineChart | None:
    """Return the curve of the main number from the moment of publishing; None before the second count."""
    points = _points(row, snapshots)
    if row.last_at is None or len(points) < 2:
        return None
    metric = main_metric(row)
    title, until = name_of(metric), points[-1][0]
    expected = posts.band(row, [hour for hour, _value in points], metric=metric)
    return LineChart(
        title=title,
        summary=_summary(title, points, expected),
        x=[hour for hour, _value in points],
        labels=[age(hour) for hour, _value in points],
        series=[Series(title, [value for _hour, value in points])],
        ticks=_ticks(points[0][0], until),
        band=_band(points, expected),
        marks=_marks(row, until),
        x_name=_("After"),
    )


def _points(row: MeasuredPost, snapshots: Sequence[CurvePoint]) -> list[tuple[float, float]]:
    """Return where the curve goes through: every snapshot, thinned where they are many, to the last count."""
    metric = main_metric(row)
    points = [(point.hour, value) for point in snapshots if (value := _number(point, metric)) is not None]
    if row.last_at and points:
        until = (row.last_at - row.published_at).total_seconds() / 3600
        if until > points[-1][0]:
            points.append((until, points[-1][1]))
    step = -(-len(points) // MOST_POINTS)
    return points[:1] + points[1:-1][:: max(step, 1)] + points[-1:] if len(points) > 1 else points


def _number(point: CurvePoint, metric: str) -> float | None:
    names = ("views",) if metric == "views" else ACTIONS
    told = [value for name in names if (value := point.counts[name]) is not None]
    return float(sum(told)) if told else None


def _band(points: Sequence[tuple[float, float]], expected: dict[float, posts.Expected]) -> Band | None:
    if not expected:
        return None
    found = [expected.get(hour) for hour, _value in points]
    label = _("the middle half of the account’s earlier posts")
    return Band(label, [each.low if each else None for each in found], [each.high if each else None for each in found])


def band_note(chart: LineChart | None) -> str:
    """Why no band is drawn."""
    if chart is None or chart.band:
        return ""
    words = _("What was to be expected is drawn once %(n)s earlier posts of this account were counted at these ages.")
    return words % {"n": posts.FEWEST_FOR_BAND}


def _summary(title: str, points: Sequence[tuple[float, float]], expected: dict[float, posts.Expected]) -> str:
    hour, value = points[-1]
    rose = _("%(title)s rose to %(value)s in %(span)s after publishing.")
    said = rose % {"title": title, "value": _grouped(value), "span": age(hour)}
    band = expected.get(hour)
    if band is None:
        return said
    where = _("above") if value > band.high else _("below") if value < band.low else _("within")
    words = _("That is %(where)s what was to be expected: %(low)s to %(high)s, from %(n)s earlier posts.")
    told = {"where": where, "low": _grouped(band.low), "high": _grouped(band.high), "n": band.n}
    return f"{said} {words % told}"


def _grouped(value: float) -> str:
    return written.of_unit(round(value), Unit.COUNT)


def _marks(row: MeasuredPost, until: float) -> list[Mark]:
    """What happened: half of it was there, the highest speed, a correction, gone."""
    found = []
    if (half := explaining.value_of(row, "half_life")) is not None and 0 < half < until:
        found.append(Mark(half, _("half of it"), age(half)))
    if row.gone_at:
        hour = (row.gone_at - row.published_at).total_seconds() / 3600
        found.append(Mark(min(hour, until), _("gone there"), age(hour)))
    for key, day in sorted(row.figures.get(explaining.FELL, {}).items()):
        at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), tzinfo=dt.UTC)
        hour = (at - row.published_at).total_seconds() / 3600
        if 0 < hour < until and len(found) < 3:
            found.append(Mark(hour, _("corrected"), name_of(key)))
    return found


def _ticks(first: float, last: float) -> list[tuple[float, str]]:
    """Where the curve says how old the post was; of a young one two ticks can have one name, which stands once."""
    step, found = (last - first) / TICKS, list[tuple[float, str]]()
    for number in range(TICKS + 1):
        at = first + step * number
        if not found or found[-1][1] != age(at):
            found.append((at, age(at)))
    return found


def age(hours: float) -> str:
    """Return "12 min", "3 h" or "4 d"."""
    if hours < 1:
        return _("%(n)s min") % {"n": round(hours * 60)}
    if hours < 48:
        return _("%(n)s h") % {"n": round(hours)}
    return _("%(n)s d") % {"n": round(hours / 24)}


def curve_table(row: MeasuredPost, snapshots: Sequence[CurvePoint]) -> tables.Table:
    """Every snapshot with all its counts."""
    header = [_("Hours after publishing"), _("Counted"), _("Source"), *(str(metric.name) for metric in COUNTS)]
    origins = dict(MeasuredPost.Origin.choices)
    lines = [
        [
            round(point.hour, 3),
            (row.published_at + dt.timedelta(hours=point.hour)).astimezone(timezone.get_current_timezone()).isoformat(),
            str(origins.get(point.origin, point.origin)),
            *(point.counts[metric.key] for metric in COUNTS),
        ]
        for point in snapshots
    ]
    return tables.Table("curve", _("Snapshots"), header, lines)


def figures_table(row: MeasuredPost) -> tables.Table:
    """Every metric with its value, its unit and its formula."""
    lines = [
        [key, str(metric.name), explaining.value_of(row, key), metric.unit.value, in_words(metric)]
        for key, metric in METRICS.items()
    ]
    return tables.Table("figures", _("Figures"), [_("Key"), _("Name"), _("Value"), _("Unit"), _("Formula")], lines)
