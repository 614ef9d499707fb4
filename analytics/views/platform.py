"""A platform's own page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.documents import DOCUMENTS
from analytics.queries import narrowing
from analytics.queries import platform as query
from analytics.screens import platform as screen
from analytics.views.overview import asked, frame


@require_safe
@requires("analytics.view")
def page(request: MemberRequest, key: str) -> HttpResponse:
    """Show what is special to one platform."""
    if key not in DOCUMENTS:
        raise Http404(_("No account’s days are counted there."))
    accounts = narrowing.accounts_of(request.membership)
    wish = asked(request, accounts)
    metric = request.GET.get("metric", "")
    found = query.of(key, wish, accounts, metric=metric)
    if file := tables.asked(request, screen.tables(found)):
        return file
    first, rest, untold = screen.told_apart(found)
    shown: dict[str, Any] = {
        "found": found,
        "figures": first,
        "rest": rest,
        "untold": untold,
        "chart": screen.chart(found),
        "metrics": screen.choices(found),
        "metric": found.line.field.key if found.line else "",
        "gaps": screen.gaps(found),
        "listings": screen.listings(found),
    }
    mine = [each for each in accounts if each.platform == key]
    return render(request, "analytics/platform.html", shown | {**frame(request, wish, accounts), "accounts": mine})
