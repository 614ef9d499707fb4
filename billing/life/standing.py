"""What gateways tell of their own subscriptions, mandates, notices, customers. The newest word of a kind counts."""

import datetime as dt
from typing import Any

from billing.gateways.amounts import to_decimal
from billing.gateways.facts import CustomerFact, MandateFact, NoticeFact, SubscriptionFact, SubscriptionState
from billing.life import changing, rows, settling
from billing.life.matching import Match
from billing.models import Checkout, GatewayCustomer, Subscription

RANKS = {state: rank for rank, state in enumerate(SubscriptionState)}


def subscription(fact: SubscriptionFact, found: Match, now: dt.datetime) -> str:
    """Take a subscription's state; what comes before its first payment waits with the checkout."""
    told = {
        "state": fact.state.value,
        "at": fact.at.isoformat(),
        "rank": RANKS[fact.state],
        "ends": bool(fact.cancel_at_period_end),
    }
    row = _row(found)
    if row is None:
        words = _early(found, fact, "subscription", told)
        return _method_given(found, fact, now) or words
    if not take_state(row, told):
        return ""
    settling.settle(row, now=now)
    return f"subscription {fact.state}"


def take_state(row: Subscription, told: dict[str, Any]) -> bool:
    """Write a newer state on a held row; an older one is passed over."""
    at = dt.datetime.fromisoformat(told["at"])
    newer = row.gateway_told_at is None or (at, told["rank"]) > (row.gateway_told_at, row.gateway_rank)
    if told["ends"] and not row.cancel_at_period_end:
        row.cancel_at_period_end, row.canceled_at = True, row.canceled_at or at
    elif not newer:
        return False
    if newer:
        row.gateway_state, row.gateway_told_at, row.gateway_rank = told["state"], at, told["rank"]
    return True


def _method_given(found: Match, fact: SubscriptionFact, now: dt.datetime) -> str:
    """Take a new mandate that charges nothing yet: where no page tells that it was completed, its subscription does."""
    opened = found.checkout
    if opened is None or opened.purpose != Checkout.Purpose.METHOD or fact.state != SubscriptionState.ACTIVE:
        return ""
    row = Checkout.objects.select_for_update(of=("self",)).select_related("change").get(pk=opened.pk)
    if row.status == Checkout.Status.COMPLETED:
        return ""
    row.status, row.completed_at = Checkout.Status.COMPLETED, fact.at
    row.gateway_subscription_id = fact.subscription_id or row.gateway_subscription_id
    row.save(update_fields=["status", "completed_at", "gateway_subscription_id", "updated_at"])
    take_method(row, at=fact.at, now=now)
    return "another way to pay"


def take_method(row: Checkout, *, at: dt.datetime, now: dt.datetime) -> None:
    """Have the living plan be paid by the mandate that was given; a change that waited for it is agreed to."""
    living = rows.living(row.organization_id)
    if living is None or not _is_for(row, living):
        unwanted(row, living, row.gateway_subscription_id)
        return
    bind(living, row)
    settling.settle(living, now=now)
    if row.change is not None:
        changing.agreed(row.change, now=at)


def _is_for(opened: Checkout, living: Subscription) -> bool:
    """Say whether a mandate is for what the plan costs, or will: both may have changed while its page stood open."""
    coming = changing.coming(living)
    costs = {living.price_id, coming.to_price_id if coming is not None else None}
    return opened.subscription_id == living.pk and opened.price_id in costs


def unwanted(opened: Checkout, living: Subscription | None, name: str) -> None:
    """Note a gateway's subscription that no plan came of, to be ended there: it would be charged again and again."""
    if not name or (living is not None and living.gateway_subscription_id == name):
        return
    row = Checkout.objects.select_for_update(of=("self",)).get(pk=opened.pk)
    if Checkout.UNWANTED not in row.told:
        row.told = {**row.told, Checkout.UNWANTED: {"gateway": row.gateway, "id": name}}
        row.save(update_fields=["told", "updated_at"])


def bind(subscription: Subscription, opened: Checkout) -> None:
    """Have a subscription be paid by the mandate a checkout made; what was told of it before holds."""
    wanted = (opened.gateway, opened.gateway_account, opened.gateway_subscription_id)
    known = (subscription.gateway, subscription.gateway_account, subscription.gateway_subscription_id)
    if not opened.gateway_subscription_id or wanted == known:
        return
    if known[2] and opened.told.get(Checkout.REPLACES, {}).get("id") != known[2]:  # another was bound meanwhile
        opened.told = {**opened.told, Checkout.REPLACES: {"gateway": known[0], "id": known[2]}}
        opened.save(update_fields=["told", "updated_at"])
    subscription.gateway, subscription.gateway_account, subscription.gateway_subscription_id = wanted
    subscription.gateway_state, subscription.gateway_told_at, subscription.gateway_rank = "", None, 0
    subscription.mandate, subscription.mandate_told_at = Subscription.Mandate.NONE, None
    if "subscription" in opened.told:
        take_state(subscription, opened.told["subscription"])
    if "mandate" in opened.told:
        take_mandate(subscription, opened.told["mandate"])


def mandate(fact: MandateFact, found: Match, now: dt.datetime) -> str:
    """Take a mandate's state, and the most it lets be debited."""
    most = None if fact.most is None else str(to_decimal(fact.most, fact.currency or "INR"))
    told = {"state": fact.state.value, "at": fact.at.isoformat(), "most": most}
    row = _row(found)
    if row is None:
        return _early(found, fact, "mandate", told)
    if not take_mandate(row, told):
        return ""
    settling.settle(row, now=now)
    return f"mandate {fact.state}"


def take_mandate(row: Subscription, told: dict[str, Any]) -> bool:
    """Write a newer mandate on a held row."""
    at = dt.datetime.fromisoformat(told["at"])
    order = list(Subscription.Mandate.values)
    known = (row.mandate_told_at, order.index(row.mandate)) if row.mandate_told_at else None
    if known is not None and (at, order.index(told["state"])) <= known:
        return False
    row.mandate, row.mandate_told_at = told["state"], at
    if told["most"] is not None:
        row.mandate_limit = told["most"]
    return True


def notice(fact: NoticeFact, found: Match, now: dt.datetime) -> str:
    """The payer was told of a debit: a day's notice, and no failure."""
    row = _row(found)
    if row is None or (row.notice_sent_at is not None and row.notice_sent_at >= fact.at):
        return ""
    row.notice_sent_at = fact.at
    settling.settle(row, now=now)
    return "the debit is announced"


def customer(fact: CustomerFact, found: Match, now: dt.datetime) -> str:
    """Take another way to pay, or that the customer was removed: then nothing more can be debited."""
    row = found.customer
    if row is None:
        return ""
    if not fact.is_gone:
        changed = (row.method, row.method_expires_on) != (fact.method, fact.method_expires_on)
        row.method, row.method_expires_on = fact.method[:60], fact.method_expires_on
        row.save(update_fields=["method", "method_expires_on", "updated_at"])
        return "another way to pay" if changed else ""
    if row.gone_at is not None:
        return ""
    row.gone_at = fact.at
    row.save(update_fields=["gone_at", "updated_at"])
    living = rows.living(row.organization_id)
    if living is not None and (living.gateway, living.gateway_account) == (fact.gateway, fact.account):
        told = {"state": Subscription.Mandate.REVOKED.value, "at": fact.at.isoformat(), "most": None}
        take_mandate(living, told)
        settling.settle(living, now=now)
    return "removed at the gateway"


def remember(checkout: Checkout, customer_id: str) -> None:
    """Keep who the organisation is at the gateway."""
    if not customer_id:
        return
    GatewayCustomer.objects.filter(
        organization_id=checkout.organization_id, gateway=checkout.gateway, gateway_account=checkout.gateway_account
    ).exclude(customer_id=customer_id).filter(gone_at=None).update(gone_at=checkout.updated_at)
    GatewayCustomer.objects.get_or_create(
        gateway=checkout.gateway,
        gateway_account=checkout.gateway_account,
        customer_id=customer_id,
        defaults={"organization_id": checkout.organization_id},
    )


def _row(found: Match) -> Subscription | None:
    return None if found.subscription is None else rows.locked(found.subscription)


def _early(found: Match, fact: SubscriptionFact | MandateFact, what: str, told: dict[str, Any]) -> str:
    """Keep with the checkout what is told before the payment; the newest of it."""
    if found.checkout is None:
        return ""
    row = Checkout.objects.select_for_update().get(pk=found.checkout.pk)
    known = row.told.get(what)
    ends = bool(known and known.get("ends")) or bool(told.get("ends"))
    newer = known is None or (told["at"], told.get("rank", 0)) > (known["at"], known.get("rank", 0))
    if not newer and ends == bool(known and known.get("ends")):
        return ""
    row.told = {**row.told, what: {**(told if newer else known), "ends": ends}}
    row.gateway_subscription_id = row.gateway_subscription_id or fact.subscription_id
    row.save(update_fields=["told", "gateway_subscription_id", "updated_at"])
    return f"{what} {told['state']}, not paid yet"
