"""Money that went back, as gateways tell it."""

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts import audit
from billing import ledger, signals
from billing.gateways.amounts import to_decimal
from billing.gateways.facts import DisputeFact, RefundFact, RefundState
from billing.life.matching import Match
from billing.models import Payment, Refund

Status = Refund.Status
NEXT = {RefundState.PENDING: Status.PENDING, RefundState.FAILED: Status.FAILED, RefundState.DONE: Status.SUCCESS}
FORWARD = [Status.REQUESTED, Status.REFUSED, Status.APPROVED, Status.PENDING, Status.FAILED, Status.SUCCESS]


def refund(fact: RefundFact, found: Match, now: dt.datetime) -> str:
    """Take how a refund stands: one of ours, or one that was made at the gateway itself."""
    if found.payment is None:
        return ""
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=found.payment.pk)
    amount = to_decimal(fact.amount, fact.currency)
    if fact.currency != payment.currency or amount <= 0:
        return _strange(payment, "a refund in another currency")
    known = _known(fact, payment)
    row, wanted = known or _new(fact, payment), NEXT[fact.state]
    if known is not None and FORWARD.index(wanted) <= FORWARD.index(Status(known.status)):
        return ""
    others = Refund.objects.filter(payment=payment, status=Status.SUCCESS).exclude(pk=row.pk)
    if wanted == Status.SUCCESS and _sum(others) + amount > payment.amount:
        return _strange(payment, "more than was paid")
    row.amount, row.status, row.gateway_refund_id = amount, wanted, fact.refund_id
    row.gateway_told_at, row.error, row.raw = fact.at, fact.error[:300], dict(fact.raw)
    row.done_at = fact.at if wanted == Status.SUCCESS else None
    row.save()
    if wanted == Status.SUCCESS:
        _given_back(payment, row, now=now)
    return f"refund {fact.state}"


def dispute(fact: DisputeFact, found: Match, now: dt.datetime) -> str:
    """The bank takes a payment back: marked while it is argued, a refund once it is lost."""
    if found.payment is None:
        return ""
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=found.payment.pk)
    if fact.is_lost:
        facts = {name: getattr(fact, name) for name in ("gateway", "account", "at", "payment_id", "amount", "currency")}
        return refund(
            RefundFact(refund_id=f"dispute:{fact.payment_id}"[:120], state=RefundState.DONE, **facts), found, now
        )
    disputed_at = fact.at if fact.is_open else None
    if (payment.disputed_at is None) == (disputed_at is None):
        return ""
    payment.disputed_at = disputed_at
    payment.save(update_fields=["disputed_at", "updated_at"])
    action = "payment.disputed" if fact.is_open else "payment.dispute_won"
    audit.record(action, payment, organization_id=payment.organization_id, by=None, amount=str(payment.amount))
    return "disputed" if fact.is_open else "no longer disputed"


def _known(fact: RefundFact, payment: Payment) -> Refund | None:
    rows = Refund.objects.select_for_update(of=("self",)).filter(payment=payment)
    row = rows.filter(gateway_refund_id=fact.refund_id).first() if fact.refund_id else None
    return row or next((each for each in rows.filter(gateway_refund_id="") if str(each.pk) == fact.key), None)


def _new(fact: RefundFact, payment: Payment) -> Refund:
    return Refund(
        organization_id=payment.organization_id,
        payment=payment,
        currency=payment.currency,
        amount=to_decimal(fact.amount, fact.currency),
        status=Status.APPROVED,
        reason="made at the gateway",
    )


def _given_back(payment: Payment, row: Refund, *, now: dt.datetime) -> None:
    payment.refunded_amount = _sum(Refund.objects.filter(payment=payment, status=Status.SUCCESS))
    payment.refunded_at = row.done_at
    if payment.refunded_amount >= payment.amount:
        payment.status = Payment.Status.REFUNDED
    payment.save(update_fields=["refunded_amount", "refunded_at", "status", "updated_at"])
    if payment.purpose == Payment.Purpose.CREDITS and payment.status == Payment.Status.REFUNDED:
        ledger.take_back(payment, now=now)
    amount = f"{row.amount} {row.currency}"
    audit.record("refund.done", payment, organization_id=payment.organization_id, by=None, amount=amount)
    signals.refund_succeeded.send(sender=Refund, refund=row, now=now)


def _sum(rows: QuerySet[Refund]) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def _strange(payment: Payment, words: str) -> str:
    audit.record("payment.strange", payment, organization_id=payment.organization_id, by=None, why=words)
    return f"not taken: {words}"
