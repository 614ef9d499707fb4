"""What is left of AI credits, what ends when, and what more can be bought."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from billing import words
from billing.models import CreditAccount, CreditEntry, CreditGrant, CreditPack
from trenddrop.core import display

ENDS_SHOWN = 3


@dataclass(frozen=True)
class End:
    """Credits that end on a day, if nothing uses them before."""

    at: dt.datetime
    amount: int


@dataclass(frozen=True)
class Pack:
    """Credits to buy."""

    label: str
    url: str


def entries_of(member: Membership) -> QuerySet[CreditEntry]:
    """Return the ledger, the latest line first."""
    return CreditEntry.objects.visible_to(member).select_related("by").order_by("-created_at", "-pk")


def account_of(member: Membership) -> CreditAccount | None:
    """Return balance and what is held."""
    return CreditAccount.objects.visible_to(member).first()


def balance_of(member: Membership, account: CreditAccount | None) -> int:
    """Return the balance: the account's, or the ledger's sum where nothing was booked through it yet."""
    if account is not None:
        return account.balance
    return CreditEntry.objects.visible_to(member).aggregate(sum=Sum("amount"))["sum"] or 0


def ends_of(member: Membership, *, now: dt.datetime) -> Sequence[End]:
    """Return what ends next, by day."""
    left = CreditGrant.objects.visible_to(member).filter(remaining__gt=0, expires_at__gt=now)
    by_day = left.annotate(day=TruncDate("expires_at", tzinfo=words.ZONE)).values("day").annotate(sum=Sum("remaining"))
    rows = by_day.order_by("day")[:ENDS_SHOWN]
    return [End(dt.datetime.combine(row["day"], dt.time(), words.ZONE), row["sum"]) for row in rows]


def packs(currency: str, language: str) -> Sequence[Pack]:
    """Return what can be bought beside the plan."""
    rows = CreditPack.objects.filter(is_active=True, currency=currency)
    told = _("%(credits)s for %(price)s")
    return [
        Pack(
            told % {"credits": display.number(row.credits, language), "price": words.price(row.amount, row.currency)},
            f"{reverse('checkout')}?{urlencode({'pack': row.key, 'currency': row.currency})}",
        )
        for row in rows
    ]
