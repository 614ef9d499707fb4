"""What those who manage the plan are told: in the app, and by mail as each of them wants it."""

import uuid
from typing import Any

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.notifications import Kind, notify, people_who_may, words
from billing import periods
from billing.models import Subscription

PLAN, PAYMENTS = "/plan/", "/plan/payments/"


def tell(
    organization_id: uuid.UUID,
    title: Promise,
    message: Promise,
    *,
    kind: Kind = Kind.PLAN,
    link: str = PLAN,
    **values: Any,
) -> None:
    """Tell everybody who may manage the plan."""
    notify(
        people_who_may("billing.manage", organization_id=organization_id),
        kind,
        organization_id=organization_id,
        title=words(title, **values),
        message=words(message, **values),
        link=link,
    )


def day(subscription: Subscription, name: str) -> str:
    """Return a day of a subscription as people write it, in India."""
    moment = getattr(subscription, name)
    return dateformat.format(moment.astimezone(periods.ZONE), "j M Y") if moment else ""


NOT_TAKEN = _(
    "Another sum came than was asked, or the plan was paid or changed meanwhile. We give the money back to you."
)
DUNNING: dict[int, tuple[Promise, Promise]] = {
    0: (
        _("A payment for %(plan)s failed"),
        _("Everything goes on until %(grace)s. Pay on the plan page, or check your card or mandate."),
    ),
    1: (_("%(plan)s is not paid yet"), _("The payment of yesterday failed. Everything goes on until %(grace)s.")),
    3: (_("%(plan)s is not paid yet"), _("Pay on the plan page. Everything goes on until %(grace)s.")),
    5: (
        _("Two days left to pay for %(plan)s"),
        _("From %(grace)s on scheduled posts are held until it is paid. Nothing is deleted."),
    ),
    7: (
        _("Scheduled posts are held: %(plan)s is not paid"),
        _("Nothing is deleted. Pay on the plan page, and everything goes on. After %(end)s the plan ends."),
    ),
    14: (
        _("%(plan)s has ended: it was not paid"),
        _("Your work is all here. Choose a plan, and scheduled posts go on."),
    ),
}


def ended(row: Subscription, *, was_trial: bool) -> None:
    """Tell that a plan, or a trial, is over."""
    title = _("The trial of %(plan)s is over") if was_trial else _("%(plan)s has ended")
    message = _("Everything is here, and nothing is sent. Choose a plan, and what was scheduled goes on.")
    tell(row.organization_id, title, message, plan=row.version.plan)


def trial_ends(row: Subscription) -> None:
    """Tell that a trial ends soon."""
    title, message = _("The trial of %(plan)s ends on %(day)s"), _("Choose a plan to go on without a break.")
    tell(row.organization_id, title, message, plan=row.version.plan, day=day(row, "trial_ends_at"))


def bought_nothing(organization_id: uuid.UUID, amount: str) -> None:
    """Tell that a payment came and was not taken."""
    tell(organization_id, _("A payment of %(amount)s bought nothing"), NOT_TAKEN, link=PAYMENTS, amount=amount)


def must_confirm(row: Subscription) -> None:
    """Tell that the bank wants the next debit confirmed."""
    title = _("Confirm the renewal of %(plan)s")
    message = _("Banks in India ask you to confirm each debit of more than ₹15,000. Pay on the plan page by %(day)s.")
    tell(row.organization_id, title, message, plan=row.version.plan, day=day(row, "current_period_end"))
