"""Who sells and who buys, as a document keeps them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel import Locale
from django.conf import settings

from accounts.installation import setting
from accounts.models import Organization
from billing.gst import gstin, states
from billing.gst.seller import SellerDetails, read
from billing.gst.states import FOREIGN
from billing.gst.supply import INDIA, Buyer
from billing.models import BillingDetails

COUNTRIES: Mapping[str, str] = {
    code: name for code, name in Locale("en").territories.items() if len(code) == len(INDIA) and code.isalpha()
}


@dataclass(frozen=True)
class Party:
    """A buyer: what decides about tax, and what the document says; `is_known` is false where nobody filled it in."""

    tax: Buyer
    told: dict[str, Any]
    is_known: bool = True


@dataclass(frozen=True)
class Exchange:
    """Rupees for one unit of a currency, and where that comes from."""

    inr: Decimal
    source: str


def seller() -> SellerDetails:
    """Return who sells: the setting goes over the environment. A GSTIN brings its own state and PAN."""
    over = setting("billing_seller")
    under = {name: text for name, text in settings.BILLING_SELLER.items() if text}
    if over.get("gstin"):
        under = {name: text for name, text in under.items() if name not in {"state", "pan"}}
    return read({**under, **over})


def gst_rate() -> str:
    """Return the percentage of GST that prices in rupees are told without; empty where the seller takes none."""
    found = seller()
    return found.rate if found.gstin else ""


def buyer(organization_id: uuid.UUID) -> Party:
    """Return who buys; where no details were given, the organisation by its name, taken to be at the seller's place."""
    details = BillingDetails.objects.filter(organization_id=organization_id).first()
    if details is None:
        name = Organization.objects.values_list("name", flat=True).get(pk=organization_id)
        return Party(Buyer(), {"name": name, "country": INDIA, "country_name": "India"}, is_known=False)
    return party_of(details)


def party_of(details: BillingDetails) -> Party:
    """Return a buyer of their details."""
    at_home = details.country == INDIA
    told = {
        "name": details.name,
        "kind": details.kind,
        "email": details.email,
        "line1": details.line1,
        "line2": details.line2,
        "city": details.city,
        "postal_code": details.postal_code,
        "state": details.state if at_home else FOREIGN,
        "state_name": states.name_of(details.state) if at_home else "",
        "region": "" if at_home else details.region,
        "country": details.country,
        "country_name": COUNTRIES.get(details.country, details.country),
        "gstin": gstin.compact(details.gstin) if at_home else "",
        "is_sez": details.is_sez and at_home,
        "tax_id": "" if at_home else details.tax_id,
    }
    tax = Buyer(details.country, details.state if at_home else "", str(told["gstin"]), bool(told["is_sez"]))
    return Party(tax, told)


def exchange(currency: str) -> Exchange | None:
    """Return what a unit of a currency is in rupees, as an operator has set it."""
    found = setting("billing_fx").get(currency)
    return Exchange(Decimal(found["inr"]), found["source"]) if found else None
