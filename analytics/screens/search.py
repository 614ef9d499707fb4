"""Search numbers, as their pages, files and the API tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from analytics.models import SearchProperty, SeoMetrics
from analytics.queries import search
from analytics.queries.search import Level, Sums
from analytics.span import Span, comparable
from analytics.tables import Table
from trenddrop.core.charts import LineChart, Series

TICKS = 6


@dataclass(frozen=True)
class Found:
    """How one site was found."""

    site: SearchProperty
    now: Sums
    before: Sums
    chart: LineChart | None
    queries: Level
    pages: Level

    @property
    def is_comparable(self) -> bool:
        """Whether about as many days are known of before."""
        return comparable(self.now.days, self.before.days)


def shown(site: SearchProperty, days: Span, *, order: str) -> Found:
    """Return a site's numbers: a handful of statements, however many days there are."""
    now, before = search.whole(site, days)
    return Found(
        site,
        now,
        before,
        chart(site, days),
        search.level(site, days, search.QUERY, order=order),
        search.level(site, days, search.PAGE, order=order),
    )


def chart(site: SearchProperty, days: Span) -> LineChart | None:
    """Return clicks by day beside as many days before; None where there are fewer than two days."""
    found = search.by_day(site, Span(days.before.first, days.last))
    now = [found[day].clicks if day in found else None for day in days.dates]
    past = [found[day].clicks if day in found else None for day in days.before.dates]
    if sum(each is not None for each in now) < 2:
        return None
    labels = [dateformat.format(day, "j M Y") for day in days.dates]
    total = sum(each or 0 for each in now)
    words = ngettext("%(n)s click in %(days)s days.", "%(n)s clicks in %(days)s days.", total)
    series = [Series(_("Clicks"), now)]
    if any(each is not None for each in past):
        series.append(Series(_("The days before"), past, "two"))
    step = max(1, len(labels) // TICKS)
    return LineChart(
        title=_("Clicks from search"),
        summary=words % {"n": total, "days": days.days},
        x=[float(place) for place in range(len(labels))],
        labels=labels,
        series=series,
        ticks=[(float(at), dateformat.format(days.dates[at], "j M")) for at in range(0, len(labels), step)],
        x_name=_("Day"),
    )


def tables(found: Found, days: Span) -> dict[str, Table]:
    """Return a site's numbers as tables, by the name `?csv=` takes."""
    known = search.by_day(found.site, days)
    rows = [
        (day, *((row.clicks, row.impressions, row.position) if (row := known.get(day)) else (None, None, None)))
        for day in days.dates
    ]
    header = [_("Day"), _("Clicks"), _("Times shown"), _("Place")]
    every = (
        Table("days", _("Clicks from search"), header, rows),
        _table("keywords", _("Keyword"), found.queries),
        _table("pages", _("Page"), found.pages),
    )
    return {each.name: each for each in every}


def _table(name: str, title: str, level: Level) -> Table:
    header = [
        title, _("Clicks"), _("Clicks before"), _("Times shown"), _("Times shown before"), _("Place"),
        _("Place before"),
    ]  # fmt: skip
    rows = [
        (each.key, each.now.clicks, each.before.clicks, each.now.impressions, each.before.impressions,
         each.now.position, each.before.position)
        for each in level.lines
    ]  # fmt: skip
    return Table(name, title, header, rows)


@dataclass(frozen=True)
class Ranking:
    """A keyword of a piece: its place now and before, since when, and who said so."""

    keyword: str
    position: float | None
    before: float | None
    at: str
    origin: str

    @property
    def places_won(self) -> float | None:
        """By how many places it rose."""
        if self.position is None or self.before is None:
            return None
        return round(self.before - self.position, 1)


def rankings(row: SeoMetrics | None) -> list[Ranking]:
    """Return a piece's keywords with their places, in the order they were written."""
    found = []
    for word in row.target_keywords if row else ():
        told: Mapping[str, Any] = (row.rankings.get(word) if row else None) or {}
        place = Ranking(word, told.get("position"), told.get("before"), told.get("at", ""), told.get("origin", ""))
        found.append(place)
    return found


def pieces(member: Membership, sites: Sequence[SearchProperty] | None = None, *, most: int = 50) -> list[SeoMetrics]:
    """Return the pieces whose search numbers are known, those with most visits first."""
    rows = SeoMetrics.objects.visible_to(member).filter(piece__deleted_at=None).select_related("piece", "property")
    if sites is not None:
        rows = rows.filter(property__in=sites)
    return sorted(rows[: most * 10], key=lambda each: (-(each.organic_traffic or 0), str(each.pk)))[:most]
