"""How a piece is expected to do, and what the organisation's own posts taught."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from accounts.models import BrandProfile
from content.learning import lessons
from content.models import Calibration, FeedbackSignal
from content.pipeline.foretelling import foretell, keys_of
from content.screens import understood
from content.services import feedback
from content.understanding import learning
from content.understanding.posts import told
from content.views.pieces import visible
from trenddrop.core.charts import LineChart, Series
from trenddrop.core.platforms import PlatformKey

PAGE = 25
NAMED = 3  # features of each post
TICKS = (0, 25, 50, 75, 100)


@require_safe
@requires("content.view")
def prediction(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """A piece's expected quality and virality with their factors, and what worked before on its platform."""
    piece = visible(request, pk)
    if not piece.prediction:
        foretell(piece)
    own = lessons.lessons(piece.organization_id, platform=piece.platform, client_id=piece.client_id)
    context = {
        "piece": piece,
        "asset": piece.asset,
        "predicted": understood.predicted(piece),
        "correction": piece.prediction["correction"],
        "lessons": own,
        "fewest": learning.FEWEST_POSTS,
    }
    page = "content/partials/prediction.html" if request.headers.get("HX-Request") else "content/prediction.html"
    return render(request, page, context)


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """What posts of the current brand's client taught, platform by platform."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    rows = signals(request, brand)
    platforms = dict(rows.order_by().values_list("platform").annotate(n=Count("pk")).order_by("-n", "platform"))
    asked = request.GET.get("platform", "")
    chosen = asked if asked in platforms else next(iter(platforms), "")
    context = {
        "edited": brand,
        "platforms": [{"key": key, "count": count, "here": key == chosen} for key, count in platforms.items()],
        "platform": chosen,
        "fewest": learning.FEWEST_POSTS,
        "fewest_each": learning.FEWEST_EACH,
    }
    return render(request, "content/lessons.html", context | (_of(request, brand, rows, chosen) if chosen else {}))


def signals(request: MemberRequest, brand: BrandProfile) -> QuerySet[FeedbackSignal]:
    """Return the results the member may see, of the brand's client (the house's own without one)."""
    return FeedbackSignal.objects.visible_to(request.membership).filter(piece__client=brand.client_id)


def _of(request: MemberRequest, brand: BrandProfile, rows: QuerySet[FeedbackSignal], platform: str) -> dict[str, Any]:
    own = rows.filter(platform=platform).select_related("piece").order_by("-measured_at", "pk")
    listed = Paginator(own, PAGE).get_page(request.GET.get("page"))
    return {
        "lessons": lessons.lessons(brand.organization_id, platform=platform, client_id=brand.client_id),
        "calibration": _calibration(request, platform),
        "results": listed,
        "rows": [_row(signal) for signal in listed],
        "is_made_up": platform == PlatformKey.PRACTICE,
    }


def _row(signal: FeedbackSignal) -> dict[str, Any]:
    return {
        "signal": signal,
        "seen": round(learning.seen(signal.engagement)),
        "helped": [told(name) for name in signal.helped[:NAMED]],
        "hurt": [told(name) for name in signal.hurt[:NAMED]],
    }


def _calibration(request: MemberRequest, platform: str) -> dict[str, Any] | None:
    """Return the correction that is in use for a platform, else the one that was tried, with its curve."""
    rows = Calibration.objects.visible_to(request.membership).filter(platform__in=keys_of(platform))
    found = rows.order_by("-is_used", "-platform").first()
    return None if found is None else {"row": found, "chart": _chart(found)}


def _chart(row: Calibration) -> LineChart | None:
    if len(row.points) < 2:
        return None
    x = [point[0] for point in row.points]
    return LineChart(
        title=_("Predicted and seen"),
        summary=_("Posts predicted at %(first)s did %(low)s, posts predicted at %(last)s did %(high)s.")
        % {
            "first": round(x[0]),
            "low": round(row.points[0][1]),
            "last": round(x[-1]),
            "high": round(row.points[-1][1]),
        },
        x=x,
        labels=[_("predicted %(n)s") % {"n": round(value)} for value in x],
        series=[
            Series(_("seen"), [point[1] for point in row.points]),
            Series(_("if predictions were right"), x, "dash"),
        ],
        ticks=[(float(tick), str(tick)) for tick in TICKS if x[0] <= tick <= x[-1]],
        x_name=_("Predicted"),
    )


@require_POST
@requires("content.edit")
def renew(request: MemberRequest) -> HttpResponse:
    """Hold the results against each other now."""
    made = feedback.renew(by=request.membership)
    words = ngettext("%(n)s correction was made anew.", "%(n)s corrections were made anew.", made) % {"n": made}
    messages.success(request, words if made else _("There are too few posts yet for any correction."))
    return redirect("lessons")


@require_POST
@requires("content.edit")
def leave_out(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Learn nothing from a post, or learn from it again."""
    rows = FeedbackSignal.objects.visible_to(request.membership).select_related("piece")
    signal = get_object_or_404(rows, pk=pk)
    left_out = request.POST.get("left_out") == "1"
    feedback.leave_out(signal, left_out=left_out, by=request.membership)
    messages.success(request, _("Nothing is learned from it.") if left_out else _("It teaches again."))
    return redirect(f"{reverse('lessons')}?{urlencode({'platform': signal.platform})}")
