"""The page made for a client: to read, to show, to print."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import span, tables
from analytics.queries import client_report as query
from analytics.queries import narrowing
from analytics.queries.narrowing import NotThere
from analytics.screens import client_report as screen
from analytics.screens import overview as headlines
from analytics.views.overview import asked


@require_safe
@requires("analytics.view")
def page(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one client's numbers in its own name and colours."""
    try:
        client = narrowing.client_of(str(pk), request.membership)
    except NotThere as error:
        raise Http404(_("There is no such client.")) from error
    if client is None:
        raise Http404(_("There is no such client."))
    accounts = narrowing.accounts_of(request.membership)
    wish = asked(request, accounts)
    found = query.of_client(client, request.membership, wish, accounts)
    told = headlines.headlines(found.overview)
    if file := tables.asked(request, screen.tables(found, told)):
        return file
    first, second = screen.colours(client)
    shown: dict[str, Any] = {
        "client": client,
        "found": found,
        "overview": found.overview,
        "figures": told,
        "lead": screen.lead(found, told),
        "chart": headlines.chart(found.overview, headlines.USUAL),
        "gaps": headlines.gaps(found.overview),
        "platform_rows": headlines.platform_rows(found.overview),
        "people": screen.people(found),
        "colour": first,
        "colour_2": second,
        "wish": wish,
        "periods": headlines.periods(request.path, wish, span.PERIODS),
        "csv": f"{request.path}?{wish.query}&csv=",
        "now": timezone.now(),
    }
    return render(request, "analytics/client.html", shown)
