"""To whom of its recipients a report by mail goes now: members who were shut out get nothing."""

from collections.abc import Sequence

from django.db.models.functions import Lower

from accounts import tenancy
from accounts.models import Membership
from accounts.permissions import may
from accounts.queries import working_memberships
from analytics.models import ReportSchedule


def resting(row: ReportSchedule) -> Sequence[Membership]:
    """Return the members among its recipients who may see no numbers now. Call in the organisation's scope."""
    with tenancy.widened():
        mine = Membership.objects.filter(organization_id=row.organization_id).annotate(address=Lower("user__email"))
        rows = mine.filter(address__in=row.recipients).select_related("user").order_by("address")
        working = set(working_memberships().filter(organization_id=row.organization_id).values_list("pk", flat=True))
        return [each for each in rows if not (each.pk in working and each.user.is_active and _sees(each))]


def _sees(member: Membership) -> bool:
    return may(member, "analytics.view")


def open_to(row: ReportSchedule) -> Sequence[str]:
    """Return the addresses that get it. Call in the organisation's scope."""
    shut = {each.user.email.lower() for each in resting(row)}
    return [email for email in row.recipients if email not in shut]
