"""What is sent to PayPal: plans, subscriptions, orders."""

from datetime import UTC, datetime
from typing import Any

from billing.gateways.amounts import written
from billing.gateways.base import Order, Price

NAME, BRAND = 127, "TrendDrop"


def plan_of(wanted: Price, product: str) -> dict[str, Any]:
    money = {"value": written(wanted.amount, wanted.currency), "currency_code": wanted.currency}
    cycle = {
        "frequency": {"interval_unit": wanted.interval.value.upper(), "interval_count": 1},
        "tenure_type": "REGULAR",
        "sequence": 1,
        "total_cycles": 0,
        "pricing_scheme": {"fixed_price": money},
    }
    preferences = {
        "auto_bill_outstanding": True,
        "setup_fee_failure_action": "CANCEL",
        "payment_failure_threshold": 3,
    }
    return {
        "product_id": product,
        "name": wanted.title[:NAME],
        "status": "ACTIVE",
        "billing_cycles": [cycle],
        "payment_preferences": preferences,
    }


def subscription_of(order: Order) -> dict[str, Any]:
    told: dict[str, Any] = {
        "plan_id": order.price_id,
        "custom_id": order.reference,
        "subscriber": {"email_address": order.buyer.email},
        "application_context": {**context(order.back, order.left), "user_action": "SUBSCRIBE_NOW"},
    }
    if order.starts_at:
        told["start_time"] = stamp(order.starts_at)
    if order.upfront:
        fee = {"value": written(order.upfront, order.currency), "currency_code": order.currency}
        told["plan"] = {"payment_preferences": {"setup_fee": fee, "setup_fee_failure_action": "CANCEL"}}
    return told


def order_of(order: Order) -> dict[str, Any]:
    money = {"currency_code": order.currency, "value": written(order.amount, order.currency)}
    unit = {"custom_id": order.reference, "description": order.title[:127], "amount": money}
    page = {**context(order.back, order.left), "user_action": "PAY_NOW"}
    return {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": page}},
    }


def context(back: str, left: str) -> dict[str, Any]:
    return {"brand_name": BRAND, "shipping_preference": "NO_SHIPPING", "return_url": back, "cancel_url": left or back}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
