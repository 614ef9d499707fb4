"""What happens at the test gateway: pages are opened and paid, subscriptions charged, payments given back.

Every step writes its objects and the events that tell of them in one transaction. All of it runs as the installation:
these are another company's books, as it were, and no organisation reads them.
"""

import calendar
import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts import tenancy
from billing.gateways.capabilities import INDIA, NOTICE, needs_hand
from billing.models import SandboxEvent, SandboxObject
from billing.sandbox.cards import CARDS, Card, Does

Kind = SandboxObject.Kind
OPEN_FOR = dt.timedelta(hours=24)
BANK_TAKES = dt.timedelta(minutes=1)
RETRIES = (dt.timedelta(days=1), dt.timedelta(days=2), dt.timedelta(days=2))
PREFIX = {Kind.CHECKOUT: "tco", Kind.SUBSCRIPTION: "tsub", Kind.PAYMENT: "tpay", Kind.REFUND: "tre"}
ENDED = frozenset({"canceled", "ended"})
DECLINED = ("card_declined", "The bank declined the payment.")


class Refusal(Exception):
    """The gateway says no: an HTTP status, a code, words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def find(name: str, *kinds: str, lock: bool = False) -> SandboxObject:
    """Return an object by its name; Refusal 404."""
    rows = SandboxObject.objects.select_for_update() if lock else SandboxObject.objects.all()
    found = rows.filter(name=name, kind__in=kinds).first()
    if found is None:
        raise Refusal(404, "not_found", "There is no such object.")
    return found


def children(parent: str, kind: str) -> list[SandboxObject]:
    """Return what belongs to an object, oldest first."""
    return list(SandboxObject.objects.filter(parent=parent, kind=kind).order_by("created_at"))


def make(kind: str, data: Mapping[str, Any], *, state: str, key: str = "", **more: Any) -> SandboxObject:
    """Write an object under a new name; one that was made with the same key is returned as it is."""
    name = f"{PREFIX[Kind(kind)]}_{secrets.token_hex(12)}"
    try:
        with transaction.atomic():
            return SandboxObject.objects.create(kind=kind, name=name, key=key, state=state, data=dict(data), **more)
    except IntegrityError:
        made = SandboxObject.objects.get(kind=kind, key=key)
        if made.data.get("asked") != data.get("asked"):
            raise Refusal(400, "key_reused", "This key was used for something else.") from None
        return made


def tell(kind: str, *, now: dt.datetime, **ids: str) -> None:
    """Write down an event, to be sent at once."""
    told = {name: value for name, value in ids.items() if value}
    SandboxEvent.objects.create(kind=kind, at=now, ids=told, next_at=now)


# Hosted pages


def open_checkout(asked: Mapping[str, Any], *, key: str, now: dt.datetime) -> SandboxObject:
    """Open a hosted page for a subscription or one payment."""
    if asked["currency"] not in {"INR", "USD"} or int(asked["amount"]) <= 0 or int(asked.get("upfront") or 0) < 0:
        raise Refusal(400, "amount_invalid", "A page needs a sum above zero, in INR or USD.")
    with tenancy.operator():
        due = now + OPEN_FOR
        return make(Kind.CHECKOUT, {**asked, "asked": dict(asked)}, state="open", key=key, due_at=due)


def pay(name: str, card: Card, *, now: dt.datetime) -> SandboxObject:
    """Somebody pays on the page; returns the payment, or the subscription whose mandate waits for the bank."""
    with tenancy.operator():
        page = find(name, Kind.CHECKOUT, lock=True)
        if page.state != "open":
            raise Refusal(409, "not_open", "This page was paid, or has run out.")
        if card.currency not in {"", page.data["currency"]}:
            raise Refusal(400, "method_invalid", "This way to pay does not take the currency.")
        if card.is_mandate and page.data.get("interval"):
            return _await_bank(page, card, now=now)
        amount = _first_sum(page.data)
        if not amount:
            return _complete(page, card, None, now=now)
        payment = _charge(page.data, amount, card.now, card, parent=page.name, now=now)
        if payment.state != "failed":
            _complete(page, card, payment, now=now) if payment.state == "paid" else None
        _tell_payment(payment, page=page.name, now=now)
        return payment


def _first_sum(order: Mapping[str, Any]) -> int:
    """Return what is due at once: the upfront sum, and the first period unless it begins later."""
    begins_now = not order.get("starts_at")
    return int(order.get("upfront") or 0) + (int(order["amount"]) if begins_now else 0)


def _complete(
    page: SandboxObject, card: Card, payment: SandboxObject | None, *, now: dt.datetime, state: str = "active"
) -> SandboxObject:
    """Close the page; what it was for begins."""
    made: SandboxObject | None = None
    if page.data.get("interval"):
        made = _subscribe(page, card, payment, now=now, state=state)
        page.data["subscription"] = made.name
    page.state, page.due_at = "completed", None
    page.save()
    ids = {"subscription": made.name if made else "", "payment": payment.name if payment else ""}
    tell("checkout.completed", now=now, checkout=page.name, **ids)
    found = made or payment
    if found is None:
        raise Refusal(400, "amount_invalid", "There is nothing to pay.")
    return found


def _subscribe(
    page: SandboxObject, card: Card, payment: SandboxObject | None, *, now: dt.datetime, state: str
) -> SandboxObject:
    order = page.data
    starts = order.get("starts_at")
    anchor = dt.datetime.fromisoformat(starts) if starts else now
    period = (now, anchor) if starts else (anchor, later(anchor, order["interval"], 1))
    data = {
        **{
            name: order[name]
            for name in ("reference", "title", "amount", "currency", "interval", "country", "customer")
        },
        "card": card.key,
        "anchor": anchor.isoformat(),
        "count": 0 if starts else 1,
        "period_start": period[0].isoformat(),
        "period_end": period[1].isoformat(),
        "cancel_at_period_end": False,
        "failures": 0,
        "announced": False,
    }
    made = make(Kind.SUBSCRIPTION, data, state=state, parent=page.name)
    made.due_at = now + BANK_TAKES if state == "pending" else _next(made)
    made.save(update_fields=["due_at"])
    if payment:
        payment.parent = made.name
        payment.data |= {
            "subscription": made.name,
            "period_start": data["period_start"],
            "period_end": data["period_end"],
        }
        payment.save()
    return made


def _await_bank(page: SandboxObject, card: Card, *, now: dt.datetime) -> SandboxObject:
    """A mandate was asked for: the payer's bank confirms it in a while, and only then is anything charged."""
    return _complete(page, card, None, now=now, state="pending")


def expire(page: SandboxObject, *, now: dt.datetime) -> None:
    """Nobody paid in time."""
    page.state, page.due_at = "expired", None
    page.save()
    tell("checkout.expired", now=now, checkout=page.name)


# Charges


def _charge(
    order: Mapping[str, Any], amount: int, does: Does, card: Card, *, parent: str, now: dt.datetime, **more: Any
) -> SandboxObject:
    state = {Does.PAYS: "paid", Does.DECLINES: "failed", Does.ASKS: "action"}[does]
    failure = DECLINED if does == Does.DECLINES else ("", "")
    data = {
        "amount": amount,
        "currency": order["currency"],
        "reference": order["reference"],
        "customer": order["customer"],
        "title": order["title"],
        "method": card.label,
        "at": now.isoformat(),
        "failure": failure[0],
        "reason": failure[1],
        **more,
    }
    return make(Kind.PAYMENT, data, state=state, parent=parent)


def _tell_payment(payment: SandboxObject, *, now: dt.datetime, page: str = "") -> None:
    ids = {"checkout": page, "subscription": payment.data.get("subscription", ""), "payment": payment.name}
    tell(f"payment.{payment.state}", now=now, **ids)


def confirm(name: str, *, agrees: bool, now: dt.datetime) -> SandboxObject:
    """The payer's bank was told yes or no."""
    with tenancy.operator():
        payment = find(name, Kind.PAYMENT, lock=True)
        if payment.state != "action":
            raise Refusal(409, "not_waiting", "This payment does not wait for anybody.")
        payment.state = "paid" if agrees else "failed"
        if not agrees:
            payment.data |= {"failure": "authentication_failed", "reason": "The confirmation was refused."}
        payment.data["at"] = now.isoformat()
        payment.save()
        parent = find(payment.parent, Kind.CHECKOUT, Kind.SUBSCRIPTION, lock=True)
        if parent.kind == Kind.CHECKOUT and agrees and parent.state == "open":
            _complete(parent, CARDS[_card_of(payment)], payment, now=now)
        elif parent.kind == Kind.SUBSCRIPTION:
            _settle(parent, payment, now=now)
        _tell_payment(payment, now=now, page=parent.name if parent.kind == Kind.CHECKOUT else "")
        return payment


def _card_of(payment: SandboxObject) -> str:
    return next((card.key for card in CARDS.values() if card.label == payment.data["method"]), "4242")


def move_on(subscription: SandboxObject, *, now: dt.datetime) -> None:
    """Do what a subscription's time has come for: the bank's word, a notice, its end, or a charge."""
    data, card = subscription.data, CARDS[subscription.data["card"]]
    if subscription.state == "pending":
        _start(subscription, card, now=now)
    elif data["cancel_at_period_end"] and now >= _end(subscription):
        _finish(subscription, "canceled", now=now)
    elif card.is_mandate and not data["announced"] and now < _end(subscription):
        data["announced"] = True
        tell("subscription.announced", now=now, subscription=subscription.name)
        _wait(subscription, _end(subscription))
    else:
        charge_period(subscription, now=now)


def _start(subscription: SandboxObject, card: Card, *, now: dt.datetime) -> None:
    """The bank confirmed the mandate: the first sum is charged."""
    subscription.state = "active"
    page = find(subscription.parent, Kind.CHECKOUT)
    amount, data = _first_sum(page.data), subscription.data
    payment = None
    if amount:
        told = {
            "subscription": subscription.name,
            "period_start": data["period_start"],
            "period_end": data["period_end"],
        }
        payment = _charge(data, amount, card.now, card, parent=subscription.name, now=now, **told)
    _wait(subscription, _next(subscription))
    tell("subscription.updated", now=now, subscription=subscription.name, payment=payment.name if payment else "")


def charge_period(subscription: SandboxObject, *, now: dt.datetime) -> SandboxObject:
    """Charge the period after the one that is paid."""
    data, card = subscription.data, CARDS[subscription.data["card"]]
    if data.get("next_amount"):
        data |= {"amount": data.pop("next_amount"), "interval": data.pop("next_interval", data["interval"])}
    start = _end(subscription)
    end = later(dt.datetime.fromisoformat(data["anchor"]), data["interval"], data["count"] + 1)
    does = card.later
    if does == Does.PAYS and needs_hand(amount=data["amount"], currency=data["currency"], country=data["country"]):
        does = Does.ASKS
    told = {"subscription": subscription.name, "period_start": start.isoformat(), "period_end": end.isoformat()}
    payment = _charge(data, data["amount"], does, card, parent=subscription.name, now=now, **told)
    _settle(subscription, payment, now=now)
    _tell_payment(payment, now=now)
    return payment


def _settle(subscription: SandboxObject, payment: SandboxObject, *, now: dt.datetime) -> None:
    """Write down what a charge did to its subscription."""
    data = subscription.data
    if subscription.state in ENDED:
        return
    if payment.state == "paid":
        data |= {"period_start": payment.data["period_start"], "period_end": payment.data["period_end"]}
        data |= {"count": data["count"] + 1, "failures": 0, "announced": False}
        subscription.state = "active"
        _wait(subscription, _next(subscription))
    elif payment.state == "action":
        _wait(subscription, None)
    elif data["failures"] < len(RETRIES):
        subscription.state = "past_due"
        data["failures"] += 1
        _wait(subscription, now + RETRIES[data["failures"] - 1])
    else:
        subscription.state = "halted"
        _wait(subscription, None)


def _wait(subscription: SandboxObject, until: dt.datetime | None) -> None:
    subscription.due_at = until
    subscription.save()


def _finish(subscription: SandboxObject, state: str, *, now: dt.datetime) -> None:
    subscription.state = state
    _wait(subscription, None)
    tell("subscription.ended", now=now, subscription=subscription.name)


def _end(subscription: SandboxObject) -> dt.datetime:
    return dt.datetime.fromisoformat(subscription.data["period_end"])


def _next(subscription: SandboxObject) -> dt.datetime:
    """Return when something is due next: the notice a day before under a mandate, the period's end otherwise."""
    end = _end(subscription)
    mandate = CARDS[subscription.data["card"]].is_mandate and subscription.data["country"] == INDIA
    return end - NOTICE if mandate else end


# Commands


def cancel(name: str, *, at_period_end: bool, now: dt.datetime) -> SandboxObject:
    """Stop charging, at the period's end or now; twice is no error."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        if found.state in ENDED:
            return found
        if not at_period_end:
            _finish(found, "canceled", now=now)
        elif not found.data["cancel_at_period_end"]:
            found.data["cancel_at_period_end"] = True
            _wait(found, _end(found))
            tell("subscription.updated", now=now, subscription=name)
        return found


def resume(name: str, *, now: dt.datetime) -> SandboxObject:
    """Go on charging."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        if found.state in ENDED:
            raise Refusal(400, "ended", "What has ended cannot be resumed.")
        if found.data["cancel_at_period_end"]:
            found.data["cancel_at_period_end"] = False
            _wait(found, _next(found))
            tell("subscription.updated", now=now, subscription=name)
        return found


def change(name: str, *, amount: int, interval: str, reference: str, now: dt.datetime) -> SandboxObject:
    """Charge another sum from the next period on."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        if found.state in ENDED or amount <= 0:
            raise Refusal(400, "invalid", "This cannot be changed.")
        found.data |= {"next_amount": amount, "next_interval": interval, "reference": reference}
        found.save()
        tell("subscription.updated", now=now, subscription=name)
        return found


def change_card(name: str, card: Card, *, now: dt.datetime) -> SandboxObject:
    """The payer chose another card; what is open is charged at once."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        found.data |= {"card": card.key, "failures": 0}
        found.save()
        tell("subscription.updated", now=now, subscription=name)
        if found.state in {"past_due", "halted"}:
            charge_period(found, now=now)
        return found


def charge_now(name: str, *, now: dt.datetime) -> SandboxObject:
    """Let the next period's charge come now instead of when it is due."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        if found.state in {*ENDED, "pending"}:
            raise Refusal(409, "not_running", "This subscription is not charged.")
        return charge_period(found, now=now)


def revoke(name: str, *, now: dt.datetime) -> SandboxObject:
    """The payer ended the mandate at the bank."""
    with tenancy.operator():
        found = find(name, Kind.SUBSCRIPTION, lock=True)
        if found.state not in ENDED:
            _finish(found, "canceled", now=now)
        return found


def refund(name: str, asked: Mapping[str, Any], *, key: str, now: dt.datetime) -> SandboxObject:
    """Give money back: never more than came, once for a key."""
    with tenancy.operator():
        payment = find(name, Kind.PAYMENT, lock=True)
        told = {**asked, "asked": dict(asked)}
        again = SandboxObject.objects.filter(kind=Kind.REFUND, key=key).exists() if key else False
        if not again:
            _check_refund(payment, asked)
        made = make(Kind.REFUND, told, state="pending", key=key, parent=name, due_at=now + BANK_TAKES)
        if not again:
            tell("refund.pending", now=now, payment=name)
        return made


def _check_refund(payment: SandboxObject, asked: Mapping[str, Any]) -> None:
    amount = int(asked["amount"])
    gone = sum(int(each.data["amount"]) for each in children(payment.name, Kind.REFUND) if each.state != "failed")
    if payment.state != "paid":
        raise Refusal(400, "not_paid", "This payment was not made.")
    if asked["currency"] != payment.data["currency"]:
        raise Refusal(400, "currency_mismatch", "The payment was made in another currency.")
    if amount <= 0 or amount > int(payment.data["amount"]) - gone:
        raise Refusal(400, "too_much", "More than is left of the payment cannot be given back.")


def settle_refund(found: SandboxObject, *, now: dt.datetime) -> None:
    """The bank gave the money back."""
    found.state, found.due_at = "done", None
    found.save()
    tell("refund.done", now=now, payment=found.parent)


def later(anchor: dt.datetime, interval: str, count: int) -> dt.datetime:
    """Return the anchor so many months or years on; a day that month does not have becomes its last."""
    months = anchor.month - 1 + count * (12 if interval == "year" else 1)
    year, month = anchor.year + months // 12, months % 12 + 1
    return anchor.replace(year=year, month=month, day=min(anchor.day, calendar.monthrange(year, month)[1]))
