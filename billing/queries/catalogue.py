"""What is sold now."""

from datetime import datetime

from billing.models import PlanVersion


def on_sale(*, now: datetime) -> list[PlanVersion]:
    """Return the version of each plan that is sold now, with its plan and prices."""
    rows = PlanVersion.objects.filter(plan__is_active=True, sold_from__lte=now).select_related("plan")
    latest = rows.order_by("plan_id", "-sold_from", "-number").distinct("plan_id").prefetch_related("prices")
    return sorted(latest, key=lambda row: (row.plan.sort_order, row.plan.rank))
