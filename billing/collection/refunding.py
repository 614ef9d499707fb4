"""Sending refunds that were agreed to: under their own key, so that one that was sent and not answered is sent once."""

import datetime as dt
from functools import partial

import structlog
from django.db.models import Q

from accounts import tenancy
from billing.collection.adapters import gateway
from billing.gateways.amounts import to_minor
from billing.gateways.base import Refunded, RefundOrder
from billing.gateways.errors import GatewayError, Misconfigured, OutcomeUnknown, Refused, TryLater
from billing.gateways.facts import RefundState
from billing.models import Payment, Refund
from trenddrop.core import rounds

log = structlog.get_logger(__name__)

Status = Refund.Status
BATCH = 50
PATIENCE = dt.timedelta(minutes=5)
STATES = {RefundState.PENDING: Status.PENDING, RefundState.DONE: Status.PENDING, RefundState.FAILED: Status.FAILED}


def send_due(*, now: dt.datetime) -> int:
    """Send what was agreed to, and ask again for what nobody answered; return how many were taken in hand."""
    unanswered = Q(status=Status.PENDING, gateway_refund_id="", updated_at__lt=now - PATIENCE)
    with tenancy.operator():
        rows = Refund.objects.filter(Q(status=Status.APPROVED) | unanswered).order_by("created_at")
        waiting = list(rows.select_related("payment__subscription")[:BATCH])
    return sum(rounds.each(waiting, partial(_send, now=now)))


def _send(refund: Refund, *, now: dt.datetime) -> bool:
    """Take it in hand (one worker does), ask the gateway, write down what it said."""
    if not _take(refund, now=now):
        return False
    payment = refund.payment
    order = RefundOrder(
        key=str(refund.pk),
        payment_id=payment.gateway_payment_id,
        amount=to_minor(refund.amount, refund.currency),
        currency=refund.currency,
        reason=refund.reason,
        subscription_id=_charged_by(payment),
    )
    try:
        _write(refund, gateway(payment.gateway).refund(order))
    except (OutcomeUnknown, TryLater, Misconfigured) as error:  # it stands as sent: asked again under the same key
        log.warning("refund_not_answered", refund=str(refund.pk), error=str(error))
        _note(refund, str(error))
    except Refused as error:
        _fail(refund, error)
    return True


def _charged_by(payment: Payment) -> str:
    """Return the gateway's subscription that a payment was made under: the plan may have another by now, or none."""
    known = payment.subscription.gateway_subscription_id if payment.subscription else ""
    return str(payment.raw.get("subscription") or known)


def _take(refund: Refund, *, now: dt.datetime) -> bool:
    with tenancy.operator():
        rows = Refund.objects.filter(pk=refund.pk, status=refund.status, updated_at=refund.updated_at)
        return bool(rows.update(status=Status.PENDING, updated_at=now))


def _write(refund: Refund, said: Refunded) -> None:
    """Write the gateway's name for it; that it is done, only the gateway's own news say."""
    with tenancy.operator():
        rows = Refund.objects.filter(pk=refund.pk, gateway_refund_id="")
        rows.update(gateway_refund_id=said.id, error="", status=STATES[said.state])


def _note(refund: Refund, words: str) -> None:
    with tenancy.operator():
        Refund.objects.filter(pk=refund.pk, status=Status.PENDING).update(error=words[:300])


def _fail(refund: Refund, error: GatewayError) -> None:
    with tenancy.operator():
        rows = Refund.objects.filter(pk=refund.pk, status=Status.PENDING, gateway_refund_id="")
        rows.update(status=Status.FAILED, error=str(error)[:300])
