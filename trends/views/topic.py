"""One topic: its curve, where it was seen, what will come of it, what its score and its fit are made of."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from trends import curves, queries
from trends.collection import rating
from trends.curves import Course
from trends.detection.expecting import expected_band
from trends.foretelling import now_and_then, outlook
from trends.geography import places
from trends.models import TrendTopic
from trends.queries import Told
from trends.retelling import retold
from trends.scoring import HOUR, Hours, Reading
from trends.sources.base import Counting
from trends.views.slots import slot

WINDOWS = {"1": _("24 h"), "3": _("3 d"), "7": _("7 d"), "30": _("30 d"), "all": _("All")}
HOURLY = {"1": 24, "3": 72, "7": 168}  # hours shown
DAILY = {"30": 30, "all": 3 * 366}  # days shown
BEFORE = 168  # hours read before those shown: what is expected is made of them
LATELY = 14  # days whose hours stand in for what is not rolled up yet
FACTORS = {
    "burst": _("Burst"),
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

    kind: str
    name: str
    region: str
    figure: int | None
    what: str
    rank: int | None
    hour: dt.datetime
    curve: list[float]


@require_safe
@requires("trends.view")
def trend(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The topic as it fits the chosen brand; one that was merged is shown as what it was merged into."""
    brand, now = current_brand(request), timezone.now()
    shown = queries.with_fit(TrendTopic.objects.filter(is_blocked=False).defer("embedding"), brand)
    topic = get_object_or_404(shown, pk=pk)
    if topic.merged_into_id:
        winner = queries.winner_of(topic)
        if winner:
            return _moved(request, winner)
    days = request.GET.get("days", "3")
    days = days if days in WINDOWS else "3"
    ahead = None if topic.status == TrendTopic.Status.EXPIRED else outlook(topic.forecast, now=now)
    context = {
        "topic": topic,
        "row": queries.row_of(topic, now=now),
        "days": days,
        "windows": list(WINDOWS.items()),
        "reasons": [
            (retold(words), min(100.0, points), round(points)) for _name, points, words in topic.fit_reasons or []
        ],
        "factors": [_factor(*part) for part in topic.score_factors],
        "outlook": ahead,
        "now_and_then": now_and_then(topic.status, topic.get_status_display(), ahead),
        "forms": sorted(topic.forms.items()),
        "kin": queries.kin_of(topic),
    }
    return render(request, "trends/detail.html", context | _links(topic) | _observed(topic, days, now=now))


def _moved(request: MemberRequest, winner: TrendTopic) -> HttpResponseRedirect:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{slot('trend', winner.pk)}{'?' if query else ''}{query}")


def _links(topic: TrendTopic) -> dict[str, str]:
    """Return where other features, above us or beside us, go on with this topic; "" where there is none."""
    make = slot("asset_new")
    return {
        "make_url": f"{make}?topic={topic.pk}" if make else "",
        "write_url": slot("idea_new"),
        "watch_url": slot("watch_new"),
        "ideas_url": slot("trend_opportunities", topic.pk),
        "assets_url": slot("topic_assets", topic.pk),
    }


def _observed(topic: TrendTopic, days: str, *, now: dt.datetime) -> dict[str, Any]:
    """Return the curve and everything that is read off it."""
    by_hour = days in HOURLY
    back = None if by_hour else now.date() - dt.timedelta(days=DAILY[days])
    rows = queries.told_of(topic, since=_since(days, now=now), days_since=back)
    shown = _hours(rows, HOURLY[days], now=now) if by_hour else _days(rows, DAILY[days], now=now)
    known = curves.known_of(shown.total)
    moments = {str(_("Told")): topic.alarmed_at, str(_("Began")): topic.started_at, str(_("Peak")): topic.peaked_at}
    return {
        "curve": curves.line_chart(shown, marks=moments),
        "course": shown,
        "last": known[-1] if known else None,
        "seen": _seen(rows, shown),
        "places": places(_alike(shown, rows), {str(row.source): row.region for row in rows}),
        "table": curves.table(shown, {str(row.source): row.name for row in rows}),
    }


def _alike(shown: Course, rows: Sequence[Told]) -> dict[str, Hours]:
    """Return the sources whose figures may be added up: those that count mentions, or none does."""
    counting = {str(row.source) for row in rows if (row.count is not None) == shown.counts_mentions}
    return {source: figures for source, figures in shown.own.items() if source in counting}


def _since(days: str, *, now: dt.datetime) -> dt.datetime:
    return now - (HOURLY[days] + BEFORE) * HOUR if days in HOURLY else now - dt.timedelta(days=LATELY)


def _hours(rows: Sequence[Told], most: int, *, now: dt.datetime) -> Course:
    """Return the hours shown, with what was to be expected by all hours read."""
    whole = curves.hourly(_readings(rows, now=now), now=now, most=most + BEFORE, zone=timezone.get_current_timezone())
    if not whole.at:
        return whole
    band = expected_band(whole.total)
    expected = curves.Expected(np.asarray(band.expected), np.asarray(band.low), np.asarray(band.high))
    return replace(whole, expected=expected).last(most)


def _days(rows: Sequence[Told], most: int, *, now: dt.datetime) -> Course:
    """Return the days shown: those rolled up, and the hours of those that are not yet."""
    rolled = [curves.Daily(row.at.date(), str(row.source), row.count, row.traffic) for row in rows if row.is_day]
    after = max((row.day for row in rolled), default=dt.date.min)
    hours = curves.hourly(_readings(rows, now=now), now=now, most=LATELY * 24, zone=dt.UTC)
    fresh = sum(at.date() > after for at in hours.at)
    return curves.daily(rolled, hours.last(fresh) if fresh else None, now=now, most=most)


def _readings(rows: Sequence[Told], *, now: dt.datetime) -> list[Reading]:
    told = [
        Reading(
            row.at, str(row.source), row.count, row.rank, row.traffic, row.engagement,
            counting=rating.counting_of(row.kind),
        )
        for row in rows if not row.is_day
    ]  # fmt: skip
    return list(rating.settled(told, now=now))


def _seen(rows: Sequence[Told], shown: Course) -> list[Seen]:
    """Return each source with the last it said, the latest first."""
    last = {row.source: row for row in rows}
    found = [_word(row, shown) for row in last.values()]
    return sorted(found, key=lambda one: (one.hour, one.figure or 0), reverse=True)


def _word(row: Told, shown: Course) -> Seen:
    is_count = row.count is not None
    counts = SAID[rating.counting_of(row.kind)] if is_count else _("searches or views a day")
    figures = shown.own.get(str(row.source))
    return Seen(
        kind=row.kind,
        name=row.name,
        region=row.region,
        figure=row.count if is_count else row.traffic,
        what=str(counts),
        rank=row.rank,
        hour=row.at,
        curve=[] if figures is None else curves.known_of(figures),
    )


def _factor(name: str, value: float, weight: float, words: str) -> tuple[str, float, int]:
    label = str(FACTORS.get(name, name))
    return f"{label}: {retold(words)}" if words else label, value, round(value * weight)


def _reason(points: float, words: str) -> tuple[str, float, int]:
    return retold(words), min(100.0, points), round(points)
