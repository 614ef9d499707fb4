"""The table of posts, and numbers of posts that people bring."""

import zoneinfo
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, requires
from analytics import post_files
from analytics.forms.posts import PostFileForm, PostNumbersForm
from analytics.models import MeasuredPost
from analytics.queries import post_table
from analytics.screens import post_table as screens
from analytics.services import entering
from analytics.span import PERIODS
from trenddrop.core import csvs


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every post with the metrics the reader chose, sorted by any of them."""
    zone = request.membership.organization.timezone
    today = timezone.now().astimezone(zoneinfo.ZoneInfo(zone)).date()
    wish = screens.asked(request.GET.dict(), request.GET.getlist("columns"), zone=zone, today=today)
    rows = post_table.rows_of(request.membership, wish.narrowed)
    if "csv" in request.GET:
        found = post_table.in_order(rows, wish.order).select_related("post__connection")[: post_table.MOST_ROWS]
        name = f"trenddrop-posts-{wish.span.first}-{wish.span.last}"
        return csvs.answer(name, screens.file_header(wish), screens.file_rows(found, wish))
    after = request.GET.get("after", "")
    page = post_table.page(rows, wish.order, after=after)
    context = {
        "wish": wish,
        "columns": screens.columns(wish),
        "lines": screens.lines(page.rows, wish),
        "choices": screens.choices(request.membership, wish),
        "groups": screens.chooser(wish),
        "periods": [(days, wish.of_days(days)) for days in PERIODS],
        "year": f"?{wish.of_days(365)}",
        "published_query": wish.query(sort="published_at" if wish.order.asked == "-published_at" else "-published_at"),
        "next_url": f"?{wish.query(after=page.more)}" if page.more else "",
        "is_first": not after,
    }
    return render(request, "analytics/posts/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def enter(request: MemberRequest, key: UUID) -> HttpResponse:
    """Write down what the platform shows of a post."""
    rows = MeasuredPost.objects.visible_to(request.membership).select_related("post__connection")
    row = get_object_or_404(rows, post_id=key)
    form = PostNumbersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = form.cleaned_data["at"]
        try:
            entering.enter(row, counts=form.counts, by=request.membership, now=timezone.now(), at=at)
        except entering.CannotEnter as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The numbers are noted, and what follows from them was reckoned."))
            return redirect("post_numbers", key)
    context = {"form": form, "measured": row, "post": row.post}
    return render(request, "analytics/posts/enter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def bring(request: MemberRequest) -> HttpResponse:
    """Take in a file of posts' numbers, and tell what of it made no sense."""
    form, brought = PostFileForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        zone = zoneinfo.ZoneInfo(request.membership.organization.timezone)
        data = form.cleaned_data["file"].read(post_files.MOST_BYTES + 1)
        try:
            brought = entering.bring(data, by=request.membership, now=now, today=now.astimezone(zone).date(), zone=zone)
        except csvs.CannotRead as error:
            form.add_error("file", str(error))
        else:
            words = ngettext(
                "Numbers of %(n)s post were taken in.", "Numbers of %(n)s posts were taken in.", brought.written
            )
            (messages.success if brought.written else messages.warning)(request, words % {"n": brought.written})
            if not brought.errors:
                return redirect("numbers_posts")
    context = {
        "form": form,
        "brought": brought,
        "columns": sorted({str(each.name) for each in post_files.names().values()}),
    }
    return render(request, "analytics/posts/bring.html", context, status=422 if form.errors else 200)
