"""Payments somebody is sent to a gateway for: the rows. Of plans one is open at a time: a second tab finds it."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Membership
from billing.life import changing, rows
from billing.life.changing import Step
from billing.models import Checkout, CreditPack, PlanPrice, Subscription, SubscriptionChange

Purpose, Status = Checkout.Purpose, Checkout.Status
OPEN_FOR = dt.timedelta(minutes=30)


class AlreadyOpen(Exception):
    """Another payment is under way."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        super().__init__("a payment is under way")


@dataclass(frozen=True)
class Bill:
    """Where it is paid and what the gateway takes: `amount` before tax, `total` with it."""

    gateway: str
    currency: str
    amount: Decimal
    tax: Decimal
    total: Decimal
    account: str = ""


def open_buy(price: PlanPrice, bill: Bill, *, by: Membership, now: dt.datetime) -> Checkout:
    """Begin to buy a plan. Raise AlreadyOpen."""
    living = rows.living(by.organization_id)
    return _open(Purpose.BUY, bill, by=by, now=now, price=price, subscription=living)


def open_upgrade(
    row: Subscription, price: PlanPrice, bill: Bill, step: Step, *, by: Membership, now: dt.datetime
) -> Checkout:
    """Begin a step up that holds once it is paid. Raise AlreadyOpen."""
    with transaction.atomic():
        held = rows.locked(row)
        change = rows.note(
            held,
            step.kind,
            at=now,
            before=rows.worth(held),
            by=by,
            status=SubscriptionChange.Status.UNPAID,
            from_version=held.version,
            from_price=held.price,
            to_version=price.version,
            to_price=price,
            proration=step.to_pay,
            proration_days=step.days_left,
        )
        return _open(Purpose.UPGRADE, bill, by=by, now=now, price=price, subscription=held, change=change)


def open_due(row: Subscription, bill: Bill, *, by: Membership, now: dt.datetime) -> Checkout:
    """Begin to pay what is due. Raise AlreadyOpen."""
    return _open(Purpose.DUE, bill, by=by, now=now, price=row.price, subscription=row)


def open_method(
    row: Subscription,
    price: PlanPrice,
    bill: Bill,
    *,
    by: Membership,
    now: dt.datetime,
    change: SubscriptionChange | None = None,
) -> Checkout:
    """Begin to give another way to pay; or a mandate for the smaller sum of a change that is coming."""
    return _open(Purpose.METHOD, bill, by=by, now=now, price=price, subscription=row, change=change)


def open_credits(pack: CreditPack, bill: Bill, *, by: Membership, now: dt.datetime) -> Checkout:
    """Begin to buy credits."""
    return _open(Purpose.CREDITS, bill, by=by, now=now, pack=pack)


def opened(
    row: Checkout,
    *,
    session_id: str,
    url: str,
    subscription_id: str = "",
    expires_at: dt.datetime | None = None,
) -> None:
    """Keep where the gateway's page is; what it told meanwhile stays."""
    row.gateway_session_id, row.url = session_id, url
    row.gateway_subscription_id = subscription_id or row.gateway_subscription_id
    row.expires_at = expires_at or row.expires_at
    row.save(update_fields=["gateway_session_id", "url", "gateway_subscription_id", "expires_at", "updated_at"])


def failed(row: Checkout, *, error: str) -> None:
    """Let go of one that the gateway did not open."""
    waiting = Checkout.objects.filter(pk=row.pk, status=Status.OPEN)
    let_go = waiting.update(status=Status.FAILED, error=error[:300])
    if let_go and row.change is not None and row.purpose == Purpose.UPGRADE:
        changing.drop(row.change)


def drop(row: Checkout, *, by: Membership, now: dt.datetime) -> bool:
    """Give one up, to begin anew. Where it is paid all the same, it counts. Say whether it was open."""
    waiting = Checkout.objects.filter(pk=row.pk, status=Status.OPEN)
    if not waiting.update(status=Status.EXPIRED, expires_at=now):
        return False
    audit.record("checkout.dropped", row, organization_id=row.organization_id, by=by)
    return True


def _open(
    purpose: str,
    bill: Bill,
    *,
    by: Membership,
    now: dt.datetime,
    price: PlanPrice | None = None,
    pack: CreditPack | None = None,
    subscription: Subscription | None = None,
    change: SubscriptionChange | None = None,
) -> Checkout:
    Checkout.objects.filter(organization_id=by.organization_id, status=Status.OPEN, expires_at__lte=now).update(
        status=Status.EXPIRED
    )
    row = Checkout(
        organization_id=by.organization_id,
        purpose=purpose,
        subscription=subscription,
        change=change,
        price=price,
        pack=pack,
        currency=bill.currency,
        amount=bill.amount,
        tax=bill.tax,
        total=bill.total,
        gateway=bill.gateway,
        gateway_account=bill.account,
        expires_at=now + OPEN_FOR,
        by=by.user,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyOpen(_standing(by.organization_id, purpose)) from error
    total = f"{bill.total} {bill.currency}"
    audit.record("checkout.begun", row, organization_id=row.organization_id, by=by, amount=total, gateway=bill.gateway)
    return row


def _standing(organization_id: uuid.UUID, purpose: str) -> Checkout:
    return Checkout.objects.filter(organization_id=organization_id, purpose=purpose, status=Status.OPEN).latest(
        "created_at"
    )
