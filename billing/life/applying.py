"""Writing down what gateways told: each fact into its own row, forward only, then the subscription is reckoned anew.

`apply` is the one way in, for webhooks, for what was asked for hourly, and for the gateway inside the product. A fact
finds its organisation by what we know of it (a payment, a subscription, a customer, or our own reference); what nobody
here knows is said to be unmatched, and changes nothing.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from accounts import tenancy
from billing.gateways.facts import (
    AnyFact,
    CheckoutFact,
    CustomerFact,
    DisputeFact,
    Fact,
    MandateFact,
    NoticeFact,
    Outcome,
    OutcomeKind,
    PaymentFact,
    RefundFact,
    SubscriptionFact,
)
from billing.life import buying, refunding, standing
from billing.life.matching import Match, match

LOCK = 7_311_011
Applied = Callable[[Any, Match, datetime], str]
HOW: Mapping[type[Fact], Applied] = {
    CheckoutFact: buying.checkout,
    PaymentFact: buying.payment,
    RefundFact: refunding.refund,
    DisputeFact: refunding.dispute,
    SubscriptionFact: standing.subscription,
    MandateFact: standing.mandate,
    NoticeFact: standing.notice,
    CustomerFact: standing.customer,
}


def apply(fact: AnyFact, *, now: datetime) -> Outcome:
    """Write down what a gateway told, once; the same fact again changes nothing."""
    with tenancy.operator():
        organization_id = _whose(fact)
    if organization_id is None:
        return Outcome(OutcomeKind.UNMATCHED, "nobody here knows it")
    with tenancy.of_organization(organization_id):
        _one_at_a_time(organization_id)
        found = match(fact, organization_id)
        words = HOW[type(fact)](fact, found, now)
    kind = OutcomeKind.APPLIED if words else OutcomeKind.IGNORED
    return Outcome(kind, words or "known already", organization_id)


def _one_at_a_time(organization_id: uuid.UUID) -> None:
    """Wait until whoever writes for this organisation is through: two copies of one event make one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(organization_id)])


def _whose(fact: AnyFact) -> uuid.UUID | None:
    return match(fact, None).organization_id
