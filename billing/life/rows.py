"""A subscription's row: held while it changes, with a line kept of each step."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from accounts.models import Membership, User
from billing import limits, periods, signals
from billing.metering import limits_of
from billing.models import PlanPrice, PlanVersion, Subscription, SubscriptionChange

Status, Kind = Subscription.Status, SubscriptionChange.Kind
PAYING = (Status.ACTIVE, Status.PAST_DUE)


def living(organization_id: uuid.UUID) -> Subscription | None:
    """Return the organisation's living subscription, held until the transaction ends."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("version__plan", "price")
    return rows.filter(organization_id=organization_id, status__in=Subscription.LIVING).first()


def locked(subscription: Subscription) -> Subscription:
    """Return the row as it stands now, held until the transaction ends."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("version__plan", "price")
    return rows.get(pk=subscription.pk)


def on_sale(*, now: dt.datetime, **which: Any) -> PlanVersion | None:
    """Return the version of a plan that is sold now."""
    rows = PlanVersion.objects.filter(plan__is_active=True, sold_from__lte=now, **which).select_related("plan")
    return rows.order_by("-sold_from", "-number").first()


def worth(subscription: Subscription) -> Decimal:
    """Return what it brings by month; trials and what ended bring nothing."""
    if subscription.status not in PAYING or subscription.price_id is None:
        return Decimal(0)
    return periods.monthly(subscription.amount, subscription.interval)


def end_of_agreed(subscription: Subscription) -> dt.datetime | None:
    """Return when an agreement is over: after its last day in India; None where nobody said."""
    last = subscription.agreed_until
    return None if last is None else periods.midnight(last + dt.timedelta(days=1))


def end_of_period(subscription: Subscription, start: dt.datetime) -> dt.datetime:
    """Return when a period of a plan by agreement ends, which never outlives the agreement."""
    usual = periods.next_end(start, subscription.interval, anchor_day=subscription.anchor_day)
    over = end_of_agreed(subscription)
    return usual if over is None else min(usual, over)


def note(
    subscription: Subscription,
    kind: str,
    *,
    at: dt.datetime,
    before: Decimal,
    by: Membership | User | None = None,
    **more: Any,
) -> SubscriptionChange:
    """Keep a line of what was done."""
    person = by.user if isinstance(by, Membership) else by
    return SubscriptionChange.objects.create(
        organization_id=subscription.organization_id,
        subscription=subscription,
        kind=kind,
        at=at,
        currency=subscription.currency,
        mrr_before=before,
        mrr_after=worth(subscription),
        by=person,
        **{"to_version": subscription.version, "to_price": subscription.price, **more},
    )


def put(subscription: Subscription, price: PlanPrice) -> None:
    """Have the subscription be what this price sells; save it yourself."""
    subscription.version, subscription.price = price.version, price
    subscription.currency, subscription.interval, subscription.amount = price.currency, price.interval, price.amount


def announce(subscription: Subscription, *, now: dt.datetime, keeps: dict[str, Any] | None = None) -> None:
    """Tell those above that another plan holds from now on."""
    limits.forget(subscription.organization_id)
    signals.plan_changed.send(
        sender=Subscription,
        organization_id=subscription.organization_id,
        limits={meter: each.most for meter, each in limits_of(subscription.version.limits).items()},
        keeps=keeps or {},
        now=now,
    )


def hold(organization_id: uuid.UUID, *, reason: str, now: dt.datetime) -> None:
    """Tell those above that nothing goes out."""
    limits.forget(organization_id)
    signals.held.send(sender=Subscription, organization_id=organization_id, reason=reason, now=now)


def let_go(organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Tell those above that what was held goes on."""
    limits.forget(organization_id)
    signals.released.send(sender=Subscription, organization_id=organization_id, now=now)
