"""Optimisation reports: made, read, taken along, mailed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.models import Membership
from accounts.permissions import may
from accounts.queries import working_memberships
from analytics import tables
from analytics.forms.reports import ReportForm, ReportScheduleForm
from analytics.models import OptimizationReport, ReportSchedule
from analytics.reporting import drawing, leaving
from analytics.reporting.mailing import file_name
from analytics.reporting.recipients import resting
from analytics.screens import reports as screen
from analytics.services import reports as commands
from trenddrop.core import csvs

PAGE = 25


@require_http_methods(["GET", "HEAD"])
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Show the reports, how to make one, and those that come by mail."""
    return _index(request, None)


def _index(request: MemberRequest, form: ReportForm | None) -> HttpResponse:
    member = request.membership
    rows = OptimizationReport.objects.visible_to(member).select_related("client", "brand").defer("content")
    schedules = ReportSchedule.objects.visible_to(member).select_related("client", "brand").order_by("name", "pk")
    can_edit = may(member, "analytics.edit")
    shown = {
        "page": Paginator(rows.order_by("-made_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "schedules": schedules if can_edit else [],
        "form": form or (ReportForm(member=member) if can_edit else None),
        "can_edit": can_edit,
    }
    return render(request, "analytics/reports/index.html", shown, status=422 if form is not None else 200)


@require_POST
@requires("analytics.edit")
def make(request: MemberRequest) -> HttpResponse:
    """Make a report now."""
    form = ReportForm(request.POST, member=request.membership)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("period", "first", "last")}
        try:
            report = commands.make(by=request.membership, now=timezone.now(), **given, **form.whom())
        except commands.CannotReport as error:
            form.add_error(None, str(error))
        else:
            return redirect("numbers_report", report.pk)
    return _index(request, form)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show a report on a sheet of its own; `?csv=` gives one of its tables, or all of them."""
    found = screen.sheet(_report(request, key))
    if "csv" in request.GET:
        return _file(request, found)
    shown = {
        "sheet": found,
        "colour": found.told.face.colours[0],
        "colour_2": found.told.face.colours[1],
        "can_edit": may(request.membership, "analytics.edit"),
        "sections": [(key, found.looks[key]) for key in screen.SECTIONS if key in found.looks],
        "spoken": [(key, found.looks[key]) for key in screen.SPOKEN if key in found.looks],
    }
    return render(request, "analytics/reports/one.html", shown)


def _file(request: MemberRequest, found: screen.Sheet) -> HttpResponse:
    if request.GET["csv"] == "all":
        lines = screen.whole(found)
        return csvs.answer(file_name(found.report, "csv").removesuffix(".csv"), lines[0], lines[1:])
    if file := tables.asked(request, screen.tables(found)):
        return file
    raise Http404(_("There is no such table."))


@require_safe
@requires("analytics.view")
def pdf(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give a report as a PDF, in the reader's language."""
    report = _report(request, key)
    language = translation.get_language() or "en"
    answer = HttpResponse(drawing.drawn(report, language=language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(report, "pdf")}"'
    return answer


@require_POST
@requires("analytics.edit")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a report."""
    commands.remove(_report(request, key), by=request.membership)
    messages.success(request, _("The report is removed."))
    return redirect("numbers_reports")


def _report(request: MemberRequest, key: UUID) -> OptimizationReport:
    rows = OptimizationReport.objects.visible_to(request.membership).filter(status=OptimizationReport.Status.READY)
    return get_object_or_404(rows.select_related("client", "brand"), pk=key)


# By mail


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def schedule_new(request: MemberRequest) -> HttpResponse:
    """Have a report come by mail."""
    return _schedule(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def schedule(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change when, of whom and to whom a report comes."""
    return _schedule(request, _scheduled(request, key))


def _schedule(request: MemberRequest, row: ReportSchedule | None) -> HttpResponse:
    data: Any = request.POST if request.method == "POST" else None
    form = ReportScheduleForm(data, member=request.membership, people=_people(request.membership), row=row)
    if data is not None and form.is_valid():
        try:
            commands.schedule(row, by=request.membership, now=timezone.now(), **form.told())
        except commands.CannotReport as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report comes by mail as you said."))
            return redirect("numbers_reports")
    shown = {"form": form, "row": row, "resting": [str(each.user) for each in resting(row)] if row else []}
    return render(request, "analytics/reports/schedule.html", shown, status=422 if data is not None else 200)


def _people(member: Membership) -> list[tuple[str, str]]:
    """The members who may see numbers, by address."""
    rows = working_memberships().filter(organization_id=member.organization_id).select_related("user", "client")
    rows = rows.filter(client_id=member.client_id) if member.client_id else rows
    found = [each for each in rows.order_by("user__full_name") if may(each, "analytics.view")]
    return [(each.user.email, f"{each.user.full_name or each.user.email}{_of(each)}") for each in found]


def _of(member: Membership) -> str:
    return f" ({member.client.name})" if member.client else ""


@require_POST
@requires("analytics.edit")
def unschedule(request: MemberRequest, key: UUID) -> HttpResponse:
    """End a report's mails."""
    commands.unschedule(_scheduled(request, key), by=request.membership)
    messages.success(request, _("It is mailed no more."))
    return redirect("numbers_reports")


def _scheduled(request: MemberRequest, key: UUID) -> ReportSchedule:
    rows = ReportSchedule.objects.visible_to(request.membership).select_related("client", "brand")
    return get_object_or_404(rows, pk=key)


@csrf_exempt  # mail programs post here without a page (RFC 8058); the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Take whoever holds the link off a report's mails."""
    try:
        asked = leaving.read(token)
    except leaving.NotALink:
        return render(request, "analytics/reports/leave.html", {"state": "lost"}, status=404)
    if request.method != "POST":
        return render(request, "analytics/reports/leave.html", {"state": "ask", "email": asked.email})
    commands.leave(asked)
    return render(request, "analytics/reports/leave.html", {"state": "done", "email": asked.email})
