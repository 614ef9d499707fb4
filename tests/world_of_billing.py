"""What Kesar Naturals has bought, paid and got back; and which address shows which of it."""

import datetime as dt
import uuid
from decimal import Decimal

from django.utils import timezone

from accounts.models import Organization
from billing.models import (
    BillingDetails,
    Checkout,
    CreditEntry,
    CreditNote,
    Invoice,
    InvoiceLine,
    Payment,
    Plan,
    PlanPrice,
    PlanVersion,
    Refund,
    Subscription,
)
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("billing_invoice", "billing_invoice_pdf"), "invoice"),
    **dict.fromkeys(("billing_credit_note", "billing_credit_note_pdf"), "credit_note"),
    **dict.fromkeys(("checkout_state", "checkout_drop"), "checkout"),
}
RESOURCES: dict[str, str] = {
    "api-invoices-": "invoice",
    "api-credit-notes-": "credit_note",
    "api-payments-": "payment",
    "api-refunds-": "refund",
    "api-credit-entries-": "credit_entry",
    "api-checkouts-": "checkout",
}
DAY = dt.timedelta(days=1)
LIMITS = {
    "uploads": 200, "connections": 40, "members": 15, "clients": 10, "ai_credits": 3000,
    "storage_bytes": 500 * 10**9, "api_calls": 100_000,
}  # fmt: skip


def sold(key: str = "world-plan", *, amount: str = "7999.00", rank: int = 3) -> PlanPrice:
    """A plan that is sold by month, in rupees."""
    plan, _made = Plan.objects.get_or_create(key=key, defaults={"name": key.title(), "rank": rank, "sort_order": rank})
    limits = {meter: {"limit": limit, "hard": True} for meter, limit in LIMITS.items()}
    version = plan.versions.order_by("-number").first() or PlanVersion.objects.create(
        plan=plan, limits=limits, sold_from=timezone.now() - 400 * DAY
    )
    return PlanPrice.objects.get_or_create(
        version=version, currency="INR", interval="month", defaults={"amount": Decimal(amount)}
    )[0]


def subscribed(organization: Organization, price: PlanPrice, *, now: dt.datetime) -> Subscription:
    """A plan that is paid through the test gateway."""
    return Subscription.objects.create(
        organization=organization, version=price.version, price=price, status="active", amount=price.amount,
        started_at=now - 40 * DAY, current_period_start=now - 10 * DAY, current_period_end=now + 20 * DAY,
        gateway="test", gateway_subscription_id=f"sub_{uuid.uuid4().hex}", mandate="active",
    )  # fmt: skip


def paid(subscription: Subscription, *, now: dt.datetime, total: str = "9438.82") -> Payment:
    """A payment of a period."""
    return Payment.objects.create(
        organization_id=subscription.organization_id, subscription=subscription, price=subscription.price,
        purpose="renewal", status="success", amount=Decimal(total), gateway="test",
        gateway_payment_id=f"pay_{uuid.uuid4().hex}", method="UPI · KESAR", paid_at=now - 10 * DAY,
        period_start=subscription.current_period_start, period_end=subscription.current_period_end,
    )  # fmt: skip


def billed(payment: Payment, number: str, *, now: dt.datetime) -> Invoice:
    """An invoice for it, issued in Karnataka."""
    sums = {"taxable": Decimal("7999.00"), "cgst": Decimal("719.91"), "sgst": Decimal("719.91")}
    row = Invoice.objects.create(
        organization_id=payment.organization_id, subscription=payment.subscription, payment=payment,
        total=payment.amount, buyer={"name": "KESAR Naturals"}, place_of_supply="29", supply="intra", **sums,
    )  # fmt: skip
    InvoiceLine.objects.create(
        organization_id=payment.organization_id, invoice=row, description="KESAR plan, monthly", sac="997331",
        unit_price=sums["taxable"], rate=18, total=payment.amount, **sums,
    )  # fmt: skip
    row.status, row.number, row.issued_at, row.issued_on = "paid", number, now, now.date()
    row.save()
    return row


def taken_back(invoice: Invoice, number: str, *, now: dt.datetime, refund: Refund | None = None) -> CreditNote:
    """A credit note on the whole of it."""
    return CreditNote.objects.create(
        organization_id=invoice.organization_id, invoice=invoice, number=number, issued_at=now, issued_on=now.date(),
        taxable=invoice.taxable, cgst=invoice.cgst, sgst=invoice.sgst, total=invoice.total, reason="KESAR asked",
        refund=refund, buyer=invoice.buyer, lines=[{"description": "KESAR plan", "taxable": str(invoice.taxable)}],
    )  # fmt: skip


def bought(cast: Cast) -> dict[str, uuid.UUID]:
    """Let Kesar have a plan, a payment with its invoice, and a refund with its credit note."""
    now, price = timezone.now(), sold()
    subscription = subscribed(cast.kesar, price, now=now)
    payment = paid(subscription, now=now)
    invoice = billed(payment, "TD/2627/9000001", now=now)
    refund = Refund.objects.create(
        organization=cast.kesar, payment=payment, amount=Decimal(100), status="pending", reason="KESAR asked"
    )
    note = taken_back(invoice, "TDC/2627/900001", now=now, refund=refund)
    checkout = Checkout.objects.create(
        organization=cast.kesar, purpose="method", subscription=subscription, price=price, gateway="test",
        gateway_session_id=f"cs_{uuid.uuid4().hex}", by=cast.asha.user,
    )  # fmt: skip
    entry = CreditEntry.objects.create(
        organization=cast.kesar, kind="grant", amount=3000, reason="monthly grant", reference="kesar-grant"
    )
    details = BillingDetails.objects.create(
        organization=cast.kesar, kind="business", name="KESAR Naturals", line1="KESAR street 1", city="Bengaluru",
        postal_code="560001", state="29", country="IN", currency="INR",
    )  # fmt: skip
    return {
        "billing_details": details.pk,
        "invoice": invoice.pk, "credit_note": note.pk, "payment": payment.pk, "refund": refund.pk,
        "checkout": checkout.pk, "credit_entry": entry.pk,
    }  # fmt: skip
