"""Money given back by operators: asked for, over a sum agreed to by a second person, then sent by a worker."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import audit
from accounts.installation import setting
from accounts.models import User
from billing.models import Payment, Refund

Status = Refund.Status
STANDS = (Status.REQUESTED, Status.APPROVED, Status.PENDING, Status.SUCCESS)


class CannotRefund(Exception):
    """Nothing was given back; the message says why."""


def left_of(payment: Payment) -> Decimal:
    """Return how much of a payment can still be given back: what was asked for already is not."""
    asked = Refund.objects.filter(payment=payment, status__in=STANDS).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    left: Decimal = payment.amount - max(asked, payment.refunded_amount)
    return left


def alone_up_to(currency: str) -> Decimal:
    """Return the sum up to which one operator gives back alone."""
    return Decimal(str(setting("refunds_by_one").get(currency, 0)))


def needs_second(payment: Payment, amount: Decimal) -> bool:
    """Say whether a second person has to agree: all that was given back of the payment counts, not the last part."""
    return bool(payment.amount - left_of(payment) + amount > alone_up_to(payment.currency))


def ask(payment: Payment, *, amount: Decimal, reason: str, by: User, now: dt.datetime) -> Refund:
    """Ask to give back; up to the sum for one person it is agreed at once. Raise CannotRefund."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if payment.status not in {Payment.Status.SUCCESS, Payment.Status.REFUNDED} or payment.paid_at is None:
            raise CannotRefund(_("Nothing was paid, so nothing can be given back."))
        if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
            raise CannotRefund(_("Give back at least a hundredth, and no fraction of one."))
        if amount > left_of(payment):
            words = _("At most %(amount)s can be given back of this payment.")
            raise CannotRefund(words % {"amount": f"{left_of(payment)} {payment.currency}"})
        alone = not needs_second(payment, amount)
        refund = Refund.objects.create(
            organization_id=payment.organization_id,
            payment=payment,
            amount=amount,
            currency=payment.currency,
            status=Status.APPROVED if alone else Status.REQUESTED,
            reason=reason,
            requested_by=by,
            approved_at=now if alone else None,
        )
        _record("refund.asked", refund, by)
    return refund


def agree(refund: Refund, *, by: User, now: dt.datetime) -> Refund:
    """Agree as a second person. Raise CannotRefund."""
    with transaction.atomic():
        refund = _waiting(refund)
        if refund.requested_by_id == by.pk:
            raise CannotRefund(_("You asked for it: another operator has to agree."))
        refund.status, refund.approved_by, refund.approved_at = Status.APPROVED, by, now
        refund.save(update_fields=["status", "approved_by", "approved_at", "updated_at"])
        _record("refund.agreed", refund, by)
    return refund


def refuse(refund: Refund, *, by: User, now: dt.datetime) -> Refund:
    """Decide that nothing is given back, or take back what one asked for oneself. Raise CannotRefund."""
    with transaction.atomic():
        refund = _waiting(refund)
        refund.status, refund.done_at = Status.REFUSED, now
        refund.save(update_fields=["status", "done_at", "updated_at"])
        _record("refund.refused", refund, by)
    return refund


def _waiting(refund: Refund) -> Refund:
    row = Refund.objects.select_for_update().get(pk=refund.pk)
    if row.status != Status.REQUESTED:
        raise CannotRefund(_("This was decided already: %(state)s.") % {"state": row.get_status_display()})
    return row


def _record(action: str, refund: Refund, by: User) -> None:
    told = {"amount": f"{refund.amount} {refund.currency}", "reason": refund.reason}
    audit.record(action, refund, organization_id=refund.organization_id, by=by, **told)
