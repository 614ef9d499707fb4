"""Changes that were asked for: who makes them, and that somebody is at it. That they are made says asking.ask_again."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notifications, queries, tenancy
from accounts.models import Membership
from accounts.permissions import allows
from publishing.delivery import asks
from publishing.models import ApprovalRequest, Revision


class CannotRevise(Exception):
    """Nothing was changed; the message says why and what to do."""


class NotToDo(CannotRevise):
    """The changes are made, or nobody wants them any more."""

    def __init__(self) -> None:
        super().__init__(_("These changes are made already, or nobody asks for them any more. Nothing was changed."))


class MayNotEdit(CannotRevise):
    """They may not edit, or do not work here."""

    def __init__(self, who: object) -> None:
        super().__init__(
            _("%(who)s may not edit, or does not work here any more. Choose somebody else.") % {"who": who}
        )


def assign(revision: Revision, *, to: Membership, by: Membership, due_at: dt.datetime | None = None) -> Revision:
    """Have somebody make the changes, by a time if one is given, and tell them. Raises NotToDo, MayNotEdit."""
    with tenancy.widened(), transaction.atomic():
        request = asks.hold(revision.request_id)
        held = _open(revision, request)
        if not _may_edit(request, to):
            raise MayNotEdit(to.user)
        held.assigned_to, held.due_at, held.status = to.user, due_at, Revision.Status.PENDING
        held.save(update_fields=["assigned_to", "due_at", "status", "updated_at"])
        if to.pk != by.pk:
            message = notifications.words(
                gettext_lazy("%(who)s asks you to make the changes: %(words)s"), who=by.user, words=held.feedback
            )
            asks.say(request, [to.user], title=gettext_lazy("Changes to make: %(piece)s"), message=message)
        asks.record("revision.assigned", request, by=by, to=str(to.user), number=held.number)
        return held


def start(revision: Revision, *, by: Membership) -> Revision:
    """Say that one is at it: it is theirs then. Raises NotToDo."""
    with tenancy.widened(), transaction.atomic():
        request = asks.hold(revision.request_id)
        held = _open(revision, request)
        held.assigned_to, held.status = by.user, Revision.Status.IN_PROGRESS
        held.save(update_fields=["assigned_to", "status", "updated_at"])
        asks.record("revision.started", request, by=by, number=held.number)
        return held


def _open(revision: Revision, request: ApprovalRequest) -> Revision:
    held = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    is_wanted = request.status == ApprovalRequest.Status.REVISION_REQUESTED
    if not is_wanted or held.status == Revision.Status.COMPLETED:
        raise NotToDo
    return held


def _may_edit(request: ApprovalRequest, member: Membership) -> bool:
    rows = queries.working_memberships().filter(pk=member.pk, organization_id=request.organization_id)
    is_here = member.client_id in {None, request.client_id} and rows.exists()
    return is_here and allows(member.role, member.permission_overrides, "content.edit")


def editors(request: ApprovalRequest) -> list[Membership]:
    """Return who could make the changes, with their people, by name. Call widened."""
    rows = queries.working_memberships().filter(organization_id=request.organization_id, client=None)
    found = [row for row in rows.select_related("user") if allows(row.role, row.permission_overrides, "content.edit")]
    return sorted(found, key=lambda one: str(one.user).casefold())
