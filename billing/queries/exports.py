"""Exports without tax whose money has not come in: after a year and fifteen days the tax is due (CGST Rules, 96A)."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.gst import numbers, tax
from billing.gst.seller import RATE
from billing.gst.supply import Kind
from billing.models import Invoice

MONTHS = 11
GRACE = dt.timedelta(days=15)


@dataclass(frozen=True)
class Unrealised:
    """An export that was not paid in foreign money yet: what is open, until when, and the tax if it stays so."""

    invoice: Invoice
    open: Decimal
    open_inr: Decimal | None
    due_on: dt.date
    tax_inr: Decimal | None


def unrealised_rows(*, now: dt.datetime, months: int = MONTHS) -> QuerySet[Invoice]:
    """Return invoices of exports without tax, so many months old, that are neither realised nor wholly taken back."""
    until = months_before(numbers.day_in_india(now), months)
    rows = Invoice.objects.filter(
        supply=Kind.EXPORT, igst=0, realised_on=None, number__isnull=False, issued_on__lte=until
    ).exclude(status=Invoice.Status.VOID)
    counted = rows.annotate(taken_back=Coalesce(Sum("credit_notes__total"), Decimal(0)))
    return counted.filter(total__gt=F("taken_back")).order_by("issued_on", "number")


def unrealised(*, now: dt.datetime, months: int = MONTHS) -> Iterator[Unrealised]:
    """Return them with what is open and what becomes due. Call as the operator."""
    for row in unrealised_rows(now=now, months=months).select_related("organization"):
        left = row.total - Decimal(getattr(row, "taken_back", 0))
        inr = tax.rounded(left * row.fx_rate) if row.fx_rate else left if row.currency == "INR" else None
        rate = Decimal(str(row.seller.get("rate") or RATE))
        owed = tax.rounded(inr * rate / 100) if inr is not None else None
        yield Unrealised(row, left, inr, due_on(row.issued_on), owed)


def due_on(issued_on: dt.date | None) -> dt.date:
    """Return the day from which tax and interest are due: fifteen days after a year."""
    if issued_on is None:
        raise ValueError("a draft is no export yet")
    return months_before(issued_on, -12) + GRACE


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months before, or the month's last."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
