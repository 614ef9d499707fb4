"""Who the people are."""

import zoneinfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import span, tables
from analytics.screens import audience


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """Show countries, cities, ages and genders of accounts, and of those who reacted."""
    zone = zoneinfo.ZoneInfo(request.membership.organization.timezone)
    today = timezone.now().astimezone(zone).date()
    found = audience.shown(request.membership, audience.asked(request.GET.dict(), today=today))
    context = {"people": found, "asked": found.asked, "periods": span.PERIODS, "why": audience.WHY, "of": audience.OF}
    file = tables.asked(request, audience.tables(found))
    return file or render(request, "analytics/audience/page.html", context)
