"""What the library has on a topic: assets whose words meet it, and posts that rode it. A part of the topic's page."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import TrendMatch
from trends import leads, own
from trends.models import TrendTopic

SHOWN = 6


@require_safe
@requires("content.view")
def topic_assets(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The best matches of a topic, each with where it is said; htmx takes the part alone."""
    topic = get_object_or_404(TrendTopic.objects.filter(is_blocked=False).only("title", "language"), pk=pk)
    matches = TrendMatch.objects.visible_to(request.membership).filter(topic=topic, asset__deleted_at=None)
    found = matches.select_related("asset").order_by("-score", "-pk")[:SHOWN]
    context = {
        "topic": topic,
        "matches": [(match, _said(match)) for match in found],
        "rides": [
            (ride, _page(ride), leads.words(ride.lead), leads.is_early(ride.lead))
            for ride in own.rides_of(request.membership, [pk]).get(pk, [])
        ],
    }
    if request.headers.get("HX-Request"):
        return render(request, "content/partials/topic_assets.html", context)
    return render(request, "content/topic_assets.html", context)


def _page(ride: own.Ride) -> str:
    """Return the post's page; it lives above us, so it is only known by its name."""
    try:
        return reverse("post", args=[ride.post_id])
    except NoReverseMatch:
        return ""


def _said(match: TrendMatch) -> dict[str, object]:
    return match.evidence[0] if match.evidence else {}
