"""Being away: a deputy is asked in one's place, also for what is open already when the days begin."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from publishing import approving
from publishing.models import Absence


class CannotBeAway(Exception):
    """Nothing was kept; the message says why and what to do."""


class NoDeputy(CannotBeAway):
    """They can't decide in that member's place."""

    def __init__(self) -> None:
        super().__init__(_("This person may not decide what you decide. Choose another deputy; nothing was kept."))


class NoDays(CannotBeAway):
    """The days are over, or in the wrong order."""

    def __init__(self) -> None:
        super().__init__(_("These days are over, or end before they begin. Nothing was kept."))


class AwayAlready(CannotBeAway):
    """There is an absence in these days."""

    def __init__(self) -> None:
        super().__init__(_("An absence is kept for some of these days already. Take that back first."))


def away(
    *, member: Membership, deputy: Membership, starts_on: dt.date, ends_on: dt.date, by: Membership, now: dt.datetime
) -> Absence:
    """Keep that a member is away from one day to another, both in. Raises NoDeputy, NoDays, AwayAlready."""
    with tenancy.widened(), transaction.atomic():
        if ends_on < starts_on or ends_on < now.date() - dt.timedelta(days=1):
            raise NoDays
        people = approving.deciders(member.organization_id, client_id=member.client_id)
        if deputy.pk == member.pk or deputy.pk not in {one.pk for one in people if one.client_id == member.client_id}:
            raise NoDeputy
        Membership.objects.select_for_update(of=("self",)).get(pk=member.pk)
        if Absence.objects.filter(member=member, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
            raise AwayAlready
        row = Absence.objects.create(
            organization_id=member.organization_id,
            member=member,
            deputy=deputy,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        names = {"member": str(member.user), "deputy": str(deputy.user)}
        audit.record("absence.kept", row, organization_id=row.organization_id, by=by, **names)
        return row


def back(absence: Absence, *, by: Membership) -> None:
    """Take an absence back; what the deputy was asked meanwhile stays with them."""
    with tenancy.widened(), transaction.atomic():
        member = str(absence.member.user)
        if Absence.objects.filter(pk=absence.pk).delete()[0]:
            audit.record("absence.ended", absence, organization_id=absence.organization_id, by=by, member=member)
