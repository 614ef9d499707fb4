"""What is sold now."""

from datetime import datetime

from billing.models import PlanPrice, PlanVersion


def on_sale(*, now: datetime) -> list[PlanVersion]:
    """Return the version of each plan that is sold now, with its plan and prices."""
    rows = PlanVersion.objects.filter(plan__is_active=True, sold_from__lte=now).select_related("plan")
    latest = rows.order_by("plan_id", "-sold_from", "-number").distinct("plan_id").prefetch_related("prices")
    return sorted(latest, key=lambda row: (row.plan.sort_order, row.plan.rank))


def price_of(*, plan: str, interval: str, currency: str, now: datetime) -> PlanPrice | None:
    """Return what a plan costs now by this interval and currency; None where it is not sold so."""
    version = next((each for each in on_sale(now=now) if each.plan.key == plan and not each.plan.is_by_agreement), None)
    if version is None:
        return None
    for each in version.prices.all():
        if (each.interval, each.currency) == (interval, currency):
            each.version = version
            return each
    return None
