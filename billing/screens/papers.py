"""Invoices, credit notes and payments, as lists and pages tell them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, QuerySet, Sum, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from billing import words
from billing.life import telling
from billing.models import CreditNote, Invoice, Payment
from billing.models.invoices import TaxDocument

Words = str | Promise
Status = Invoice.Status
# What a status shows: colour, icon, word.
INVOICE_LOOKS: dict[str, tuple[str, str, Words]] = {
    Status.DRAFT: ("draft", "draft", gettext_lazy("Draft")),
    Status.SENT: ("waiting", "waiting", gettext_lazy("To be paid")),
    Status.PAID: ("live", "live", gettext_lazy("Paid")),
    Status.VOID: ("draft", "x", gettext_lazy("Void")),
}
PAYMENT_LOOKS: dict[str, tuple[str, str, Words]] = {
    Payment.Status.PENDING: ("scheduled", "again", gettext_lazy("On its way")),
    Payment.Status.SUCCESS: ("live", "live", gettext_lazy("Paid")),
    Payment.Status.FAILED: ("failed", "failed", gettext_lazy("Failed")),
    Payment.Status.REFUNDED: ("draft", "undo", gettext_lazy("Given back")),
}
NEEDS_HAND = ("waiting", "waiting", gettext_lazy("Waits for you"))
PARTLY_BACK = ("live", "undo", gettext_lazy("Paid, part given back"))
WHOLLY_BACK = ("draft", "undo", gettext_lazy("Given back"))
INVOICE, NOTE = "invoice", "credit note"


@dataclass(frozen=True)
class Row:
    """A paper in the list."""

    url: str
    pdf: str
    number: str
    kind: str
    issued: dt.date | None
    taxable: Decimal
    tax: Decimal
    tax_words: str
    total: Decimal
    currency: str
    look: str
    icon: str
    word: Words


@dataclass(frozen=True)
class Line:
    """A line of a sum."""

    label: str
    amount: Decimal
    more: str = ""


@dataclass(frozen=True)
class Fact:
    """A fact with its name."""

    label: Words
    text: str


@dataclass(frozen=True)
class Paper:
    """An invoice or credit note on its page."""

    number: str
    kind: str
    dates: str
    lines: Sequence[Line]
    total: Decimal
    currency: str
    words: str
    facts: Sequence[Fact]
    others: Sequence[Row]
    others_title: str
    pdf: str
    pay_url: str
    look: str
    icon: str
    word: Words


@dataclass(frozen=True)
class Paid:
    """A payment in the history."""

    at: dt.datetime
    what: str
    reason: str
    way: str
    reference: str
    amount: Decimal
    refunded: str
    currency: str
    look: str
    icon: str
    word: Words
    invoice: str
    invoice_url: str
    action_url: str


# Lists


def issued_to(member: Membership) -> QuerySet[Invoice]:
    """Return the member's invoices that were issued, with how much of each was taken back."""
    rows = Invoice.objects.visible_to(member).exclude(status=Status.DRAFT)
    return rows.annotate(taken_back=Sum("credit_notes__total"))


def all_papers(member: Membership) -> QuerySet[Any, Any]:
    """Return (identifier, when, what) of invoices and credit notes together, the latest first."""
    invoices = Invoice.objects.visible_to(member).exclude(status=Status.DRAFT)
    notes = CreditNote.objects.visible_to(member)
    kinds = [
        rows.annotate(kind=Value(kind, output_field=CharField())) for rows, kind in ((invoices, INVOICE), (notes, NOTE))
    ]
    first, second = [rows.values_list("pk", "issued_at", "kind") for rows in kinds]
    return first.union(second).order_by("-issued_at")


def rows_of(member: Membership, found: Iterable[tuple[Any, Any, str]]) -> list[Row]:
    """Return papers of `all_papers` as rows, in their order: two questions, however many there are."""
    found = list(found)
    invoices = issued_to(member).in_bulk([pk for pk, _at, kind in found if kind == INVOICE])
    notes = CreditNote.objects.visible_to(member).select_related("invoice")
    credit = notes.in_bulk([pk for pk, _at, kind in found if kind == NOTE])
    return [invoice_row(invoices[pk]) if kind == INVOICE else note_row(credit[pk]) for pk, _at, kind in found]


def invoice_row(row: Invoice) -> Row:
    """Return an invoice as a row."""
    look, icon, word = _look(row)
    urls = reverse("billing_invoice", args=[row.pk]), reverse("billing_invoice_pdf", args=[row.pk])
    return Row(*urls, **_shared(row), kind="", look=look, icon=icon, word=word)


def note_row(row: CreditNote) -> Row:
    """Return a credit note as a row."""
    kind = _("credit note for %(number)s") % {"number": row.invoice.number or ""}
    urls = reverse("billing_credit_note", args=[row.pk]), reverse("billing_credit_note_pdf", args=[row.pk])
    return Row(*urls, **_shared(row), kind=kind, look="draft", icon="undo", word=_("Credit note"))


def _shared(row: TaxDocument) -> dict[str, Any]:
    return {
        "number": row.number or "",
        "issued": row.issued_on,
        "taxable": row.taxable,
        "tax": tax_of(row),
        "tax_words": ", ".join(str(each.label) for each in heads_of(row)) or words.no_tax(row.supply),
        "total": row.total,
        "currency": row.currency,
    }


def _look(row: Invoice) -> tuple[str, str, Words]:
    back = getattr(row, "taken_back", None)
    if back:
        return WHOLLY_BACK if back >= row.total else PARTLY_BACK
    return INVOICE_LOOKS[row.status]


def tax_of(row: TaxDocument) -> Decimal:
    """Return all heads together."""
    total: Decimal = row.cgst + row.sgst + row.igst + row.other_tax
    return total


def heads_of(row: TaxDocument) -> list[Line]:
    """Return the heads of tax that were taken."""
    heads = (("CGST", row.cgst), (words.state_head(row.place_of_supply), row.sgst), ("IGST", row.igst))
    named = [Line(label, amount) for label, amount in heads if amount]
    return [*named, *([Line(_("Tax"), row.other_tax)] if row.other_tax else [])]


# Pages of their own


def invoice_page(row: Invoice) -> Paper:
    """Return an invoice with its lines and the credit notes on it."""
    look, icon, word = _look(row)
    lines = [Line(each.description, each.taxable, _line_more(each.sac, each.rate)) for each in row.lines.all()]
    notes = [note_row(each) for each in row.credit_notes.select_related("invoice").order_by("issued_at")]
    return Paper(
        number=row.number or "",
        kind=_("Tax invoice") if tax_of(row) else _("Invoice"),
        dates=_dates(row),
        lines=[*lines, *_below(row)],
        total=row.total,
        currency=row.currency,
        words=str(row.document.get("total_words", "")),
        facts=_facts(row),
        others=notes,
        others_title=_("Taken back"),
        pdf=reverse("billing_invoice_pdf", args=[row.pk]),
        pay_url="",
        look=look,
        icon=icon,
        word=word,
    )


def note_page(row: CreditNote) -> Paper:
    """Return a credit note with the invoice it takes back."""
    told = [Line(str(each.get("description", "")), Decimal(str(each.get("taxable", 0)))) for each in row.lines]
    return Paper(
        number=row.number or "",
        kind=_("Credit note"),
        dates=_dates(row),
        lines=[*told, *_below(row)],
        total=row.total,
        currency=row.currency,
        words=str(row.document.get("total_words", "")),
        facts=[*_facts(row), *([Fact(_("Reason"), row.reason)] if row.reason else [])],
        others=[invoice_row(row.invoice)],
        others_title=_("Takes back"),
        pdf=reverse("billing_credit_note_pdf", args=[row.pk]),
        pay_url="",
        look="draft",
        icon="undo",
        word=_("Credit note"),
    )


def _line_more(sac: str, rate: Decimal) -> str:
    told = [_("SAC %(sac)s") % {"sac": sac}] if sac else []
    return ", ".join([*told, *([_("%(rate)s tax") % {"rate": words.percent(rate)}] if rate else [])])


def _below(row: TaxDocument) -> list[Line]:
    return [*heads_of(row), *([Line(_("Rounding"), row.rounding)] if row.rounding else [])]


def _dates(row: TaxDocument) -> str:
    return _("issued %(day)s") % {"day": words.day(row.issued_on)}


def _facts(row: TaxDocument) -> list[Fact]:
    start, end = getattr(row, "period_start", None), getattr(row, "period_end", None)
    told = (
        (_("Billed to"), words.party(row.buyer)),
        ("GSTIN", row.gstin),
        (_("Place of supply"), words.state_name(row.place_of_supply)),
        (_("For"), words.span(start, end) if start and end else ""),
        (_("Billed by"), words.party(row.seller)),
        (_("In rupees"), words.money(row.total_inr, "INR") if row.total_inr and row.currency != "INR" else ""),
        ("IRN", row.irn),
    )
    return [Fact(label, text) for label, text in told if text]


# Payments


def payment_row(row: Payment) -> Paid:
    """Return a payment as a line of the history."""
    look, icon, word = PAYMENT_LOOKS[row.status]
    waits = row.status == Payment.Status.PENDING and bool(row.action_url)
    if waits:
        look, icon, word = NEEDS_HAND
    elif row.refunded_amount and row.refunded_amount < row.amount:
        look, icon, word = PARTLY_BACK
    invoice = next(iter(row.invoices.all()), None)
    return Paid(
        at=row.paid_at or row.failed_at or row.created_at,
        what=_for(row),
        reason=_reason(row),
        way=" · ".join(part for part in (words.gateway(row.gateway), row.method) if part),
        reference=row.gateway_payment_id,
        amount=row.amount,
        refunded=words.money(row.refunded_amount, row.currency) if row.refunded_amount else "",
        currency=row.currency,
        look=look,
        icon=icon,
        word=word,
        invoice=(invoice.number or "") if invoice else "",
        invoice_url=reverse("billing_invoice", args=[invoice.pk]) if invoice else "",
        action_url=row.action_url if waits else "",
    )


def _reason(row: Payment) -> str:
    if row.bought_nothing:
        return not_taken_words(row)
    return words.failure(row.failure_code, row.failure_reason) if row.status == Payment.Status.FAILED else ""


def not_taken_words(row: Payment) -> str:
    """Say why a payment bought nothing, and where its money is."""
    if row.status == Payment.Status.REFUNDED:
        return _("It bought nothing, and was given back to you.")
    return str(telling.NOT_TAKEN)


def _for(row: Payment) -> str:
    name = row.price.version.plan.name if row.price else ""
    purpose = str(row.get_purpose_display()).capitalize()
    ends = words.span(row.period_start, row.period_end) if row.period_start and row.period_end else ""
    return " · ".join(part for part in (purpose, name, ends) if part)


def payments_of(member: Membership) -> QuerySet[Payment]:
    """Return the member's payments, the latest first."""
    rows = Payment.objects.visible_to(member).select_related("price__version__plan").prefetch_related("invoices")
    return rows.defer("raw").order_by("-created_at")


def csv_rows(member: Membership) -> list[list[object]]:
    """Return every paper for a file, the latest first."""
    found = rows_of(member, all_papers(member))
    return [
        [
            each.number,
            each.kind or _("invoice"),
            each.issued,
            each.taxable,
            each.tax,
            each.total,
            each.currency,
            str(each.word),
        ]
        for each in found
    ]
