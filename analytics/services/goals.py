"""Commands on goals: set, change, give up, take up again, remove."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import ClientAccount, Membership
from analytics import aims
from analytics.collection import goals as measuring
from analytics.models import Goal, GoalMilestone, TrackedAccount

MOST_OPEN = 50
LONGEST = dt.timedelta(days=731)
LARGEST = 10**15
DAY = dt.timedelta(days=1)
OF_ACCOUNTS = ("followers", "streams")


class CannotSet(Exception):
    """The goal stays as it was; `field` names what is wrong, the message says why."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def set_goal(  # noqa: PLR0913 (each a part of the goal)
    *,
    by: Membership,
    now: dt.datetime,
    metric: str,
    target: float,
    deadline: dt.date,
    name: str = "",
    client: ClientAccount | None = None,
    account: TrackedAccount | None = None,
    starts_on: dt.date | None = None,
) -> Goal:
    """Set a goal and measure it at once. Raises CannotSet, also where it is met already."""
    today = now.astimezone(ZoneInfo(by.organization.timezone)).date()
    aim = _aim(metric)
    scope = account.client if account else client
    _require_scope(aim, by, scope, account)
    starts_on = starts_on or today
    _require_sense(aim, target, starts_on, deadline, today)
    open_now = Goal.objects.filter(organization=by.organization_id, status=Goal.Status.OPEN).count()
    if open_now >= MOST_OPEN:
        raise CannotSet(_("%(n)s goals are open already: give one up, or remove it, first.") % {"n": open_now})
    with transaction.atomic():
        goal = Goal.objects.create(
            organization_id=by.organization_id,
            client=scope,
            account=account,
            name=(name.strip() or _usual_name(aim, target, account))[:120],
            metric=metric,
            measure=aim.measure,
            target=target,
            starts_on=starts_on,
            deadline=deadline,
            made_by=by.user,
        )
        goal = _measured(goal, now=now)
        audit.record("goal.set", goal, organization_id=by.organization_id, by=by, metric=metric, target=target)
    return goal


def _measured(goal: Goal, *, now: dt.datetime) -> Goal:
    """Measure a goal that was just set; one that is met already is refused, so that nothing is celebrated twice."""
    goal = measuring.measure_one(goal, now=now)
    if goal.status == Goal.Status.REACHED or (goal.value is not None and goal.value >= goal.target):
        told = {"value": measuring.written(goal.value), "target": measuring.written(goal.target)}
        raise CannotSet(
            _("This is reached already: it stands at %(value)s of %(target)s. Aim higher.") % told, "target"
        )
    return goal


def _aim(metric: str) -> aims.Aim:
    if metric not in aims.AIMS:
        raise CannotSet(_("No goal can be set on this."), "metric")
    return aims.AIMS[metric]


def _usual_name(aim: aims.Aim, target: float, account: TrackedAccount | None) -> str:
    told = {"target": measuring.written(target), "metric": str(aim.name).lower()}
    if account is None:
        return _("%(target)s %(metric)s") % told
    return _("%(target)s %(metric)s of %(account)s") % {**told, "account": account.name}


def _require_scope(aim: aims.Aim, by: Membership, client: ClientAccount | None, account: TrackedAccount | None) -> None:
    only = by.client_id or by.narrowed_to
    if only and (client is None or client.pk != only):
        raise CannotSet(_("Set it for the client you look at."), "client")
    if account and aim.key == "conversions":
        raise CannotSet(_("Websites tell of conversions, not accounts: choose a client, or everything."), "account")
    if account and account.connection_id is None and aim.key not in OF_ACCOUNTS:
        raise CannotSet(_("Posts of this account are not counted: connect it, or aim at its followers."), "account")


def _require_sense(aim: aims.Aim, target: float, starts_on: dt.date, deadline: dt.date, today: dt.date) -> None:
    if not 0 < target < LARGEST:
        raise CannotSet(_("Write a number above nought."), "target")
    if aim.measure == Goal.Measure.RATE and target > 1:
        raise CannotSet(_("A rate is 100 % at most."), "target")
    if deadline <= today:
        raise CannotSet(_("Choose a day that is still to come."), "deadline")
    if starts_on > today or deadline - starts_on > LONGEST:
        raise CannotSet(_("It begins today or earlier, and ends within two years of that."), "deadline")


def change_goal(
    goal: Goal,
    *,
    by: Membership,
    now: dt.datetime,
    name: str | None = None,
    target: float | None = None,
    deadline: dt.date | None = None,
) -> Goal:
    """Change an open goal; with another number milestones are counted anew. Raises CannotSet."""
    with transaction.atomic():
        held = _held(goal)
        if held.status != Goal.Status.OPEN:
            raise CannotSet(_("It is closed: set a new one."))
        today = now.astimezone(ZoneInfo(by.organization.timezone)).date()
        aim = _aim(held.metric)
        _require_sense(aim, target or held.target, held.starts_on, deadline or held.deadline, today)
        if target and target != held.target:
            held.target = target
            GoalMilestone.objects.filter(goal=held).delete()
        held.deadline = deadline or held.deadline
        held.name = (name or "").strip()[:120] or held.name
        held.save()
        held = _measured(held, now=now)
        audit.record("goal.changed", held, organization_id=by.organization_id, by=by, target=held.target)
    return held


def give_up(goal: Goal, *, by: Membership, now: dt.datetime, note: str = "") -> Goal:
    """Give an open goal up, and keep why. Raises CannotSet."""
    with transaction.atomic():
        held = _held(goal)
        if held.status != Goal.Status.OPEN:
            raise CannotSet(_("It is closed already."))
        held.status, held.closed_at, held.note = Goal.Status.GIVEN_UP, now, note.strip()[:300]
        held.save(update_fields=["status", "closed_at", "note", "updated_at"])
        audit.record("goal.given_up", held, organization_id=by.organization_id, by=by)
    return held


def take_up(goal: Goal, *, by: Membership, now: dt.datetime) -> Goal:
    """Take up a goal that was given up, while its day is still to come. Raises CannotSet."""
    with transaction.atomic():
        held = _held(goal)
        today = now.astimezone(ZoneInfo(by.organization.timezone)).date()
        if held.status != Goal.Status.GIVEN_UP or held.deadline <= today:
            raise CannotSet(_("Only what was given up, and whose day is still to come, can be taken up again."))
        held.status, held.closed_at, held.note = Goal.Status.OPEN, None, ""
        held.save(update_fields=["status", "closed_at", "note", "updated_at"])
        held = measuring.measure_one(held, now=now)
        audit.record("goal.taken_up", held, organization_id=by.organization_id, by=by)
    return held


def remove(goal: Goal, *, by: Membership) -> None:
    """Remove a goal and its milestones."""
    with transaction.atomic():
        audit.record("goal.removed", goal, organization_id=by.organization_id, by=by)
        goal.delete()


def _held(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
