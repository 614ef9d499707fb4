"""Invoices and credit notes by mail, with their PDF: each once, to whom the billing details name.

`sent_at` is written and committed before the server is spoken to. What the server certainly did not take is put back
and tried again; where it may have taken it, or the worker died in between, the document is not sent a second time: it
stands on the page of invoices in any case.
"""

import datetime as dt

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mailing, tenancy
from accounts.models import User
from accounts.notifications import people_who_may
from billing import words
from billing.documents import files
from billing.models import BillingDetails, CreditNote, Invoice
from trenddrop.core import mail

log = structlog.get_logger(__name__)

BATCH = 100
# What was issued before is not mailed any more: books that were brought along, a server out of reach for days.
LATEST = dt.timedelta(days=3)
Paper = Invoice | CreditNote


def mail_issued(*, now: dt.datetime) -> int:
    """Mail what was issued lately and was not mailed; return how many the server took."""
    waiting = [row for model in (Invoice, CreditNote) for row in _waiting(model, now=now) if not _is_void(row)]
    server, taken = get_connection(), 0
    try:
        for row in waiting:
            taken += _send(row, server, now=now)
    except mail.NotTaken as error:  # out of reach for all of them
        log.warning("invoices_not_mailed", error=str(error))
    finally:
        mailing.close(server)
    return taken


def _waiting(model: type[Paper], *, now: dt.datetime) -> list[Paper]:
    with tenancy.operator():
        rows = model.objects.filter(number__isnull=False, sent_at=None, issued_at__range=(now - LATEST, now))
        rows = rows.exclude(pdf="").filter(organization__deleted_at=None)
        return list(rows.select_related("organization").order_by("issued_at")[:BATCH])


def _is_void(row: Paper) -> bool:
    return isinstance(row, Invoice) and row.status == Invoice.Status.VOID


def _send(row: Paper, server: BaseEmailBackend, *, now: dt.datetime) -> bool:
    """Mail one; raise NotTaken where the server is out of reach."""
    with tenancy.of_organization(row.organization_id):
        to, language = whom(row)
    letter = compose(row, to, language) if to else None
    if letter is not None:
        mail.connect(server)
    if not _take(row, now=now) or letter is None:
        return False
    try:
        mail.hand_over(letter, server)
    except mail.NotTaken:
        _put_back(row)
        raise
    except (mail.Returned, mail.Refused, mail.InDoubt) as error:
        log.warning("invoice_mail_open", number=row.number, error=str(error))
        return False
    return True


def whom(row: Paper) -> tuple[str, str]:
    """Return address and language: what the billing details name, else whoever manages the plan."""
    details = BillingDetails.objects.filter(organization_id=row.organization_id).first()
    people = people_who_may("billing.manage", organization_id=row.organization_id)
    reader: User | None = next((each for each in people if mailing.takes_mail(each)), None)
    address = details.email if details and details.email else reader.email if reader else ""
    return address, reader.language if reader else settings.LANGUAGE_CODE


def _take(row: Paper, *, now: dt.datetime) -> bool:
    """Say before it is sent that it is; one worker does."""
    with tenancy.operator():
        return bool(type(row).objects.filter(pk=row.pk, sent_at=None).update(sent_at=now))


def _put_back(row: Paper) -> None:
    with tenancy.operator():
        type(row).objects.filter(pk=row.pk).update(sent_at=None)


def compose(row: Paper, to: str, language: str) -> EmailMultiAlternatives:
    """Write the mail; the document itself is in English, as the law reads it."""
    site = settings.SITE_URL.rstrip("/")
    name = "billing_invoice" if isinstance(row, Invoice) else "billing_invoices"
    with translation.override(language):
        told = {
            "organization": row.organization.name,
            "title": _title(row),
            "total": words.money(row.total, row.currency),
            "day": words.day(row.issued_on),
            "due": words.day(row.due_at) if isinstance(row, Invoice) and row.status == Invoice.Status.SENT else "",
            "url": site + reverse(name, args=[row.pk] if isinstance(row, Invoice) else []),
            "action": _("Look at it"),
        }
        letter = EmailMultiAlternatives(
            subject=" ".join(f"{told['title']} · TrendDrop".split()),
            body=render_to_string("email/paper.txt", told),
            to=[to],
            headers={"Message-ID": f"<{row.pk.hex}@{_host(site)}>", "Auto-Submitted": "auto-generated"},
        )
        letter.attach_alternative(render_to_string("email/paper.html", told), "text/html")
    letter.attach(files.name_of(row), files.pdf_of(row), "application/pdf")
    return letter


def _title(row: Paper) -> str:
    if isinstance(row, Invoice):
        return _("Invoice %(number)s") % {"number": row.number}
    return _("Credit note %(number)s") % {"number": row.number}


def _host(site: str) -> str:
    return site.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
