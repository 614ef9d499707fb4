"""How sites are found in search: by day, by keyword, by page, in a span against as many days before."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from accounts.models import Membership
from analytics.models import SearchDay, SearchProperty
from analytics.span import DAY, Span, comparable

SHOWN, MOST = 50, 5000
ORDERS = ("clicks", "impressions", "position", "change")
QUERY, PAGE = "query", "page"


@dataclass(frozen=True)
class Sums:
    """Clicks, times shown, and the average place weighed by how often it was shown; None is what is not known."""

    clicks: int | None = None
    impressions: int | None = None
    position: float | None = None
    days: int = 0

    @property
    def rate(self) -> float | None:
        """Clicks of each time it was shown; None where it never was."""
        return self.clicks / self.impressions if self.impressions and self.clicks is not None else None


@dataclass(frozen=True)
class Line:
    """A keyword or a page: now, and in the days before."""

    key: str
    now: Sums
    before: Sums

    @property
    def clicks_change(self) -> float | None:
        """How clicks changed, 0.1 is a tenth more; None where there were none before."""
        if not self.before.clicks or self.now.clicks is None:
            return None
        return self.now.clicks / self.before.clicks - 1

    @property
    def places_won(self) -> float | None:
        """By how many places it rose; below nought it fell."""
        if self.now.position is None or self.before.position is None:
            return None
        return round(self.before.position - self.now.position, 1)


@dataclass(frozen=True)
class Level:
    """Keywords or pages of a site; `summed` is the span a file gave as one sum, where single days are not known."""

    lines: Sequence[Line]
    count: int
    summed: Span | None = None
    summed_before: Span | None = None
    is_comparable: bool = True


def sites(member: Membership) -> list[SearchProperty]:
    """Return the sites a member may see."""
    return list(SearchProperty.objects.visible_to(member).order_by("url"))


def by_day(site: SearchProperty, days: Span) -> dict[dt.date, SearchDay]:
    """Return the site's own days."""
    rows = SearchDay.objects.filter(property=site, page="", query="", days=1, date__gte=days.first, date__lte=days.last)
    return {row.date: row for row in rows}


def whole(site: SearchProperty, days: Span) -> tuple[Sums, Sums]:
    """Return the sums of a site in a span and before: one statement."""
    rows = SearchDay.objects.filter(property=site, page="", query="", days=1)
    known = {"now_days": Count("pk", filter=_in(days)), "before_days": Count("pk", filter=_in(days.before))}
    found = rows.aggregate(**_sums("now", _in(days)), **_sums("before", _in(days.before)), **known)
    return _read(found, "now"), _read(found, "before")


def level(
    site: SearchProperty, days: Span, of: str, *, order: str = "clicks", page: str = "", most: int = MOST
) -> Level:
    """Return the keywords (`of` query) or pages of a site; with `page`, the keywords of that page alone."""
    wanted = {"page": page} if of == QUERY else {"query": ""}
    rows = SearchDay.objects.filter(property=site, **wanted).exclude(**{of: ""})
    daily = rows.filter(days=1)
    if daily.filter(_in(days)).exists():
        found = _told(daily, of, _in(days), _in(days.before), order=order, most=most)
        known = daily.aggregate(
            now=Count("date", distinct=True, filter=_in(days)),
            before=Count("date", distinct=True, filter=_in(days.before)),
        )
        return Level(found.lines, found.count, is_comparable=comparable(known["now"], known["before"]))
    summed = rows.filter(days__gt=1, date__lte=days.last).order_by("-date")
    sums = list(summed.values_list("date", "days").distinct()[:2])
    if not sums:
        return Level((), 0)
    spans = [Span(date - (count - 1) * DAY, date) for date, count in sums]
    chosen = [Q(date=date, days=count) for date, count in sums]
    before = chosen[1] if len(chosen) > 1 else Q(pk__in=[])
    found = _told(rows, of, chosen[0], before, order=order, most=most)
    before_it = spans[1] if len(spans) > 1 else None
    alike = bool(before_it) and comparable(spans[0].days, before_it.days if before_it else 0)
    return Level(found.lines, found.count, spans[0], before_it, alike)


def _in(days: Span) -> Q:
    return Q(date__gte=days.first, date__lte=days.last)


def _sums(name: str, wanted: Q) -> dict[str, Any]:
    placed = wanted & Q(position__isnull=False)
    weight = Sum(
        Cast("position", FloatField()) * Cast("impressions", FloatField()), filter=placed, output_field=FloatField()
    )
    return {
        f"{name}_clicks": Sum("clicks", filter=wanted),
        f"{name}_impressions": Sum("impressions", filter=wanted),
        f"{name}_weight": weight,
        f"{name}_placed": Sum("impressions", filter=placed),
    }


def _told(rows: QuerySet[SearchDay], of: str, now: Q, before: Q, *, order: str, most: int) -> Level:
    grouped = rows.filter(now | before).order_by().values(of).annotate(**_sums("now", now), **_sums("before", before))
    lines = [Line(row[of], _read(row, "now"), _read(row, "before")) for row in grouped.order_by(*_largest())[:most]]
    shown = [each for each in lines if each.now.impressions is not None]
    return Level(sorted(shown, key=lambda each: _place(each, order)), len(shown))


def _largest() -> list[Any]:
    return [F("now_clicks").desc(nulls_last=True), F("now_impressions").desc(nulls_last=True)]


def _place(line: Line, order: str) -> tuple[float, float, str]:
    clicks, shown = line.now.clicks or 0, line.now.impressions or 0
    if order == "position":
        return (line.now.position if line.now.position is not None else 1e9, -shown, line.key)
    if order == "change":
        return (-(line.places_won if line.places_won is not None else -1e9), -shown, line.key)
    if order == "impressions":
        return (-shown, -clicks, line.key)
    return (-clicks, -shown, line.key)


def _read(row: Mapping[str, Any], name: str) -> Sums:
    placed, weight = row[f"{name}_placed"], row[f"{name}_weight"]
    return Sums(
        row[f"{name}_clicks"],
        row[f"{name}_impressions"],
        round(weight / placed, 1) if placed and weight is not None else None,
        row.get(f"{name}_days", 0),
    )
