"""Invoices: issued when a payment succeeds, or before it for customers by agreement; never altered after.

    invoice = invoicing.issue(payment, now=now)         # in the transaction that books the payment; the last step of it
    note = invoicing.credit(refund, now=now)            # when the money went back

A document keeps everything that was true then: seller, buyer, tax by head, exchange rate, words. Its PDF is drawn from
the row alone, whenever it is asked for.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from billing.documents import parties, wording
from billing.gst import numbers, tax
from billing.gst.seller import SellerDetails
from billing.gst.states import head_of, name_of
from billing.gst.supply import INDIA, Supply, supply_of
from billing.gst.tax import Heads
from billing.models import CreditPack, Invoice, InvoiceLine, Payment, Refund
from billing.services import numbering
from billing.services.crediting import credit, take_back
from billing.services.writing import STAMPED, CannotIssue, in_rupees, stamp

__all__ = [
    "CannotIssue", "bill", "credit", "follow_payment", "follow_refund", "issue", "quote", "settle", "take_back", "void",
]  # fmt: skip
logger = logging.getLogger(__name__)
Status = Invoice.Status
VOID_UNTIL = 11  # of the next month: on that day the month's return is due (CGST Rules, rule 59)
IRN_HOURS = 24  # a registered e-invoice is cancelled within a day, or never
RELATED = ("price__version__plan", "checkout__pack", "change__to_version__plan")


@dataclass(frozen=True)
class Item:
    """What is billed: its words, its tax, and the time it is for."""

    description: str
    heads: Heads
    start: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass(frozen=True)
class Frame:
    """What all items of one document share."""

    seller: SellerDetails
    buyer: parties.Party
    supply: Supply
    currency: str


def quote(organization_id: uuid.UUID, amount: Decimal, currency: str, *, now: dt.datetime) -> tuple[Heads, Supply]:
    """Return the tax on a price before tax as it would be billed now: what the gateway is told to take is its total."""
    frame = frame_of(organization_id, currency, now=now)
    return tax.on_top(amount, frame.supply), frame.supply


def frame_of(organization_id: uuid.UUID, currency: str, *, now: dt.datetime) -> Frame:
    """Return seller, buyer and place of a supply as they are now."""
    seller, buyer = parties.seller(), parties.buyer(organization_id)
    standing = seller.standing(numbers.day_in_india(now))
    supply = supply_of(standing, buyer.tax, currency=currency, rate=Decimal(seller.rate))
    return Frame(seller, buyer, supply, currency)


def issue(payment: Payment, *, now: dt.datetime) -> Invoice:
    """Issue the invoice of a payment that succeeded, once: asked again, the same one is returned. Raise CannotIssue."""
    with transaction.atomic():
        found = Payment.objects.select_related(*RELATED).select_for_update(of=("self",)).get(pk=payment.pk)
        before = Invoice.objects.filter(payment=found).first()
        if before:
            return before
        if found.paid_at is None or found.status not in {Payment.Status.SUCCESS, Payment.Status.REFUNDED}:
            raise CannotIssue("An invoice of a payment is issued when it has succeeded.")
        if found.amount <= 0:
            raise CannotIssue("Nothing was taken, so there is nothing to bill.")
        frame = frame_of(found.organization_id, found.currency, now=now)
        other = told_tax(found, frame)
        heads = tax.charged(found.amount - other, frame.supply, taxable=price_of(found))
        item = Item(description_of(found), heads, found.period_start, found.period_end)
        paid = {
            "payment": found,
            "subscription_id": found.subscription_id,
            "status": Status.PAID,
            "paid_at": found.paid_at,
            "due_at": found.paid_at,
            "external_number": found.gateway_invoice_id[:60] if other else "",
        }
        return _write(frame, [item], found.organization_id, paid, other_tax=other, more=_paid_words(found), now=now)


def follow_payment(payment: Payment, *, now: dt.datetime) -> None:
    """Issue the invoice of a payment, and the notes of what went back before the payment itself was told."""
    if payment.amount <= 0:
        return
    invoice = issue(payment, now=now)
    _compare(payment, invoice)
    for refund in payment.refunds.filter(status=Refund.Status.SUCCESS, credit_notes=None):
        follow_refund(refund, now=now)


def _compare(payment: Payment, invoice: Invoice) -> None:
    """Tell operators of a payment that is not its price with tax: it is billed as it came."""
    price = payment.price if payment.purpose == Payment.Purpose.RENEWAL else None
    if price is None or invoice.issued_at is None:
        return
    rates = [Decimal(str(each)) for each in invoice.document.get("rates", {}).values()]
    due = invoice.other_tax + price.amount + sum((tax.rounded(price.amount * rate / 100) for rate in rates), Decimal(0))
    if due != payment.amount:
        why = f"{payment.amount} {payment.currency} came, {due} {price.currency} was due with tax"
        audit.record("payment.strange", payment, organization_id=payment.organization_id, by=None, why=why)


def follow_refund(refund: Refund, *, now: dt.datetime) -> None:
    """Issue the note of a refund; money that never was billed goes back without one, and is only told."""
    if not Invoice.objects.filter(payment_id=refund.payment_id).exists():
        logger.warning("refund %s has no invoice to take back", refund.pk)
        return
    credit(refund, now=now)


def bill(
    organization_id: uuid.UUID,
    lines: Sequence[tuple[str, Decimal]],
    *,
    currency: str,
    due_at: dt.datetime,
    by: Membership | User | None,
    now: dt.datetime,
) -> Invoice:
    """Issue an invoice that is still to be paid, of descriptions with their prices before tax."""
    if not lines or any(amount <= 0 for _what, amount in lines):
        raise CannotIssue(_("An invoice needs lines, each of more than nothing."))
    with transaction.atomic():
        frame = frame_of(organization_id, currency, now=now)
        items = [Item(what, tax.on_top(amount, frame.supply)) for what, amount in lines]
        return _write(frame, items, organization_id, {"status": Status.SENT, "due_at": due_at}, by=by, now=now)


def settle(invoice: Invoice, payment: Payment, *, now: dt.datetime) -> Invoice:
    """Say that an invoice was paid, by this payment, to the last paisa. Raise CannotIssue."""
    with transaction.atomic():
        found = Invoice.objects.select_for_update().get(pk=invoice.pk)
        if found.status == Status.PAID and found.payment_id == payment.pk:
            return found
        if found.status != Status.SENT:
            raise CannotIssue(_("This invoice does not wait for a payment."))
        if (payment.amount, payment.currency) != (found.total, found.currency):
            raise CannotIssue(_("The payment is not the sum of the invoice."))
        found.status, found.payment, found.paid_at = Status.PAID, payment, payment.paid_at or now
        found.pdf = ""  # drawn anew, with how it was paid
        found.save(update_fields=["status", "payment", "paid_at", "pdf", "updated_at"])
        audit.record("invoice.paid", found, organization_id=found.organization_id, by=None, number=found.number)
    return found


def void(invoice: Invoice, *, reason: str, by: Membership | User, now: dt.datetime) -> Invoice:
    """Take back an invoice that nobody paid, before its month's return is due; its number stays. Raise CannotIssue."""
    with transaction.atomic():
        found = Invoice.objects.select_for_update().get(pk=invoice.pk)
        _require_voidable(found, reason, now)
        found.status, found.voided_at, found.void_reason = Status.VOID, now, reason.strip()[:200]
        found.pdf = ""  # drawn anew, with the reason
        found.save(update_fields=["status", "voided_at", "void_reason", "pdf", "updated_at"])
        audit.record(
            "invoice.voided", found, organization_id=found.organization_id, by=by, number=found.number, why=reason
        )
    return found


def _require_voidable(invoice: Invoice, reason: str, now: dt.datetime) -> None:
    if not reason.strip():
        raise CannotIssue(_("Say why; the reason stays with the invoice."))
    if invoice.status != Status.SENT or invoice.issued_on is None or invoice.issued_at is None:
        raise CannotIssue(_("Only an invoice that waits for its payment can be void. Give a credit note instead."))
    if invoice.credit_notes.exists():
        raise CannotIssue(_("Part of it was credited already. Give a credit note for the rest."))
    next_month = (invoice.issued_on.replace(day=1) + dt.timedelta(days=32)).replace(day=VOID_UNTIL)
    if numbers.day_in_india(now) > next_month:
        raise CannotIssue(_("The return of its month was due already. Give a credit note instead."))
    if invoice.irn and now - invoice.issued_at > dt.timedelta(hours=IRN_HOURS):
        raise CannotIssue(_("It is registered as an e-invoice for more than a day. Give a credit note instead."))


def _write(
    frame: Frame,
    items: Sequence[Item],
    organization_id: uuid.UUID,
    states: Mapping[str, Any],
    *,
    now: dt.datetime,
    other_tax: Decimal = Decimal(0),
    more: Mapping[str, Any] | None = None,
    by: Membership | User | None = None,
) -> Invoice:
    """Write the draft and its lines, then take the number: the counter is locked for as short as can be."""
    whole = sum((item.heads for item in items), Heads())
    row = Invoice(organization_id=organization_id, **states)
    fill(row, frame, whole, other_tax=other_tax)
    row.period_start, row.period_end = items[0].start, items[0].end
    row.document = {**document_of(frame, row.total, wording.title_of(frame.supply)), **(more or {})}
    final, row.status = row.status, Status.DRAFT
    row.save(force_insert=True)
    InvoiceLine.objects.bulk_create(_line(row, place, item, frame) for place, item in enumerate(items, start=1))
    number = numbering.take(frame.seller.books, numbers.INVOICES, now=now)
    row.status, row.issued_at = final, now
    stamp(row, number)
    row.save(update_fields=[*STAMPED, "status", "issued_at", "updated_at"])
    audit.record(
        "invoice.issued",
        row,
        organization_id=organization_id,
        by=by,
        number=row.number,
        total=f"{row.total} {row.currency}",
    )
    return row


def fill(row: Any, frame: Frame, whole: Heads, *, other_tax: Decimal = Decimal(0)) -> None:
    """Write what invoices and credit notes share on a row."""
    supply = frame.supply
    row.currency, row.other_tax = frame.currency, other_tax
    row.taxable, row.cgst, row.sgst, row.igst, row.rounding = (
        whole.taxable, whole.cgst, whole.sgst, whole.igst, whole.rounding,
    )  # fmt: skip
    row.total = whole.total + other_tax
    row.seller, row.buyer, row.gstin = frame.seller.told(), frame.buyer.told, str(frame.buyer.told.get("gstin", ""))
    row.place_of_supply, row.supply, row.sac = supply.place, str(supply.kind), frame.seller.sac
    row.lut = frame.seller.lut if supply.is_zero_rated else ""
    in_rupees(row)


def document_of(frame: Frame, total: Decimal, title: str) -> dict[str, Any]:
    """Return what else a document says, in the words of the day."""
    supply = frame.supply
    notes = [] if frame.buyer.is_known else [wording.NO_DETAILS]
    notes += [wording.UNREGISTERED] if not frame.seller.gstin else []
    notes += [frame.seller.note] if frame.seller.note else []
    return {
        "title": title,
        "total_words": wording.in_words(total, frame.currency),
        "place_words": wording.place_of(supply.place, name_of(supply.place)),
        "state_head": head_of(supply.place),
        "rates": {"cgst": str(supply.cgst), "sgst": str(supply.sgst), "igst": str(supply.igst)},
        "rule": supply.rule,
        "endorsement": wording.endorsement(supply),
        "notes": notes,
    }


def _line(row: Invoice, place: int, item: Item, frame: Frame) -> InvoiceLine:
    heads = item.heads
    return InvoiceLine(
        organization_id=row.organization_id,
        invoice=row,
        position=place,
        description=item.description[:300],
        sac=frame.seller.sac,
        quantity=1,
        unit_price=heads.taxable,
        taxable=heads.taxable,
        rate=frame.supply.rate,
        cgst=heads.cgst,
        sgst=heads.sgst,
        igst=heads.igst,
        total=heads.taxable + heads.tax,
        period_start=item.start,
        period_end=item.end,
    )


# What a payment says


def price_of(payment: Payment) -> Decimal | None:
    """Return the price before tax that a payment was for, where it is known."""
    if payment.purpose == Payment.Purpose.UPGRADE:
        return payment.change.proration if payment.change else None
    if payment.purpose == Payment.Purpose.CREDITS:
        return _pack(payment).amount if _pack(payment) else None
    return payment.price.amount if payment.price else None


def _pack(payment: Payment) -> Any:
    pack: CreditPack | None = payment.checkout.pack if payment.checkout else None
    return pack


def description_of(payment: Payment) -> str:
    """Return the words of the one line, in English: Pro plan, monthly, 1 Nov 2026 to 30 Nov 2026."""
    parts = [_what(payment)]
    if payment.period_start and payment.period_end:
        last = payment.period_end - dt.timedelta(microseconds=1)
        parts.append(f"{day_words(payment.period_start)} to {day_words(last)}")
    return ", ".join(parts)


def _what(payment: Payment) -> str:
    if payment.purpose == Payment.Purpose.CREDITS:
        return f"{_pack(payment).credits:,} AI credits" if _pack(payment) else "AI credits"
    if payment.purpose == Payment.Purpose.UPGRADE:
        version = payment.change.to_version if payment.change else None
        return f"Upgrade to the {version.plan.name} plan" if version else "Upgrade"
    if payment.price is None:
        return "Subscription"
    every = {"month": "monthly", "year": "yearly"}[payment.price.interval]
    return f"{payment.price.version.plan.name} plan, {every}"


def day_words(at: dt.datetime) -> str:
    """Return a moment's day in India: 1 Nov 2026."""
    day = numbers.day_in_india(at)
    return f"{day.day} {day:%b %Y}"


def told_tax(payment: Payment, frame: Frame) -> Decimal:
    """Return the tax outside India that the gateway took and told, within the sum: whole minor units under `tax`."""
    told = payment.raw.get("tax") if isinstance(payment.raw, dict) else None
    if frame.buyer.tax.country == INDIA or not isinstance(told, int) or isinstance(told, bool):
        return Decimal(0)
    found = Decimal(told).scaleb(-2)
    return found if 0 < found < payment.amount else Decimal(0)


def _paid_words(payment: Payment) -> dict[str, Any]:
    """Return how it was paid, and whose the tax outside India is."""
    told = payment.raw.get("tax_name") if isinstance(payment.raw, dict) else None
    return {
        "gateway": payment.gateway,
        "method": payment.method,
        "payment": payment.gateway_payment_id,
        "other_tax_name": str(told or "Tax outside India"),
    }
