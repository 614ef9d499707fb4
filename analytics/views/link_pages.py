"""Counted links as members see them: the list, one with its numbers, and those of a post or a piece."""

import io
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import qrcode  # type: ignore[import-untyped]
import qrcode.image.svg  # type: ignore[import-untyped]
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.queries import key_of
from analytics import span, tables
from analytics.attribution import DAY
from analytics.forms.conversions import LinkForm, QuickLinkForm
from analytics.models import ShortLink
from analytics.queries import conversions as queries
from analytics.screens import conversions as screens
from analytics.services import links as commands
from analytics.services.telling import works
from analytics.tables import Table
from content.models import GeneratedContent
from publishing.models import ScheduledPost

PAGE = 50
CSV_ROWS = 10_000


def _asked(request: MemberRequest) -> span.Span:
    zone = ZoneInfo(request.membership.organization.timezone)
    return span.asked(request.GET.dict(), today=timezone.now().astimezone(zone).date() + DAY)


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every counted link, the newest first, with its clicks in these days."""
    asked, rows = _asked(request), queries.links(request.membership)
    if request.GET.get("csv") == "links":
        return tables.asked(request, [_table(list(rows[:CSV_ROWS]), asked)]) or HttpResponse(status=404)
    before = key_of(request.GET.get("before", ""))
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    counts, now = queries.parts_of_day(found[:PAGE], asked), timezone.now()
    listed = [
        {
            "row": each, "clicks": counts.get(each.pk, 0), "address": commands.address(each),
            "works": works(each, now=now),
        }
        for each in found[:PAGE]
    ]  # fmt: skip
    context = {
        "links": listed,
        "asked": asked,
        "periods": span.PERIODS,
        "next_url": f"?{asked.query}&before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "previous_url": f"?{asked.query}" if before else "",
    }
    return render(request, "analytics/conversions/links.html", context)


def _table(rows: list[ShortLink], asked: span.Span) -> Table:
    counts = queries.parts_of_day(rows, asked)
    header = [
        _("Link"), _("Name"), _("Leads to"), _("Post"), _("Clicks in these days"), _("Clicks in all"), _("Last click"),
    ]  # fmt: skip
    cells = [
        [commands.address(row), row.title, row.url, str(row.post_id or ""), counts.get(row.pk, 0), row.clicks,
         row.last_clicked_at and row.last_clicked_at.isoformat()]
        for row in rows
    ]  # fmt: skip
    return Table("links", _("Links"), header, cells)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def new(request: MemberRequest) -> HttpResponse:
    """Make a link."""
    form = LinkForm(request.POST if request.method == "POST" else None, member=request.membership)
    if form.is_valid():
        told = form.cleaned_data
        try:
            row = commands.make(
                by=request.membership, code=told.get("code", ""), of=told.get("client"), **form.values()
            )
        except commands.CannotLink as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The link is ready to be copied."))
            return redirect("numbers_link", row.pk)
    return render(request, "analytics/conversions/link_new.html", {"form": form}, status=422 if form.errors else 200)


def _row(request: MemberRequest, key: UUID) -> ShortLink:
    return get_object_or_404(queries.links(request.membership).select_related("made_by", "post__connection"), pk=key)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One link: its address and code to print, clicks a day, countries, referrers, devices."""
    return _one(request, _row(request, key))


def _one(request: MemberRequest, link: ShortLink, form: LinkForm | None = None) -> HttpResponse:
    asked = _asked(request)
    chart, table = screens.clicks_chart(link, asked)
    parts = [
        (name, title, queries.clicks_by(link, asked, name))
        for name, title in (("country", _("Country")), ("referrer", _("From")), ("device", _("Device")))
    ]
    file = tables.asked(request, [table, *(screens.split_table(*part) for part in parts)])
    if file:
        return file
    context = {
        "link": link,
        "address": commands.address(link),
        "works": works(link, now=timezone.now()),
        "asked": asked,
        "periods": span.PERIODS,
        "chart": chart,
        "parts": [(name, title, screens.shares(found)) for name, title, found in parts],
        "form": form or LinkForm(member=request.membership, link=link),
    }
    return render(request, "analytics/conversions/link.html", context, status=422 if form else 200)


@require_POST
@requires("analytics.edit")
def change(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change where it leads, or let it rest and work again (`rest`, `work`)."""
    link = _row(request, key)
    if "rest" in request.POST or "work" in request.POST:
        values: dict[str, Any] = {"url": link.url, "title": link.title, "utm": link.utm, "expires_at": link.expires_at}
        values["is_active"] = "work" in request.POST
    else:
        form = LinkForm(request.POST, member=request.membership, link=link)
        if not form.is_valid():
            return _one(request, link, form)
        values = {**form.values(), "is_active": link.is_active}
    try:
        commands.change(link, by=request.membership, **values)
    except commands.CannotLink as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("numbers_link", key)


@require_safe
@requires("analytics.view")
def picture(request: MemberRequest, key: UUID) -> HttpResponse:
    """The link as a QR code, for print."""
    image = qrcode.make(commands.address(_row(request, key)), image_factory=qrcode.image.svg.SvgPathImage, border=2)
    out = io.BytesIO()
    image.save(out)
    answer = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


# As a part of a post's and a piece's page


def _post(request: MemberRequest, key: UUID) -> ScheduledPost:
    rows = ScheduledPost.objects.visible_to(request.membership).select_related("connection", "piece__asset")
    return get_object_or_404(rows, pk=key)


def _piece(request: MemberRequest, key: UUID) -> GeneratedContent:
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None).select_related("asset")
    return get_object_or_404(rows, pk=key)


def _part(request: MemberRequest, of: ScheduledPost | GeneratedContent, form: QuickLinkForm | None) -> HttpResponse:
    is_post = isinstance(of, ScheduledPost)
    rows = queries.links(request.membership).filter(**{"post" if is_post else "piece": of})
    context = {
        "of": of,
        "make_url": "post_link_make" if is_post else "piece_link_make",
        "links": [{"row": each, "address": commands.address(each)} for each in rows[:20]],
        "form": form or QuickLinkForm(initial={"campaign": commands.usual_marks(of).get("campaign", "")}),
    }
    part = request.headers.get("HX-Request")
    template = "analytics/conversions/of_part.html" if part else "analytics/conversions/of_page.html"
    return render(request, template, context, status=422 if form and form.errors else 200)


@require_safe
@requires("analytics.view")
def of_post(request: MemberRequest, key: UUID) -> HttpResponse:
    """The counted links of a post."""
    return _part(request, _post(request, key), None)


@require_safe
@requires("analytics.view")
def of_piece(request: MemberRequest, key: UUID) -> HttpResponse:
    """The counted links of a piece."""
    return _part(request, _piece(request, key), None)


@require_POST
@requires("analytics.edit")
def make_of_post(request: MemberRequest, key: UUID) -> HttpResponse:
    """Make a link of this post alone: of a piece that goes to several accounts, each has its own."""
    return _make(request, _post(request, key))


@require_POST
@requires("analytics.edit")
def make_of_piece(request: MemberRequest, key: UUID) -> HttpResponse:
    """Make a link of a piece, to be copied into its text."""
    return _make(request, _piece(request, key))


def _make(request: MemberRequest, of: ScheduledPost | GeneratedContent) -> HttpResponse:
    form = QuickLinkForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            commands.make(
                told["url"], by=request.membership, of=of, code=told["code"], utm={"campaign": told["campaign"]}
            )
        except commands.CannotLink as error:
            form.add_error(None, str(error))
        else:
            return _part(request, of, None)
    return _part(request, of, form)
