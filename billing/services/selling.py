"""What is sold: a plan's next version. What somebody bought before stays as it was."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Plan, PlanPrice, PlanVersion


class CannotSell(Exception):
    """The version was not made; the message says why."""


@dataclass(frozen=True)
class Draft:
    """What the next version holds: limits by meter, prices by (currency, interval)."""

    limits: Mapping[str, Mapping[str, Any]]
    prices: Mapping[tuple[str, str], Decimal]
    features: Sequence[str] = ()
    trial_days: int = 14
    note: str = ""
    sold_from: dt.datetime | None = field(default=None)


def next_version(plan: Plan, draft: Draft, *, by: User, now: dt.datetime) -> PlanVersion:
    """Make what is sold from now (or from a later moment) on. Raise CannotSell."""
    sold_from = draft.sold_from or now
    if sold_from < now - dt.timedelta(minutes=5):
        raise CannotSell(_("What was sold in the past cannot be changed. Choose a moment from now on."))
    if not draft.prices and not plan.is_by_agreement:
        raise CannotSell(_("A plan that is bought needs a price."))
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        last = PlanVersion.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
        version = PlanVersion.objects.create(
            plan=plan,
            number=last + 1,
            features=list(draft.features),
            limits={meter: dict(of) for meter, of in draft.limits.items()},
            trial_days=draft.trial_days,
            sold_from=sold_from,
            note=draft.note,
            by=by,
        )
        PlanPrice.objects.bulk_create(
            PlanPrice(version=version, currency=currency, interval=interval, amount=amount)
            for (currency, interval), amount in draft.prices.items()
        )
    return version
