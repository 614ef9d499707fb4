"""What rises now."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from trends import queries
from trends.models import TrendSource, TrendTopic

SWAPPED = {"topics", "topic-rows"}
TABS = (
    ("emerging", _("Emerging")),
    ("trending", _("Trending")),
    ("declining", _("Declining")),
    ("all", _("Everything")),
)


@require_safe
@requires("trends.view")
def trends(request: MemberRequest) -> HttpResponse:
    """Topics by tab and filter; htmx asks for the list alone."""
    wish = queries.Wish.read(request.GET.dict())
    brand = current_brand(request)
    try:
        page = queries.page(brand, wish)
    except queries.BadPlace as error:
        raise Http404 from error
    context = {
        "brand": brand,
        "page": page,
        "wish": wish,
        "tabs": [(name, label, wish.address(view=name), page.counts[name]) for name, label in TABS],
        "ours_url": wish.address(view="ours"),
        "next_url": wish.address(view=page.view, after=page.next) if page.next else "",
        "top_url": wish.address() if wish.after else "",
        "examples": any(row.topic.is_example for row in page.rows),
    }
    if request.headers.get("HX-Target") in SWAPPED:
        return render(request, "trends/partials/topics.html", context)
    return render(request, "trends/list.html", context | around(queries.sources(), now=timezone.now()))


def around(sources: list[TrendSource], *, now: dt.datetime) -> dict[str, Any]:
    """Return the choices of the filters and the sources' health, all from the sources there are."""
    strands = queries.strands(sources, now=now)
    answers = [row.last_success_at for row in sources if row.last_success_at and not row.is_example]
    return {
        "strands": strands,
        "updated_at": max(answers, default=None),
        "silent": bool(strands) and not answers,
        "regions": sorted({row.region for row in sources if row.region}),
        "source_choices": sorted({row.kind for row in sources}),
        "kinds": TrendTopic.Kind.choices,
    }
