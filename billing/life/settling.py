"""How a subscription stands, reckoned from all that is known of it: never from the order in which it was learned.

Payments say what is paid for. A renewal that failed after the last payment makes it past due, since the first of the
failures; a payment after that makes it active again. What a gateway said of its own subscription counts by the
gateway's clock. A late event is therefore never lost, and an old one never sets anything back.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from billing import periods
from billing.gateways.facts import SubscriptionState
from billing.life import changing, dunning, rows
from billing.life.ladder import A_DAY, Rung, lay
from billing.models import Payment, Subscription, SubscriptionChange

Status, Mandate, Renewal = Subscription.Status, Subscription.Mandate, Subscription.Renewal
Kind, Purpose = SubscriptionChange.Kind, Payment.Purpose
UNPAID = (SubscriptionState.PAST_DUE, SubscriptionState.HALTED)
OVER = (SubscriptionState.CANCELED, SubscriptionState.ENDED)
RECURRING = (Purpose.FIRST, Purpose.RENEWAL)
PAID = (Payment.Status.SUCCESS, Payment.Status.REFUNDED)


@dataclass(frozen=True)
class _Was:
    """How it stood before."""

    status: str
    held_at: dt.datetime | None
    since: dt.datetime | None
    worth: Decimal


def settle(row: Subscription, *, now: dt.datetime) -> None:
    """Bring a held row to where its payments and the gateway's word put it. Call in the organisation's scope.

    What was agreed on with operators no payment moves.
    """
    if row.is_by_agreement:
        return
    was = _Was(Status(row.status), row.held_at, row.past_due_since, rows.worth(row))
    ladder = lay(_recurring(row), switches=_switches(row), interval=row.interval)
    _label(row, ladder)
    if ladder and _may_live(row, ladder[-1]):
        _stand(row, ladder, now=now)
    _renewal(row, ladder)
    row.save()
    _tell(row, was, ladder, now=now)


def _recurring(row: Subscription) -> Sequence[Payment]:
    """Return the payments that pay for periods."""
    by_period = Q(purpose__in=RECURRING) | Q(purpose=Purpose.UPGRADE, change__kind=Kind.INTERVAL)
    found = Payment.objects.filter(by_period, subscription=row, status__in=PAID)
    return list(found.select_related("price"))


def _switches(row: Subscription) -> list[tuple[dt.datetime, str]]:
    done = SubscriptionChange.objects.filter(
        subscription=row, kind=Kind.DOWNGRADE, status=SubscriptionChange.Status.DONE
    )
    return list(done.exclude(to_price=None).order_by("at").values_list("at", "to_price__interval"))


def _label(row: Subscription, ladder: Sequence[Rung]) -> None:
    """Write each payment's period, and which of them was the first; what failed after it was a renewal."""
    first_at = ladder[0].payment.paid_at if ladder else None
    if first_at is not None:
        others = Payment.objects.filter(subscription=row, purpose__in=RECURRING).exclude(status__in=PAID)
        others.filter(gateway_told_at__gt=first_at).update(purpose=Purpose.RENEWAL)
        others.filter(gateway_told_at__lte=first_at).update(purpose=Purpose.FIRST)
    prices = _prices(row) if any(each.payment.price_id is None for each in ladder) else []
    for place, rung in enumerate(ladder):
        payment = rung.payment
        if payment.price_id is None and (price := _price_at(rung, ladder[:place], prices)) is not None:
            payment.price_id = price
            payment.save(update_fields=["price", "updated_at"])
        purpose = payment.purpose if payment.purpose == Purpose.UPGRADE else Purpose.RENEWAL if place else Purpose.FIRST
        wanted = (purpose, rung.start, rung.end)
        if (payment.purpose, payment.period_start, payment.period_end) != wanted:
            payment.purpose, payment.period_start, payment.period_end = wanted
            payment.save(update_fields=["purpose", "period_start", "period_end", "updated_at"])


def _prices(row: Subscription) -> list[tuple[dt.datetime, uuid.UUID]]:
    """Return from when on another price was charged."""
    kinds = (Kind.UPGRADE, Kind.INTERVAL, Kind.DOWNGRADE)
    states = (SubscriptionChange.Status.DONE, SubscriptionChange.Status.SCHEDULED)
    known = SubscriptionChange.objects.filter(subscription=row, kind__in=kinds, status__in=states)
    return [(at, price) for at, price in known.order_by("at").values_list("at", "to_price") if price]


def _price_at(rung: Rung, before: Sequence[Rung], prices: Sequence[tuple[dt.datetime, uuid.UUID]]) -> uuid.UUID | None:
    """Return which price a renewal pays: the last one bought or changed to before its period began."""
    paid_at = rung.payment.paid_at or rung.start
    known = [(each.payment.paid_at or each.start, each.payment.price_id) for each in before]
    known += [(at, price) for at, price in prices if at <= paid_at + A_DAY]
    found = [(at, price) for at, price in known if price is not None]
    return max(found, key=lambda each: each[0])[1] if found else None


def _may_live(row: Subscription, last: Rung) -> bool:
    """Say whether payments carry it: one that ended unpaid lives again when the debt was paid, others stay ended."""
    if row.status in Subscription.LIVING:
        return True
    unpaid_since, paid_at = row.past_due_since, last.payment.paid_at
    was_paid = unpaid_since is not None and paid_at is not None and paid_at >= unpaid_since
    return row.status == Status.CANCELED and was_paid and rows.living(row.organization_id) is None


def _stand(row: Subscription, ladder: Sequence[Rung], *, now: dt.datetime) -> None:
    """Put periods and status where the payments are."""
    last, first = ladder[-1], ladder[0]
    begin = next((each for each in reversed(ladder) if each.start == each.payment.paid_at), first)
    row.anchor_day, row.anchor_month = last.anchor_day, periods.day_of(begin.start).month
    row.current_period_start, row.current_period_end = last.start, last.end
    row.ended_at = None
    since = _unpaid_since(row, last)
    if since is None:
        row.status, row.past_due_since, row.grace_until, row.held_at = Status.ACTIVE, None, None, None
    elif row.past_due_since != since or row.grace_until is None:
        row.status, row.past_due_since = Status.PAST_DUE, since
        row.grace_until, row.held_at = since + dunning.GRACE, None
    else:
        row.status = Status.PAST_DUE
    if row.gateway_state in OVER and since is None:
        row.cancel_at_period_end = True
        row.canceled_at = row.canceled_at or row.gateway_told_at
    if row.cancel_at_period_end and row.current_period_end <= now:
        row.status, row.ended_at = Status.CANCELED, row.current_period_end


def _unpaid_since(row: Subscription, last: Rung) -> dt.datetime | None:
    """Return since when a renewal is unpaid: the first failure after the last payment."""
    paid_at = last.payment.paid_at
    failures = Payment.objects.filter(
        subscription=row, purpose__in=RECURRING, status=Payment.Status.FAILED, failed_at__gt=paid_at
    ).order_by("failed_at")
    found = [each for each in failures.values_list("failed_at", flat=True)[:1] if each]
    told = row.gateway_told_at
    if row.gateway_state in UNPAID and told is not None and paid_at is not None and told > paid_at:
        found.append(last.end)
    if row.past_due_since is not None and paid_at is not None and row.past_due_since > paid_at:
        found.append(row.past_due_since)
    return min(found) if found else None


def _renewal(row: Subscription, ladder: Sequence[Rung]) -> None:
    """Say what the next charge waits for."""
    paid_at = ladder[-1].payment.paid_at if ladder else None
    open_ones = Payment.objects.filter(subscription=row, status=Payment.Status.PENDING).exclude(gateway_told_at=None)
    open_ones = open_ones.filter(gateway_told_at__gt=paid_at) if paid_at else open_ones
    waiting = open_ones.order_by("-gateway_told_at").first()
    is_asked = row.renewal == Renewal.ACTION and row.action_due_at == row.current_period_end + dunning.GRACE
    row.action_url, row.action_due_at = "", row.action_due_at if is_asked else None
    if row.status not in Subscription.LIVING:
        row.renewal = Renewal.NONE
    elif waiting is not None and waiting.action_url:
        row.renewal, row.action_url = Renewal.ACTION, waiting.action_url
        row.action_due_at = row.current_period_end + dunning.GRACE
    elif waiting is not None:
        row.renewal = Renewal.PENDING
    elif row.notice_sent_at is not None and (paid_at is None or row.notice_sent_at > paid_at):
        row.renewal = Renewal.NOTICE
    elif not is_asked:
        row.renewal = Renewal.NONE


def _tell(row: Subscription, was: _Was, ladder: Sequence[Rung], *, now: dt.datetime) -> None:
    """Keep what changed, and announce it."""
    was_living = was.status in Subscription.LIVING
    if row.status == Status.PAST_DUE:
        _tell_unpaid(row, was, now=now)
    elif was.status == row.status:
        return
    elif row.status == Status.ACTIVE:
        kind = Kind.RECOVER if was.status in {Status.PAST_DUE, Status.CANCELED} else Kind.START
        rows.note(row, kind, at=ladder[-1].payment.paid_at or now, before=was.worth)
        dunning.end(row)
        rows.announce(row, now=now)
        rows.let_go(row.organization_id, now=now)
    elif was_living and not row.is_living:
        changing.drop_scheduled(row)
        rows.note(row, Kind.END, at=row.ended_at or now, before=was.worth)
        rows.hold(row.organization_id, reason="ended", now=now)


def _tell_unpaid(row: Subscription, was: _Was, *, now: dt.datetime) -> None:
    if was.status == Status.PAST_DUE and was.since == row.past_due_since:
        return
    if was.status != Status.PAST_DUE:
        rows.note(row, Kind.PAST_DUE, at=row.past_due_since or now, before=was.worth)
    if was.held_at is not None or was.status not in Subscription.LIVING:
        rows.let_go(row.organization_id, now=now)
    dunning.begin(row, now=now)
