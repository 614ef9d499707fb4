"""The plans a new installation begins to sell. They are rows: operators change them in the admin, by new versions."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop as _

from billing.models import CreditPack, Interval, Plan, PlanPrice, PlanVersion

GB = 10**9
MONTHS_PAID = 10  # a year costs ten months


@dataclass(frozen=True)
class Offer:
    """One plan of the beginning: prices by month in INR and USD, limits by meter (None: no end)."""

    key: str
    name: str
    description: str
    limits: dict[str, int | None]
    prices: dict[str, int]
    features: tuple[str, ...] = ("premium_templates",)
    is_trial: bool = False
    is_by_agreement: bool = False


def _limits(
    uploads: int | None,
    connections: int | None,
    members: int | None,
    clients: int | None,
    ai_credits: int | None,
    gigabytes: int | None,
    api_calls: int | None,
) -> dict[str, int | None]:
    return {
        "uploads": uploads,
        "connections": connections,
        "members": members,
        "clients": clients,
        "ai_credits": ai_credits,
        "storage_bytes": gigabytes and gigabytes * GB,
        "api_calls": api_calls,
    }


OFFERS = (
    Offer(
        "creator", "Creator", _("You, and your phone"), _limits(20, 5, 1, 0, 300, 50, 1_000), {"INR": 999, "USD": 15},
        features=(),
    ),
    Offer(
        "pro", "Pro", _("A brand with a small team"), _limits(60, 15, 4, 1, 1_000, 150, 10_000),
        {"INR": 2999, "USD": 45}, is_trial=True,
    ),
    Offer(
        "agency", "Agency", _("Clients, stages, their reports"), _limits(200, 40, 15, 10, 3_000, 500, 100_000),
        {"INR": 7999, "USD": 119},
    ),
    Offer(
        "enterprise", "Enterprise", _("Your rules, our hands"), _limits(None, None, None, None, None, None, None), {},
        is_by_agreement=True,
    ),
)  # fmt: skip
PACKS = {"small": (200, 499, 7), "medium": (1_000, 1_999, 29), "large": (5_000, 7_999, 119)}
SOFT = frozenset({"api_calls"})


def ensure(*, now: dt.datetime) -> int:
    """Make the plans where there is none; return how many were made."""
    if Plan.objects.exists():
        return 0
    with transaction.atomic():
        for place, offer in enumerate(OFFERS):
            _make(offer, place, now=now)
        for place, (key, (most, rupees, dollars)) in enumerate(PACKS.items()):
            for currency, amount in (("INR", rupees), ("USD", dollars)):
                CreditPack.objects.create(
                    key=key, credits=most, currency=currency, amount=Decimal(amount), sort_order=place
                )
    return len(OFFERS)


def _make(offer: Offer, place: int, *, now: dt.datetime) -> None:
    plan = Plan.objects.create(
        key=offer.key,
        name=offer.name,
        description=offer.description,
        rank=place + 1,
        sort_order=place,
        is_trial=offer.is_trial,
        is_by_agreement=offer.is_by_agreement,
    )
    limits = {meter: {"limit": most, "hard": meter not in SOFT} for meter, most in offer.limits.items()}
    version = PlanVersion.objects.create(plan=plan, limits=limits, features=list(offer.features), sold_from=now)
    for currency, monthly in offer.prices.items():
        for interval, months in ((Interval.MONTH, 1), (Interval.YEAR, MONTHS_PAID)):
            PlanPrice.objects.create(
                version=version, currency=currency, interval=interval, amount=Decimal(monthly * months)
            )
