"""Opening pages at gateways: who buys, what it is called there, and prices that some want made before."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from billing.collection.adapters import gateway as adapter
from billing.gateways.amounts import to_minor
from billing.gateways.base import Buyer, Change, Interval, Order, Price
from billing.gateways.base import Checkout as Opened
from billing.gateways.errors import Gone
from billing.models import BillingDetails, Checkout, GatewayCustomer, GatewayPrice, PlanPrice, Subscription

log = structlog.get_logger(__name__)
EVERY = {"month": "monthly", "year": "yearly"}


@dataclass(frozen=True)
class Page:
    """What a page is for: a plan by its price, taken each time (`amount`, tax included), or a thing by its title."""

    amount: Decimal
    price: PlanPrice | None = None
    title: str = ""
    upfront: Decimal = Decimal(0)
    starts_at: dt.datetime | None = None


def open_page(row: Checkout, page: Page, *, by: Membership) -> Opened:
    """Open a checkout's page; a customer who is not there any more is made anew. Raise GatewayError."""
    with tenancy.of_member(by):
        buyer = _buyer(row, by)
    price_id = _price_id(row.gateway, row.gateway_account, page.price, page.amount) if page.price else ""
    try:
        return adapter(row.gateway).checkout(_order(row, page, buyer, price_id, key=str(row.pk)))
    except Gone:
        if not buyer.customer_id:
            raise
    with tenancy.of_member(by):
        known = GatewayCustomer.objects.filter(organization_id=row.organization_id, customer_id=buyer.customer_id)
        known.update(gone_at=timezone.now())
        buyer = _buyer(row, by)
    return adapter(row.gateway).checkout(_order(row, page, buyer, price_id, key=f"{row.pk}-anew"))


def _order(row: Checkout, page: Page, buyer: Buyer, price_id: str, *, key: str) -> Order:
    back = address("checkout_state", row.pk)
    return Order(
        key=key,
        reference=str(row.pk),
        title=title_of(page.price) if page.price else page.title,
        amount=to_minor(page.amount, row.currency),
        currency=row.currency,
        buyer=buyer,
        back=back,
        left=f"{back}?left=1",
        interval=Interval(page.price.interval) if page.price else None,
        starts_at=page.starts_at,
        upfront=to_minor(page.upfront, row.currency),
        price_id=price_id,
    )


def title_of(price: PlanPrice) -> str:
    """Return what a plan is called at gateways: TrendDrop Agency, monthly."""
    return f"TrendDrop {price.version.plan.name}, {EVERY[price.interval]}"


def address(name: str, *keys: uuid.UUID) -> str:
    """Return a page of ours for somebody who comes from elsewhere."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=keys)}"


def plan_address() -> str:
    """Return the plan page."""
    return address("billing_plan")


def customer_of(organization_id: uuid.UUID, gateway: str) -> str:
    """Return the organisation's name at a gateway, once it has one."""
    rows = GatewayCustomer.objects.filter(organization_id=organization_id, gateway=gateway, gone_at=None)
    return rows.values_list("customer_id", flat=True).first() or ""


def _buyer(row: Checkout, by: Membership) -> Buyer:
    details = BillingDetails.objects.filter(organization_id=row.organization_id).first()
    return Buyer(
        organization=str(row.organization_id),
        email=(details.email if details else "") or by.user.email,
        name=details.name if details else by.user.full_name,
        phone=by.user.phone,
        country=details.country if details else "",
        customer_id=customer_of(row.organization_id, row.gateway),
    )


def _price_id(gateway: str, account: str, price: PlanPrice, amount: Decimal) -> str:
    """Return the price as it stands at the gateway, made there once."""
    minor = to_minor(amount, price.currency)
    known = GatewayPrice.objects.filter(gateway=gateway, gateway_account=account, price=price, total_minor=minor)
    found = known.first()
    if found is not None:
        return found.gateway_price_id
    product = GatewayPrice.objects.filter(
        gateway=gateway, gateway_account=account, price__version__plan_id=price.version.plan_id
    ).exclude(gateway_product_id="")
    before = product.values_list("gateway_product_id", flat=True).first() or ""
    wanted = Price(
        key=f"price-{price.pk}-{minor}",
        title=title_of(price),
        amount=minor,
        currency=price.currency,
        interval=Interval(price.interval),
        product_id=before,
    )
    made = adapter(gateway).price(wanted)
    if made.price_id:
        GatewayPrice.objects.get_or_create(
            gateway=gateway,
            gateway_account=account,
            price=price,
            total_minor=minor,
            defaults={"gateway_price_id": made.price_id, "gateway_product_id": made.product_id},
        )
    return made.price_id


def tell_amount(subscription: Subscription, price: PlanPrice, amount: Decimal, *, name: str) -> str:
    """Have a running subscription be charged another sum from the next period on; return where that is confirmed."""
    account = subscription.gateway_account
    changed = adapter(subscription.gateway).change(
        Change(
            key=name,
            subscription_id=subscription.gateway_subscription_id,
            reference=str(subscription.pk),
            title=title_of(price),
            amount=to_minor(amount, price.currency),
            currency=price.currency,
            interval=Interval(price.interval),
            price_id=_price_id(subscription.gateway, account, price, amount),
            back=plan_address(),
            left=plan_address(),
        )
    )
    return changed.url
