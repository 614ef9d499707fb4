"""Plans by agreement: operators write them down and end them. They are paid outside of here; no gateway knows of them.

Limits and credits are those of the plan's version, so that limits of one's own are a version of their own. The last
day that was agreed ends it by itself (`life.clock`).
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Organization, User
from billing import periods, tasks, words
from billing.life import changing, rows, telling
from billing.models import Checkout, PlanVersion, Subscription, SubscriptionChange

Status, Kind = Subscription.Status, SubscriptionChange.Kind


class CannotAgree(Exception):
    """Nothing was written down or ended; the message says why."""


@dataclass(frozen=True)
class Terms:
    """What was agreed: a plan as it was sold, how often it is billed, its last day (None: no end), and the contract."""

    version: PlanVersion
    interval: str
    until: dt.date | None
    agreement: str


def agree(organization: Organization, terms: Terms, *, reason: str, by: User, now: dt.datetime) -> Subscription:
    """Put an organisation on a plan by agreement, or change what was agreed. Raise CannotAgree."""
    with tenancy.of_organization(organization.pk):
        living = rows.living(organization.pk)
        if why := _why_not(organization, terms, living, now=now):
            raise CannotAgree(why)
        if living is not None and living.price_id is not None:
            _end_bought(living, by=by, reason=reason, now=now)
            living = None
        row = living or Subscription(organization=organization, started_at=now)
        is_new, before = not row.is_by_agreement, row.version if living else None
        _write(row, terms, now=now)
        _save(row)
        rows.note(
            row, Kind.AGREED, at=now, before=rows.worth(row), by=by, reason=reason[:300], from_version=before
        )  # fmt: skip
        _record(row, "subscription.agreed" if is_new else "subscription.agreement_changed", by=by, reason=reason)
        rows.announce(row, now=now)
        rows.let_go(organization.pk, now=now)
        telling.agreed(row, is_new=is_new)
    return row


def end(row: Subscription, *, reason: str, by: User, now: dt.datetime) -> Subscription:
    """End an agreement at once. Raise CannotAgree."""
    with tenancy.of_organization(row.organization_id):
        held = rows.locked(row)
        if not (held.is_living and held.is_by_agreement):
            raise CannotAgree(_("There is no agreement to end: it is over already, or the plan was bought."))
        held.status, held.canceled_at, held.ended_at = Status.CANCELED, now, now
        held.cancel_reason = reason[:300]
        held.save()
        rows.note(held, Kind.END, at=now, before=rows.worth(held), by=by, reason=reason[:300])
        _record(held, "subscription.agreement_ended", by=by, reason=reason)
        rows.hold(held.organization_id, reason="ended", now=now)
        telling.ended(held, was_trial=False)
    return held


def _why_not(organization: Organization, terms: Terms, living: Subscription | None, *, now: dt.datetime) -> str:
    """Return why nothing can be agreed on, and what to do first; nothing where it can."""
    if not settings.BILLING_ENABLED:
        return _("Billing is off here: nothing is limited, so nobody needs a plan.")
    if Organization.objects.filter(pk=organization.pk, deleted_at=None).first() is None:
        return _("This organisation was deleted. Have it opened again first.")
    if not PlanVersion.objects.filter(pk=terms.version.pk, sold_from__lte=now).exists():
        return _("This version of a plan is not sold here, or not yet. Choose another one.")
    if terms.until is not None and terms.until < periods.day_of(now):
        return _("The last day is over already. Choose today or a later day, or none.")
    if living is None or living.price_id is None or living.cancel_at_period_end:
        return ""
    told = {"plan": living.version.plan, "gateway": words.gateway(living.gateway) or "–"}
    return (
        _(
            "%(plan)s was bought, and %(gateway)s takes money for it again and again. Have the organisation’s owner end"
            " it on the plan page first; it can be agreed on right after that, and nothing is charged twice."
        )
        % told
    )


def _end_bought(row: Subscription, *, by: User, reason: str, now: dt.datetime) -> None:
    """End a plan whose owner ended it with what is paid: the agreement takes its place, without a gap."""
    before = rows.worth(row)
    row.status, row.ended_at, row.renewal = Status.CANCELED, now, Subscription.Renewal.NONE
    row.save()
    changing.drop_scheduled(row)
    rows.note(row, Kind.END, at=now, before=before, by=by, reason=reason[:300])
    plan = str(row.version.plan)
    audit.record("subscription.ended", row, organization_id=row.organization_id, by=by, plan=plan)
    transaction.on_commit(tasks.end_at_gateways.delay)


def _write(row: Subscription, terms: Terms, *, now: dt.datetime) -> None:
    """Write the terms; periods begin today where they are not of an agreement already."""
    if not row.is_by_agreement:
        today = periods.day_of(now)
        row.agreed_at, row.current_period_start, row.notice_sent_at = now, now, None
        row.anchor_day, row.anchor_month = today.day, today.month
    if row.agreed_until != terms.until:
        row.notice_sent_at = None
    row.version, row.price, row.amount = terms.version, None, 0
    row.status, row.interval = Status.ACTIVE, terms.interval
    row.agreed_until, row.agreement = terms.until, terms.agreement
    row.cancel_at_period_end, row.canceled_at, row.cancel_reason = False, None, ""
    row.current_period_end = rows.end_of_period(row, row.current_period_start)


def _save(row: Subscription) -> None:
    """Keep it, and let go of pages where a plan was to be paid; what is paid there all the same is given back."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise CannotAgree(_("The plan was changed at this moment by somebody else. Look again.")) from error
    pages = Checkout.objects.filter(organization_id=row.organization_id, status=Checkout.Status.OPEN)
    pages.exclude(purpose=Checkout.Purpose.CREDITS).update(status=Checkout.Status.EXPIRED)


def _record(row: Subscription, action: str, *, by: User, reason: str) -> None:
    told = {
        "plan": str(row.version.plan),
        "version": row.version.number,
        "until": row.agreed_until.isoformat() if row.agreed_until else "",
        "agreement": row.agreement,
        "reason": reason,
    }
    audit.record(action, row, organization_id=row.organization_id, by=by, **told)
