"""How a payment that was begun stands: paid, on its way, waiting for the payer, failed, or left."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import words
from billing.models import Checkout, Invoice, Payment
from billing.screens.papers import Fact, not_taken_words

Words = str | Promise
Status, Purpose = Checkout.Status, Checkout.Purpose
TITLES: dict[str, Words] = {
    Purpose.BUY: gettext_lazy("The plan"),
    Purpose.UPGRADE: gettext_lazy("The upgrade"),
    Purpose.DUE: gettext_lazy("What was due"),
    Purpose.METHOD: gettext_lazy("The payment method"),
    Purpose.CREDITS: gettext_lazy("The credits"),
}


@dataclass(frozen=True)
class Act:
    """Where to go from here."""

    label: str
    url: str


@dataclass(frozen=True)
class Outcome:
    """How it ended, or that it is on its way."""

    url: str
    look: str
    icon: str
    title: str
    text: str
    more: str
    facts: Sequence[Fact]
    actions: Sequence[Act]
    is_open: bool = False
    drop_url: str = ""


def outcome_of(
    row: Checkout, payment: Payment | None, invoice: Invoice | None, *, has_left: bool, now: dt.datetime
) -> Outcome:
    """Return how a checkout stands, in words; a browser that came back proves nothing."""
    if payment and payment.bought_nothing:
        return _bought_nothing(row, payment)
    if row.status == Status.COMPLETED:
        return _completed(row, payment, invoice)
    if row.status == Status.EXPIRED or (row.expires_at and row.expires_at <= now and row.status == Status.OPEN):
        return _ended(row, _("Nobody paid in time."), _("The page has run out. Nothing was charged."))
    if row.status == Status.FAILED:
        why = words.failure(payment.failure_code, payment.failure_reason) if payment else row.error
        return _ended(row, _("Not paid."), why or row.error or _("The gateway refused it. Nothing was charged."))
    if payment and payment.status == Payment.Status.FAILED:
        return _try_again(row, payment)
    if payment and payment.action_url and payment.status == Payment.Status.PENDING:
        return _asks(row, payment.action_url)
    return _running(row, has_left=has_left)


def _running(row: Checkout, *, has_left: bool) -> Outcome:
    if not row.url:
        text = _("The gateway has not answered yet. We ask it again; nothing is charged twice.")
        return _open(row, _("On its way."), text, "", can_go_on=False)
    if has_left:
        return _open(
            row, _("Not paid yet."), _("You left before it was paid. Nothing was charged."), "", can_go_on=True
        )
    text = _("The gateway has not told us yet how it ended. That takes seconds, with some banks minutes.")
    return _open(row, _("On its way."), text, _("You can close this page; we tell you by a notice."), can_go_on=True)


def _facts(row: Checkout, payment: Payment | None, invoice: Invoice | None) -> list[Fact]:
    told = (
        (_("For"), str(TITLES[row.purpose])),
        (_("Amount"), words.money(payment.amount if payment else row.total, row.currency) if row.total else ""),
        (_("Paid by"), " · ".join(filter(None, (words.gateway(row.gateway), payment.method if payment else "")))),
        (_("Number"), payment.gateway_payment_id if payment else ""),
        (_("Invoice"), invoice.number or "" if invoice else ""),
    )
    return [Fact(label, text) for label, text in told if text]


def _completed(row: Checkout, payment: Payment | None, invoice: Invoice | None) -> Outcome:
    to_plan = Act(_("To the plan"), reverse("billing_plan"))
    paid = payment is not None and payment.status in {Payment.Status.SUCCESS, Payment.Status.REFUNDED}
    if row.total and not paid and row.purpose != Purpose.METHOD:
        text = _(
            "Your bank confirms the mandate, then the first sum is collected. With UPI that takes a minute or two."
        )
        return _waits(row, _("Agreed; your bank confirms it."), text, to_plan)
    actions = [to_plan, *([Act(_("Invoice"), reverse("billing_invoice", args=[invoice.pk]))] if invoice else [])]
    title = _("Changed.") if row.purpose == Purpose.METHOD else _("Paid.")
    return Outcome(
        url=_url(row.pk),
        look="live",
        icon="live",
        title=title,
        text=str(_DONE[row.purpose]),
        more="",
        facts=_facts(row, payment, invoice),
        actions=actions,
    )


_DONE: dict[str, Words] = {
    Purpose.BUY: gettext_lazy("The plan is yours from now on, and what was held goes on."),
    Purpose.UPGRADE: gettext_lazy("The larger plan is yours from now on."),
    Purpose.DUE: gettext_lazy("Nothing is due any more. Posts that were held go out at their times again."),
    Purpose.METHOD: gettext_lazy("The next renewal is taken this way."),
    Purpose.CREDITS: gettext_lazy("The credits are in your ledger."),
}


def _bought_nothing(row: Checkout, payment: Payment) -> Outcome:
    text, act = not_taken_words(payment), Act(_("To the plan"), reverse("billing_plan"))
    facts = _facts(row, payment, None)
    return Outcome(_url(row.pk), "unconfirmed", "warn", _("Paid, but nothing came of it."), text, "", facts, [act])


def _waits(row: Checkout, title: str, text: str, act: Act) -> Outcome:
    more = _("You can close this page; we tell you by a notice.")
    return Outcome(_url(row.pk), "scheduled", "again", title, text, more, _facts(row, None, None), [act], is_open=True)


def _asks(row: Checkout, url: str) -> Outcome:
    text = _("The bank wants one more confirmation from you before it pays.")
    more = _("Nothing is charged before you have confirmed it.")
    acts = [Act(_("Confirm at the bank"), url)]
    facts = _facts(row, None, None)
    return Outcome(_url(row.pk), "waiting", "waiting", _("Your bank asks you."), text, more, facts, acts, is_open=True)


def _try_again(row: Checkout, payment: Payment) -> Outcome:
    why = words.failure(payment.failure_code, payment.failure_reason) or _("The payment was refused.")
    acts = [Act(_("Try again there"), row.url)] if row.url else []
    facts = _facts(row, payment, None)
    more = _("Nothing was charged.")
    return Outcome(_url(row.pk), "failed", "failed", _("Not paid."), why, more, facts, acts, drop_url=_drop(row))


def _open(row: Checkout, title: str, text: str, more: str, *, can_go_on: bool) -> Outcome:
    acts = [Act(_("Go on paying"), row.url)] if can_go_on and row.url else []
    facts = _facts(row, None, None)
    return Outcome(
        _url(row.pk),
        "scheduled",
        "again",
        title,
        text,
        more,
        facts,
        acts,
        is_open=True,
        drop_url=_drop(row) if can_go_on else "",
    )


def _ended(row: Checkout, title: str, text: str) -> Outcome:
    acts = [Act(_("Begin anew"), again_url(row)), Act(_("To the plan"), reverse("billing_plan"))]
    return Outcome(_url(row.pk), "failed", "failed", title, text, "", _facts(row, None, None), acts)


def again_url(row: Checkout) -> str:
    """Return where the same can be begun anew."""
    if row.purpose == Purpose.DUE:
        return reverse("payment_due")
    if row.purpose == Purpose.CREDITS:
        return reverse("billing_credits")
    return reverse("billing_plan") if row.purpose == Purpose.METHOD else reverse("plan_change")


def _drop(row: Checkout) -> str:
    return reverse("checkout_drop", args=[row.pk])


def _url(pk: UUID) -> str:
    return reverse("checkout_state", args=[pk])
