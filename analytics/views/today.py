"""Today: what is going on, what needs me, what do I do next?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from analytics.queries import posts, today


@requires("content.view")
def page(request: MemberRequest) -> HttpResponse:
    """The first page after sign-in."""
    now, member = timezone.now(), request.membership
    planned = today.posts_of_interest(member, now=now)
    days = today.days_ahead(planned, now=now)
    standings = posts.latest_standings(member, now=now)
    done = {} if standings else today.first_steps(member)
    first_post = today.first_live(member, now=now) if done and all(done.values()) else None
    context = {
        "now": now,
        "needs": today.needs(member, planned, now=now),
        "rest": _rest(days),
        "rising": today.rising(current_brand(request), now=now),
        "days": days,
        "medians": [_row(standing) for standing in standings],
        "median_of": _("at the same age, 48 h at most; the line is the median of the account’s last 40"),
        "first_steps": [] if standings or all(done.values()) else _steps(done),
        "first_post": first_post,
    }
    return render(request, "analytics/today.html", context)


def _rest(days: list[today.Day]) -> str:
    planned = sum(post.status == "scheduled" for day in days for post in day.posts)
    if not planned:
        return ""
    return ngettext("%(n)s post goes out this week.", "%(n)s posts go out this week.", planned) % {"n": planned}


def _row(standing: posts.Standing) -> dict[str, Any]:
    post = standing.measured.post
    return {
        "post": post,
        "platform": standing.measured.platform,
        "title": str(post),
        "url": reverse("post", args=[post.pk]),
        "ratio": standing.ratio,
        "value": standing.value,
        "n": standing.n,
        "is_simulated": standing.measured.is_simulated,
    }


def _steps(done: dict[str, bool]) -> list[dict[str, Any]]:
    steps = [
        {
            "key": "asset",
            "title": _("Drop a video, a recording or a text"),
            "text": _("It is read on this machine: words, moments, and which rising topics fit."),
            "url": reverse("upload"),
            "action": _("Upload"),
        },
        {
            "key": "connection",
            "title": _("Connect an account"),
            "text": _("Bluesky, Mastodon, or the practice network to try everything without any account."),
            "url": reverse("connections"),
            "action": _("Connect"),
        },
        {
            "key": "post",
            "title": _("Send your first post"),
            "text": _("Choose a piece in the Studio, pick a time, and watch its numbers come in."),
            "url": reverse("library"),
            "action": _("Open the library"),
        },
    ]
    waiting = next((step["key"] for step in steps if not done[step["key"]]), "")
    return [{**step, "done": done[step["key"]], "go": step["key"] == waiting} for step in steps]
