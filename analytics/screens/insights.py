"""Findings and odd days as their pages, files and the API tell them: the sentence, the chart behind it, its numbers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from analytics.finding import forms
from analytics.finding.facts import DAY, Days
from analytics.models import Anomaly, Insight
from analytics.retelling import retold
from analytics.screens.overview import ticks
from analytics.tables import Table
from content.understanding.posts import FEATURES
from trenddrop.core import display
from trenddrop.core.charts import Band, LineChart, Mark, Series

Words = str | Promise
LEFT, RIGHT, ROW, TOP, FOOT = 12.0, 988.0, 84.0, 14.0, 34.0
EDGE = log(10.0)
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
AROUND = 45  # days shown before an odd one
KINDS: Mapping[str, Words] = {
    "posts": gettext_lazy("posts with usable results"),
    "weeks.followers": gettext_lazy("weeks of followers"),
    "weeks.views": gettext_lazy("weeks of views"),
    "weeks.streams": gettext_lazy("weeks of streams"),
}
TESTS: Mapping[str, Words] = {
    "stratified rank sum": gettext_lazy(
        "Posts with and without it are ranked against each other within the same weeks; how often shuffling them does"
        " as much is counted."
    ),
    "stratified rank sum of days": gettext_lazy(
        "Days that follow a post are ranked against the others of the same fortnight, without what weekdays add."
    ),
    "Student's t and rank sum of weeks": gettext_lazy(
        "Four weeks against those before, by two tests; the more doubtful one counts. Weeks that resemble each other"
        " count as fewer."
    ),
    "Spearman": gettext_lazy("Do the ranks agree? How often shuffled ones do as much is counted."),
    "projection": gettext_lazy("Two thousand futures that stray as the past did; how many end on the other side."),
}
SAYS: Mapping[str, str] = {name: words for name, (words, _test) in FEATURES.items()}


@dataclass(frozen=True)
class Dot:
    """A post on a strip."""

    x: float
    y: float


@dataclass(frozen=True)
class Strip:
    """Posts of one side: each a dot by how it did, their median a stroke."""

    label: str
    y: float
    dots: Sequence[Dot]
    median: float
    words: str


@dataclass(frozen=True)
class Strips:
    """Two sides above each other on one scale; `summary` is read out."""

    summary: str
    height: float
    steps: Sequence[tuple[float, str]]
    rows: Sequence[Strip]

    @property
    def usual(self) -> float:
        """Where the usual stands."""
        return _x(1.0)

    @property
    def foot(self) -> float:
        """Where the scale is written."""
        return self.height - 10

    @property
    def ground(self) -> float:
        """Where its lines end."""
        return self.height - FOOT + 8


def strips(row: Insight) -> Strips | None:
    """Return the posts of both sides of a finding, as dots."""
    evidence = row.evidence
    if evidence.get("kind") != "posts":
        return None
    sides = (_side(_labels(row)[0], evidence["with"], 0), _side(_labels(row)[1], evidence["without"], 1))
    height = TOP + 2 * ROW + FOOT
    steps = [(_x(step), display.times(step, _language())) for step in STEPS]
    return Strips(retold(row.sentence), height, steps, [side for side in sides if side])


def _labels(row: Insight) -> tuple[str, str]:
    names = row.evidence.get("names")
    if names:
        return str(names[0]), str(names[1])
    what = retold(forms.feature(row.evidence["dimension"], row.evidence["value"], SAYS))
    return _("Posts %(feature)s") % {"feature": what.rstrip(",")}, _("Your other posts")


def _side(label: str, posts: Sequence[Sequence[object]], place: int) -> Strip | None:
    if not posts:
        return None
    ratios = [float(str(each[2])) for each in posts]
    middle = sorted(ratios)[len(ratios) // 2]
    base = TOP + place * ROW + 50
    dots = [Dot(_x(ratio), base - 10 * ((number * 7) % 5 - 2) / 2) for number, ratio in enumerate(ratios)]
    words = _("%(n)s posts, in the middle %(times)s the usual") % {
        "n": len(ratios), "times": display.times(middle, _language()),
    }  # fmt: skip
    return Strip(label, base, dots, _x(middle), words)


def _x(ratio: float) -> float:
    at = (log(min(max(ratio, 0.1), 10.0)) + EDGE) / (2 * EDGE)
    return round(LEFT + at * (RIGHT - LEFT), 1)


def _language() -> str:
    return get_language() or "en"


def line(row: Insight) -> LineChart | None:
    """Return the days behind a finding."""
    evidence = row.evidence
    if evidence.get("kind") != "days":
        return None
    first = dt.date.fromisoformat(evidence["first"])
    dates = [first + number * DAY for number in range(len(evidence["values"]))]
    name = retold(forms.METRICS.get(row.metric, row.metric)).capitalize()
    since = evidence.get("since")
    marks = [Mark(float(since), _("the last four weeks"))] if since else []
    posted = [dt.date.fromisoformat(day) for day in evidence.get("marks", ())]
    rows = [Series(name, evidence["values"])]
    if posted:
        live = set(posted)
        rows.append(Series(_("Days with a post"), _only(dates, evidence["values"], live), "two"))
    return LineChart(
        title=_("%(name)s a day") % {"name": name},
        summary=retold(row.sentence),
        x=list(range(len(dates))),
        labels=[date_format(day, "j M Y") for day in dates],
        series=rows,
        ticks=ticks(dates),
        marks=marks,
        x_name=_("Day"),
    )


def _only(dates: Sequence[dt.date], values: Sequence[float | None], live: set[dt.date]) -> list[float | None]:
    return [value if day in live else None for day, value in zip(dates, values, strict=True)]


# In words and numbers


def facts(row: Insight) -> list[tuple[Words, str, Words]]:
    """Return the test's numbers: name, value, what it means."""
    numbers, language = row.numbers, _language()
    low, high = numbers.get("low"), numbers.get("high")
    sure = f"{display.number(round(numbers.get('certainty', 0.95) * 100, 2), language, places=2)}{display.SPACE}%"
    told: list[tuple[Words, str, Words]] = []
    if row.question not in {"cross.same", "goal.course"}:
        told.append((_("Effect"), display.times(row.effect, language), _("1 is no difference")))
        if low and high:
            words = f"{display.times(low, language)} – {display.times(high, language)}"
            why = _("%(sure)s certain, wider because it was chosen for being told") % {"sure": sure}
            told.append((_("Interval"), words, why))
    told += [
        (_("Sample"), display.number(row.sample, language), _sides(numbers)),
        (_("By chance"), _chance(row.p), _("how often chance alone does as much")),
        (_("Corrected"), _chance(row.q), _("the same, for all that was asked: told up to 5 %")),
    ]
    return told


def _chance(p: float) -> str:
    language = _language()
    if p < 0.0001:
        return f"< {display.number(0.01, language, places=2)}{display.SPACE}%"
    return f"{display.number(round(p * 100, 2), language, places=2)}{display.SPACE}%"


def _sides(numbers: Mapping[str, object]) -> str:
    ours, theirs = numbers.get("n_with"), numbers.get("n_without")
    return _("%(n)s against %(m)s") % {"n": ours, "m": theirs} if theirs else ""


def test_words(row: Insight) -> Words:
    """Return how it was tested, in a sentence."""
    return TESTS.get(str(row.numbers.get("test", "")), "")


def thin(run: object) -> list[str]:
    """Return of what too little is known, in sentences."""
    found = []
    for each in getattr(run, "thin", None) or ():
        told = {**each, "what": KINDS.get(each["what"], each["what"])}
        found.append(_("Not enough yet to speak about %(name)s: %(have)s %(what)s, %(need)s are needed.") % told)
    return found


# Odd days


def odd_chart(row: Anomaly, days: Days) -> LineChart:
    """Return the days around an odd one, with what would have been ordinary."""
    last = min(row.date + 14 * DAY, days.date(days.values.size - 1))
    first = max(days.first, row.date - AROUND * DAY)
    dates = [first + number * DAY for number in range((last - first).days + 1)]
    seen = [None if (value := days.values[days.at(day)]) != value else float(value) for day in dates]
    name = retold(forms.METRICS.get(row.metric, row.metric)).capitalize()
    is_shift = row.kind in {Anomaly.Kind.RISE, Anomaly.Kind.FALL}
    inside = [day >= row.date if is_shift else day == row.date for day in dates]
    low = [row.low if each else None for each in inside]
    high = [row.high if each else None for each in inside]
    before = [row.expected if day < row.date else None for day in dates] if is_shift else []
    rows = [Series(name, seen)]
    if is_shift:
        rows.append(Series(_("Until then"), before, "two"))
    return LineChart(
        title=_("%(name)s a day") % {"name": name},
        summary=retold(row.sentence),
        x=list(range(len(dates))),
        labels=[date_format(day, "j M Y") for day in dates],
        series=rows,
        ticks=ticks(dates),
        band=Band(_("The new level") if is_shift else _("Ordinary"), low, high) if is_shift else None,
        marks=[Mark(float((row.date - first).days), date_format(row.date, "j M"))],
        x_name=_("Day"),
    )


# Files


def table(row: Insight, titles: Mapping[str, str]) -> Table:
    """Return what a finding rests on, as a file and as the table on its page."""
    evidence = row.evidence
    if evidence.get("kind") == "posts":
        labels = _labels(row)
        rows: list[Sequence[object]] = [
            (titles.get(str(key), ""), date, labels[side], ratio)
            for side, name in enumerate(("with", "without"))
            for key, date, ratio in evidence[name]
        ]
        header: tuple[Words, ...] = (_("Post"), _("Went live"), _("Side"), _("Times the usual"))
        latest = sorted(rows, key=lambda each: str(each[1]), reverse=True)
        return Table("evidence", retold(row.sentence), header, latest)
    if evidence.get("kind") == "pairs":
        names = evidence["names"]
        rows = [(titles.get(str(key), ""), date, here, there) for key, date, here, there in evidence["rows"]]
        return Table("evidence", retold(row.sentence), (_("Piece"), _("Went live"), *names), rows)
    if evidence.get("kind") == "days":
        first = dt.date.fromisoformat(evidence["first"])
        live = set(evidence.get("marks", ()))
        rows = [
            (day := first + number * DAY, value, _("yes") if day.isoformat() in live else "")
            for number, value in enumerate(evidence["values"])
        ]
        name = retold(forms.METRICS.get(row.metric, row.metric)).capitalize()
        return Table("evidence", retold(row.sentence), (_("Day"), name, _("With a post")), rows)
    return Table("evidence", retold(row.sentence), (_("Goal"),), [[row.goal.name if row.goal else ""]])


def keys(row: Insight) -> list[str]:
    """Return the posts a finding's table names."""
    evidence = row.evidence
    if evidence.get("kind") == "posts":
        return [str(each[0]) for name in ("with", "without") for each in evidence[name]]
    return [str(each[0]) for each in evidence.get("rows", ())]


def list_table(rows: Sequence[Insight]) -> Table:
    """Return all findings as a file."""
    header = (
        _("Finding"), _("Kind"), _("Effect"), _("Low"), _("High"), _("Sample"), _("p"), _("q"), _("Found"),
    )  # fmt: skip
    lines = [
        [
            retold(row.sentence), row.get_kind_display(), round(row.effect, 3), row.numbers.get("low"),
            row.numbers.get("high"), row.sample, row.p, row.q, row.found_at.date(),
        ]
        for row in rows
    ]  # fmt: skip
    return Table("insights", _("Insights"), header, lines)


def odd_table(rows: Sequence[Anomaly]) -> Table:
    """Return odd days as a file."""
    header = (_("Day"), _("What"), _("Value"), _("Expected"), _("Low"), _("High"), _("Score"), _("May be behind it"))
    lines = [
        [
            row.date, retold(row.sentence), row.value, round(row.expected, 2), round(row.low, 2), round(row.high, 2),
            round(row.score, 3), " ".join(retold(cause.sentence) for cause in row.causes.all()),
        ]
        for row in rows
    ]  # fmt: skip
    return Table("odd-days", _("Odd days"), header, lines)
