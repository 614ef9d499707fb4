"""Where a service is supplied, and so which heads of tax it bears.

Online software supplied by one seller in India. Sections are of the CGST Act 2017 unless named. What a country
outside India takes is not ours to reckon: the gateway does, and the invoice names it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing.gst.gstin import WrongNumber, read
from billing.gst.states import FOREIGN, RETIRED, head_of

INDIA = "IN"
RUPEES = "INR"
RUPEE_COUNTRIES = frozenset({"NP", "BT"})  # may pay in rupees: FEMA (Manner of Receipt and Payment) Regulations 2023
RATE = Decimal(18)


class Kind(StrEnum):
    """How the supply stands to the seller's state."""

    INTRA = "intra"
    INTER = "inter"
    SEZ = "sez"
    EXPORT = "export"
    OUTSIDE = "outside"  # the seller is not registered for GST, which takes no part


@dataclass(frozen=True)
class Seller:
    """What of a seller decides: its state, whether it is registered, and its Letter of Undertaking."""

    state: str
    is_registered: bool = True
    has_lut: bool = False


@dataclass(frozen=True)
class Buyer:
    """What of a buyer decides."""

    country: str = INDIA
    state: str = ""
    gstin: str = ""
    is_sez: bool = False


@dataclass(frozen=True)
class Supply:
    """Kind, place, and percent by head; and the rule that says so."""

    kind: Kind
    place: str
    cgst: Decimal = Decimal(0)
    sgst: Decimal = Decimal(0)
    igst: Decimal = Decimal(0)
    rule: str = ""

    @property
    def rate(self) -> Decimal:
        """Return the percent of all heads together."""
        return self.cgst + self.sgst + self.igst

    @property
    def state_head(self) -> str:
        """Name the tax beside CGST."""
        return head_of(self.place)

    @property
    def is_zero_rated(self) -> bool:
        """Whether it is an export or to a special economic zone, without tax (IGST Act s. 16)."""
        return self.kind in {Kind.EXPORT, Kind.SEZ} and not self.rate


def supply_of(
    seller: Seller,
    buyer: Buyer,
    *,
    currency: str = RUPEES,
    rate: Decimal = RATE,
    rupee_countries: Collection[str] = RUPEE_COUNTRIES,
) -> Supply:
    """Return the place and heads of one supply."""
    if not seller.is_registered:
        place = _place(seller, buyer) if buyer.country == INDIA else FOREIGN
        return Supply(Kind.OUTSIDE, place, rule="the seller is not registered: s. 22")
    if buyer.country != INDIA:
        return _abroad(seller, buyer, currency, rate, rupee_countries)
    place = _place(seller, buyer)
    if buyer.is_sez and _is_registered(buyer):
        free = Decimal(0) if seller.has_lut else rate
        return Supply(Kind.SEZ, place, igst=free, rule="IGST Act s. 7(5)(b), s. 16(1)(b), s. 16(3)")
    if place == RETIRED.get(seller.state, seller.state):
        return Supply(Kind.INTRA, place, cgst=rate / 2, sgst=rate / 2, rule="IGST Act s. 8(2); s. 9(1)")
    return Supply(Kind.INTER, place, igst=rate, rule="IGST Act s. 7(3), s. 5(1)")


def _abroad(seller: Seller, buyer: Buyer, currency: str, rate: Decimal, rupees: Collection[str]) -> Supply:
    """An export when it is paid in foreign money (or in rupees where they may be); else inter-State, with tax."""
    if currency == RUPEES and buyer.country not in rupees:
        return Supply(Kind.INTER, FOREIGN, igst=rate, rule="IGST Act s. 2(6)(iv) not met; s. 7(5)(a)")
    free = Decimal(0) if seller.has_lut else rate
    return Supply(Kind.EXPORT, FOREIGN, igst=free, rule="IGST Act s. 2(6), s. 16(1)(a), s. 16(3)")


def _place(seller: Seller, buyer: Buyer) -> str:
    """Return the place of supply in India: of the registration, of the address on record, else of the seller."""
    if _is_registered(buyer):
        return read(buyer.gstin).state  # IGST Act s. 12(2)(a)
    state = buyer.state or seller.state  # IGST Act s. 12(2)(b)
    return RETIRED.get(state, state)


def _is_registered(buyer: Buyer) -> bool:
    try:
        return bool(buyer.gstin) and read(buyer.gstin).is_registered
    except WrongNumber:
        return False
