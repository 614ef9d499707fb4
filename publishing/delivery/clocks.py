"""The clocks of the quality desk: how much of its time a look has used, and who is told when it runs out."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit, notifications, queries, tenancy
from accounts.models import Membership, Notification, User
from accounts.permissions import allows
from publishing.models import QARequest

Status = QARequest.Status
GOES = (Status.OPEN, Status.IN_PROGRESS)  # its clock runs
LIVING = (*GOES, Status.WAITING)
WARNS_AT = 0.8
BATCH = 200


def used(row: QARequest, *, now: dt.datetime) -> float:
    """Return which part of its hours is used; above 1 it is late. A clock that stands shows where it stopped."""
    left = row.due_at - (row.paused_at or now)
    return 1.0 - left / dt.timedelta(hours=row.sla_hours)


def workers(organization_id: uuid.UUID) -> list[Membership]:
    """Return the house's members who work at the desk, with their people, by name: one question."""
    rows = queries.working_memberships().filter(organization_id=organization_id, client=None)
    found = [row for row in rows.select_related("user") if works(row)]
    return sorted(found, key=lambda row: str(row.user).casefold())


def works(row: Membership) -> bool:
    """Say whether a member of the house works at the desk."""
    return row.user.status == User.Status.ACTIVE and allows(row.role, row.permission_overrides, "desk.work")


def tick(*, now: dt.datetime) -> int:
    """Warn of clocks that are nearly out, tell of those that are, free what people left behind: how many."""
    return _warn(now=now) + _tell_late(now=now) + _free(now=now)


def tell(people: Iterable[User], row: QARequest, title: str | Promise, message: str | Promise) -> None:
    """Tell people of a look; both texts may name %(piece)s, %(who)s and %(kind)s. Call in the organisation's scope."""
    names = {"piece": str(row.piece), "kind": row.get_kind_display(), "who": str(row.assignee or _("nobody"))}
    notifications.notify(
        people,
        Notification.Kind.APPROVAL_NEEDED,
        organization_id=row.organization_id,
        title=notifications.words(title, **names) if isinstance(title, Promise) else title,
        message=notifications.words(message, **names) if isinstance(message, Promise) else message,
        link=reverse("desk_look", args=[row.pk]),
    )


def _rows() -> QuerySet[QARequest]:
    """Rows whose clock runs, of living work."""
    owner = Q(organization__deleted_at=None, organization__owner__deleted_at=None)
    return QARequest.objects.filter(owner, status__in=GOES, piece__deleted_at=None)


def _warn(*, now: dt.datetime) -> int:
    rest = F("sla_hours") * Value(dt.timedelta(hours=1) * round(1 - WARNS_AT, 3), output_field=DurationField())
    begins = F("due_at") - ExpressionWrapper(rest, output_field=DurationField())
    nearly = _rows().alias(warns_at=ExpressionWrapper(begins, output_field=DateTimeField()))
    title = _("Nearly out of time: %(piece)s")
    message = _("Four fifths of its hours are used. With: %(who)s.")
    count = 0
    for row in _found(nearly.filter(warns_at__lte=now, due_at__gt=now, warned_at=None)):
        with tenancy.of_organization(row.organization_id):
            if _rows().filter(pk=row.pk, warned_at=None).update(warned_at=now):
                tell(_at_it(row), row, title, message)
                count += 1
    return count


def _tell_late(*, now: dt.datetime) -> int:
    title, message = _("Late: %(piece)s"), _("It was to be looked at by now. With: %(who)s.")
    count = 0
    for row in _found(_rows().filter(due_at__lte=now, overdue_told_at=None)):
        with tenancy.of_organization(row.organization_id):
            if _rows().filter(pk=row.pk, due_at__lte=now, overdue_told_at=None).update(overdue_told_at=now):
                tell(_with_managers(row), row, title, message)
                count += 1
    return count


def _found(rows: QuerySet[QARequest]) -> list[QARequest]:
    with tenancy.operator():
        return list(rows.select_related("piece", "assignee", "requested_by").order_by("due_at")[:BATCH])


def _at_it(row: QARequest) -> list[User]:
    """Who has it, else everybody who could take it."""
    members = [each.user for each in workers(row.organization_id)]
    return [each for each in members if each.pk == row.assignee_id] or members


def _with_managers(row: QARequest) -> list[User]:
    """Who has it (else the desk), who asked, and who manages."""
    members = queries.working_memberships().filter(organization_id=row.organization_id, client=None)
    told = {each.pk: each for each in _at_it(row)}
    for each in members.select_related("user"):
        manages = allows(each.role, each.permission_overrides, "approvals.manage")
        if manages or each.user_id == row.requested_by_id:
            told[each.user_id] = each.user
    return list(told.values())


def _free(*, now: dt.datetime) -> int:
    """Give back to the desk what members have who left, or who do not work there any more."""
    count = 0
    with tenancy.operator():
        held = QARequest.objects.filter(status__in=LIVING, assignee__isnull=False, organization__deleted_at=None)
        houses = list(held.order_by().values_list("organization_id", flat=True).distinct())
    for organization_id in houses:
        with tenancy.of_organization(organization_id):
            here = [each.user_id for each in workers(organization_id)]
            left = QARequest.objects.filter(status__in=LIVING, assignee__isnull=False).exclude(assignee_id__in=here)
            for row in left.select_related("piece"):
                count += _give_back(row, now=now)
    return count


def _give_back(row: QARequest, *, now: dt.datetime) -> int:
    same = QARequest.objects.filter(pk=row.pk, assignee_id=row.assignee_id, status=row.status)
    status = Status.OPEN if row.status == Status.IN_PROGRESS else row.status
    if not same.update(assignee=None, status=status, started_at=None, updated_at=now):
        return 0
    audit.record("desk.freed", row, organization_id=row.organization_id, by=None)
    row.assignee = None
    people = [each.user for each in workers(row.organization_id)]
    tell(people, row, _("Free again: %(piece)s"), _("Who had it does not work at the desk any more."))
    return 1
