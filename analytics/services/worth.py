"""Commands on what originals cost."""

import datetime as dt
from decimal import Decimal

from babel.numbers import list_currencies
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics.collection import worth
from analytics.models import AssetCost, RoiCalculation
from analytics.queries import worth as queries
from content.models import ContentAsset

MOST_HOURS, MOST_MONEY = Decimal(10_000), Decimal(10) ** 11
LONGEST_NOTE = 300


class CannotCost(Exception):
    """The cost stays as it was; the message says why."""


def enter_cost(  # noqa: PLR0913 (each a part of the cost)
    asset: ContentAsset,
    *,
    by: Membership,
    now: dt.datetime,
    currency: str,
    hours: Decimal | None = None,
    hourly_rate: Decimal | None = None,
    money: Decimal = Decimal(0),
    is_estimated: bool = False,
    notes: str = "",
) -> AssetCost:
    """Say what an original cost: hours at a rate, and money beside them; its return is reckoned anew at once.

    Raises CannotCost.
    """
    currency = currency.strip().upper()
    _require_sense(hours, hourly_rate, money, currency)
    values = {
        "hours": hours,
        "hourly_rate": hourly_rate,
        "money": money,
        "currency": currency,
        "is_estimated": is_estimated,
        "notes": notes.strip()[:LONGEST_NOTE],
        "entered_by": by.user,
    }
    with transaction.atomic():
        row, _made = AssetCost.objects.update_or_create(
            asset=asset, organization_id=asset.organization_id, defaults=values
        )
        total = queries.cost_of(row)
        audit.record(
            "cost.entered", asset, organization_id=by.organization_id, by=by, amount=str(total), currency=currency
        )
        worth.recalculate(asset.organization_id, [asset.pk], now=now)
    return row


def _require_sense(hours: Decimal | None, rate: Decimal | None, money: Decimal, currency: str) -> None:
    if currency not in list_currencies():
        raise CannotCost(_("“%(code)s” is no currency. Write its three letters: INR, USD, EUR.") % {"code": currency})
    if any(each is not None and each < 0 for each in (hours, rate, money)):
        raise CannotCost(_("Nothing costs less than nothing. Enter numbers from 0 on."))
    if (hours or 0) > MOST_HOURS or (rate or 0) >= MOST_MONEY / 100 or money >= MOST_MONEY:
        raise CannotCost(_("That is more than can be reckoned with. Look at the numbers again."))
    if bool(hours) != bool(rate):
        raise CannotCost(_("Hours cost something only at an hourly rate: enter both, or only money."))
    if not hours and not money:
        raise CannotCost(_("Enter hours and their rate, or money, or both."))


def remove_cost(asset: ContentAsset, *, by: Membership, now: dt.datetime) -> None:
    """Forget what an original cost; from then on it is estimated where enough others are known."""
    with transaction.atomic():
        gone, _by_model = AssetCost.objects.filter(asset=asset).delete()
        if gone:
            audit.record("cost.removed", asset, organization_id=by.organization_id, by=by)
        worth.recalculate(asset.organization_id, [asset.pk], now=now)


def reckon(asset: ContentAsset, *, now: dt.datetime) -> RoiCalculation:
    """Reckon an original's return now, from what is known."""
    worth.recalculate(asset.organization_id, [asset.pk], now=now)
    return RoiCalculation.objects.select_related("asset").get(asset=asset)
