"""From one plan to another: a larger one now, for what it costs more until the period's end; a smaller one then.

Days are counted in India, today among them. Where a step also changes how often it is paid, a new period begins today,
and what is left of the old one is taken off its price.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts import audit
from accounts.models import Membership
from billing import periods
from billing.life import rows
from billing.models import Checkout, Interval, Payment, PlanPrice, Subscription, SubscriptionChange

Kind, Status = SubscriptionChange.Kind, SubscriptionChange.Status


@dataclass(frozen=True)
class Step:
    """What another price means: when it holds, and what is to be paid now, before tax."""

    kind: str
    at: dt.datetime
    to_pay: Decimal = Decimal(0)
    days_left: int = 0
    days_of: int = 0
    credit: Decimal = Decimal(0)

    @property
    def is_now(self) -> bool:
        """Whether it is paid and holds at once."""
        return self.kind in {Kind.START, Kind.UPGRADE, Kind.INTERVAL}


def preview(row: Subscription, price: PlanPrice, *, now: dt.datetime) -> Step:
    """Say what a step to a price is and costs. An unpaid plan has nothing left to take off."""
    if row.status != Subscription.Status.ACTIVE or row.price is None:
        return Step(Kind.START, now, price.amount)
    if row.currency != price.currency:
        return Step(Kind.DOWNGRADE, row.current_period_end)
    left = periods.left(row.current_period_start, row.current_period_end, now=now)
    credit = left.part_of(row.amount)
    old, new = row.version.plan.rank, price.version.plan.rank
    if row.interval != price.interval:
        is_now = price.interval == Interval.YEAR and new >= old
        to_pay = max(price.amount - credit, Decimal(0))
        if is_now and to_pay > 0:
            return Step(Kind.INTERVAL, now, to_pay, left.days, left.of, credit)
        return Step(Kind.DOWNGRADE, row.current_period_end)
    more = left.part_of(price.amount - row.amount)
    if new >= old and more > 0 and price.pk != row.price_id:
        return Step(Kind.UPGRADE, now, more, left.days, left.of, credit)
    return Step(Kind.DOWNGRADE, row.current_period_end)


def carry_out(opened: Checkout, paid: Payment, row: Subscription, *, now: dt.datetime) -> None:
    """Do the step up that was just paid; once."""
    change, price = opened.change, opened.price
    if change is None or price is None or change.status == Status.DONE:
        return
    before = rows.worth(row)
    rows.put(row, price)
    row.save()
    drop_scheduled(row)
    change.status, change.at = Status.DONE, paid.paid_at or now
    change.mrr_before, change.mrr_after = before, rows.worth(row)
    change.save()
    audit.record(
        "subscription.upgraded", row, organization_id=row.organization_id, by=None, plan=str(price.version.plan)
    )
    rows.announce(row, now=now)


def schedule(row: Subscription, price: PlanPrice, *, by: Membership, keeps: dict[str, Any]) -> SubscriptionChange:
    """Note a step that holds from the period's end on; it takes the place of another."""
    drop_scheduled(row)
    return rows.note(
        row,
        Kind.DOWNGRADE,
        at=row.current_period_end,
        before=rows.worth(row),
        by=by,
        status=Status.SCHEDULED,
        from_version=row.version,
        from_price=row.price,
        to_version=price.version,
        to_price=price,
        keeps=keeps,
    )


def coming(row: Subscription) -> SubscriptionChange | None:
    """Return the step that is noted for the period's end."""
    noted = SubscriptionChange.objects.filter(subscription=row, status=Status.SCHEDULED).exclude(to_price=None)
    return noted.select_related("to_price__version__plan").first()


def agreed(change: SubscriptionChange, *, now: dt.datetime) -> None:
    """Note that the gateway will charge the next sum: it said so, or has a new mandate for it."""
    SubscriptionChange.objects.filter(pk=change.pk, agreed_at=None).update(agreed_at=now)


def turn(row: Subscription, *, now: dt.datetime) -> bool:
    """Do the step that was noted for the period's end, on a held row. Say whether there was one."""
    change = SubscriptionChange.objects.filter(subscription=row, status=Status.SCHEDULED, at__lte=now).first()
    if change is None or change.to_price is None:
        return False
    before = rows.worth(row)
    rows.put(row, change.to_price)
    row.save()
    change.status, change.mrr_before, change.mrr_after = Status.DONE, before, rows.worth(row)
    change.save()
    plan = str(row.version.plan)
    audit.record("subscription.downgraded", row, organization_id=row.organization_id, by=None, plan=plan)
    rows.announce(row, now=now, keeps=change.keeps)
    return True


def drop(change: SubscriptionChange) -> bool:
    """Take back a step that is not done. Say whether it was there."""
    waiting = SubscriptionChange.objects.filter(pk=change.pk, status__in=[Status.SCHEDULED, Status.UNPAID])
    return bool(waiting.update(status=Status.UNDONE))


def drop_scheduled(row: Subscription) -> None:
    """Take back what was noted for the period's end."""
    SubscriptionChange.objects.filter(subscription=row, status=Status.SCHEDULED).update(status=Status.UNDONE)
