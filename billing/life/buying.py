"""What was paid for: a plan, a step up, what was due, credits. Each payment is one row, by the gateway's own number."""

import datetime as dt
from decimal import Decimal

from accounts import audit
from billing import ledger, periods, signals
from billing.gateways.amounts import to_decimal
from billing.gateways.facts import CheckoutFact, CheckoutState, PaymentFact, PaymentState
from billing.ledger import Given
from billing.life import changing, rows, settling, standing, telling
from billing.life.ladder import A_DAY
from billing.life.matching import Match
from billing.models import Checkout, CreditGrant, Payment, Subscription

Purpose, Status = Payment.Purpose, Payment.Status
Opened = Checkout.Status
SKEW = dt.timedelta(minutes=10)  # between a gateway's clock and ours
OF = {
    Checkout.Purpose.BUY: Purpose.FIRST,
    Checkout.Purpose.UPGRADE: Purpose.UPGRADE,
    Checkout.Purpose.DUE: Purpose.RENEWAL,
    Checkout.Purpose.CREDITS: Purpose.CREDITS,
    Checkout.Purpose.METHOD: Purpose.RENEWAL,
}
ENDED = {
    CheckoutState.COMPLETED: Opened.COMPLETED,
    CheckoutState.EXPIRED: Opened.EXPIRED,
    CheckoutState.FAILED: Opened.FAILED,
}
FORWARD = [Status.PENDING, Status.FAILED, Status.SUCCESS, Status.REFUNDED]
TOLD = {
    PaymentState.PENDING: Status.PENDING,
    PaymentState.ACTION: Status.PENDING,
    PaymentState.FAILED: Status.FAILED,
    PaymentState.PAID: Status.SUCCESS,
}


def checkout(fact: CheckoutFact, found: Match, now: dt.datetime) -> str:
    """Take how a hosted page ended. Completed is never left; it alone gives nothing: a payment does."""
    if found.checkout is None:
        return ""
    row = Checkout.objects.select_for_update(of=("self",)).get(pk=found.checkout.pk)
    standing.remember(row, fact.customer_id)
    wanted = ENDED[fact.state]
    is_news = row.status == Opened.OPEN or (wanted == Opened.COMPLETED and row.status != Opened.COMPLETED)
    if not is_news:
        return ""
    row.status = wanted
    row.completed_at = fact.at if wanted == Opened.COMPLETED else None
    row.gateway_subscription_id = fact.subscription_id or row.gateway_subscription_id
    row.save(update_fields=["status", "completed_at", "gateway_subscription_id", "updated_at"])
    if wanted == Opened.COMPLETED and row.purpose == Checkout.Purpose.METHOD:
        standing.take_method(row, at=fact.at, now=now)
    return f"checkout {fact.state}"


def payment(fact: PaymentFact, found: Match, now: dt.datetime) -> str:
    """Take how a payment stands, and what follows from it; once, whatever is told again."""
    living = rows.living(found.organization_id) if found.organization_id else None
    row, is_new = _row(fact, found)
    wanted = TOLD[fact.state]
    forward = FORWARD.index(wanted) - FORWARD.index(Status(row.status))
    if not is_new and (forward < 0 or (forward == 0 and not _is_newer(row, fact))):
        return ""
    was_paid = row.status in settling.PAID
    _write(row, fact, wanted if forward > 0 or is_new else Status(row.status))
    if was_paid or wanted != Status.SUCCESS:
        row.save()
        _unpaid(row, now=now)
        return "" if was_paid else f"payment {fact.state}"
    why = _wrong(row, found, living)
    if why:
        row.subscription, row.failure_reason = None, why[:300]
        row.save()
        if row.checkout is not None:
            standing.unwanted(row.checkout, living, fact.subscription_id or row.checkout.gateway_subscription_id)
        audit.record("payment.strange", row, organization_id=row.organization_id, by=None, why=why)
        telling.bought_nothing(row.organization_id, f"{row.amount} {row.currency}")
        return f"kept and not taken: {why}"
    row.save()
    _paid(row, found.checkout, living, fact, now=now)
    return "payment paid"


def _row(fact: PaymentFact, found: Match) -> tuple[Payment, bool]:
    """Return the payment's row, held, or a new one with what it is for."""
    if found.payment is not None:
        held = Payment.objects.select_for_update(of=("self",)).select_related("change", "price")
        return held.get(pk=found.payment.pk), False
    purpose = _purpose(fact, found)
    opened = found.checkout if _is_asked_for(found.checkout, purpose) else None
    assert found.organization_id is not None  # noqa: S101 (whose it is was found before)
    return Payment(
        organization_id=found.organization_id,
        subscription=found.subscription or (opened.subscription if opened else None),
        checkout=opened,
        change=opened.change if opened else None,
        price=opened.price if opened else None,
        purpose=purpose,
        amount=to_decimal(fact.amount, fact.currency),
        currency=fact.currency,
        gateway=fact.gateway,
        gateway_account=fact.account,
        gateway_payment_id=fact.payment_id,
    ), True


def _purpose(fact: PaymentFact, found: Match) -> str:
    """Say what a payment is for. A checkout pays once; what comes later under its name is a renewal."""
    opened = found.checkout
    if opened is None:
        return Purpose.RENEWAL
    paid = Payment.objects.filter(checkout=opened, status__in=settling.PAID)
    if opened.purpose == Checkout.Purpose.BUY:
        return Purpose.RENEWAL if paid.exists() and found.subscription is not None else Purpose.FIRST
    if opened.purpose == Checkout.Purpose.UPGRADE:
        recurs = bool(fact.subscription_id) and to_decimal(fact.amount, fact.currency) != opened.total
        return Purpose.RENEWAL if recurs or paid.exists() else Purpose.UPGRADE
    return OF[Checkout.Purpose(opened.purpose)]


def _is_asked_for(opened: Checkout | None, purpose: str) -> bool:
    """Say whether a payment is the one its page asked for; what was due is paid once, and what follows is renewals."""
    if opened is None or opened.purpose != Checkout.Purpose.DUE:
        return opened is not None and purpose != Purpose.RENEWAL
    return not Payment.objects.filter(checkout=opened, status__in=settling.PAID).exists()


def _is_newer(row: Payment, fact: PaymentFact) -> bool:
    return row.gateway_told_at is None or fact.at > row.gateway_told_at


def _write(row: Payment, fact: PaymentFact, status: str) -> None:
    """Write what a fact says; when something first happened stays, whatever comes after."""
    row.status = status
    if row.gateway_told_at is None or fact.at >= row.gateway_told_at:
        row.gateway_told_at, row.action_url = fact.at, fact.action_url if status == Status.PENDING else ""
    row.gateway_order_id = fact.order_id[:120] or row.gateway_order_id
    row.gateway_invoice_id = fact.invoice_id[:120] or row.gateway_invoice_id
    row.method, row.receipt_url = fact.method[:60] or row.method, fact.receipt_url or row.receipt_url
    period = row.raw.get("period")
    if fact.period_start and fact.period_end and fact.period_end > fact.period_start:
        period = {"start": fact.period_start.isoformat(), "end": fact.period_end.isoformat()}
    more = {name: told for name, told in (("tax", fact.tax), ("subscription", fact.subscription_id)) if told}
    if fact.raw or more or period != row.raw.get("period"):
        row.raw = {**row.raw, **fact.raw, **more, **({"period": period} if period else {})}
    if fact.state == PaymentState.FAILED:
        row.failed_at = min(row.failed_at or fact.at, fact.at)
        row.failure_code, row.failure_reason = fact.failure_code[:80], fact.failure_reason[:300]
    if fact.state == PaymentState.PAID:
        row.paid_at = min(row.paid_at or fact.at, fact.at)
        row.failure_code = row.failure_reason = row.action_url = ""
        row.amount, row.currency = to_decimal(fact.amount, fact.currency), fact.currency


def _wrong(row: Payment, found: Match, living: Subscription | None) -> str:
    """Say why a payment buys nothing: another sum or currency than was asked for, or bought already."""
    opened = row.checkout
    came = row.amount - _tax_elsewhere(row)
    if opened is not None and (came, row.currency) != (opened.total, opened.currency):
        return f"{came} {row.currency} came, {opened.total} {opened.currency} was asked"
    if opened is None:
        return _wrong_renewal(row)
    if opened.purpose == Checkout.Purpose.UPGRADE:
        return _wrong_step(row, opened, living)
    if opened.purpose == Checkout.Purpose.DUE:
        return _wrong_due(opened, living)
    if opened.purpose == Checkout.Purpose.BUY and living is not None and living.is_by_agreement:
        return "the plan is by agreement; give it back"
    if opened.purpose == Checkout.Purpose.BUY and living is not None and living.status in rows.PAYING:
        mine = (opened.gateway_subscription_id or "", found.subscription)
        other = living.gateway_subscription_id and living.gateway_subscription_id != mine[0]
        if other and living.status == Subscription.Status.ACTIVE and mine[1] is None:
            return "the plan was paid already; give it back"
    return ""


def _wrong_step(row: Payment, opened: Checkout, living: Subscription | None) -> str:
    """Say why a step up is none any more: its sum was reckoned from a plan, and for a period, that may be over."""
    change = opened.change
    if change is None:
        return ""
    if living is None or living.pk != opened.subscription_id:
        return "the plan that it was a step up from has ended; give it back"
    is_renewed = row.paid_at is not None and change.at + SKEW < living.current_period_start <= row.paid_at
    if is_renewed or change.from_price_id != living.price_id:
        return "the plan that it was a step up from was changed or renewed meanwhile; give it back"
    return ""


def _wrong_due(opened: Checkout, living: Subscription | None) -> str:
    """Say why nothing was due any more: the plan ended, and there is another, or nobody owed anything for it."""
    owed = opened.subscription
    if owed is None or (living is not None and living.pk == owed.pk):
        return ""
    lives_again = living is None and owed.status == Subscription.Status.CANCELED and owed.past_due_since is not None
    return "" if lives_again else "nothing is due any more; give it back"


def _tax_elsewhere(row: Payment) -> Decimal:
    """Return what the gateway itself added as tax of another country: it is on top of what we asked for."""
    told = row.raw.get("tax")
    return to_decimal(told, row.currency) if isinstance(told, int) else Decimal(0)


def _wrong_renewal(row: Payment) -> str:
    known = row.subscription
    if known is None:
        return "it belongs to a subscription that was replaced; give it back"
    least = _least(known, row)
    if row.currency != known.currency or row.amount - _tax_elsewhere(row) < least:
        return f"{row.amount} {row.currency} came, at least {least} {known.currency} was due"
    return ""


def _least(known: Subscription, row: Payment) -> Decimal:
    """Return the least that a period costs; a gateway may charge the smaller plan before our clock has turned to it."""
    change, usual = changing.coming(known), Decimal(known.amount)
    if change is None or change.to_price is None or row.paid_at is None:
        return usual
    is_near = change.at <= row.paid_at + A_DAY
    return min(usual, Decimal(change.to_price.amount)) if is_near else usual


def _paid(
    row: Payment, opened: Checkout | None, living: Subscription | None, fact: PaymentFact, *, now: dt.datetime
) -> None:
    """Give what was paid for, and tell those who write the invoice."""
    if opened is not None:
        standing.remember(opened, fact.customer_id)
        _complete(opened, row, fact)
    if row.purpose == Purpose.CREDITS:
        _give_credits(row, opened, now=now)
    elif opened is not None and row.checkout_id == opened.pk:
        subscription = _bought(row, opened, living, fact)
        settling.settle(subscription, now=now)
        if row.purpose == Purpose.UPGRADE:
            changing.carry_out(opened, row, subscription, now=now)
    elif row.subscription is not None:
        _settle(row.subscription, now=now)
    row.refresh_from_db()
    amount = f"{row.amount} {row.currency}"
    audit.record("payment.paid", row, organization_id=row.organization_id, by=None, amount=amount)
    signals.payment_succeeded.send(sender=Payment, payment=row, now=now)


def _complete(opened: Checkout, row: Payment, fact: PaymentFact) -> None:
    Checkout.objects.filter(pk=opened.pk).exclude(status=Opened.COMPLETED).update(
        status=Opened.COMPLETED, completed_at=row.paid_at
    )
    if fact.subscription_id and not opened.gateway_subscription_id:
        opened.gateway_subscription_id = fact.subscription_id
        Checkout.objects.filter(pk=opened.pk).update(gateway_subscription_id=fact.subscription_id)


def _bought(row: Payment, opened: Checkout, living: Subscription | None, fact: PaymentFact) -> Subscription:
    """Return the subscription a checkout pays for: the one there is, or a new one."""
    opened.refresh_from_db(fields=["gateway_subscription_id", "told"])
    if opened.purpose == Checkout.Purpose.DUE and opened.subscription is not None:
        living = rows.locked(opened.subscription)
    subscription = living or _begun(row, opened)
    if opened.purpose == Checkout.Purpose.BUY and opened.price is not None:
        rows.put(subscription, opened.price)
        changing.drop_scheduled(subscription)
    if opened.purpose in {Checkout.Purpose.BUY, Checkout.Purpose.UPGRADE}:  # the page said that it goes on
        subscription.cancel_at_period_end, subscription.canceled_at, subscription.cancel_reason = False, None, ""
    if opened.gateway_subscription_id:
        standing.bind(subscription, opened)
    subscription.gateway = subscription.gateway or fact.gateway
    subscription.gateway_account = subscription.gateway_account or fact.account
    subscription.save()
    early = Payment.objects.filter(checkout=opened, subscription=None, status__in=[Status.PENDING, Status.FAILED])
    early.update(subscription=subscription)
    for each in (row, opened):
        each.subscription = subscription
        each.save(update_fields=["subscription", "updated_at"])
    return subscription


def _begun(row: Payment, opened: Checkout) -> Subscription:
    assert opened.price is not None and row.paid_at is not None  # noqa: S101, PT018 (what is bought has a price)
    start, day = row.paid_at, periods.day_of(row.paid_at)
    return Subscription.objects.create(
        organization_id=row.organization_id,
        version=opened.price.version,
        price=opened.price,
        status=Subscription.Status.TRIAL,
        started_at=start,
        current_period_start=start,
        current_period_end=periods.next_end(start, opened.price.interval, anchor_day=day.day),
        anchor_day=day.day,
        anchor_month=day.month,
    )


def _give_credits(row: Payment, opened: Checkout | None, *, now: dt.datetime) -> None:
    pack = opened.pack if opened is not None else None
    if pack is None or row.paid_at is None:
        return
    given = Given(
        amount=pack.credits,
        source=CreditGrant.Source.PACK,
        reference=f"payment:{row.pk}",
        reason="credits bought",
        starts_at=row.paid_at,
        expires_at=row.paid_at + dt.timedelta(days=pack.valid_days),
        payment=row,
    )
    ledger.give(row.organization_id, given, by=None, now=now)


def _unpaid(row: Payment, *, now: dt.datetime) -> None:
    """A renewal that failed or waits may make the plan past due."""
    if row.subscription is not None and row.purpose in settling.RECURRING:
        _settle(row.subscription, now=now)


def _settle(subscription: Subscription, *, now: dt.datetime) -> None:
    """Turn to the plan that was noted for this day, then reckon: news of a renewal may be faster than our clock."""
    row = rows.locked(subscription)
    if row.is_living and not row.cancel_at_period_end:
        changing.turn(row, now=now)
    settling.settle(row, now=now)
