"""What those who manage the plan are told: in the app, and by mail as each of them wants it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, cast

from django.urls import reverse
from django.utils import dateformat
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import Kind, Notice, notify, notify_each, people_who_may, words
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


def _written(day: dt.date | None) -> str:
    return dateformat.format(day, "j M Y") if day else ""


_in_words: Callable[[dt.date | None], Any] = lazy(_written, str)


def day(subscription: Subscription, name: str) -> Promise:
    """Return a day of a subscription as people write it, in India, and in the language of whoever reads it."""
    found = getattr(subscription, name)
    at = periods.day_of(found) if isinstance(found, dt.datetime) else found
    return cast(Promise, _in_words(at))


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
    """Tell that a plan, a trial or an agreement is over."""
    if row.is_by_agreement:
        title = _("The agreement on %(plan)s has ended")
        message = _("Everything is here, and nothing is sent. Write to us or choose a plan to go on.")
        tell(row.organization_id, title, message, plan=row.version.plan)
        return
    title = _("The trial of %(plan)s is over") if was_trial else _("%(plan)s has ended")
    message = _("Everything is here, and nothing is sent. Choose a plan, and what was scheduled goes on.")
    tell(row.organization_id, title, message, plan=row.version.plan)


def trial_ends(row: Subscription) -> None:
    """Tell that a trial ends soon."""
    title, message = _("The trial of %(plan)s ends on %(day)s"), _("Choose a plan to go on without a break.")
    tell(row.organization_id, title, message, plan=row.version.plan, day=day(row, "trial_ends_at"))


def agreed(row: Subscription, *, is_new: bool) -> None:
    """Tell what was agreed on, or what is different now."""
    title = _("%(plan)s is yours by agreement") if is_new else _("The agreement on %(plan)s was changed")
    until = _("It holds until %(day)s. Invoices come from us, outside of TrendDrop.")
    without_end = _("It has no last day. Invoices come from us, outside of TrendDrop.")
    message = until if row.agreed_until else without_end
    tell(row.organization_id, title, message, plan=row.version.plan, day=day(row, "agreed_until"))


def agreement_ends(row: Subscription) -> None:
    """Tell that an agreement ends soon: those who manage the plan, and the operators who can renew it."""
    told: dict[str, Any] = {"plan": row.version.plan, "day": day(row, "agreed_until"), "organization": row.organization}
    title = _("The agreement on %(plan)s ends on %(day)s")
    message = _("Write to us to go on with it. After that day nothing is sent until there is another plan.")
    tell(row.organization_id, title, message, **told)
    title = _("The agreement with %(organization)s on %(plan)s ends on %(day)s")
    message = _("Write down another last day, or let it end: the organisation has no plan then.")
    link = reverse("admin:billing_subscription_change", args=[row.pk])
    about = (words(title, **told), words(message, **told), link)
    notify_each([Notice(_operators(), row.organization_id, *about, in_app=False)], Kind.PLAN)


def _operators() -> list[User]:
    """Return who may renew an agreement; they hear by mail, as the inbox belongs to an organisation's members."""
    staff = User.objects.filter(is_staff=True, status=User.Status.ACTIVE)
    return [each for each in staff if each.has_perm("billing.change_subscription")]


def bought_nothing(organization_id: uuid.UUID, amount: str) -> None:
    """Tell that a payment came and was not taken."""
    tell(organization_id, _("A payment of %(amount)s bought nothing"), NOT_TAKEN, link=PAYMENTS, amount=amount)


def must_confirm(row: Subscription) -> None:
    """Tell that the bank wants the next debit confirmed."""
    title = _("Confirm the renewal of %(plan)s")
    message = _("Banks in India ask you to confirm each debit of more than ₹15,000. Pay on the plan page by %(day)s.")
    tell(row.organization_id, title, message, plan=row.version.plan, day=day(row, "current_period_end"))
