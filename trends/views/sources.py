"""How every feed is: when it answered, what came of it, and when it is asked again."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from trends import feeds

TABS = (("", _("All")), ("ill", _("In trouble")), ("well", _("Well")), ("paused", _("Switched off")))
STATES = {"ill": {"down", "failing", "slow"}, "well": {"ok", "never"}, "paused": {"paused"}}


@require_safe
@requires("trends.view")
def sources(request: MemberRequest) -> HttpResponse:
    """Every feed of the installation, the ill ones first."""
    now = timezone.now()
    found = feeds.every(now=now)
    counts = Counter(name for name, states in STATES.items() for feed in found if feed.state in states)
    counts[""] = len(found)
    view = request.GET.get("view", "")
    shown = [feed for feed in found if feed.state in STATES[view]] if view in STATES else found
    context = {
        "feeds": shown,
        "now": now,
        "view": view if view in STATES else "",
        "tabs": [(name, label, counts[name]) for name, label in TABS],
        "outcomes": [
            (name, label, feeds.HEIGHTS[name], 16 - feeds.HEIGHTS[name]) for name, label in feeds.WORDS.items()
        ],
    }
    return render(request, "trends/sources.html", context)
