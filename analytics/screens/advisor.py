"""The advisor's pages: what was asked, what is answered, charts and tables behind it, and how it was looked up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import may
from analytics.advisor.looked import NUMBERS, Looked, Unit, restored
from analytics.advisor.questions import READY, TOPICS, Ready, Topic
from analytics.models import AdvisorConversation, AdvisorQuestion
from analytics.screens.overview import ticks
from analytics.tables import Table
from analytics.wording.sentences import sentences
from analytics.wording.words import TITLES, cell, days_of, name_of, of_whom, written
from trenddrop.core.charts import LineChart, Series

Status = AdvisorQuestion.Status
MOST_BARS, MOST_ROWS, MOST_TALKS = 8, 100, 40
BARS = ("views", "streams", "lift", "times", "score", "share", "conversions", "worth", "clicks", "engagement")
NEXT = {
    "totals": ("best_day", "platforms", "best_posts"),
    "by_day": ("unusual", "platforms", "best_posts"),
    "compared": ("best_times", "best_posts", "accounts"),
    "posts": ("kinds", "hashtags", "best_times"),
    "works": ("lengths", "captions", "best_times"),
    "hashtags": ("kinds", "best_posts", "next"),
    "best_times": ("weekdays", "kinds", "next"),
    "people": ("countries", "ages", "best_times"),
    "conversions": ("earners", "returns", "best_posts"),
}
FIRST = ("month", "platforms", "best_times", "next")


@dataclass(frozen=True)
class Bar:
    """A line of a small bar chart."""

    name: str
    words: str
    percent: float


@dataclass(frozen=True)
class Part:
    """A paragraph and the looks its numbers are from. `kind`: lead, text, next or open."""

    text: str
    kind: str
    refs: Sequence[int] = ()


@dataclass(frozen=True)
class Shown:
    """A look as it is shown: chart or bars, and its table."""

    number: int
    look: Looked
    title: str
    days: str
    whom: str
    said: Sequence[str]
    header: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    facts: Sequence[tuple[str, str]]
    chart: LineChart | None = None
    bars: Sequence[Bar] = ()
    key: str = ""

    @property
    def name(self) -> str:
        """What its chart is called on the page."""
        return f"c{self.key[-12:]}-{self.number}"

    @property
    def file(self) -> str:
        """What its CSV is called."""
        return f"{self.number}-{self.look.tool.replace('_', '-')}"


@dataclass(frozen=True)
class Talk:
    """A question with its answer."""

    row: AdvisorQuestion
    parts: Sequence[Part]
    shown: Sequence[Shown]
    looks: Sequence[Shown]
    note: str = ""
    unknown: Sequence[str] = ()
    more: Sequence[Ready] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        """Whether it is still looked up."""
        return self.row.status == Status.WAITING


def topics(member: Membership) -> list[Topic]:
    """The ready questions for a member: nothing of clients where there are none to compare."""
    hidden = {"clients"} if member.client_id or member.organization.type == "individual" else set[str]()
    hidden |= set() if may(member, "costs.view") else {"returns"}
    return [
        Topic(topic.name, topic.icon, [each for each in topic.questions if each.key not in hidden]) for topic in TOPICS
    ]


def talks(member: Membership) -> list[AdvisorConversation]:
    """A member's own conversations, the latest first."""
    rows = AdvisorConversation.objects.visible_to(member).filter(user=member.user)
    return list(rows.order_by("-last_at")[:MOST_TALKS])


def talk(row: AdvisorQuestion) -> Talk:
    """A question as its page shows it."""
    looks = [shown(number, restored(each), key=str(row.pk)) for number, each in enumerate(row.calls, 1)]
    chosen = [each.get("look") for each in row.charts]
    visible = [each for each in looks if each.number in chosen]
    if row.status == Status.UNKNOWN:
        return Talk(row, _outside(row), visible, looks, _note(row), _unknown(row), [READY[key] for key in FIRST])
    told = row.answer.split("\n\n") if row.answer else []
    parts = _parts(row, told) if told else _of_tools(looks)
    tool = looks[0].look.tool if looks else ""
    return Talk(row, parts, visible, looks, _note(row), more=[READY[key] for key in NEXT.get(tool, FIRST)])


def _outside(row: AdvisorQuestion) -> list[Part]:
    lead = Part(_("I can’t tell from your data."), "lead")
    return [lead, *_parts(row, row.answer.split("\n\n") if row.answer else [], lead="text")]


def _unknown(row: AdvisorQuestion) -> list[str]:
    """The words that stood in the way, where it was matched without a model."""
    return [] if row.model or row.answer else [word for word in row.error.split(", ") if word]


def _parts(row: AdvisorQuestion, told: Sequence[str], *, lead: str = "lead") -> list[Part]:
    kinds = {"→": "next", "?": "open"}
    found = []
    for place, text in enumerate(told):
        kind = kinds.get(text[:1] if text[1:2] == " " else "", lead if place == 0 else "text")
        words = text[2:] if kind in {"next", "open"} else text
        refs = sorted({look for each in row.numbers if each["part"] == place for look in each["looks"][:1]})
        found.append(Part(words, kind, refs))
    return found


def _of_tools(looks: Sequence[Shown]) -> list[Part]:
    """The tools' own sentences: the first leads."""
    found: list[Part] = []
    for each in looks:
        if each.look.tool != "calculate":
            first, *others = each.said
            found.append(Part(first, "text" if found else "lead", [each.number]))
            found += [Part(" ".join(others), "text")] if others else []
    return found


def _note(row: AdvisorQuestion) -> str:
    """What must be said of how the answer came about."""
    if row.status == Status.REFUSED:
        return _(
            "The language model’s answer was not kept, for it held what was not looked up. These are the looked up "
            "figures themselves."
        )
    if row.status == Status.FAILED:
        return _("This could not be answered. Ask again.")
    if row.error and row.status == Status.ANSWERED and not row.guided:
        return _("The language model could not be asked; this is answered from the words of the question alone.")
    return ""


def shown(number: int, look: Looked, *, key: str = "") -> Shown:
    """A look with its words."""
    header = [(name_of(column.key), column.unit in NUMBERS | {Unit.MIXED}) for column in look.columns]
    rows = [
        [cell(look, at, place) for place in range(len(look.columns))] for at in range(min(MOST_ROWS, len(look.rows)))
    ]
    facts = [
        (name_of(each.key), written(each.value, each.unit, currency=look.currency))
        for each in look.facts
        if each.key not in {"fewest", "compared_at"}
    ]
    return Shown(
        number, look, title_of(look), days_of(look), of_whom(look), sentences(look), header, rows, facts,
        chart_of(look), bars_of(look),
        key,
    )  # fmt: skip


def title_of(look: Looked) -> str:
    """What it is called: by its metric or by what it is told apart by, where it has one."""
    if look.tool == "by_day":
        return _("%(metric)s over time") % {"metric": name_of(str(look.asked["metric"]))}
    if look.tool == "compared":
        return {"platform": _("By platform"), "account": _("By account"), "client": _("By client")}.get(
            str(look.asked.get("by")), _("By brand")
        )
    if look.tool == "posts":
        return _("Posts by “%(metric)s”") % {"metric": name_of(str(look.asked["metric"]))}
    title: str | Promise = TITLES.get(look.tool, look.tool)
    return str(title)


def chart_of(look: Looked) -> LineChart | None:
    """A line of what was looked up over time."""
    if look.chart != "line" or look.is_empty:
        return None
    dates = [dt.date.fromisoformat(str(row[0])) for row in look.rows]
    now, before = ([_number(row[place]) for row in look.rows] for place in (1, 2))
    series = [Series(_("These days"), now)]
    if any(value is not None for value in before):
        series.append(Series(_("The days before"), before, "two"))
    title = title_of(look)
    return LineChart(
        title=title,
        summary=f"{title}. {' '.join(sentences(look))}",
        x=list(range(len(dates))),
        labels=[date_format(date, "j M") for date in dates],
        series=series,
        ticks=ticks(dates),
        x_name=_("Day"),
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def bars_of(look: Looked) -> list[Bar]:
    """Bars of the column that matters, where it has names and one."""
    keys = [column.key for column in look.columns]
    if look.chart != "bars" or look.is_empty or not {"name", "weekday"} & set(keys):
        return []
    wanted = [str(look.asked.get("metric", "")), *BARS]
    key = next((key for key in wanted if key in keys and any(row[keys.index(key)] for row in look.rows)), "")
    if not key:
        return []
    place = keys.index(key)
    known = [(at, _number(row[place])) for at, row in enumerate(look.rows)]
    values = [(at, value) for at, value in known if value is not None]
    most = max((value for _at, value in values), default=0)
    if most <= 0:
        return []
    return [Bar(_bar_name(look, at), cell(look, at, place), max(0.0, 100 * value / most)) for at, value in values][
        :MOST_BARS
    ]


def _bar_name(look: Looked, at: int) -> str:
    if look.columns[0].key == "weekday" and len(look.columns) > 1 and look.columns[1].unit is Unit.HOUR:
        return f"{cell(look, at, 0)} {cell(look, at, 1)}"
    name = cell(look, at, 0)
    if look.tool == "compared" and look.asked.get("by") == "account":
        name = f"{name} ({cell(look, at, 1)})"
    return name if len(name) <= 60 else f"{name[:59].rstrip()}…"


def table(each: Shown) -> Table:
    """A look as a file: plain numbers."""
    header = [name for name, _is_number in each.header]
    rows = [
        [value if column.unit not in {Unit.TEXT, Unit.WEEKDAY} else cell(each.look, at, place)
         for place, (value, column) in enumerate(zip(row, each.look.columns, strict=True))]
        for at, row in enumerate(each.look.rows)
    ]  # fmt: skip
    return Table(each.file, each.title, header, rows)
