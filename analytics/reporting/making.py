"""Making a report: whose numbers, of which days, kept in one row."""

import datetime as dt
import uuid

from django.utils import translation

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.permissions import may
from accounts.queries import working_memberships
from analytics.models import OptimizationReport, ReportSchedule
from analytics.reporting import gathering, saying
from analytics.span import Span

OWNER = Membership.Role.OWNER


def make(
    member: Membership,
    span: Span,
    *,
    period: str,
    now: dt.datetime,
    client: ClientAccount | None = None,
    brand: BrandProfile | None = None,
    schedule: ReportSchedule | None = None,
    language: str = "",
) -> OptimizationReport:
    """Make a report as a member sees the numbers. Call in the member's scope."""
    content = gathering.gather(member, span, client=client, brand=brand, now=now)
    with translation.override(language or member.user.language):
        title = saying.title_of(content["face"]["name"], span.first, span.last)
    return OptimizationReport.objects.create(
        organization_id=member.organization_id,
        client=client,
        brand=brand,
        schedule=schedule,
        title=title[:200],
        period=period,
        first_day=span.first,
        last_day=span.last,
        status=OptimizationReport.Status.READY,
        content=content,
        made_at=now,
        made_by=None if schedule else member.user,
    )


def reader_of(schedule: ReportSchedule) -> Membership | None:
    """Return as whom a schedule reads: who set it up, else an owner; None where nobody may. Call in no scope."""
    for user_id in (schedule.made_by_id, _owner_of(schedule.organization_id)):
        member = _member(schedule.organization_id, user_id)
        if member and may(member, "analytics.view") and member.client_id in {None, schedule.client_id}:
            return member
    return None


def _owner_of(organization_id: uuid.UUID) -> uuid.UUID | None:
    with tenancy.of_organization(organization_id):
        rows = working_memberships().filter(organization_id=organization_id, role=OWNER).order_by("created_at")
        return rows.values_list("user_id", flat=True).first()


def _member(organization_id: uuid.UUID, user_id: uuid.UUID | None) -> Membership | None:
    if user_id is None:
        return None
    with tenancy.enter(tenancy.Scope(organization_id, None, user_id)):
        mine = working_memberships().filter(organization_id=organization_id, user_id=user_id)
        return mine.select_related("organization", "client", "user").first()
