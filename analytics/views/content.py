"""What works: hours, hashtags, kinds, and the best posts."""

import zoneinfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.screens import what_works


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """Show what goes with better results, for one account or all."""
    now = timezone.now()
    zone = zoneinfo.ZoneInfo(request.membership.organization.timezone)
    wanted = what_works.asked(request.GET.dict(), today=now.astimezone(zone).date())
    found = what_works.shown(request.membership, wanted, now=now)
    file = tables.asked(request, what_works.tables(found)) if "csv" in request.GET else None
    context = {"works": found, "asked": found.asked, "periods": what_works.PERIODS, "zone": zone.key}
    return file or render(request, "analytics/content/page.html", context)
