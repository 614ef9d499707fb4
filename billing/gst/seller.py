"""The seller as its documents name it: read from the environment, and from the setting `billing_seller` over it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.gst import gstin, states
from billing.gst.supply import INDIA, Seller

LONGEST = 200
KNOWN = (
    "name", "line1", "line2", "city", "postal_code", "state", "country", "gstin", "pan", "cin", "email", "website",
    "lut", "lut_until", "sac", "rate", "note",
)  # fmt: skip
SAC, RATE = "997331", "18"


@dataclass(frozen=True)
class SellerDetails:
    """Who sells, where, under which registration and undertaking, and what is sold for GST."""

    name: str = "TrendDrop"
    line1: str = ""
    line2: str = ""
    city: str = ""
    postal_code: str = ""
    state: str = ""
    country: str = INDIA
    gstin: str = ""
    pan: str = ""
    cin: str = ""
    email: str = ""
    website: str = ""
    lut: str = ""
    lut_until: str = ""
    sac: str = SAC
    rate: str = RATE
    note: str = ""

    @property
    def books(self) -> str:
        """Name the legal entity whose numbers run: its GSTIN, or its name."""
        return self.gstin or self.name[:40]

    def standing(self, day: dt.date) -> Seller:
        """Return what decides about tax on a day: an undertaking that has run out counts for nothing."""
        holds = bool(self.lut) and (not self.lut_until or dt.date.fromisoformat(self.lut_until) >= day)
        return Seller(self.state, is_registered=bool(self.gstin), has_lut=holds)

    def told(self) -> dict[str, str]:
        """Return it as a document keeps it."""
        return {**asdict(self), "state_name": states.name_of(self.state), "country_name": "India"}


def check(value: Any) -> dict[str, str]:
    """Return what a setting holds, as text by name. Raise ValueError with the reason."""
    if not isinstance(value, Mapping):
        raise ValueError('Write names with their texts, as in {"name": "Kesar Software", "gstin": "29…"}.')
    strange = sorted(set(value) - set(KNOWN))
    if strange:
        raise ValueError(f"There is no {strange[0]!r}; there are: {', '.join(KNOWN)}.")
    told = {name: str(text).strip() for name, text in value.items() if text is not None}
    long = next((name for name, text in told.items() if len(text) > LONGEST), None)
    if long:
        raise ValueError(f"{long!r} is too long: at most {LONGEST} letters.")
    read(told)
    return told


def read(told: Mapping[str, str]) -> SellerDetails:
    """Return the seller of what is set; the state and PAN follow from the GSTIN. Raise ValueError."""
    kept = {each.name: told[each.name] for each in fields(SellerDetails) if told.get(each.name)}
    if "gstin" in kept:
        registration = gstin.read(kept["gstin"])
        if kept.get("state") not in {None, registration.state}:
            raise ValueError("The state is not that of the GSTIN.")
        kept |= {"gstin": registration.number, "state": registration.state, "pan": registration.pan}
    if kept.get("state") and kept["state"] not in states.STATES:
        raise ValueError(f"There is no state {kept['state']!r}: write its code, such as 29.")
    if "lut_until" in kept:
        dt.date.fromisoformat(kept["lut_until"])
    if not kept.get("sac", SAC).isdecimal() or len(kept.get("sac", SAC)) not in {4, 6, 8}:
        raise ValueError("A SAC has six digits.")
    _percent(kept.get("rate", RATE))
    return SellerDetails(**kept)


def check_rates(value: Any) -> dict[str, dict[str, str]]:
    """Return rupees for one unit by currency, each with where that comes from. Raise ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError('Write as in {"USD": {"inr": "88.71", "source": "RBI reference rate, 20 Nov 2026"}}.')
    found = {}
    for code, each in value.items():
        if not (isinstance(each, Mapping) and len(str(code)) == len(INDIA) + 1 and str(code).isupper()):
            raise ValueError(f"{code!r}: write a currency’s three letters, with inr and source.")
        rate = _number(each.get("inr"))
        if not 0 < rate < 100_000:
            raise ValueError(f"{code!r}: rupees for one, more than nothing.")
        found[str(code)] = {"inr": str(rate), "source": str(each.get("source", ""))[:60]}
    return found


def _percent(text: str) -> Decimal:
    rate = _number(text)
    if not 0 <= rate <= 40:
        raise ValueError("The rate is a percentage, such as 18.")
    return rate


def _number(text: object) -> Decimal:
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number.") from None
    if not found.is_finite():
        raise ValueError(f"{text!r} is no number.")
    return found
