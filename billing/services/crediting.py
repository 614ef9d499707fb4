"""Credit notes: what takes an invoice back, whole or in part, when money was given back (CGST Act, s. 34)."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from billing.documents import wording
from billing.gst import numbers, tax
from billing.gst.tax import Heads
from billing.models import CreditNote, Invoice, Refund
from billing.services import numbering
from billing.services.writing import RUPEES, CannotIssue, stamp

Status = Invoice.Status
NOVEMBER_30 = (11, 30)  # after the end of the financial year: the last day that changes tax (s. 34(2))
SHARED = ("currency", "seller", "buyer", "gstin", "place_of_supply", "supply", "sac", "lut", "fx_rate", "fx_source")


def credit(refund: Refund, *, now: dt.datetime) -> CreditNote:
    """Issue the credit note of a refund that was given back, once. Raise CannotIssue."""
    before = CreditNote.objects.filter(refund=refund).first()
    if before:
        return before
    if refund.status != Refund.Status.SUCCESS:
        raise CannotIssue("A credit note of a refund is issued when the money went back.")
    invoice = Invoice.objects.filter(payment_id=refund.payment_id).first()
    if invoice is None:
        raise CannotIssue("The payment has no invoice to take back.")
    if refund.currency != invoice.currency:
        raise CannotIssue("The refund is in another currency than the invoice.")
    return take_back(invoice, refund.amount, reason=refund.reason or "Refund", refund=refund, by=None, now=now)


def take_back(
    invoice: Invoice,
    amount: Decimal,
    *,
    reason: str,
    now: dt.datetime,
    by: Membership | User | None,
    refund: Refund | None = None,
) -> CreditNote:
    """Take back a part of an invoice, tax included, by a note of its own series. Raise CannotIssue."""
    with transaction.atomic():
        found = Invoice.objects.select_for_update().get(pk=invoice.pk)
        again = CreditNote.objects.filter(refund=refund).first() if refund else None
        if again:
            return again
        if found.number is None or found.status == Status.VOID:
            raise CannotIssue(_("Only an invoice that was issued, and is not void, can be taken back."))
        row = CreditNote(organization_id=found.organization_id, invoice=found, refund=refund, reason=reason[:200])
        _fill(row, found, amount, now)
        number = numbering.take(_books(found), numbers.CREDIT_NOTES, now=now)
        row.issued_at = now
        stamp(row, number)
        row.save(force_insert=True)
        audit.record(
            "credit_note.issued", row, organization_id=row.organization_id, by=by, number=row.number,
            total=f"{row.total} {row.currency}", invoice=found.number,
        )  # fmt: skip
    return row


def _fill(row: CreditNote, invoice: Invoice, amount: Decimal, now: dt.datetime) -> None:
    """Write what the note says: the invoice's words and places, and its share of every head."""
    whole = Heads(invoice.taxable, invoice.cgst, invoice.sgst, invoice.igst, invoice.rounding + invoice.other_tax)
    taken = invoice.credit_notes.aggregate(sum=Sum("total"))["sum"] or Decimal(0)
    try:
        heads = tax.part(whole, before=taken, amount=amount)
    except tax.NotTheSum as error:
        left = f"{invoice.total - taken} {invoice.currency}"
        raise CannotIssue(_("At most %(left)s of this invoice can be taken back.") % {"left": left}) from error
    late = not is_in_time(invoice, now)
    if late:
        heads = Heads(taxable=amount)
    for name in SHARED:
        setattr(row, name, getattr(invoice, name))
    row.other_tax = Decimal(0) if late else _share(invoice.other_tax, invoice.total, taken, amount)
    row.taxable, row.cgst, row.sgst, row.igst = heads.taxable, heads.cgst, heads.sgst, heads.igst
    row.total, row.rounding = amount, amount - heads.taxable - heads.tax - row.other_tax
    _in_note_rupees(row)
    row.lines = [_line(invoice, row)]
    row.document = {
        **{name: invoice.document[name] for name in KEPT if name in invoice.document},
        "title": wording.CREDIT_NOTE,
        "total_words": wording.in_words(amount, invoice.currency),
        "of": {"number": invoice.number, "issued_on": invoice.issued_on.isoformat() if invoice.issued_on else ""},
        "changes_tax": not late,
        "notes": [wording.LATE_NOTE] if late else [],
    }


KEPT = ("place_words", "state_head", "rates", "rule", "other_tax_name", "gateway")


def _share(value: Decimal, total: Decimal, before: Decimal, amount: Decimal) -> Decimal:
    return tax.rounded(value * (before + amount) / total) - tax.rounded(value * before / total)


def _in_note_rupees(row: CreditNote) -> None:
    """A note is reckoned at the invoice's own rate: it takes back what was billed, not what money is worth now."""
    rate = Decimal(1) if row.currency == RUPEES else row.fx_rate
    row.total_inr = tax.rounded(row.total * rate) if rate else None


def _line(invoice: Invoice, row: CreditNote) -> dict[str, object]:
    first = invoice.lines.order_by("position").first()
    whole = row.total == invoice.total
    what = first.description if first else "Services"
    return {
        "position": 1,
        "description": what if whole else f"Part of: {what}",
        "sac": row.sac,
        "taxable": str(row.taxable),
        "rate": str(first.rate if first and row.cgst + row.igst else 0),
        "cgst": str(row.cgst),
        "sgst": str(row.sgst),
        "igst": str(row.igst),
        "total": str(row.taxable + row.cgst + row.sgst + row.igst),
    }


def is_in_time(invoice: Invoice, now: dt.datetime) -> bool:
    """Whether a note still changes the tax: until 30 November after the financial year of the supply."""
    if invoice.issued_on is None:
        return False
    end = numbers.last_day(invoice.issued_on)
    return numbers.day_in_india(now) <= dt.date(end.year, *NOVEMBER_30)


def _books(invoice: Invoice) -> str:
    return str(invoice.seller.get("gstin") or invoice.seller.get("name", ""))[:40]
