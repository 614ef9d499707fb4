"""What the tests of a subscription's life share: the plans, a checkout, and what a gateway tells of it."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from accounts import tenancy
from accounts.models import Organization
from billing.gateways.facts import (
    CheckoutFact,
    CheckoutState,
    Outcome,
    PaymentFact,
    PaymentState,
    SubscriptionFact,
    SubscriptionState,
)
from billing.life import defaults
from billing.life.applying import apply
from billing.models import Checkout, PlanPrice, PlanVersion, Subscription

DAY = dt.timedelta(days=1)
T0 = dt.datetime(2026, 1, 31, 10, 0, tzinfo=dt.UTC)
TAX = Decimal("1.18")


def price(plan: str = "agency", currency: str = "INR", interval: str = "month") -> PlanPrice:
    """What a plan costs."""
    defaults.ensure(now=T0 - 30 * DAY)
    return PlanPrice.objects.select_related("version__plan").get(
        version__plan__key=plan, currency=currency, interval=interval
    )


def opened(organization: Organization, wanted: PlanPrice, **more: Any) -> Checkout:
    """A hosted page somebody was sent to."""
    amount = more.pop("amount", wanted.amount)
    with tenancy.of_organization(organization.pk):
        return Checkout.objects.create(
            organization=organization, price=wanted, currency=wanted.currency, amount=amount,
            total=(amount * TAX).quantize(Decimal("0.01")), gateway="test",
            gateway_session_id=f"cs_{uuid.uuid4().hex}", **more,
        )  # fmt: skip


def paid(checkout: Checkout, payment_id: str, at: dt.datetime, **more: Any) -> PaymentFact:
    """A payment as the gateway tells it."""
    given: dict[str, Any] = {
        "gateway": "test", "account": checkout.gateway_account, "at": at,
        "reference": str(checkout.pk), "customer_id": "cus_1", "subscription_id": "sub_1",
        "payment_id": payment_id, "state": PaymentState.PAID, "amount": int(checkout.total * 100),
        "currency": checkout.currency,
    }  # fmt: skip
    return PaymentFact(**given | more)


def failed(checkout: Checkout, payment_id: str, at: dt.datetime, **more: Any) -> PaymentFact:
    """A charge the bank refused."""
    return paid(checkout, payment_id, at, state=PaymentState.FAILED, failure_code="insufficient_funds", **more)


def stands(checkout: Checkout, state: SubscriptionState, at: dt.datetime) -> SubscriptionFact:
    """How the gateway's subscription stands."""
    return SubscriptionFact(
        gateway="test",
        account=checkout.gateway_account,
        at=at,
        reference=str(checkout.pk),
        subscription_id="sub_1",
        customer_id="cus_1",
        state=state,
    )


def completed(checkout: Checkout, at: dt.datetime) -> CheckoutFact:
    """The page was completed."""
    return CheckoutFact(
        gateway="test", account=checkout.gateway_account, at=at, reference=str(checkout.pk), customer_id="cus_1",
        subscription_id="sub_1", session_id=checkout.gateway_session_id, state=CheckoutState.COMPLETED,
    )  # fmt: skip


def tell(*facts: Any, now: dt.datetime) -> list[Outcome]:
    """Apply facts in turn."""
    return [apply(fact, now=now) for fact in facts]


def plan_of(organization: Organization) -> Subscription:
    """The organisation's latest subscription."""
    with tenancy.of_organization(organization.pk):
        rows = Subscription.objects.filter(organization=organization).select_related("version__plan", "price")
        return rows.latest("created_at")


def buy(organization: Organization, wanted: PlanPrice, *, at: dt.datetime) -> tuple[Checkout, Subscription]:
    """Buy a plan and pay for it."""
    checkout = opened(organization, wanted)
    tell(paid(checkout, "pay_1", at), now=at)
    return checkout, plan_of(organization)


def subscribe(organization: Organization, now: dt.datetime, **most: int | None) -> Subscription:
    """A plan with limits of our own; negative ones are soft."""
    plan = price("agency").version.plan
    limits_ = {key: {"limit": abs(n) if n is not None else None, "hard": (n or 0) >= 0} for key, n in most.items()}
    version = PlanVersion.objects.create(
        plan=plan, number=50 + PlanVersion.objects.count(), limits=limits_, sold_from=T0, features=[]
    )
    with tenancy.of_organization(organization.pk):
        return Subscription.objects.create(
            organization=organization, version=version, status="active", amount=1, started_at=now,
            current_period_start=now - DAY, current_period_end=now + 29 * DAY, anchor_day=1,
        )  # fmt: skip
