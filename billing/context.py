"""What is due, at the top of every page, for those who can do something about it."""

import datetime as dt
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions, tenancy
from accounts.models import Membership
from billing import words
from billing.models import Subscription

Status, Renewal = Subscription.Status, Subscription.Renewal
SOON = dt.timedelta(days=3)


@dataclass(frozen=True)
class Dues:
    """A sentence with what to do."""

    look: str
    icon: str
    title: str
    text: str
    url: str = ""
    action: str = ""


def dues(request: HttpRequest) -> dict[str, Any]:
    """Return `dues` for whoever manages billing; asked for where a page shows it, never while billing is off."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or not settings.BILLING_ENABLED or not permissions.may(membership, "billing.manage"):
        return {}
    return {"dues": SimpleLazyObject(lambda: _of(membership, now=timezone.now()))}


def _of(membership: Membership, *, now: dt.datetime) -> Dues | None:
    """Ask for the subscription: one question on a page, which is inside the member's scope already."""
    inside = connection.in_atomic_block and tenancy.current() == tenancy.scope_of(membership)
    with nullcontext() if inside else tenancy.of_member(membership):
        row = Subscription.objects.visible_to(membership).order_by("-started_at").first()
    return told(row, now=now) if row else None


def told(row: Subscription, *, now: dt.datetime) -> Dues | None:
    """Return what a subscription asks of its owner, the gravest thing first; nothing when all is well."""
    if row.status == Status.PAST_DUE:
        return _past_due(row)
    if not row.is_living:
        return _over(row)
    if row.renewal == Renewal.ACTION:
        return _action(row)
    gone = {Subscription.Mandate.REVOKED, Subscription.Mandate.EXPIRED, Subscription.Mandate.PAUSED}
    if row.mandate in gone and not row.cancel_at_period_end:
        return _mandate(row)
    if row.status == Status.TRIAL and row.trial_ends_at and row.trial_ends_at - now <= SOON:
        return _trial(row.trial_ends_at - now)
    return None


def _past_due(row: Subscription) -> Dues:
    pay = {"url": reverse("payment_due"), "action": _("Pay now")}
    if row.is_held:
        text = _("Scheduled posts are held until it is paid: none is lost. Everything can be read and exported.")
        return Dues("failed", "pause", _("Posts are held because a payment failed."), text, **pay)
    until = words.day(row.grace_until)
    text = _("Everything goes on until %(day)s; then scheduled posts are held, not deleted.") % {"day": until}
    return Dues("unconfirmed", "warn", _("The last payment failed."), text if until else "", **pay)


def _over(row: Subscription) -> Dues:
    was_trial = row.price_id is None and not row.is_by_agreement
    title = _("The trial is over.") if was_trial else _("The plan has ended.")
    text = _("You can read and export everything; choose a plan to go on.")
    return Dues("unconfirmed", "info", title, text, reverse("plan_change"), _("Choose a plan"))


def _action(row: Subscription) -> Dues:
    title = _("Your bank wants you to confirm the renewal.")
    due = words.day(row.action_due_at)
    rule = _("In India every debit above ₹15,000 needs it.") if row.currency == "INR" else ""
    text = _("Confirm it until %(day)s.") % {"day": due} if due else ""
    return Dues("waiting", "waiting", title, f"{text} {rule}".strip(), reverse("payment_due"), _("Confirm"))


def _mandate(row: Subscription) -> Dues:
    titles = {
        Subscription.Mandate.REVOKED: _("Your mandate was ended at the bank."),
        Subscription.Mandate.EXPIRED: _("Your mandate has run out."),
        Subscription.Mandate.PAUSED: _("Your mandate is paused at the bank."),
    }
    text = _("The renewal on %(day)s cannot be taken without one.") % {"day": words.day(row.current_period_end)}
    return Dues(
        "unconfirmed", "warn", titles[Subscription.Mandate(row.mandate)], text, reverse("plan_method"), _("Renew it")
    )


def _trial(left: dt.timedelta) -> Dues:
    days = max(left.days, 0)
    title = ngettext("The trial ends in %(n)s day.", "The trial ends in %(n)s days.", days) % {"n": days}
    text = _("Choose a plan to keep posting; nothing is deleted.")
    return Dues(
        "scheduled",
        "info",
        title if days else _("The trial ends today."),
        text,
        reverse("plan_change"),
        _("Choose a plan"),
    )
