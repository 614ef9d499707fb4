"""Invoices and credit notes drawn as PDF, from the row alone: the same row gives the same bytes.

Fields are those of rule 46 (invoices) and rule 53 (credit notes) of the CGST Rules. In English, whoever reads them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.documents import wording
from billing.gst.supply import INDIA
from billing.models import CreditNote, Invoice
from billing.models.invoices import TaxDocument
from trenddrop.core import display
from trenddrop.core.pdf import Block, Column, Document, product_mark

ENGLISH = "en-in"
LANGUAGE = "en"
Fact = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A line as it is drawn."""

    description: str
    sac: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    taxable: Decimal
    rate: Decimal
    cgst: Decimal
    sgst: Decimal
    igst: Decimal
    total: Decimal


def invoice_pdf(invoice: Invoice) -> bytes:
    """Return an issued invoice as a file."""
    lines = [
        Line(
            each.description, each.sac, each.quantity, each.unit_price, each.discount, each.taxable, each.rate,
            each.cgst, each.sgst, each.igst, each.total,
        )
        for each in invoice.lines.order_by("position")
    ]  # fmt: skip
    page = _begin(invoice, _invoice_facts(invoice))
    _lines(page, invoice, lines)
    _end(page, invoice, list(_payment_facts(invoice)))
    return page.to_bytes()


def note_pdf(note: CreditNote) -> bytes:
    """Return an issued credit note as a file."""
    of = note.document.get("of", {})
    facts = [("Invoice", str(of.get("number", ""))), ("Invoice date", _iso_day(of.get("issued_on")))]
    page = _begin(note, facts)
    if note.reason:
        page.paragraph(f"Reason: {note.reason}")
    _lines(page, note, [_note_line(each) for each in note.lines])
    _end(page, note, [])
    return page.to_bytes()


def _note_line(told: Mapping[str, Any]) -> Line:
    sums = {name: Decimal(str(told.get(name, 0))) for name in ("taxable", "rate", "cgst", "sgst", "igst", "total")}
    description, sac = str(told.get("description", "")), str(told.get("sac", ""))
    return Line(description, sac, Decimal(1), sums["taxable"], Decimal(0), **sums)


def _begin(row: TaxDocument, facts: Sequence[Fact]) -> Document:
    title = str(row.document.get("title") or wording.INVOICE)
    name = str(row.seller.get("name", ""))
    page = Document(
        title=f"{title} {row.number}",
        made_at=row.issued_at or dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        language=LANGUAGE,
        author=name,
        foot=f"{name} · {title} {row.number}",
    )
    known = [("Number", row.number or ""), ("Date", day_words(row.issued_on)), *facts]
    page.letterhead(title, logo=product_mark(), name=name, facts=[fact for fact in known if fact[1]])
    page.blocks([Block("SOLD BY", _party(row.seller, own=True)), Block("BILLED TO", _party(row.buyer))])
    page.facts(list(_supply_facts(row)))
    if words := str(row.document.get("endorsement", "")):
        page.note(words)
    return page


def _invoice_facts(row: Invoice) -> list[Fact]:
    state = {Invoice.Status.VOID: "Void", Invoice.Status.SENT: "To be paid"}.get(Invoice.Status(row.status), "")
    due = day_words(row.due_at.date()) if row.due_at and row.status == Invoice.Status.SENT else ""
    return [("Due", due), ("Status", state)]


def _party(told: Mapping[str, Any], *, own: bool = False) -> list[str | Fact]:
    """Return name, address and numbers of one side; a buyer's delivery address is the address of the service."""
    abroad = told.get("country", INDIA) != INDIA
    place = " ".join(str(part) for part in (told.get("city"), told.get("postal_code")) if part)
    state = _state(told) if not abroad else str(told.get("region", ""))
    country = str(told.get("country_name", ""))
    lines = [
        str(told.get("name", "")),
        *(str(told.get(part) or "") for part in ("line1", "line2")),
        place,
        state,
        country,
    ]
    facts = [
        ("GSTIN", str(told.get("gstin") or ("" if abroad else "not registered"))),
        ("PAN", str(told.get("pan") or "")),
        ("CIN", str(told.get("cin") or "")),
        ("Tax number", str(told.get("tax_id") or "")),
        ("E-mail", str(told.get("email") or "")),
        ("Website", str(told.get("website") or "") if own else ""),
        ("Unit", "in a special economic zone" if told.get("is_sez") else ""),
    ]
    return [*(line for line in lines if line), *(fact for fact in facts if fact[1])]


def _state(told: Mapping[str, Any]) -> str:
    name, code = str(told.get("state_name") or ""), str(told.get("state") or "")
    return f"{name} (state code {code})" if name and code else name


def _supply_facts(row: TaxDocument) -> Iterator[Fact]:
    yield "Place of supply", str(row.document.get("place_words", ""))
    if row.lut:
        yield "Letter of Undertaking", row.lut
    start, end = getattr(row, "period_start", None), getattr(row, "period_end", None)
    if start and end:
        yield "Period", f"{day_words(_day(start))} to {day_words(_day(end - dt.timedelta(microseconds=1)))}"
    if row.supply != "outside":
        yield "Tax on reverse charge", "Yes" if row.reverse_charge else "No"
    if row.irn:
        yield "IRN", row.irn


def _lines(page: Document, row: TaxDocument, lines: Sequence[Line]) -> None:
    """Write the lines, with a column for every head of tax that the place bears."""
    heads = _heads(row)
    spare = 3.0 + 1.25 * (2 - len(heads))
    columns = [
        Column("#", 0.45), Column("Description", spare), Column("SAC", 1.05), Column("Qty", 0.55, right=True),
        Column("Taxable", 1.35, right=True), *(Column(head, 1.25, right=True) for _name, head in heads),
        Column("Amount", 1.45, right=True),
    ]  # fmt: skip
    page.table(columns, [_cells(place, line, row, heads) for place, line in enumerate(lines, start=1)])
    sums = [("Taxable value", row.taxable), *((head, getattr(row, name)) for name, head in heads)]
    if any(line.discount for line in lines):
        sums.insert(0, ("Discount", -sum((line.discount for line in lines), Decimal(0))))
    if row.other_tax:
        sums.append((str(row.document.get("other_tax_name") or "Tax outside India"), row.other_tax))
    if row.rounding:
        sums.append(("Rounding", row.rounding))
    page.totals(
        [*((label, money(value, row)) for label, value in sums), (f"Total {row.currency}", money(row.total, row))]
    )
    page.facts(list(_words(row)), label_width=34)


def _heads(row: TaxDocument) -> list[tuple[str, str]]:
    rates = row.document.get("rates", {})
    named = (("cgst", "CGST"), ("sgst", str(row.document.get("state_head", "SGST"))), ("igst", "IGST"))
    return [
        (name, f"{head} {_percent(rates.get(name, 0))}") for name, head in named if Decimal(str(rates.get(name, 0)))
    ]


def _percent(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}\u00a0%"


def _cells(place: int, line: Line, row: TaxDocument, heads: Sequence[tuple[str, str]]) -> list[str]:
    quantity = f"{line.quantity.normalize():f}"
    sums = [line.taxable, *(getattr(line, name) for name, _head in heads), line.total]
    return [str(place), line.description, line.sac, quantity, *(money(value, row) for value in sums)]


def _words(row: TaxDocument) -> Iterator[Fact]:
    yield "In words", str(row.document.get("total_words", ""))
    if row.currency != "INR" and row.total_inr is not None and row.fx_rate is not None:
        source = f" ({row.fx_source})" if row.fx_source else ""
        rupees = display.money(row.total_inr, "INR", ENGLISH)
        yield "In Indian rupees", f"{rupees}, at ₹{row.fx_rate.normalize():f} for 1 {row.currency}{source}"


def _payment_facts(row: Invoice) -> Iterator[Fact]:
    if row.status == Invoice.Status.PAID and row.paid_at:
        method, gateway = str(row.document.get("method", "")), str(row.document.get("gateway", "")).capitalize()
        by = " · ".join(part for part in (method, gateway, str(row.document.get("payment", ""))) if part)
        yield "Paid", ", ".join(part for part in (day_words(_day(row.paid_at)), by) if part)
    if row.status == Invoice.Status.VOID:
        yield "Void", f"{day_words(_day(row.voided_at)) if row.voided_at else ''}: {row.void_reason}"
    if row.other_tax and row.external_number:
        yield "Tax invoice abroad", row.external_number


def _end(page: Document, row: TaxDocument, facts: Sequence[Fact]) -> None:
    if facts:
        page.facts(facts, label_width=34)
    if row.other_tax:
        name = row.document.get("other_tax_name") or "Tax outside India"
        gateway = str(row.document.get("gateway") or "the payment gateway").capitalize()
        page.paragraph(f"{name} was reckoned and collected by {gateway}; it is not GST.", muted=True, small=True)
    for note in row.document.get("notes", []):
        page.paragraph(str(note), muted=True, small=True)
    page.paragraph(wording.ELECTRONIC, muted=True, small=True)


# Words


def money(value: Decimal, row: TaxDocument) -> str:
    """Return a sum of the document: ₹1,17,998.82."""
    return display.money(value, row.currency, ENGLISH if row.currency == "INR" else LANGUAGE)


def day_words(day: dt.date | None) -> str:
    """Return a day: 22 Nov 2026."""
    return f"{day.day} {day:%b %Y}" if day else ""


def _day(at: dt.datetime) -> dt.date:
    from_india = dt.timezone(dt.timedelta(hours=5, minutes=30))
    return at.astimezone(from_india).date()


def _iso_day(text: object) -> str:
    return day_words(dt.date.fromisoformat(str(text))) if text else ""
