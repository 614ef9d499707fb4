"""One topic: its curve, where it was seen, what its score and its fit are made of."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from trends import curves, queries
from trends.collection import rating
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.sources.base import Counting

WINDOWS = {"3": 72, "7": 168}  # days → hours
FACTORS = {
    "growth": _("Growth"),
    "breadth": _("Breadth"),
    "momentum": _("Momentum"),
    "freshness": _("Freshness"),
    "novelty": _("Novelty"),
    "rank": _("Place"),
    "volume": _("Volume"),
}
SAID = {
    Counting.LEVEL: _("right now"),
    Counting.TOTAL: _("since it began"),
    Counting.DAY: _("that day"),
}


@dataclass(frozen=True)
class Seen:
    """One source's word on the topic: its last figure and what that counts, its place, its own curve."""

    source: TrendSource
    figure: int | None
    what: str
    rank: int | None
    hour: dt.datetime
    curve: list[float]


@require_safe
@requires("trends.view")
def trend(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The topic as it fits the chosen brand."""
    brand = current_brand(request)
    shown = queries.with_fit(TrendTopic.objects.filter(is_blocked=False).defer("embedding"), brand)
    topic = get_object_or_404(shown, pk=pk)
    days = request.GET.get("days", "3")
    days = days if days in WINDOWS else "3"
    context = {
        "topic": topic,
        "row": queries.row_of(topic),
        "days": days,
        "windows": list(WINDOWS),
        "reasons": [(words, min(100.0, points), round(points)) for _name, points, words in topic.fit_reasons or []],
        "factors": [_factor(*part) for part in topic.score_factors],
        "make_url": _make_url(topic),
    }
    return render(request, "trends/detail.html", context | _observed(topic, WINDOWS[days], now=timezone.now()))


def _observed(topic: TrendTopic, most: int, *, now: dt.datetime) -> dict[str, Any]:
    rows = queries.observations(topic, since=now - (most + 24) * dt.timedelta(hours=1))
    readings = list(rating.settled([rating.reading_of(row) for row in rows], now=now))
    hourly = curves.hourly(readings, now=now, most=most, zone=timezone.get_current_timezone())
    known = curves.known_of(hourly.total)
    return {
        "curve": curves.line_chart(hourly, started=topic.started_at, peaked=topic.peaked_at),
        "per_hour": known[-1] if known else None,
        "counts_mentions": hourly.counts_mentions,
        "seen": _seen(rows, hourly),
        "table": curves.table(hourly, {str(row.source_id): row.source.name for row in rows}),
    }


def _seen(rows: Sequence[TrendObservation], hourly: curves.Hourly) -> list[Seen]:
    """Return each source with the last it said, the latest first."""
    last = {str(row.source_id): row for row in rows}
    found = [_word(row, hourly) for key, row in last.items()]
    return sorted(found, key=lambda one: (one.hour, one.figure or 0), reverse=True)


def _word(row: TrendObservation, hourly: curves.Hourly) -> Seen:
    is_count = row.count is not None
    counts = SAID[rating.counting_of(row.source.kind)] if is_count else _("searches or views a day")
    figures = hourly.own.get(str(row.source_id))
    return Seen(
        source=row.source,
        figure=row.count if is_count else row.traffic,
        what=str(counts),
        rank=row.rank,
        hour=row.hour,
        curve=[] if figures is None else curves.known_of(figures),
    )


def _factor(name: str, value: float, weight: float, words: str) -> tuple[str, float, int]:
    label = str(FACTORS.get(name, name))
    return f"{label}: {words}" if words else label, value, round(value * weight)


def _make_url(topic: TrendTopic) -> str:
    """Return where a post is begun with this topic; the page lives above us, so it is only known by its name."""
    try:
        return f"{reverse('asset_new')}?topic={topic.pk}"
    except NoReverseMatch:
        return ""
