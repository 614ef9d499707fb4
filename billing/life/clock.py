"""What time alone does: trials end, periods end, what was noted for then is done, unpaid plans are asked for.

Everything is found by its time and done once; run twice, or by two at once, it does the same. What breaks for one
organisation, or in one step, keeps no other waiting, and is raised at the end.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from accounts import audit, tenancy
from billing import ledger, metering, periods
from billing.life import changing, defaults, dunning, rows, settling, telling, trials
from billing.models import Checkout, CreditGrant, CreditReservation, Subscription, SubscriptionChange
from trenddrop.core import rounds

Key = tuple[uuid.UUID, uuid.UUID]  # of a subscription, and of its organisation
Status = Subscription.Status
WAIT = dt.timedelta(hours=48)  # for a gateway's word after a period's end: the bank's notice takes a day
SOON, ANNOUNCED = dt.timedelta(days=3), dt.timedelta(days=2)
AGREED_SOON = dt.timedelta(days=14)  # a contract takes longer to renew than a trial to buy
MOST_SILENT = Decimal(15000)  # INR, tax included: above it the customer confirms each debit at their bank
TAX = Decimal("1.18")
BATCH = 200


def tick(*, now: dt.datetime) -> Mapping[str, int]:
    """Do everything whose time has come."""
    if not settings.BILLING_ENABLED:
        return {}
    steps: Mapping[str, Callable[..., int]] = {
        "sold": defaults.ensure,
        "begun": trials.begin_all,
        "trials": end_trials,
        "ending": announce_ends,
        "changed": turn_changes,
        "periods": end_periods,
        "asked": dunning.step_due,
        "checkouts": end_checkouts,
        "lapsed": free_lapsed,
        "credits": end_credits,
        "granted": grant_credits,
    }
    return dict(rounds.each(steps.items(), lambda each: (each[0], each[1](now=now))))


def end_trials(*, now: dt.datetime) -> int:
    """End trials that nobody paid for: nothing is deleted, posts are held until a plan is chosen."""
    due = Q(status=Status.TRIAL, trial_ends_at__lte=now)
    return _each(due, lambda row: _end(row, Status.EXPIRED, at=row.trial_ends_at or now, now=now))


def turn_changes(*, now: dt.datetime) -> int:
    """Do what was noted for a day that has come, whatever the renewal did meanwhile; return how many were done."""
    with tenancy.operator():
        due = SubscriptionChange.objects.filter(status=SubscriptionChange.Status.SCHEDULED, at__lte=now)
        living = due.filter(subscription__status__in=Subscription.LIVING, subscription__cancel_at_period_end=False)
        keys = list(living.values_list("subscription_id", "organization_id")[:BATCH])
    return sum(rounds.each(keys, partial(_turn_change, now=now)))


def _turn_change(each: Key, *, now: dt.datetime) -> bool:
    key, organization_id = each
    with tenancy.of_organization(organization_id):
        return changing.turn(rows.locked(Subscription(pk=key)), now=now)


def end_periods(*, now: dt.datetime) -> int:
    """At a period's end: end what was cancelled, do what was noted, and ask for what was not paid in time."""
    return _each(Q(status=Status.ACTIVE, current_period_end__lte=now), lambda row: _turn(row, now))


def _turn(row: Subscription, now: dt.datetime) -> None:
    if row.current_period_end > now or row.status != Status.ACTIVE:
        return
    if row.cancel_at_period_end:
        _end(row, Status.CANCELED, at=row.current_period_end, now=now)
        return
    over = rows.end_of_agreed(row)
    if over is not None and over <= row.current_period_end:
        _end(row, Status.EXPIRED, at=over, now=now)
        return
    changing.turn(row, now=now)
    if not row.gateway:
        _roll(row)
    elif row.current_period_end + WAIT <= now and row.past_due_since is None:
        row.past_due_since = row.current_period_end
        settling.settle(row, now=now)


def _roll(row: Subscription) -> None:
    """A plan by agreement, paid outside of gateways, goes on from period to period."""
    start = row.current_period_end
    row.current_period_start = start
    row.current_period_end = rows.end_of_period(row, start)
    row.save(update_fields=["current_period_start", "current_period_end", "updated_at"])


def _end(row: Subscription, status: Status, *, at: dt.datetime, now: dt.datetime) -> None:
    before = rows.worth(row)
    row.status, row.ended_at, row.renewal = status, at, Subscription.Renewal.NONE
    row.save()
    changing.drop_scheduled(row)
    rows.note(row, SubscriptionChange.Kind.END, at=at, before=before)
    audit.record("subscription.ended", row, organization_id=row.organization_id, by=None, plan=str(row.version.plan))
    rows.hold(row.organization_id, reason="ended", now=now)
    telling.ended(row, was_trial=status == Status.EXPIRED and not row.is_by_agreement)


def announce_ends(*, now: dt.datetime) -> int:
    """Tell of trials and agreements that end soon, and have the customer confirm large debits in rupees in time."""
    trial = Q(status=Status.TRIAL, trial_ends_at__range=(now, now + SOON), notice_sent_at=None)
    told = _each(trial, lambda row: _announce(row, telling.trial_ends, now=now))
    last = (periods.day_of(now), periods.day_of(now + AGREED_SOON))
    agreed = Q(status=Status.ACTIVE, agreed_until__range=last, notice_sent_at=None)
    told += _each(agreed, lambda row: _announce(row, telling.agreement_ends, now=now))
    large = Q(status=Status.ACTIVE, currency="INR", amount__gt=MOST_SILENT / TAX, cancel_at_period_end=False)
    due = Q(current_period_end__range=(now, now + SOON), renewal__in=["none", "notice"], price__isnull=False)
    return told + _each(large & due, _have_confirmed)


def _announce(row: Subscription, tell: Callable[[Subscription], None], *, now: dt.datetime) -> None:
    row.notice_sent_at = now
    row.save(update_fields=["notice_sent_at", "updated_at"])
    tell(row)


def _have_confirmed(row: Subscription) -> None:
    row.renewal, row.action_due_at = Subscription.Renewal.ACTION, row.current_period_end + dunning.GRACE
    row.save(update_fields=["renewal", "action_due_at", "updated_at"])
    telling.must_confirm(row)


def end_checkouts(*, now: dt.datetime) -> int:
    """Let go of payment pages that ran out; one that is paid after all still counts."""
    with tenancy.operator():
        due = Checkout.objects.filter(status=Checkout.Status.OPEN, expires_at__lte=now)
        return due.update(status=Checkout.Status.EXPIRED, updated_at=now)


def free_lapsed(*, now: dt.datetime) -> int:
    """Free credits that were held for work which nobody ended."""
    with tenancy.operator():
        lapsed = list(CreditReservation.objects.filter(state="held", expires_at__lte=now)[:BATCH])
    return sum(rounds.each(lapsed, partial(ledger.release, now=now, lapsed=True)))


def end_credits(*, now: dt.datetime) -> int:
    """Book credits that expired; return of how many organisations."""
    with tenancy.operator():
        due = CreditGrant.objects.filter(remaining__gt=0, expires_at__lte=now)
        keys = list(due.order_by().values_list("organization_id", flat=True).distinct()[:BATCH])
    return sum(expired > 0 for expired in rounds.each(keys, partial(ledger.expire, now=now)))


def grant_credits(*, now: dt.datetime) -> int:
    """Grant the month's credits of plans that nobody has used since it began; return how many plans."""
    sources = CreditGrant.Source.PLAN, CreditGrant.Source.TRIAL
    with tenancy.operator():
        theirs = CreditGrant.objects.filter(organization_id=OuterRef("organization_id"), source__in=sources)
        plans = Subscription.objects.filter(
            ~Exists(theirs.filter(starts_at__lte=now, expires_at__gt=now)),
            Q(held_at=None) | ~Q(status=Status.PAST_DUE),
            status__in=Subscription.LIVING,
            **{f"version__limits__{metering.CREDITS}__limit__gt": 0},
        )
        keys = list(plans.values_list("organization_id", flat=True)[:BATCH])
    return len(rounds.each(keys, partial(ledger.begin_month, now=now)))


def _each(due: Q, do: Callable[[Subscription], None]) -> int:
    """Do something with each row that is due, held, in its organisation."""
    with tenancy.operator():
        found = Subscription.objects.filter(due).order_by("current_period_end")
        keys = list(found.values_list("pk", "organization_id")[:BATCH])
    return sum(rounds.each(keys, partial(_do, due=due, do=do)))


def _do(each: Key, *, due: Q, do: Callable[[Subscription], None]) -> bool:
    """Do it once it is held, where it is still due."""
    key, organization_id = each
    with tenancy.of_organization(organization_id):
        if Subscription.objects.filter(due, pk=key).exists():
            row = rows.locked(Subscription(pk=key))
            if Subscription.objects.filter(due, pk=key).exists():
                do(row)
                return True
    return False
