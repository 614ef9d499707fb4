"""Whom a fact is about: found by the gateway's own numbers first, by our reference last."""

import uuid
from dataclasses import dataclass

from billing.gateways.facts import CheckoutFact, DisputeFact, Fact, PaymentFact, RefundFact
from billing.models import Checkout, GatewayCustomer, Payment, Subscription


@dataclass(frozen=True)
class Match:
    """What of ours a fact belongs to, as far as it is known."""

    organization_id: uuid.UUID | None = None
    checkout: Checkout | None = None
    subscription: Subscription | None = None
    payment: Payment | None = None
    customer: GatewayCustomer | None = None


def match(fact: Fact, organization_id: uuid.UUID | None) -> Match:
    """Find the rows; with an organisation, only its own. A fact that points to two organisations belongs to neither."""
    payment, customer = _payment(fact), _customer(fact)
    checkout, subscription = _checkout(fact), _subscription(fact)
    found = [each.organization_id for each in (payment, subscription, checkout, customer) if each is not None]
    if not found or len(set(found)) > 1 or (organization_id is not None and found[0] != organization_id):
        return Match()
    return Match(found[0], checkout, subscription, payment, customer)


def _payment(fact: Fact) -> Payment | None:
    if not isinstance(fact, PaymentFact | RefundFact | DisputeFact) or not fact.payment_id:
        return None
    rows = Payment.objects.filter(gateway=fact.gateway, gateway_account=fact.account)
    return rows.filter(gateway_payment_id=fact.payment_id).select_related("checkout", "subscription").first()


def _subscription(fact: Fact) -> Subscription | None:
    if not fact.subscription_id:
        return None
    rows = Subscription.objects.filter(gateway=fact.gateway, gateway_account=fact.account)
    return rows.filter(gateway_subscription_id=fact.subscription_id).first()


def _checkout(fact: Fact) -> Checkout | None:
    rows = Checkout.objects.filter(gateway=fact.gateway, gateway_account=fact.account)
    rows = rows.select_related("price__version", "pack", "change", "subscription")
    if (key := _key(fact.reference)) and (found := rows.filter(pk=key).first()):
        return found
    session = fact.session_id if isinstance(fact, CheckoutFact) else ""
    if session and (found := rows.filter(gateway_session_id=session).first()):
        return found
    if fact.subscription_id:
        return rows.filter(gateway_subscription_id=fact.subscription_id).order_by("created_at").first()
    return None


def _customer(fact: Fact) -> GatewayCustomer | None:
    if not fact.customer_id:
        return None
    rows = GatewayCustomer.objects.filter(gateway=fact.gateway, gateway_account=fact.account)
    return rows.filter(customer_id=fact.customer_id).first()


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
