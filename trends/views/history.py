"""What rose in a week, and did we ride it, how early? As a page, and as a file."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from trenddrop.core import csvs
from trends import leads
from trends.queries import history
from trends.views.slots import slot

HEADS = (
    "topic", "fits", "reason", "score", "sources", "first_seen", "told", "peak", "last_seen",
    "told_hours_before_peak", "hours_to_peak", "our_posts", "first_post", "first_post_hours_before_peak", "missed",
    "example",
)  # fmt: skip


@require_safe
@requires("trends.view")
def trend_history(request: MemberRequest) -> HttpResponse:
    """A week's topics with what we made of them; last week's without a wish."""
    brand, today = current_brand(request), timezone.localdate()
    start = _asked(request, today=today)
    week = history.week_of(request.membership, brand, start=start, zone=timezone.get_current_timezone())
    context = {
        "brand": brand,
        "week": week,
        "rows": [(row, _told(row), *_ride(row)) for row in week.rows],
        "lead_words": "" if week.summary.lead is None else leads.words(week.summary.lead),
        "until": start + dt.timedelta(days=6),
        "is_running": start == history.monday_of(today),
        "earlier": history.written(start - history.WEEK),
        "later": history.written(start + history.WEEK) if start < history.monday_of(today) else "",
        "this": history.written(start),
        "make_url": slot("asset_new"),
        "examples": any(row.topic.is_example for row in week.rows),
    }
    return render(request, "trends/history.html", context)


@require_safe
@requires("trends.view")
def trend_history_csv(request: MemberRequest) -> HttpResponse:
    """The week as CSV."""
    zone = timezone.get_current_timezone()
    today = timezone.localdate()
    start = _asked(request, today=today)
    week = history.week_of(request.membership, current_brand(request), start=start, zone=zone, most=history.MOST)
    return csvs.answer(f"trends-{history.written(start)}", HEADS, (_cells(row, zone) for row in week.rows))


def _asked(request: MemberRequest, *, today: dt.date) -> dt.date:
    """Return the Monday of the week that is asked for, none to come; else last week's."""
    found = history.asked_week(request.GET.get("week", "")) or history.week_before(today)
    return min(found, history.monday_of(today))


def _told(row: history.Past) -> str:
    return leads.words(row.told) if row.told is not None else ""


def _ride(row: history.Past) -> tuple[str, bool, str]:
    """Return how early our first post was, whether before the peak, and its page."""
    if not row.rides:
        return "", False, ""
    first = row.rides[0]
    return leads.words(first.lead), leads.is_early(first.lead), slot("post", first.post_id)


def _cells(row: history.Past, zone: dt.tzinfo) -> list[Any]:
    topic, first = row.topic, row.rides[0] if row.rides else None
    moments = (topic.first_detected_at, topic.alarmed_at, topic.peaked_at, topic.last_seen_at)
    return [
        topic.title,
        "" if row.score is None else round(row.score, 1),
        row.why,
        round(topic.top_score, 1),
        " ".join(topic.source_kinds),
        *("" if at is None else at.astimezone(zone).isoformat(timespec="minutes") for at in moments),
        _hours(row.told),
        _hours(row.rose),
        len(row.rides),
        first.published_at.astimezone(zone).isoformat(timespec="minutes") if first else "",
        _hours(first.lead) if first else "",
        _("yes") if row.is_missed else "",
        _("example") if topic.is_example else "",
    ]


def _hours(span: dt.timedelta | None) -> float | str:
    return "" if span is None else round(span.total_seconds() / 3600, 1)
