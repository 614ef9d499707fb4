"""Reports that come by themselves: claimed, made once for their days, mailed once to each who is to get them."""

import datetime as dt
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import ClientAccount
from accounts.notifications import words
from analytics.models import OptimizationReport, ReportSchedule
from analytics.queries.narrowing import today_of
from analytics.reporting import drawing, ending, gathering, leaving, making, periods, recipients, saying
from trenddrop.core import claims, mail, rounds

LEASE = dt.timedelta(minutes=30)
BATCH = 20
AGAIN = dt.timedelta(minutes=20)
MOST_FAILURES = 12
NOBODY = "nobody who set it up or owns the organisation may see these numbers any more"


def send_due(*, now: dt.datetime) -> int:
    """Make and mail the reports that are due; return how many mails the server took. An archived client's rest."""
    with tenancy.operator():
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        due = ReportSchedule.objects.filter(free, is_active=True, next_at__lte=now).order_by("next_at")
        due = due.exclude(client__in=ClientAccount.objects.filter(deleted_at__isnull=False))
        rows = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={})
    return sum(rounds.each(rows, partial(_send, now=now)))


def _send(row: ReportSchedule, *, now: dt.datetime) -> int:
    report = _report(row, now=now)
    if report is None:
        _end(row, ending.NOBODY, error=NOBODY)
        return 0
    with tenancy.of_organization(row.organization_id):
        addresses = [each for each in recipients.open_to(row) if each not in report.sent_to]
    server, taken = get_connection(), 0
    try:
        mail.connect(server)
        file = drawing.drawn(report, language=row.language)
        for email in addresses:
            taken += _mail(row, report, email, file, server)
    except mail.NotTaken as error:
        _later(row, str(error), now)
        return taken
    finally:
        _close(server)
    _settle(row, report, taken, now)
    return taken


def _report(row: ReportSchedule, *, now: dt.datetime) -> OptimizationReport | None:
    """Return the report of the days that are over: what a worker made before it died, or a new one."""
    member = making.reader_of(row)
    if member is None:
        return None
    with tenancy.of_organization(row.organization_id):
        span = periods.last_whole(row.period, today=today_of(member.organization, now=now))
        kept = OptimizationReport.objects.filter(schedule=row, first_day=span.first, last_day=span.last).first()
        if kept is not None:
            return kept
        schedule = ReportSchedule.objects.select_related("client", "brand").get(pk=row.pk)
        return making.make(
            member, span, period=row.period, now=now, client=schedule.client, brand=schedule.brand, schedule=schedule,
            language=row.language,
        )  # fmt: skip


def _mail(row: ReportSchedule, report: OptimizationReport, email: str, file: bytes, server: BaseEmailBackend) -> int:
    """Mail one copy. It is written down before: one that may have been taken is not sent again."""
    letter = compose(row, report, email, file)
    with tenancy.of_organization(row.organization_id):
        report.sent_to = [*report.sent_to, email]
        report.save(update_fields=["sent_to", "updated_at"])
    try:
        mail.hand_over(letter, server)
    except (mail.Returned, mail.Refused):
        _forget(row, report, email)
        return 0
    except mail.InDoubt:
        return 0
    except mail.NotTaken:
        _forget(row, report, email)
        raise
    return 1


def _forget(row: ReportSchedule, report: OptimizationReport, email: str) -> None:
    with tenancy.of_organization(row.organization_id):
        report.sent_to = [each for each in report.sent_to if each != email]
        report.save(update_fields=["sent_to", "updated_at"])


def compose(row: ReportSchedule, report: OptimizationReport, email: str, file: bytes) -> EmailMultiAlternatives:
    """Write the mail of a report with its PDF, in the schedule's language, with its way out."""
    site = settings.SITE_URL.rstrip("/")
    with translation.override(row.language):
        told = gathering.told(report)
        context = {
            "site": site,
            "report": report,
            "face": told.face,
            "lead": saying.lead(told) or _("Nothing was counted in these days."),
            "figures": saying.headlines(told)[:5],
            "proposals": saying.proposals(told)[:3],
            "days": saying.days_of(report),
            "unsubscribe": leaving.address_for(row, email),
            "link": reverse("numbers_report", args=[report.pk]),
        }
        host = urlsplit(site).hostname or "localhost"
        letter = EmailMultiAlternatives(
            subject=" ".join(report.title.split()),
            body=render_to_string("email/report.txt", context),
            to=[email],
            headers={
                "Message-ID": f"<{report.pk.hex}.{sha256(email.encode()).hexdigest()[:12]}@{host}>",
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{context['unsubscribe']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        letter.attach_alternative(render_to_string("email/report.html", context), "text/html")
    letter.attach(file_name(report, "pdf"), file, "application/pdf")
    return letter


def file_name(report: OptimizationReport, kind: str) -> str:
    """What a report's file is called."""
    return f"{slugify(report.title) or 'report'}.{kind}"


def _settle(row: ReportSchedule, report: OptimizationReport, taken: int, now: dt.datetime) -> None:
    with tenancy.of_organization(row.organization_id):
        zone = str(report.content["zone"])
        following = periods.next_at(row.period, row.hour, zone, after=now)
        claims.write_fenced(row, next_at=following, last_at=now, failures=0, error="", lease_until=None)
        if taken:
            report.sent_at = now
            report.save(update_fields=["sent_at", "updated_at"])
            audit.record("report.sent", report, organization_id=row.organization_id, by=None, count=taken)


def _later(row: ReportSchedule, error: str, now: dt.datetime) -> None:
    failures = row.failures + 1
    told = {"failures": failures, "error": error[:500], "next_at": now + failures * AGAIN}
    if failures >= MOST_FAILURES:
        _end(row, words(ending.NOT_TAKEN, n=failures, error=error[:300]), **told)
        return
    with tenancy.of_organization(row.organization_id):
        claims.write_fenced(row, **told, lease_until=None)


def _end(row: ReportSchedule, why: str | Promise, **changes: object) -> None:
    with tenancy.of_organization(row.organization_id):
        if claims.write_fenced(row, **changes, is_active=False, lease_until=None):
            ending.tell(row, why)


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError:
        return
