"""Which gateway may charge whom: gateway × currency × the buyer's country, and what each can do.

PayPal takes no payments inside India (since 1 April 2021): never rupees, never a buyer in India. Cashfree's and
Razorpay's recurring mandates are in rupees and for buyers in India. Stripe takes both. What an operator's own contract
allows beyond this is said in the gateway's dashboard, not here.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

INDIA = "IN"
# E-mandates of the Reserve Bank of India: every debit is told a day before, a debit above this needs the payer's hand.
NOTICE = timedelta(hours=24)
MOST_WITHOUT_HAND = {"INR": 15_000_00}


@dataclass(frozen=True)
class Abilities:
    """What a gateway does, and for whom."""

    key: str
    name: StrOrPromise
    currencies: frozenset[str]
    only: frozenset[str] = frozenset()  # countries of buyers; empty: all
    never: frozenset[str] = frozenset()
    changes_amount: bool = True  # a running mandate may be charged another sum from the next period on
    pauses: bool = True  # a subscription that was told to end can be taken up again
    retries: bool = True  # charges again by itself when a charge failed
    mandate: bool = False  # a mandate with notices and a limit, under India's rules
    needs_phone: bool = False
    smallest: dict[str, int] = field(default_factory=dict)  # minor units

    def takes(self, *, currency: str, country: str) -> bool:
        """Say whether it can charge a buyer."""
        return self.why_not(currency=currency, country=country) is None

    def why_not(self, *, currency: str, country: str) -> StrOrPromise | None:
        """Return why it cannot charge a buyer, None when it can."""
        told = {"gateway": str(self.name), "currency": currency}
        if currency not in self.currencies:
            return _("%(gateway)s does not take %(currency)s here.") % told
        if country in self.never or (self.only and country not in self.only):
            return _("%(gateway)s does not take payments from buyers in this country.") % told
        return None


ABILITIES: dict[str, Abilities] = {
    each.key: each
    for each in (
        Abilities("test", _("Test gateway"), frozenset({"INR", "USD"}), mandate=True),
        Abilities("stripe", _("Stripe"), frozenset({"INR", "USD"}), smallest={"USD": 50, "INR": 50_00}),
        Abilities(
            "razorpay",
            _("Razorpay"),
            frozenset({"INR"}),
            only=frozenset({INDIA}),
            changes_amount=False,
            mandate=True,
            smallest={"INR": 1_00},
        ),
        Abilities(
            "cashfree",
            _("Cashfree"),
            frozenset({"INR"}),
            only=frozenset({INDIA}),
            changes_amount=False,
            mandate=True,
            needs_phone=True,
            smallest={"INR": 1_00},
        ),
        Abilities("paypal", _("PayPal"), frozenset({"USD"}), never=frozenset({INDIA}), smallest={"USD": 1_00}),
    )
}


def abilities(key: str) -> Abilities:
    """Return what a gateway can do; KeyError for one nobody knows."""
    return ABILITIES[key]


def possible(keys: Collection[str], *, currency: str, country: str) -> list[str]:
    """Return which of these gateways can charge a buyer, in the order they are named."""
    return [key for key in keys if ABILITIES[key].takes(currency=currency, country=country)]


def needs_hand(*, amount: int, currency: str, country: str) -> bool:
    """Say whether every renewal of this sum must be approved by the payer (India: above ₹15,000, tax included)."""
    return country == INDIA and amount > MOST_WITHOUT_HAND.get(currency, amount)
