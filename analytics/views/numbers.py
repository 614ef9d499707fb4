"""A post's numbers, as a part of its page or on a page of their own."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.models import MeasuredPost
from analytics.queries import posts
from analytics.screens import post_numbers as screens
from publishing.models import ScheduledPost


@require_safe
@requires("posts.view")
def post_numbers(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show what the platform counted, what follows from it, and the account's own past beside it."""
    rows = MeasuredPost.objects.visible_to(request.membership).select_related("post__connection")
    is_part = bool(request.headers.get("HX-Request"))
    row = rows.filter(post_id=key).first()
    if row is None and is_part:  # live by a person's word, so that nobody can count it
        get_object_or_404(ScheduledPost.objects.visible_to(request.membership), pk=key)
        return HttpResponse()
    if row is None:
        raise Http404
    snapshots = posts.curve(row.post_id, request.membership)
    if "csv" in request.GET:
        file = tables.asked(request, [screens.curve_table(row, snapshots), screens.figures_table(row)])
        if file:
            return file
    chart = screens.chart(row, snapshots)
    context = {
        "post": row.post,
        "measured": row,
        "stats": screens.stats(row, now=timezone.now()) if row.last_at else [],
        "curve": chart,
        "band_note": screens.band_note(chart),
        "groups": screens.groups(row) if row.last_at else [],
        "metric_note": screens.note(row),
        "is_simulated": row.is_simulated,
        "measured_at": row.last_at,
        "refresh": row.last_at is None and row.next_at is not None,
        "is_page": not is_part,
    }
    template = "publishing/partials/numbers.html" if is_part else "analytics/numbers.html"
    return render(request, template, context)
