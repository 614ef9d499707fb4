"""Asking for a payment that failed, on our own clock: what gateways retry or not changes none of its days.

Day 0 to 7: everything goes on, and those who manage the plan are told on days 0, 1, 3, 5. Day 7 to 14: nothing is added
and scheduled posts are held. Day 14: the plan ends. Nothing is ever deleted, and a payment sets everything going again.
"""

import datetime as dt
import uuid
from functools import partial

from django.conf import settings

from accounts import audit, tenancy
from accounts.notifications import Kind as Notice
from billing.life import rows, telling
from billing.models import DunningStep, Subscription, SubscriptionChange
from trenddrop.core import rounds

DAYS = (0, 1, 3, 5, 7, 14)
HOLD, END = 7, 14
GRACE = dt.timedelta(days=HOLD)
BATCH = 200
Status = Subscription.Status


def begin(row: Subscription, *, now: dt.datetime) -> None:
    """Lay out the days since it is unpaid, and take the first step at once if it is due.

    What we learn late is counted from yesterday: nobody's plan ends on the day they first hear of it.
    """
    end(row)
    since = row.past_due_since or now
    start = max(since, now - dt.timedelta(days=1))
    row.grace_until = start + GRACE
    row.save(update_fields=["grace_until", "updated_at"])
    DunningStep.objects.bulk_create(
        [
            DunningStep(
                organization_id=row.organization_id,
                subscription=row,
                since=since,
                day=day,
                due_at=start + dt.timedelta(days=day),
            )
            for day in DAYS
        ],
        ignore_conflicts=True,
    )
    _take(row, now=now)


def end(row: Subscription) -> None:
    """Ask no more: it was paid."""
    DunningStep.objects.filter(subscription=row, done_at=None, is_void=False).update(is_void=True)


def step_due(*, now: dt.datetime) -> int:
    """Take every step whose day has come; return how many subscriptions were asked."""
    if not settings.BILLING_ENABLED:
        return 0
    with tenancy.operator():
        due = DunningStep.objects.filter(done_at=None, is_void=False, due_at__lte=now).order_by("due_at")
        found = dict.fromkeys(due.values_list("subscription_id", "organization_id")[:BATCH])
    return len(rounds.each(found, partial(_step, now=now)))


def _step(each: tuple[uuid.UUID, uuid.UUID], *, now: dt.datetime) -> None:
    key, organization_id = each
    with tenancy.of_organization(organization_id):
        row = rows.locked(Subscription(pk=key))
        if row.status == Status.PAST_DUE:
            _take(row, now=now)
        else:
            end(row)


def _take(row: Subscription, *, now: dt.datetime) -> None:
    """Take the last step that is due, and skip over those it overtook: nobody gets five mails at once."""
    due = DunningStep.objects.filter(subscription=row, done_at=None, is_void=False)
    steps = list(due.filter(due_at__lte=now).order_by("day"))
    if not steps:
        return
    DunningStep.objects.filter(pk__in=[each.pk for each in steps]).update(done_at=now)
    day = steps[-1].day
    if day >= HOLD and row.held_at is None:
        _hold(row, now=now)
    if day >= END:
        _end(row, now=now)
    _tell(row, day)


def _hold(row: Subscription, *, now: dt.datetime) -> None:
    row.held_at = row.grace_until or now
    row.save(update_fields=["held_at", "updated_at"])
    rows.note(row, SubscriptionChange.Kind.HOLD, at=row.held_at, before=rows.worth(row))
    audit.record("subscription.held", row, organization_id=row.organization_id, by=None, plan=str(row.version.plan))
    rows.hold(row.organization_id, reason="unpaid", now=now)


def _end(row: Subscription, *, now: dt.datetime) -> None:
    before = rows.worth(row)
    row.status, row.ended_at = Status.CANCELED, (row.grace_until or now) + dt.timedelta(days=END - HOLD)
    row.cancel_reason = "unpaid"
    row.save(update_fields=["status", "ended_at", "cancel_reason", "updated_at"])
    rows.note(row, SubscriptionChange.Kind.END, at=row.ended_at, before=before, reason="unpaid")
    audit.record("subscription.ended", row, organization_id=row.organization_id, by=None, plan=str(row.version.plan))
    rows.hold(row.organization_id, reason="ended", now=now)


def _tell(row: Subscription, day: int) -> None:
    title, message = telling.DUNNING[day]
    last = Subscription(ended_at=(row.grace_until or row.started_at) + dt.timedelta(days=END - HOLD))
    telling.tell(
        row.organization_id,
        title,
        message,
        kind=Notice.PAYMENT_FAILED,
        plan=row.version.plan,
        grace=telling.day(row, "grace_until"),
        end=telling.day(last, "ended_at"),
    )
