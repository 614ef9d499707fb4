"""Goals: the list, one, setting, changing, giving up."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from analytics import aims, tables
from analytics.forms.goals import GiveUpForm, GoalChangeForm, GoalForm
from analytics.models import Goal
from analytics.queries import facts
from analytics.queries import goals as query
from analytics.screens import goals as screens
from analytics.services import goals as commands


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """What is to be reached, and where it is heading."""
    member = request.membership
    running, over = query.open_ones(member), query.closed_ones(member)
    if file := tables.asked(request, [screens.table([*running, *over])]):
        return file
    shown = []
    if running:
        found = facts.known(member.organization_id, now=timezone.now(), goals=running)
        shown = screens.cards(running, found)
    context = {"cards": shown, "over": [screens.card(goal) for goal in over], "said": _said(shown)}
    return render(request, "analytics/goals/index.html", context)


def _said(cards: list[screens.Card]) -> str:
    """One sentence about all of them."""
    counts = [
        (_("%(n)s on course"), sum(each.state == "on_course" for each in cards)),
        (_("%(n)s behind or out of reach"), sum(each.state in {"behind", "impossible"} for each in cards)),
        (_("%(n)s undecided"), sum(each.state in {"unsure", "too_early"} for each in cards)),
    ]
    return ", ".join(words % {"n": n} for words, n in counts if n)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One goal: its way so far, its milestones, the fan of what may come."""
    goal = _goal(request, key)
    found = facts.known(goal.organization_id, now=timezone.now(), goals=[goal])
    counted = facts.counted(goal, found)
    line = aims.curve(counted, goal.measure, goal.starts_on)
    if file := tables.asked(request, [screens.days_table(goal, line)]):
        return file
    context = {
        "goal": goal,
        "card": screens.card(goal, counted),
        "milestones": [
            (each, screens.written(goal, each.value))
            for each in sorted(goal.milestones.all(), key=lambda each: each.percent)
        ],
        "give_up": GiveUpForm(),
        "aim": aims.AIMS.get(goal.metric),
        "start": screens.written(goal, goal.start_value),
    }
    return render(request, "analytics/goals/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def new(request: MemberRequest) -> HttpResponse:
    """Set a goal."""
    member = request.membership
    form = GoalForm(request.POST or None, member=member, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            goal = commands.set_goal(by=member, now=timezone.now(), **form.asked)
        except commands.CannotSet as error:
            _blame(form, error)
        else:
            _tell(request, goal)
            return redirect("numbers_goal", goal.pk)
    context = {"form": form, "aims": aims.AIMS.values()}
    return render(request, "analytics/goals/new.html", context, status=422 if form.is_bound else 200)


def _tell(request: MemberRequest, goal: Goal) -> None:
    if goal.outlook == Goal.Outlook.IMPOSSIBLE:
        messages.warning(request, _("The goal is set, and out of reach as things are: look below."))
    else:
        messages.success(request, _("The goal is set. It is measured every night."))


def _blame(form: forms.Form, error: commands.CannotSet) -> None:
    named = {"client": "scope", "account": "scope"}.get(error.field, error.field)
    form.add_error(named if named in form.fields else None, str(error))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def edit(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change a goal."""
    goal = _goal(request, key)
    form = GoalChangeForm(request.POST or None, goal=goal)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_goal(goal, by=request.membership, now=timezone.now(), **form.cleaned_data)
        except commands.CannotSet as error:
            _blame(form, error)
        else:
            messages.success(request, _("The goal is changed, and measured anew."))
            return redirect("numbers_goal", goal.pk)
    status = 422 if form.is_bound else 200
    return render(request, "analytics/goals/edit.html", {"form": form, "goal": goal}, status=status)


@require_POST
@requires("analytics.edit")
def give_up(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give a goal up."""
    form = GiveUpForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    return _done(
        request, key, _("The goal is given up."),
        lambda goal: commands.give_up(goal, by=request.membership, now=timezone.now(), note=note),
    )  # fmt: skip


@require_POST
@requires("analytics.edit")
def take_up(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take a goal up again."""
    return _done(
        request, key, _("The goal runs again."),
        lambda goal: commands.take_up(goal, by=request.membership, now=timezone.now()),
    )  # fmt: skip


def _done(request: MemberRequest, key: UUID, words: str, do: Callable[[Goal], object]) -> HttpResponse:
    goal = _goal(request, key)
    try:
        do(goal)
    except commands.CannotSet as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("numbers_goal", goal.pk)


@require_POST
@requires("analytics.edit")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a goal."""
    commands.remove(_goal(request, key), by=request.membership)
    messages.info(request, _("The goal is removed."))
    return redirect("numbers_goals")


def _goal(request: MemberRequest, key: UUID) -> Goal:
    try:
        return query.one(request.membership, key)
    except Goal.DoesNotExist as error:
        raise Http404 from error
