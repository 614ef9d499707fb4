"""What the pages of conversions show: the funnel, who earned what, how long it took, and each as a table."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from analytics.attribution import MODELS
from analytics.models import Conversion, ConversionSite, ShortLink
from analytics.queries import conversions as queries
from analytics.queries.conversions import Earned, Wish
from analytics.span import Span
from analytics.tables import Table
from trenddrop.core.catalogue import badge
from trenddrop.core.charts import LineChart, Series, spaced

MODEL_NAMES: Mapping[str, Any] = dict(ConversionSite.Model.choices)
TYPE_NAMES: Mapping[str, Any] = dict(Conversion.Type.choices)
GROUP_NAMES: Mapping[str, Any] = {
    "post": gettext_lazy("Post"),
    "channel": gettext_lazy("Platform"),
    "campaign": gettext_lazy("Campaign"),
}
WAIT_NAMES = (
    gettext_lazy("within an hour"),
    gettext_lazy("within a day"),
    gettext_lazy("1 to 3 days"),
    gettext_lazy("3 to 7 days"),
    gettext_lazy("7 to 14 days"),
    gettext_lazy("14 to 30 days"),
    gettext_lazy("longer"),
    gettext_lazy("no touch known"),
)
CSV_ROWS = 10_000
FEWEST_DAYS = 6


@dataclass(frozen=True)
class Step:
    """One step of the funnel; value None is not given, `rate` is to the step before it."""

    name: str
    value: int | None
    why: str
    rate: float | None = None
    width: int = 0

    @property
    def rate_words(self) -> str:
        """The rate as people read it: two places where it is small."""
        share = (self.rate or 0) * 100
        return f"{share:.0f} %" if share >= 10 else f"{share:.2f} %"


def steps(found: queries.Funnel) -> list[Step]:
    """Return views, clicks, visits and conversions, each with what it is or why it is not known."""
    told = [
        (_("Views"), found.views, _why_views(found)),
        (_("Clicks"), found.clicks, _why_clicks(found)),
        (_("Visits"), found.visits, _("to your websites from elsewhere, counted for everybody")
            if found.visits is not None else _("No website is set up yet.")),
        (_("Conversions"), found.conversions, _("sign-ups, subscriptions and sales, without those given back")),
    ]  # fmt: skip
    most = max((value or 0 for _name, value, _why in told), default=0) or 1
    made: list[Step] = []
    before: int | None = None
    for name, value, why in told:
        rate = value / before if value is not None and before else None
        made.append(Step(name, value, why, rate, round((value or 0) / most * 100)))
        before = value
    return made


def _why_views(found: queries.Funnel) -> str:
    if found.is_shared:
        return _("Posts of the same client or brand lead to another website, too: views cannot be told apart.")
    if found.views is None:
        return _("No platform has told views of these days.")
    if found.of:
        return _("of posts of %(name)s, as platforms count them") % {"name": found.of}
    return _("of posts, as platforms count them")


def _why_clicks(found: queries.Funnel) -> str:
    if found.is_shared:
        return _("Links of the same client or brand lead to another website, too: clicks cannot be told apart.")
    if found.clicks is None:
        return _("There is no counted link yet. Make one, and put it in a post.")
    if found.of:
        return _("on counted links of %(name)s, without previews and crawlers") % {"name": found.of}
    return _("on counted links, without previews and crawlers")


def hints(found: queries.Funnel, *, is_example: bool = False) -> list[str]:
    """Say what must be known to read the funnel."""
    said = []
    if found.unseen:
        words = _(
            "%(n)s more were only counted: their visitors did not agree to be told apart, so no post is credited."
        )
        said.append(words % {"n": found.unseen})
    if found.is_made_up and not is_example:
        said.append(_("The views are made up (practice network); what follows is real."))
    if found.clicks is not None and found.visits is not None and found.visits > found.clicks:
        said.append(_("There are more visits than clicks because people also come by other ways than counted links."))
    return said


@dataclass(frozen=True)
class Line:
    """One row of who earned what, ready to be read."""

    name: str
    url: str
    platform: str
    count: float
    others: list[tuple[str, float]]
    values: list[tuple[str, Decimal]]
    change: float


def lines(rows: Sequence[Earned], *, by: str, model: str) -> list[Line]:
    """Return rows under a model, with what the others say."""
    return [
        Line(
            name=name_of(each, by),
            url=reverse("post", args=[each.key]) if by == "post" and each.post else "",
            platform=each.post.connection.platform if each.post else "",
            count=each.counts[model],
            others=[(other, each.counts[other]) for other in MODELS],
            values=sorted(each.values[model].items()),
            change=max(each.counts.values()) - min(each.counts.values()),
        )
        for each in rows
    ]


def name_of(row: Earned, by: str) -> str:
    """Return what a row is called; nobody's is said to be."""
    if not row.key:
        nobody = {"post": _("no post"), "channel": _("direct or unknown"), "campaign": _("no campaign")}
        return nobody[by]
    if by == "channel":
        return str(badge(row.key).name)
    return str(row.post or _("a post that is gone")) if by == "post" else str(row.key)


def earned_table(rows: Sequence[Earned], *, by: str) -> Table:
    """Return who earned what by all models, a line for each currency."""
    header = [GROUP_NAMES[by], _("Identifier"), _("Currency")]
    header += [f"{MODEL_NAMES[model]}: {what}" for model in MODELS for what in (_("conversions"), _("value"))]
    made = []
    for each in rows:
        codes = sorted({code for values in each.values.values() for code in values}) or [""]
        for place, code in enumerate(codes):
            cells: list[object] = [name_of(each, by), str(each.key or ""), code]
            for model in MODELS:
                cells += [round(each.counts[model], 4) if place == 0 else None, each.values[model].get(code)]
            made.append(cells)
    return Table(f"by-{by}", GROUP_NAMES[by], header, made)


def funnel_table(made: Sequence[Step]) -> Table:
    """Return the funnel."""
    rows = [[step.name, step.value, None if step.rate is None else round(step.rate, 6), step.why] for step in made]
    return Table("funnel", _("Funnel"), [_("Step"), _("Count"), _("Of the step before"), _("What it is")], rows)


def types_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return types and currencies."""
    header = [_("Type"), _("Currency"), _("Conversions"), _("Value"), _("Given back"), _("Wholly given back")]
    cells = [
        [TYPE_NAMES[row["type"]], row["currency"], row["count"], row["worth"], row["back"], row["given_back"]]
        for row in rows
    ]
    return Table("types", _("By type"), header, cells)


def waits_table(counts: Sequence[int]) -> Table:
    """Return how long it took."""
    rows = [[str(name), count] for name, count in zip(WAIT_NAMES, counts, strict=True)]
    return Table("time", _("From the first touch"), [_("After"), _("Conversions")], rows)


def touches_table(counts: Mapping[int, int]) -> Table:
    """Return how many touches it took."""
    rows = [[touches, count] for touches, count in counts.items()]
    return Table("touches", _("Touches before it"), [_("Touches"), _("Conversions")], rows)


def list_table(member: Membership, wish: Wish) -> Table:
    """Return every conversion of these days."""
    header = [
        _("When"), _("Order or name"), _("Type"), _("Told by"), _("Website"), _("Value"), _("Currency"),
        _("Given back"), _("Touches"), _("First touch"),
    ]  # fmt: skip
    rows = queries.conversions(member, wish).select_related("site").order_by("-at", "-pk")[:CSV_ROWS]
    cells = [
        [
            row.at.isoformat(), row.external_id, row.get_type_display(), row.get_source_display(), row.site.name,
            row.value, row.currency, row.refunded or None, len(row.touchpoints),
            row.first_touch_at and row.first_touch_at.isoformat(),
        ]
        for row in rows
    ]  # fmt: skip
    return Table("conversions", _("Conversions"), header, cells)


def shares(counts: Mapping[Any, int] | Sequence[tuple[Any, int]]) -> list[tuple[Any, int, int]]:
    """Return each with its count and its part of the largest, in percent."""
    pairs = list(counts.items()) if isinstance(counts, Mapping) else list(counts)
    most = max((count for _name, count in pairs), default=0) or 1
    return [(name, count, round(count / most * 100)) for name, count in pairs]


# Links


def clicks_chart(link: ShortLink, span: Span) -> tuple[LineChart, Table]:
    """Return clicks per day as a chart and a table; a day without any is nought, for we count ourselves."""
    found = queries.clicks_by_day(link, span)
    since = min(link.created_at.date() - dt.timedelta(days=1), span.last - dt.timedelta(days=FEWEST_DAYS))
    dates = [day for day in span.dates if day >= since]
    values = [float(found.get(day, (0, 0))[0]) for day in dates]
    x = [float(place) for place in range(len(dates))]
    ticks = [(float(at), f"{dates[at]:%-d %b}") for at in sorted({round(at) for at in spaced(x)})]
    words = _("%(n)s clicks in %(days)s days.") % {"n": round(sum(values)), "days": len(dates)}
    chart = LineChart(
        title=_("Clicks a day"), summary=words, x=x, labels=[f"{day:%-d %b %Y}" for day in dates],
        series=[Series(_("Clicks"), values)], ticks=ticks, x_name=_("Day"),
    )  # fmt: skip
    rows = [[f"{day:%Y-%m-%d}", *found.get(day, (0, 0))] for day in dates]
    return chart, Table("clicks", _("Clicks a day"), [_("Day"), _("Clicks"), _("Previews and crawlers")], rows)


def split_table(name: str, title: str, parts: Sequence[tuple[str, int]]) -> Table:
    """Return countries, referrers or devices."""
    rows = [[part or None, count] for part, count in parts]
    return Table(name, title, [title, _("Clicks")], rows)
