"""Steps down that a gateway was not told of: whoever noted one may have died before the gateway was asked.

The next sum is told under the change's own name, so that telling it twice changes nothing. Where a gateway cannot
change a sum, only the payer can give a new mandate: the plan page asks for it until it is there.
"""

import datetime as dt
from functools import partial

import structlog

from accounts import tenancy
from billing.collection import opening
from billing.gateways.capabilities import ABILITIES
from billing.gateways.errors import GatewayError
from billing.life import changing
from billing.models import SubscriptionChange
from billing.services import invoicing
from trenddrop.core import rounds

log = structlog.get_logger(__name__)
PATIENCE = dt.timedelta(minutes=5)  # longer than any request that is still being answered
BATCH = 50
TOLD = [key for key, each in ABILITIES.items() if each.changes_amount]


def agree_due(*, now: dt.datetime) -> int:
    """Tell gateways the next sum of changes they were not told; return how many were told."""
    with tenancy.operator():
        rows = SubscriptionChange.objects.filter(
            status=SubscriptionChange.Status.SCHEDULED,
            agreed_at=None,
            at__gt=now,
            created_at__lt=now - PATIENCE,
            subscription__gateway__in=TOLD,
        )
        rows = rows.exclude(subscription__gateway_subscription_id="").exclude(to_price=None).order_by("created_at")
        found = list(rows.select_related("subscription", "to_price__version__plan")[:BATCH])
    return sum(rounds.each(found, partial(_tell, now=now)))


def _tell(change: SubscriptionChange, *, now: dt.datetime) -> bool:
    row, price = change.subscription, change.to_price
    assert price is not None  # noqa: S101 (asked for those with one)
    with tenancy.of_organization(row.organization_id):
        heads, _supply = invoicing.quote(row.organization_id, price.amount, price.currency, now=now)
    try:
        opening.tell_amount(row, price, heads.total, name=f"change-{change.pk}")
    except GatewayError as error:
        log.warning("gateway_not_told_of_a_change", change=str(change.pk), gateway=row.gateway, error=str(error))
        return False
    with tenancy.of_organization(row.organization_id):
        changing.agreed(change, now=now)
    return True
