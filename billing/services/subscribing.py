"""Commands on a subscription: a smaller plan from the next period on, the end of it, and keeping it after all."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from billing.life import changing, rows
from billing.models import PlanPrice, Subscription, SubscriptionChange

Status, Kind = Subscription.Status, SubscriptionChange.Kind


class CannotChange(Exception):
    """Nothing was changed; the message says why."""


def downgrade(
    row: Subscription,
    price: PlanPrice,
    *,
    by: Membership,
    now: dt.datetime,
    keeps: Mapping[str, Sequence[str]] | None = None,
) -> SubscriptionChange:
    """Have a smaller plan from the period's end on; `keeps` says which accounts stay connected. Raise CannotChange."""
    with transaction.atomic():
        held = rows.locked(row)
        if held.status != Status.ACTIVE:
            raise CannotChange(_("Pay what is due first. Nothing was changed."))
        if held.cancel_at_period_end:
            raise CannotChange(_("The plan ends with what is paid. Keep it first; nothing was changed."))
        if price.currency != held.currency:
            raise CannotChange(_("The currency of a plan cannot be changed while it runs. End it, and choose again."))
        if changing.preview(held, price, now=now).is_now or price.pk == held.price_id:
            raise CannotChange(_("This is no smaller plan. Nothing was changed."))
        change = changing.schedule(
            held, price, by=by, keeps={meter: list(keys) for meter, keys in (keeps or {}).items()}
        )
        plan, at = str(price.version.plan), str(change.at.date())
        audit.record("subscription.change_noted", held, organization_id=held.organization_id, by=by, plan=plan, at=at)
    return change


def undo(change: SubscriptionChange, *, by: Membership) -> bool:
    """Take a step back that is not done yet. Say whether it was there."""
    with transaction.atomic():
        found = changing.drop(change)
        if found:
            plan = str(change.to_version.plan) if change.to_version else ""
            audit.record("subscription.change_undone", change, organization_id=change.organization_id, by=by, plan=plan)
    return found


def cancel(row: Subscription, *, by: Membership | None, now: dt.datetime, reason: str = "") -> Subscription:
    """End the plan with what is paid; a trial or an unpaid plan ends now. Raise CannotChange.

    A step down that was noted rests meanwhile: whoever keeps the plan finds it again, as the gateway has its sum. `by`
    is None where the organisation itself was deleted.
    """
    with transaction.atomic():
        held = rows.locked(row)
        if not held.is_living:
            raise CannotChange(_("The plan has ended already."))
        if held.cancel_at_period_end:
            return held
        held.canceled_at, held.cancel_reason = now, reason[:300]
        held.cancel_at_period_end = True
        before = rows.worth(held)
        ends_now = held.status != Status.ACTIVE
        if ends_now:
            held.status, held.ended_at = Status.CANCELED, now
        held.save()
        if ends_now:
            changing.drop_scheduled(held)
        rows.note(held, Kind.CANCEL, at=now, before=before, by=by, reason=reason[:300])
        plan = str(held.version.plan)
        audit.record("subscription.cancelled", held, organization_id=held.organization_id, by=by, plan=plan)
        if ends_now:
            rows.hold(held.organization_id, reason="ended", now=now)
    return held


def resume(row: Subscription, *, by: Membership, now: dt.datetime) -> Subscription:
    """Keep a plan that was to end with its period. Raise CannotChange."""
    with transaction.atomic():
        held = rows.locked(row)
        if not held.is_living or not held.cancel_at_period_end:
            raise CannotChange(_("There is nothing to take back: the plan goes on, or has ended."))
        held.cancel_at_period_end, held.canceled_at, held.cancel_reason = False, None, ""
        held.save()
        rows.note(held, Kind.RESUME, at=now, before=rows.worth(held), by=by)
        plan = str(held.version.plan)
        audit.record("subscription.resumed", held, organization_id=held.organization_id, by=by, plan=plan)
    return held
