"""Plans brought as files: bring, look, let in, follow, take back what was refused; and what is planned, as a file."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, tenancy
from accounts.access import MemberRequest, requires
from accounts.models import ClientAccount
from publishing import sheets
from publishing.forms.imports import PlanForm
from publishing.models import PlanImport
from publishing.screens import exports
from publishing.services import imports as commands
from publishing.walltime import UnknownZone
from trenddrop.core import csvs

LISTED = 50
Status = PlanImport.Status


@require_safe
@requires("posts.schedule")
def index(request: MemberRequest) -> HttpResponse:
    """Every file that was brought, the latest first."""
    rows = PlanImport.objects.visible_to(request.membership).select_related("asked_by", "client")
    return render(request, "publishing/imports/index.html", {"rows": rows.order_by("-created_at")[:LISTED]})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def new(request: MemberRequest) -> HttpResponse:
    """Bring a file; nothing is planned before it was looked at."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plan = commands.bring(
                given["file"].read(sheets.MOST_BYTES + 1),
                name=given["file"].name,
                zone=given["timezone"],
                by=request.membership,
                as_drafts=given["as_drafts"],
                client=given.get("client"),
            )
        except sheets.CannotRead as error:
            form.add_error("file", str(error))
        except UnknownZone as error:
            form.add_error("timezone", str(error))
        else:
            return redirect("plan_import", plan.pk)
    context = {"form": form, "columns": sheets.COLUMNS}
    return render(request, "publishing/imports/new.html", context, status=422 if form.is_bound else 200)


def _form(request: MemberRequest) -> PlanForm:
    clients = ClientAccount.objects.visible_to(request.membership).filter(deleted_at=None).order_by("name")
    zones = [request.user.timezone, request.membership.organization.timezone]
    given: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    narrowed = request.membership.narrowed_to
    return PlanForm(**given, zones=zones, clients=clients, initial={"client": narrowed} if narrowed else {})


@require_safe
@requires("posts.schedule")
def example(request: MemberRequest) -> HttpResponse:
    """A file to begin with: the columns, and two rows."""
    rows = exports.example(request.membership, now=timezone.now())
    answer = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="plan.csv"'
    return answer


def _plan(request: MemberRequest, key: UUID) -> PlanImport:
    rows = PlanImport.objects.visible_to(request.membership).select_related("client", "asked_by")
    return get_object_or_404(rows, pk=key)


@require_safe
@requires("posts.schedule")
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    """What its first rows would become; then how far it is; then how it ended."""
    plan = _plan(request, key)
    context: dict[str, Any] = {"plan": plan, "is_new": plan.status == Status.QUEUED and plan.rows is None}
    if context["is_new"]:
        sheet = commands.sheet_of(plan)
        looks = commands.look(plan, sheet, by=request.membership, now=timezone.now())
        context |= {"sheet": sheet, "looks": looks, "more": len(sheet.rows) - len(looks)}
    else:
        context["working"] = plan.status in {Status.QUEUED, Status.READING}
        context["progress"] = round(100 * plan.read / plan.rows) if plan.rows else 0
    is_part = request.headers.get("HX-Target") == "plan-progress"
    template = "publishing/imports/progress.html" if is_part else "publishing/imports/detail.html"
    return render(request, template, context)


@require_POST
@requires("posts.schedule")
def let_in(request: MemberRequest, key: UUID) -> HttpResponse:
    """Have its rows planned."""
    try:
        commands.let_in(_plan(request, key), by=request.membership)
    except (commands.CannotBring, sheets.CannotRead) as error:
        messages.warning(request, str(error))
    return redirect("plan_import", key)


@require_POST
@requires("posts.schedule")
def drop(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put it aside, or stop it."""
    plan = _plan(request, key)
    was_new = plan.rows is None
    try:
        commands.drop(plan, by=request.membership)
    except commands.CannotBring as error:
        messages.warning(request, str(error))
    else:
        said = _("Put aside. Nothing was planned.") if was_new else _("Stopped. What was planned stays.")
        messages.info(request, said)
    return redirect("plan_imports") if was_new else redirect("plan_import", key)


@require_safe
@requires("posts.schedule")
def refused(request: MemberRequest, key: UUID) -> FileResponse:
    """The rows that came back, each with its reasons: to mend and bring again."""
    plan = _plan(request, key)
    if not plan.refused_file:
        raise Http404
    name = f"{plan.name.rpartition('.')[0] or plan.name}-to-mend.csv"
    return FileResponse(plan.refused_file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


@require_safe
@requires("posts.view", scoped=False)
def export(request: MemberRequest) -> StreamingHttpResponse:
    """What the calendar or the list shows, as a file that can be brought again: `?from=&until=` or `?view=&day=`, and
    the calendar's filters."""
    member, now = request.membership, timezone.now()
    asked = exports.asked(request.GET.dict(), zone=request.user.timezone, now=now)
    with tenancy.of_member(member):
        count = exports.rows_of(member, asked).count()
        audit.record(
            "plan.exported", member.organization, organization_id=member.organization_id, by=member, rows=count
        )
    answer = StreamingHttpResponse(_lines(request, asked), content_type="text/csv; charset=utf-8")
    name = f"plan-{asked.first:%Y-%m-%d}-{asked.last:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(request: MemberRequest, asked: exports.Asked) -> Iterator[str]:
    yield "\ufeff" + csvs.line(exports.HEADER)
    after: tuple[dt.datetime, UUID] | None = None
    while True:
        with tenancy.of_member(request.membership):
            found = exports.chunk(request.membership, asked, after=after)
        yield "".join(csvs.line(exports.cells(post)) for post in found)
        if len(found) < exports.CHUNK:
            return
        after = (found[-1].scheduled_for, found[-1].pk)
