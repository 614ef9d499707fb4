"""Measuring goals: where each stands and is heading, milestones passed, and telling its people, each once."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import notifications
from accounts.models import Membership, Notification, User
from accounts.notifications import Notice, words
from accounts.permissions import may
from analytics import aims
from analytics.aims import Heading
from analytics.finding import forms
from analytics.finding.facts import Course
from analytics.models import Goal, GoalMilestone
from analytics.queries import facts
from analytics.queries.facts import Known

LATE = dt.timedelta(days=3)  # platforms tell the last days late: only then is a goal missed
MEASURED = (
    "start_value", "value", "value_on", "outlook", "projection", "checked_at", "status", "reached_on", "closed_at",
)  # fmt: skip


def open_goals(organization_id: uuid.UUID) -> list[Goal]:
    """Return the goals that are looked at, held until this is written. Call in the organisation's scope."""
    rows = Goal.objects.filter(organization=organization_id, status=Goal.Status.OPEN)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def measure(goals: Sequence[Goal], found: Known, *, now: dt.datetime, quietly: bool = False) -> list[Course]:
    """Measure goals, tell what was passed, and return where those still open are heading.

    `quietly`: what was passed is kept as told (somebody just set the goal, and sees it).
    """
    headings = [aims.heading(facts.counted(goal, found), goal) for goal in goals]
    for goal, heading in zip(goals, headings, strict=True):
        _take(goal, heading, found.today, now=now)
    Goal.objects.bulk_update(goals, MEASURED, batch_size=200)
    passed = _pass(goals, headings, now=now)
    if not quietly:
        _tell(goals, passed)
    pairs = zip(goals, headings, strict=True)
    return [_course(goal, heading) for goal, heading in pairs if heading.chance is not None]


def _take(goal: Goal, heading: Heading, today: dt.date, *, now: dt.datetime) -> None:
    goal.start_value, goal.value, goal.value_on = heading.start_value, heading.value, heading.value_on
    goal.outlook, goal.projection, goal.checked_at = heading.outlook, heading.projection, now
    if heading.reached_on:
        goal.status, goal.reached_on, goal.closed_at = Goal.Status.REACHED, heading.reached_on, now
    elif today > goal.deadline + (dt.timedelta(0) if _is_known(goal) else LATE):
        goal.status, goal.closed_at = Goal.Status.MISSED, now


def _is_known(goal: Goal) -> bool:
    return goal.value_on is not None and goal.value_on >= goal.deadline


def _pass(goals: Sequence[Goal], headings: Sequence[Heading], *, now: dt.datetime) -> dict[uuid.UUID, int]:
    """Keep the milestones that were not known, and return the highest new one of each goal."""
    known = set(GoalMilestone.objects.filter(goal__in=goals).values_list("goal_id", "percent"))
    rows, highest = [], {}
    for goal, heading in zip(goals, headings, strict=True):
        for percent, (day, value) in sorted(heading.passed.items()):
            if (goal.pk, percent) not in known:
                on = {"goal": goal, "organization_id": goal.organization_id, "percent": percent}
                rows.append(GoalMilestone(**on, passed_on=day, value=value, told_at=now))
                highest[goal.pk] = percent
    GoalMilestone.objects.bulk_create(rows, ignore_conflicts=True)
    return highest


def _tell(goals: Sequence[Goal], passed: dict[uuid.UUID, int]) -> None:
    """Tell each goal's people of the highest milestone it newly passed, or that its day is over."""
    told = [goal for goal in goals if goal.pk in passed or goal.status == Goal.Status.MISSED]
    if not told:
        return
    people = _people(told)
    notices = [_notice(goal, passed.get(goal.pk), people[goal.pk]) for goal in told]
    notifications.notify_each([each for each in notices if each.users], Notification.Kind.GOAL_REACHED)


def _people(goals: Sequence[Goal]) -> dict[uuid.UUID, list[User]]:
    """Who hears of a goal: who set it, while they may see it; else whoever may set goals and sees its client."""
    organization = goals[0].organization_id
    members = Membership.objects.filter(organization=organization, status=Membership.Status.ACTIVE)
    rows = [each for each in members.select_related("user") if may(each, "analytics.view")]
    found = {}
    for goal in goals:
        sees = [each for each in rows if each.client_id in {None, goal.client_id}]
        makers = [each.user for each in sees if each.user_id == goal.made_by_id]
        found[goal.pk] = makers or [each.user for each in sees if may(each, "analytics.edit")]
    return found


def _notice(goal: Goal, percent: int | None, users: list[User]) -> Notice:
    told = {"name": goal.name, "n": percent or 0, "value": written(goal.value), "target": written(goal.target)}
    if goal.status == Goal.Status.REACHED:
        title, message = _("Goal reached: %(name)s"), _("%(value)s of %(target)s.")
    elif goal.status == Goal.Status.MISSED:
        title, message = _("Goal missed: %(name)s"), _("Its last day is over at %(value)s of %(target)s.")
    else:
        title, message = _("%(n)s %% of the way: %(name)s"), _("It stands at %(value)s of %(target)s.")
    link = reverse("numbers_goal", args=[goal.pk])
    return Notice(users, goal.organization_id, words(title, **told), words(message, **told), link)


def written(value: float | None) -> str:
    """A value as a notice says it."""
    if value is None:
        return "–"
    return forms.count(value) if abs(value) >= 1 or not value else forms.share(value)


def _course(goal: Goal, heading: Heading) -> Course:
    kept = heading.projection
    return Course(
        str(goal.pk), goal.name, str(goal.client_id or ""), goal.metric, heading.chance or 0.0, kept["middle"][-1],
        kept["low"][-1], kept["high"][-1], goal.target, goal.deadline, heading.days,
        goal.measure == Goal.Measure.RATE,
    )  # fmt: skip


def measure_one(goal: Goal, *, now: dt.datetime) -> Goal:
    """Measure a goal now (it was just set, or changed). Call in the organisation's scope."""
    held = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    measure([held], facts.known(goal.organization_id, now=now, goals=[held]), now=now, quietly=True)
    return held


__all__ = ["measure", "measure_one", "open_goals", "written"]
