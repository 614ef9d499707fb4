"""Findings: the list, one with its evidence, doing what it says, putting it away; and odd days."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.models import Anomaly, Insight
from analytics.queries import facts
from analytics.queries import insights as query
from analytics.screens import insights as screens
from analytics.services import advising
from analytics.services import insights as commands
from publishing.models import PlatformConnection
from publishing.services.posts import CannotPlan
from trenddrop.core.limits import LimitReached


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """What the numbers say, the most useful first; of what too little is known; odd days."""
    member, kind = request.membership, request.GET.get("kind", "")
    rows, odd = query.standing(member), query.odd_lately(member)
    if file := tables.asked(request, [screens.list_table(rows), screens.odd_table(odd)]):
        return file
    counts, run = query.kinds(rows), query.last_run(member)
    context = {
        "rows": [row for row in rows if kind not in Insight.Kind.values or row.kind == kind],
        "all": len(rows),
        "kind": kind if kind in Insight.Kind.values else "",
        "kinds": [(key, words, counts[key]) for key, words in Insight.Kind.choices if counts[key]],
        "run": run,
        "thin": screens.thin(run),
        "odd": odd,
        "away": query.put_away(member),
        "reasons": Insight.Reason.choices,
    }
    return render(request, "analytics/insights/index.html", context)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One finding: its chart, its numbers, how it was tested, what to do."""
    row = _insight(request, key)
    table = screens.table(row, query.titles(request.membership, screens.keys(row)))
    if file := tables.asked(request, [table]):
        return file
    context = {
        "row": row,
        "strips": screens.strips(row),
        "line": screens.line(row),
        "table": table,
        "facts": screens.facts(row),
        "test": screens.test_words(row),
        "made": query.drafted(request.membership, row),
        "reasons": Insight.Reason.choices,
        "run": query.last_run(request.membership),
    }
    return render(request, "analytics/insights/one.html", context)


@require_safe
@requires("analytics.view")
def best(request: MemberRequest) -> HttpResponse:
    """The most useful finding, as a part of Today; nothing where nothing stands."""
    return render(request, "analytics/insights/best.html", {"row": query.best(request.membership)})


@require_POST
@requires("content.edit", scoped=False)
def do(request: MemberRequest, key: UUID) -> HttpResponse:
    """Draft a piece as a finding advises, with a place in the calendar."""
    with tenancy.of_member(request.membership):
        row = _insight(request, key)
        account = _account(request)
    try:
        done = advising.do_this(row, by=request.membership, now=timezone.now(), connection=account)
    except (advising.CannotDo, CannotPlan, LimitReached) as error:
        messages.error(request, str(error))
        return redirect("numbers_insight", key)
    messages.success(request, _("A piece is drafted as advised. Look it over; nothing goes out by itself."))
    return redirect("numbers_suggestion", done.pk)


def _account(request: MemberRequest) -> PlatformConnection | None:
    wanted = request.POST.get("connection", "")
    rows = PlatformConnection.objects.visible_to(request.membership)
    try:
        return rows.filter(pk=UUID(wanted)).first() if wanted else None
    except ValueError:
        return None


@require_POST
@requires("analytics.edit")
def dismiss(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put a finding away."""
    commands.dismiss(
        _insight(request, key), by=request.membership, now=timezone.now(), reason=request.POST.get("reason", "")
    )
    messages.info(request, _("It is put away. Findings of its kind come later in the order from now on."))
    return redirect("numbers_insights")


@require_POST
@requires("analytics.edit")
def restore(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take a finding back."""
    commands.restore(_insight(request, key), by=request.membership)
    return redirect("numbers_insight", key)


@require_POST
@requires("analytics.edit", scoped=False)
def ask(request: MemberRequest) -> HttpResponse:
    """Ask everything anew now."""
    member = request.membership
    try:
        with tenancy.of_organization(member.organization_id):
            found = commands.look_again(member.organization_id, by=member, now=timezone.now())
    except commands.CannotLook as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Everything was asked anew: %(n)s findings stand.") % {"n": found})
    return redirect("numbers_insights")


@require_safe
@requires("analytics.view")
def odd_day(request: MemberRequest, key: UUID) -> HttpResponse:
    """One odd day: the days around it, and what may be behind it."""
    row = _odd(request, key)
    days = facts.days_of(row, now=timezone.now())
    chart = screens.odd_chart(row, days) if days is not None else None
    if chart and "csv" in request.GET:
        lines = [[label, *(series.values[at] for series in chart.series)] for at, label in enumerate(chart.labels)]
        header = (_("Day"), *(each.label for each in chart.series))
        if file := tables.asked(request, [tables.Table("days", chart.title, header, lines)]):
            return file
    return render(request, "analytics/insights/odd_day.html", {"row": row, "chart": chart})


@require_POST
@requires("analytics.edit")
def odd_dismiss(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put an odd day away."""
    commands.dismiss_anomaly(_odd(request, key), by=request.membership, now=timezone.now())
    return redirect("numbers_insights")


def _insight(request: MemberRequest, key: UUID) -> Insight:
    try:
        return query.one(request.membership, key)
    except Insight.DoesNotExist as error:
        raise Http404 from error


def _odd(request: MemberRequest, key: UUID) -> Anomaly:
    return get_object_or_404(query.odd_days(request.membership), pk=key)
