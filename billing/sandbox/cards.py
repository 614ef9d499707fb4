"""What one can pay with at the test gateway, and how each behaves: now, and when a period is charged again."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Does(StrEnum):
    """How a charge ends."""

    PAYS = "pays"
    DECLINES = "declines"
    ASKS = "asks"  # the payer's bank wants a confirmation


@dataclass(frozen=True)
class Card:
    """One way to pay."""

    key: str
    label: str
    says: StrOrPromise
    now: Does = Does.PAYS
    later: Does = Does.PAYS
    currency: str = ""  # only there
    is_mandate: bool = False  # a bank confirms it first, and announces every debit


CARDS: dict[str, Card] = {
    each.key: each
    for each in (
        Card("4242", "Visa •••• 4242", _("pays, now and later")),
        Card("0341", "Visa •••• 0341", _("pays now, is declined at every renewal"), later=Does.DECLINES),
        Card("3184", "Visa •••• 3184", _("pays now, asks for a confirmation at every renewal"), later=Does.ASKS),
        Card("3155", "Visa •••• 3155", _("asks for a confirmation now"), now=Does.ASKS),
        Card("0002", "Visa •••• 0002", _("is declined"), now=Does.DECLINES, later=Does.DECLINES),
        Card("upi", "UPI", _("a mandate: the bank confirms it within a minute"), currency="INR", is_mandate=True),
    )
}


def cards_for(currency: str) -> list[Card]:
    """Return what can be paid with in a currency."""
    return [card for card in CARDS.values() if card.currency in {"", currency}]
