"""The overview of numbers."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import context
from accounts.access import MemberRequest, requires
from analytics import span, tables
from analytics.queries import narrowing
from analytics.queries import overview as query
from analytics.queries.narrowing import Account, NotThere, Wish
from analytics.screens import overview as screen


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """Show what the days brought, against as many days before."""
    accounts = narrowing.accounts_of(request.membership)
    wish = asked(request, accounts)
    found = query.of_member(request.membership, wish, accounts)
    figures = screen.headlines(found)
    if file := tables.asked(request, screen.tables(found, figures)):
        return file
    metric = request.GET.get("metric", "")
    metrics = screen.metrics(found)
    metric = metric if metric in metrics else screen.USUAL
    shown: dict[str, Any] = {
        "found": found,
        "figures": figures,
        "chart": screen.chart(found, metric),
        "gaps": screen.gaps(found),
        "metric": metric,
        "metrics": metrics,
        "platform_rows": screen.platform_rows(found),
        "account_rows": screen.account_rows(found),
        "client_rows": screen.client_rows(found),
        "brand_rows": screen.brand_rows(found),
    }
    return render(request, "analytics/overview.html", shown | frame(request, wish, accounts))


def asked(request: MemberRequest, accounts: Sequence[Account]) -> Wish:
    """Return what the address asks for; what is not this member's is not found."""
    try:
        return narrowing.asked(request.GET, request.membership, accounts, now=timezone.now())
    except NotThere as error:
        raise Http404(_("There is nothing here by that name.")) from error


def frame(request: MemberRequest, wish: Wish, accounts: Sequence[Account]) -> dict[str, Any]:
    """What every page with days and filters shows: how long, and what it can be narrowed to."""
    metric = request.GET.get("metric", "")
    more = f"metric={metric}" if metric.isidentifier() and metric.isascii() else ""
    return {
        "wish": wish,
        "days": str(wish.span.days) if _is_usual(wish) else "",
        "periods": screen.periods(request.path, wish, span.PERIODS, more=more),
        "accounts": accounts,
        "platform_choices": sorted({each.platform for each in accounts}),
        "client_choices": [] if request.membership.narrowed_to else context.clients(request),
        "brand_choices": context.brands(request),
        "csv": f"{request.path}?{wish.query}&csv=",
    }


def _is_usual(wish: Wish) -> bool:
    return wish.span == span.of_days(wish.span.days, today=wish.today) and wish.span.days in span.PERIODS
