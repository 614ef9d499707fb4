"""That the money of an export came in, as the bank's certificate (FIRC) says."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from billing.gst import numbers
from billing.gst.supply import Kind
from billing.models import Invoice
from billing.services.writing import CannotIssue


def realise(invoice: Invoice, *, on: dt.date, by: User | None, now: dt.datetime) -> Invoice:
    """Note the day on which an export was paid in foreign money. Raise CannotIssue."""
    with transaction.atomic():
        row = Invoice.objects.select_for_update().get(pk=invoice.pk)
        if row.supply != Kind.EXPORT or row.issued_on is None:
            raise CannotIssue(_("Only the money of an export is noted."))
        if not row.issued_on - dt.timedelta(days=366) <= on <= numbers.day_in_india(now):
            raise CannotIssue(_("The day is not after today, nor more than a year before the invoice."))
        row.realised_on = on
        row.save(update_fields=["realised_on", "updated_at"])
        audit.record(
            "invoice.realised",
            row,
            organization_id=row.organization_id,
            by=by,
            number=row.number,
            day=on.isoformat(),
        )
    return row
