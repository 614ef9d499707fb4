"""The organisation's own hashtags: how often, whether that grows, and what it brought."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from trends import own
from trends.own import Tag

PAGE = 50
ORDERS: dict[str, tuple[Any, Callable[[Tag], Any]]] = {
    "used": (_("Most used"), lambda tag: (-tag.uses_30d, tag.normalized)),
    "rising": (_("Rising"), lambda tag: (not tag.is_rising, -(tag.growth or 0), -tag.uses_24h, tag.normalized)),
    "helped": (_("Helped most"), lambda tag: (-(tag.effect.low or 0), -tag.effect.n, tag.normalized)),
}


@require_safe
@requires("trends.view")
def hashtags(request: MemberRequest) -> HttpResponse:
    """Every hashtag of the member's posts of the last 90 days, in the order that is asked for."""
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "used"
    q = " ".join(request.GET.get("q", "").split()).lstrip("#")[:100]
    every = own.hashtags_of(request.membership, now=timezone.now())
    found = [tag for tag in every if q.casefold() in tag.tag.casefold() or q.casefold() in tag.normalized]
    pages = Paginator(sorted(found, key=ORDERS[order][1]), PAGE).get_page(request.GET.get("page"))
    context = {
        "tags": pages,
        "count": len(every),
        "q": q,
        "order": order,
        "orders": [(name, label) for name, (label, _key) in ORDERS.items()],
        "rising": sum(tag.is_rising for tag in every),
        "helped": sum(tag.effect.verdict == "helped" for tag in every),
        "least_uses": own.LEAST_USES,
        "least_posts": own.LEAST_POSTS,
    }
    name = "trends/partials/hashtags.html" if request.headers.get("HX-Target") == "hashtags" else "trends/hashtags.html"
    return render(request, name, context)
