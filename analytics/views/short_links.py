"""Where a counted link leads: no member's page, no sign-in, no cookie, no address of the network looked at."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from analytics import clicks
from analytics.services import telling

PRIVATE = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    # The page that is reached may learn where its visitor came from, as without us.
    "Referrer-Policy": "no-referrer-when-downgrade",
}


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on, and count it; a link that leads nowhere says so."""
    now, agent = timezone.now(), request.headers.get("User-Agent", "")
    link = telling.followed(
        code,
        is_bot=clicks.is_bot(request.headers, method=request.method or ""),
        country=country_of(request),
        referrer=clicks.host(request.headers.get("Referer", "")),
        device=clicks.device(agent),
        now=now,
    )
    if link is None or not telling.works(link, now=now):
        # Rendered without the request, so that no cookie is set and nobody's session is read.
        page = render_to_string("analytics/conversions/closed.html", {"is_known": link is not None})
        return HttpResponse(page, status=404, headers=PRIVATE)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(clicks.marked(link.url, link.utm, code=link.code, passed_on=query), headers=PRIVATE)


def country_of(request: HttpRequest) -> str:
    """Return the country a proxy of ours tells; addresses are never looked up."""
    return clicks.country(request.headers.get(settings.COUNTRY_HEADER, "")) if settings.COUNTRY_HEADER else ""
