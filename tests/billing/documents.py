"""A seller in Karnataka, buyers of every kind, and payments of theirs: what tests of documents begin with."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from billing.models import BillingDetails, Payment
from tests.world_of_billing import sold

NOON = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)  # in India
DAY = dt.timedelta(days=1)
SELLER = {
    "name": "TrendDrop Software Private Limited",
    "line1": "4th floor, 12 Residency Road",
    "city": "Bengaluru",
    "postal_code": "560025",
    "gstin": "29AAGCB7383J1Z4",
    "cin": "U72900KA2025PTC123456",
    "email": "accounts@trenddrop.example",
    "website": "trenddrop.example",
    "lut": "AD290326001234X",
    "lut_until": "2027-03-31",
}
FX = {"USD": {"inr": "88.7125", "source": "RBI reference rate, 20 Nov 2026"}}
MAHARASHTRA = {
    "kind": "business", "name": "Kesar Naturals Private Limited", "line1": "2 Linking Road", "city": "Mumbai",
    "postal_code": "400050", "state": "27", "gstin": "27AAPFU0939F1ZV", "email": "books@kesar.example",
}  # fmt: skip
KARNATAKA = {
    "kind": "person", "name": "श्री विक्रम शर्मा", "line1": "१४, एम॰ जी॰ रोड", "city": "Bengaluru",
    "postal_code": "560001", "state": "29",
}  # fmt: skip
ZONE = {
    **KARNATAKA,
    "kind": "business",
    "name": "Electronics City Exports LLP",
    "gstin": "29AAPFU0939F1ZR",
    "is_sez": True,
}
LISBON = {
    "kind": "business", "name": "Lisbon Rooftops Lda", "line1": "Rua do Século 12", "city": "Lisboa",
    "postal_code": "1200-435", "region": "Lisboa", "country": "PT", "tax_id": "PT501442600", "currency": "USD",
}  # fmt: skip


def billed_to(organization: Organization, **details: Any) -> BillingDetails:
    """Say who is billed, in place of who was before."""
    told = (
        dict.fromkeys(("email", "line2", "region", "gstin", "tax_id"), "")
        | {"is_sez": False, "country": "IN"}
        | details
    )
    row, _made = BillingDetails.objects.update_or_create(organization=organization, defaults=told)
    return row


def paid_by(organization: Organization, total: str, currency: str = "INR", **more: Any) -> Payment:
    """A payment that succeeded, for a month of a plan that costs 7,999 before tax."""
    start = dt.datetime(2026, 11, 21, 18, 30, tzinfo=dt.UTC)  # midnight in India
    paid = {
        "price": sold(), "purpose": "renewal", "status": "success", "gateway": "test", "method": "UPI · asha@upi",
        "paid_at": NOON, "period_start": start, "period_end": start + 30 * DAY,
        "gateway_payment_id": f"pay_{uuid.uuid4().hex[:12]}", **more,
    }  # fmt: skip
    return Payment.objects.create(organization=organization, amount=Decimal(total), currency=currency, **paid)
