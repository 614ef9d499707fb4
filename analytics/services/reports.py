"""Commands on reports: make one, remove one, have one come by mail, end that."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from analytics.models import OptimizationReport, ReportSchedule
from analytics.models.reports import ReportPeriod
from analytics.queries.narrowing import today_of
from analytics.reporting import ending, making, periods
from analytics.reporting.leaving import Leaving
from analytics.span import LONGEST, Span

MOST_RECIPIENTS, MOST_SCHEDULES = 20, 50
LAST_HOUR = 23


class CannotReport(Exception):
    """No report was made, and nothing was changed; the message says why."""


def make(
    *,
    by: Membership,
    now: dt.datetime,
    period: str,
    first: dt.date | None = None,
    last: dt.date | None = None,
    client: ClientAccount | None = None,
    brand: BrandProfile | None = None,
) -> OptimizationReport:
    """Make a report of the last whole week, month or quarter, or of chosen days. Raises CannotReport."""
    today = today_of(by.organization, now=now)
    client = client or (brand.client if brand else None) or by.client
    with transaction.atomic():
        report = making.make(by, _span(period, first, last, today), period=period, now=now, client=client, brand=brand)
        audit.record("report.made", report, organization_id=by.organization_id, by=by)
    return report


def _span(period: str, first: dt.date | None, last: dt.date | None, today: dt.date) -> Span:
    if period not in ReportPeriod.values:
        raise CannotReport(_("There is no such period."))
    if period != ReportPeriod.CUSTOM:
        return periods.last_whole(period, today=today)
    if first is None or last is None:
        raise CannotReport(_("Choose the first and the last day."))
    if not first <= last <= today or (last - first).days >= LONGEST:
        raise CannotReport(_("Choose days that are over, the first before the last, of two years at most."))
    return Span(first, last)


def remove(report: OptimizationReport, *, by: Membership) -> None:
    """Remove a report."""
    with transaction.atomic():
        audit.record("report.removed", report, organization_id=by.organization_id, by=by)
        report.delete()


def schedule(  # noqa: PLR0913 (each a part of when, of whom and to whom)
    row: ReportSchedule | None = None,
    *,
    by: Membership,
    now: dt.datetime,
    name: str,
    period: str,
    recipients: Sequence[str],
    hour: int = 9,
    language: str = "en",
    client: ClientAccount | None = None,
    brand: BrandProfile | None = None,
    is_active: bool = True,
) -> ReportSchedule:
    """Have a report come by mail, or change how it does. Raises CannotReport."""
    if row is not None and row.client is not None and row.client.deleted_at:
        raise CannotReport(_("The client is archived. Take the work for it up again first, or end these mails."))
    told = {
        "name": _name(name), "period": _mailed(period), "recipients": _people(recipients), "hour": _hour(hour),
        "language": language, "client": client or (brand.client if brand else None) or by.client, "brand": brand,
        "is_active": is_active, "failures": 0, "error": "",
        "next_at": periods.next_at(period, hour, by.organization.timezone, after=now),
    }  # fmt: skip
    with transaction.atomic():
        if row is None:
            _require_room(by)
            row = ReportSchedule(organization_id=by.organization_id, made_by=by.user)
            action = "report_schedule.made"
        else:
            action = "report_schedule.changed"
        for field, value in told.items():
            setattr(row, field, value)
        row.save()
        audit.record(action, row, organization_id=by.organization_id, by=by)
    return row


def _require_room(by: Membership) -> None:
    if ReportSchedule.objects.filter(organization_id=by.organization_id).count() >= MOST_SCHEDULES:
        raise CannotReport(_("There are %(n)s reports by mail already.") % {"n": MOST_SCHEDULES})


def _name(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise CannotReport(_("Give it a name."))
    return text[:120]


def _mailed(period: str) -> str:
    if period not in {ReportPeriod.WEEK, ReportPeriod.MONTH, ReportPeriod.QUARTER}:
        raise CannotReport(_("By mail it comes every week, month or quarter."))
    return period


def _hour(hour: int) -> int:
    if not 0 <= hour <= LAST_HOUR:
        raise CannotReport(_("An hour is 0 to 23."))
    return hour


def _people(given: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(each.strip().lower() for each in given if each.strip()))
    for email in found:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CannotReport(_("“%(email)s” is no address.") % {"email": email}) from error
    if not found:
        raise CannotReport(_("Name at least one address."))
    if len(found) > MOST_RECIPIENTS:
        raise CannotReport(_("A report goes to %(n)s addresses at most.") % {"n": MOST_RECIPIENTS})
    return found


def unschedule(row: ReportSchedule, *, by: Membership) -> None:
    """End a report's mails; those that were made stay."""
    with transaction.atomic():
        audit.record("report_schedule.removed", row, organization_id=by.organization_id, by=by)
        row.delete()


def leave(asked: Leaving) -> bool:
    """Take an address off a schedule, for whoever holds its link; return whether it was on it."""
    with tenancy.of_organization(asked.organization_id):
        row = ReportSchedule.objects.select_for_update().filter(pk=asked.schedule_id).first()
        if row is None or asked.email not in row.recipients:
            return False
        row.recipients = [each for each in row.recipients if each != asked.email]
        row.is_active = row.is_active and bool(row.recipients)
        row.save(update_fields=["recipients", "is_active", "updated_at"])
        audit.record("report_schedule.left", row, organization_id=asked.organization_id, by=None)
    return True


def forget_member(organization_id: uuid.UUID, email: str) -> None:
    """Take somebody who is a member no more off the organisation's reports by mail. Call in its scope."""
    with tenancy.widened():
        rows = ReportSchedule.objects.select_for_update().filter(
            organization_id=organization_id, recipients__contains=[email.lower()]
        )
        for row in rows:
            row.recipients = [each for each in row.recipients if each != email.lower()]
            was_active, row.is_active = row.is_active, row.is_active and bool(row.recipients)
            row.save(update_fields=["recipients", "is_active", "updated_at"])
            audit.record("report_schedule.dropped", row, organization_id=organization_id, by=None)
            if was_active and not row.is_active:
                ending.tell(row, ending.NO_ADDRESS)


def end_of_brand(brand: BrandProfile) -> None:
    """Mail nothing more about a brand that is being removed: without it, a report would be of everything."""
    for row in ReportSchedule.objects.filter(organization_id=brand.organization_id, brand=brand, is_active=True):
        row.is_active = False
        row.save(update_fields=["is_active", "updated_at"])
        audit.record("report_schedule.stopped", row, organization_id=row.organization_id, by=None)
        ending.tell(row, ending.NO_BRAND)
