"""What rises now."""

import datetime as dt
from functools import cache
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
from trends.normalise import country_of
from trends.queries.search import GENERAL
from trends.sources import source
from trends.views.slots import slot, slots

SWAPPED = {"topics", "topic-rows"}
TABS = (
    ("emerging", _("Emerging")),
    ("trending", _("Trending")),
    ("declining", _("Declining")),
    ("all", _("Everything")),
)
SORTED_BY = {
    "fit": _("Best fit"),
    "score": _("Strongest"),
    "growth": _("Fastest growing"),
    "newest": _("Newest"),
    "burst": _("Furthest above usual"),
}
AGES = {
    "1": _("Under 1 hour"),
    "6": _("Under 6 hours"),
    "24": _("Under 24 hours"),
    "72": _("Under 3 days"),
    "168": _("Under 7 days"),
}


@require_safe
@requires("trends.view")
def trends(request: MemberRequest) -> HttpResponse:
    """Topics by tab, filter and order; htmx asks for the list alone."""
    wish = queries.Wish.read(request.GET.dict())
    brand, now = current_brand(request), timezone.now()
    try:
        page = queries.page(brand, wish, now=now)
    except queries.BadPlace as error:
        raise Http404 from error
    kept = "" if wish.sort == "fit" else wish.sort  # by fit, a tab would leave out what does not fit
    context = {
        "brand": brand,
        "page": page,
        "wish": wish,
        "tabs": [(name, label, wish.address(view=name, sort=kept), page.counts.get(name)) for name, label in TABS],
        "ours_url": wish.address(view="ours"),
        "all_url": wish.address(view="all", sort=kept),
        "most": queries.MOST_COUNTED,
        "next_url": wish.address(view=page.view, after=page.next) if page.next else "",
        "top_url": wish.address() if wish.after else "",
        "columns": columns(wish, page),
        "make_url": slot("asset_new"),
        "unknown": page.sort if page.sort in ("growth", "burst") else "",
        "examples": any(row.topic.is_example for row in page.rows),
    }
    if request.headers.get("HX-Target") in SWAPPED:
        return render(request, "trends/partials/topics.html", context)
    return render(request, "trends/list.html", context | around(queries.sources(), now=now) | choices(brand))


def columns(wish: queries.Wish, page: queries.Page) -> list[tuple[str, Any, str, bool, str]]:
    """Return the table's heads: name, label, the address that sorts by it, whether it is sorted by, look."""
    middle = {"score": _("Score"), "burst": _("Above usual")}.get(page.sort, _("Mentions"))
    heads = (
        ("topic", _("Topic"), "", ""), ("stands", _("Stands"), "", ""), ("curve", _("Last 24 h"), "", "opt"),
        ("growth", _("Growth"), "growth", "num"), ("score", middle, "score", "num opt"),
        ("newest", _("Age"), "newest", "num opt"), ("sources", _("Sources"), "", "opt"), ("fit", _("Fits"), "fit", ""),
    )  # fmt: skip
    here = "score" if page.sort == "burst" else page.sort
    return [
        (name, label, wish.address(sort=sort) if sort else "", name == here, look) for name, label, sort, look in heads
    ]


def around(sources: list[TrendSource], *, now: dt.datetime) -> dict[str, Any]:
    """Return the choices of the filters and the sources' health, all from the sources there are."""
    strands = queries.strands(sources, now=now)
    answers = [row.last_success_at for row in sources if row.last_success_at and not row.is_example]
    return {
        "strands": strands,
        "updated_at": max(answers, default=None),
        "silent": bool(strands) and not answers,
        "regions": sorted({country_of(row.region) for row in sources} - {""}),
        "languages": sorted({row.language.lower() for row in sources if row.language}),
        "source_choices": sorted({row.kind for row in sources}),
        "platforms": sorted({platform for row in sources if (platform := platform_of(row.kind))}),
    }


@cache
def platform_of(kind: str) -> str:
    """Return the platform whose topics a kind of source tells of; "" for none, or one no longer in the settings."""
    try:
        return source(kind).platform
    except KeyError:
        return ""


def choices(brand: object) -> dict[str, Any]:
    """Return the filters' other choices, and the pages beside this one which exist in this release."""
    return {
        "kinds": TrendTopic.Kind.choices,
        "sorts": [(name, label) for name, label in SORTED_BY.items() if brand or name != "fit"],
        "ages": list(AGES.items()),
        "leasts": ("20", "40", "60", "80"),
        "general": GENERAL,
        "slots": slots("trend_history", "trend_hashtags", "trend_sources", "watches", "watch_new"),
    }
