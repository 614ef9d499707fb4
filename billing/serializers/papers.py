"""How invoices, credit notes, payments and refunds look through the API."""

from rest_framework import serializers
from rest_framework.reverse import reverse

from billing.models import CreditNote, Invoice, InvoiceLine, Payment, Refund
from trenddrop.core.rest.serializers import Described

SUMS = {
    "number": "Its number: consecutive in its series and financial year.",
    "issued_at": "When it was issued.",
    "issued_on": "The day of issue in India.",
    "currency": "ISO 4217; every sum is in it.",
    "taxable": "What tax is reckoned on.",
    "cgst": "Central GST.",
    "sgst": "GST of the state or union territory.",
    "igst": "Integrated GST.",
    "other_tax": "Tax outside India, as the gateway took it.",
    "rounding": "What was rounded, so that the total is what was taken.",
    "total": "All of it.",
    "total_inr": "The total in rupees, where it was another currency.",
    "buyer": "Who is billed, as it was then.",
    "gstin": "The buyer's GSTIN.",
    "place_of_supply": "The state's code for GST.",
    "supply": "intra, inter, sez, export or outside.",
    "sac": "Services accounting code.",
    "reverse_charge": "Whether the buyer owes the tax.",
    "irn": "The e-invoice's reference, where there is one.",
}
SUM_FIELDS = [
    "number", "issued_at", "issued_on", "currency", "taxable", "cgst", "sgst", "igst", "other_tax", "rounding", "total",
    "total_inr", "buyer", "gstin", "place_of_supply", "supply", "sac", "reverse_charge", "irn",
]  # fmt: skip


class InvoiceLineSerializer(Described[InvoiceLine]):
    """One line, with its tax by head."""

    words = {
        "position": "Its place.",
        "description": "What it is for.",
        "sac": "Services accounting code.",
        "quantity": "How many.",
        "unit_price": "Each, before tax.",
        "discount": "Taken off.",
        "taxable": "What tax is reckoned on.",
        "rate": "Per cent, all heads together.",
        "cgst": "Central GST.",
        "sgst": "GST of the state or union territory.",
        "igst": "Integrated GST.",
        "total": "With tax.",
        "period_start": "From when it is paid for.",
        "period_end": "Until when.",
    }

    class Meta:
        model = InvoiceLine
        fields = [
            "position", "description", "sac", "quantity", "unit_price", "discount", "taxable", "rate", "cgst", "sgst",
            "igst", "total", "period_start", "period_end",
        ]  # fmt: skip
        read_only_fields = fields


class InvoiceSerializer(Described[Invoice]):
    """An invoice as it was issued; it never changes."""

    pdf = serializers.SerializerMethodField(help_text="Where its PDF is.")
    words = SUMS | {
        "status": "sent, paid or void.",
        "payment": "The payment it is for.",
        "period_start": "From when it is paid for.",
        "period_end": "Until when.",
        "due_at": "When it is to be paid.",
        "paid_at": "When it was paid.",
    }

    class Meta:
        model = Invoice
        fields = [
            "id", "status", *SUM_FIELDS, "payment", "period_start", "period_end", "due_at", "paid_at", "pdf",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_pdf(self, row: Invoice) -> str:
        """Return it."""
        return reverse("api-invoices-pdf", args=[row.pk], request=self.context.get("request"))


class InvoiceWholeSerializer(InvoiceSerializer):
    """An invoice with its lines."""

    lines = InvoiceLineSerializer(many=True, help_text="What was billed.")

    class Meta(InvoiceSerializer.Meta):
        fields = [*InvoiceSerializer.Meta.fields, "lines"]
        read_only_fields = fields


class CreditNoteSerializer(Described[CreditNote]):
    """What takes an invoice back, whole or in part."""

    pdf = serializers.SerializerMethodField(help_text="Where its PDF is.")
    words = SUMS | {
        "invoice": "The invoice it takes back.",
        "refund": "The refund it is for.",
        "reason": "Why.",
    }

    class Meta:
        model = CreditNote
        fields = ["id", "invoice", "refund", "reason", *SUM_FIELDS, "pdf", "created_at"]
        read_only_fields = fields

    def get_pdf(self, row: CreditNote) -> str:
        """Return it."""
        return reverse("api-credit-notes-pdf", args=[row.pk], request=self.context.get("request"))


class PaymentSerializer(Described[Payment]):
    """One payment at a gateway."""

    words = {
        "purpose": "What it was for.",
        "status": "Where it stands.",
        "amount": "What was taken, tax included.",
        "currency": "ISO 4217.",
        "gateway": "Who took it.",
        "gateway_payment_id": "The gateway's number of it.",
        "method": "With what it was paid.",
        "period_start": "From when it is paid for.",
        "period_end": "Until when.",
        "paid_at": "When it was paid.",
        "failed_at": "When it failed.",
        "failure_code": "Why it failed, in the gateway's code.",
        "failure_reason": "Why it failed, in words.",
        "action_url": "Where the payer confirms it, when that is needed.",
        "refunded_at": "When money was given back last.",
        "refunded_amount": "How much of it was given back.",
        "disputed_at": "When the payer's bank was asked to take it back.",
    }

    class Meta:
        model = Payment
        fields = [
            "id", "purpose", "status", "amount", "currency", "gateway", "gateway_payment_id", "method", "period_start",
            "period_end", "paid_at", "failed_at", "failure_code", "failure_reason", "action_url", "refunded_at",
            "refunded_amount", "disputed_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class RefundSerializer(Described[Refund]):
    """Money given back of a payment."""

    words = {
        "payment": "Of which payment.",
        "amount": "How much.",
        "currency": "ISO 4217.",
        "status": "Where it stands.",
        "reason": "Why.",
        "done_at": "When the gateway gave it back.",
    }

    class Meta:
        model = Refund
        fields = ["id", "payment", "amount", "currency", "status", "reason", "done_at", "created_at"]
        read_only_fields = fields
