"""The one gateway whose page is opened by a script of its own: Cashfree, from a session in the address."""

import re

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SESSION = re.compile(r"[A-Za-z0-9_-]{8,600}")


@never_cache
@require_safe
@csp_update(
    {
        "script-src": ["https://sdk.cashfree.com"],
        "connect-src": ["https://*.cashfree.com"],
        "frame-src": ["https://*.cashfree.com"],
    }
)
def cashfree(request: HttpRequest) -> HttpResponse:
    """Hand over to Cashfree’s own page."""
    session = request.GET.get("session", "")
    if not SESSION.fullmatch(session):
        raise Http404
    context = {"session": session, "script": settings.CASHFREE_SCRIPT_URL, "mode": settings.CASHFREE_MODE}
    return render(request, "billing/cashfree.html", context)
