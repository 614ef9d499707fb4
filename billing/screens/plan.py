"""The plan page: what one has, how it is paid, what is asked of one, and how much of it is used."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership
from billing import words
from billing.documents import parties
from billing.gateways.capabilities import ABILITIES
from billing.models import BillingDetails, GatewayCustomer, Interval, Subscription, SubscriptionChange

Words = str | Promise
Status, Mandate, Renewal = Subscription.Status, Subscription.Mandate, Subscription.Renewal
# What a status shows: colour, icon, word.
LOOKS: dict[str, tuple[str, str, Words]] = {
    Status.TRIAL: ("scheduled", "flask", gettext_lazy("Trial")),
    Status.ACTIVE: ("live", "live", gettext_lazy("Active")),
    Status.PAST_DUE: ("failed", "warn", gettext_lazy("Payment due")),
    Status.CANCELED: ("draft", "x", gettext_lazy("Cancelled")),
    Status.EXPIRED: ("draft", "x", gettext_lazy("Over")),
}
HELD = ("failed", "pause", gettext_lazy("Posts held"))
ENDING = ("unconfirmed", "scheduled", gettext_lazy("Ends soon"))


@dataclass(frozen=True)
class Act:
    """Something that can be done about the plan."""

    label: str
    url: str
    is_post: bool = False
    is_grave: bool = False


@dataclass(frozen=True)
class Note:
    """A sentence about what is coming; `url` is posted to."""

    state: str
    text: str
    more: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Head:
    """The plan in a few lines."""

    title: str
    price: str
    per: str
    next: str
    method: str
    look: str
    icon: str
    word: Words
    is_paying: bool
    wants_plan: bool
    write_to: str
    actions: Sequence[Act]


def latest_of(member: Membership) -> Subscription | None:
    """Return the member's subscription: the living one, or the last there was."""
    rows = Subscription.objects.visible_to(member).select_related("version__plan", "price")
    return rows.order_by("-started_at", "-created_at").first()


def is_paying(row: Subscription | None) -> bool:
    """Say whether a plan was bought and lives."""
    return row is not None and row.is_living and row.price_id is not None


def is_agreed(row: Subscription | None) -> bool:
    """Say whether a plan was agreed on with operators and lives."""
    return row is not None and row.is_living and row.is_by_agreement


def head_of(row: Subscription, customer: GatewayCustomer | None) -> Head:
    """Return the plan in a few lines, with what can be done about it."""
    look, icon, word = _look(row)
    plan, paying = row.version.plan.name, is_paying(row)
    interval = str(Interval(row.interval).label).lower()
    has_interval = row.price_id is not None or row.is_by_agreement
    title = _("%(plan)s, %(interval)s") % {"plan": plan, "interval": interval} if has_interval else plan
    return Head(
        title=title,
        price=words.price(row.amount, row.currency) if row.price_id else "",
        per=_per(row),
        next=_next(row),
        method=_method(row, customer),
        look=look,
        icon=icon,
        word=word,
        is_paying=paying,
        wants_plan=not paying and not is_agreed(row),
        write_to=words.write_to_us() if is_agreed(row) else "",
        actions=_actions(row),
    )


def _look(row: Subscription) -> tuple[str, str, Words]:
    if row.is_held:
        return HELD
    return ENDING if row.cancel_at_period_end and row.is_living else LOOKS[row.status]


def _per(row: Subscription) -> str:
    year = row.interval == Interval.YEAR
    if row.currency == "INR" and not parties.gst_rate():
        return _("a year") if year else _("a month")
    if row.currency == "INR":
        return _("a year + GST") if year else _("a month + GST")
    return _("a year, before tax") if year else _("a month, before tax")


def _next(row: Subscription) -> str:
    if row.status == Status.TRIAL:
        return _("free until %(day)s") % {"day": words.day(row.trial_ends_at)}
    if not row.is_living:
        return _("ended %(day)s") % {"day": words.day(row.ended_at or row.current_period_end)}
    if row.is_by_agreement and not row.cancel_at_period_end:
        return _agreed(row)
    told = {"day": words.day(row.current_period_end)}
    return _("ends %(day)s") % told if row.cancel_at_period_end else _("renews %(day)s") % told


def _agreed(row: Subscription) -> str:
    if row.agreed_until is None:
        return _("by agreement with us; invoices come outside of TrendDrop")
    told = {"day": words.day(row.agreed_until)}
    return _("by agreement with us until %(day)s; invoices come outside of TrendDrop") % told


def _method(row: Subscription, customer: GatewayCustomer | None) -> str:
    if row.is_by_agreement:
        return _("Agreement: %(agreement)s") % {"agreement": row.agreement}
    if not row.gateway:
        return ""
    parts = [words.gateway(row.gateway), customer.method if customer else "", mandate_words(row)]
    return " · ".join(part for part in parts if part)


def mandate_words(row: Subscription) -> str:
    """Return how the standing permission is, in words; nothing where none is needed."""
    known: dict[str, Words] = {
        Mandate.PENDING: gettext_lazy("your bank has not confirmed the mandate yet"),
        Mandate.ACTIVE: gettext_lazy("mandate active"),
        Mandate.PAUSED: gettext_lazy("mandate paused at your bank"),
        Mandate.REVOKED: gettext_lazy("mandate ended at your bank"),
        Mandate.EXPIRED: gettext_lazy("mandate has run out"),
    }
    found = str(known.get(row.mandate, ""))
    if found and row.mandate == Mandate.ACTIVE and row.mandate_limit:
        limit = words.price(row.mandate_limit, row.currency)
        return _("mandate active, up to %(limit)s a debit") % {"limit": limit}
    return found


def _actions(row: Subscription) -> list[Act]:
    if not is_paying(row) and not (is_agreed(row) and row.cancel_at_period_end):
        return []
    if row.cancel_at_period_end:
        return [Act(_("Keep the plan"), reverse("plan_resume"), is_post=True)]
    method = Act(_("Payment method"), reverse("plan_method"), is_post=True)
    return [method, Act(_("End the plan"), reverse("plan_cancel"), is_grave=True)]


# What is coming


def notes_of(row: Subscription | None, coming: SubscriptionChange | None) -> list[Note]:
    """Return what is asked of the owner and what is coming, the gravest first. (The banner tells what is due.)"""
    if row is None:
        return []
    is_ending = row.cancel_at_period_end and row.is_living
    notes = [*_notice(row), *_agreement_ends(row), *_change(None if is_ending else coming)]
    if is_ending:
        text = _("The plan ends on %(day)s and is not renewed.") % {"day": words.day(row.current_period_end)}
        more = _("Until then everything stays as it is. Afterwards you can read and export everything.")
        notes.append(Note("draft", text, more))
    return notes


def _agreement_ends(row: Subscription) -> list[Note]:
    """Say that an agreement ends, from the day on that its owner was told."""
    is_told = is_agreed(row) and row.notice_sent_at is not None and not row.cancel_at_period_end
    if not is_told or row.agreed_until is None:
        return []
    text = _("The agreement on your plan ends on %(day)s.") % {"day": words.day(row.agreed_until)}
    return [Note("scheduled", text, _("Write to us to go on with it. Nothing is deleted afterwards."))]


def _notice(row: Subscription) -> list[Note]:
    due = {"day": words.day(row.current_period_end)}
    if row.renewal == Renewal.NOTICE:
        text = _("The renewal on %(day)s is announced to you by your bank.") % due
        return [Note("scheduled", text, _("In India a debit is told a day before. There is nothing you have to do."))]
    if row.renewal == Renewal.PENDING:
        return [Note("scheduled", _("The renewal is being collected."), _("Banks can take a day or two."))]
    if row.mandate == Mandate.PENDING:
        text = _("Your bank has not confirmed the mandate yet.")
        return [Note("scheduled", text, _("That can take a day. The plan is yours already where it is paid."))]
    return []


def _change(coming: SubscriptionChange | None) -> list[Note]:
    if coming is None or coming.to_version is None:
        return []
    told = {"plan": coming.to_version.plan.name, "day": words.day(coming.at)}
    if _wants_mandate(coming):
        text = _("From %(day)s the plan is %(plan)s: your bank needs a new mandate for it.") % told
        more = _("Without it the old sum would be taken. Nothing is charged when you give it.")
        undo = Note("draft", _("You can also stay with what you have."), "", reverse("plan_change_undo"), _keep())
        return [Note("waiting", text, more, reverse("plan_method"), _("Give the new mandate")), undo]
    kept = len(coming.keeps.get("connections", []))
    more = ngettext(
        "%(n)s connected account stays; the others pause.", "%(n)s connected accounts stay; the others pause.", kept
    )
    return [
        Note(
            "scheduled",
            _("From %(day)s the plan is %(plan)s.") % told,
            more % {"n": kept} if kept else "",
            reverse("plan_change_undo"),
            _keep(),
        )
    ]


def _keep() -> str:
    return _("Keep what I have")


def _wants_mandate(coming: SubscriptionChange) -> bool:
    """Say whether a step down waits for the payer's hand: its gateway cannot change the sum of a mandate."""
    row = coming.subscription
    known = ABILITIES.get(row.gateway)
    return bool(known and not known.changes_amount and row.gateway_subscription_id and coming.agreed_at is None)


def buyer_line(details: BillingDetails | None) -> str:
    """Return whom invoices are for, in a line."""
    if details is None:
        return ""
    place = words.state_name(details.state) if details.country == "IN" else details.country
    parts = [f"GSTIN {details.gstin}" if details.gstin else details.name]
    if details.country == "IN" and place:
        parts.append(_("place of supply %(state)s") % {"state": place})
    return ", ".join(parts)
