"""A change of plan before it is made: what it costs now or then, what becomes different, and what is too much."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from billing import metering, periods, words
from billing.gateways.capabilities import ABILITIES, INDIA
from billing.life import changing
from billing.life.changing import Step
from billing.models import BillingDetails, Interval, PlanPrice, Subscription, SubscriptionChange
from billing.screens import checkout, offers, plan, usage
from billing.screens.papers import Line
from billing.services import invoicing

Kind = SubscriptionChange.Kind
_UP_WORDS: dict[str, Any] = {
    Kind.UPGRADE: gettext_lazy("You pay the larger plan for the days that are left, less what is left of yours."),
    Kind.INTERVAL: gettext_lazy("A new period begins today; what is left of the old one is taken off."),
    Kind.START: gettext_lazy("The plan begins today."),
}
CONNECTIONS = "connections"


@dataclass(frozen=True)
class Difference:
    """A limit as it is, and as it would be."""

    label: str
    used: str
    before: str
    after: str
    is_over: bool


@dataclass(frozen=True)
class Review:
    """Everything one should know before saying yes."""

    title: str
    is_now: bool
    when: str
    words: str
    url: str
    currency: str
    lines: Sequence[Line]
    total: Decimal | None
    total_words: str
    tax_words: str
    differences: Sequence[Difference]
    over: Sequence[str]
    promise: str
    action: str
    country: str
    ways_words: str = ""
    allowed: int = 0
    accounts: Sequence[tuple[UUID, str]] = field(default_factory=tuple)


def why_not(row: Subscription | None) -> str:
    """Return why the plan cannot be changed now; nothing where it can."""
    if row is not None and row.status == Subscription.Status.PAST_DUE:
        return _("A payment is due. Pay it first; then the plan can be changed.")
    if plan.is_agreed(row):
        return _("Your plan is by agreement with us. Write to us to change or end it.")
    return ""


def review_of(row: Subscription, price: PlanPrice, *, member: Membership, now: dt.datetime) -> Review:
    """Return what a step costs and changes. Raise what `changing` refuses."""
    step = changing.preview(row, price, now=now)
    country = country_of(member)
    query = urlencode({"plan": price.version.plan.key, "per": price.interval, "currency": price.currency})
    shared: dict[str, Any] = {
        "url": f"{reverse('plan_review')}?{query}",
        "currency": price.currency,
        "country": country,
        "ways_words": checkout.ways_words(price.currency),
    }
    _held, uses = usage.uses_of(member, now=now)
    differences = _differences(row, price, uses)
    if step.is_now:
        return _up(row, price, step, differences, shared, member=member, now=now)
    return _down(row, price, step, differences, shared, member=member, now=now)


def country_of(member: Membership) -> str:
    """Return the buyer's country; India's until somebody says otherwise."""
    found = BillingDetails.objects.visible_to(member).values_list("country", flat=True).first()
    return found or INDIA


def _name(price: PlanPrice) -> str:
    interval = str(Interval(price.interval).label).lower()
    return _("%(plan)s, %(interval)s") % {"plan": price.version.plan.name, "interval": interval}


def _up(
    row: Subscription, price: PlanPrice, step: Step, differences: Sequence[Difference], shared: dict[str, Any], *,
    member: Membership, now: dt.datetime,
) -> Review:  # fmt: skip
    heads, supply = invoicing.quote(member.organization_id, step.to_pay, price.currency, now=now)
    then, _supply = invoicing.quote(member.organization_id, price.amount, price.currency, now=now)
    total = words.money(heads.total, price.currency)
    told = {"total": words.money(then.total, price.currency), "day": words.day(_renews_at(row, price, step))}
    return Review(
        title=_("Change to %(plan)s") % {"plan": _name(price)},
        is_now=True,
        when=_("at once, when it is paid"),
        words=str(_UP_WORDS[step.kind]),
        lines=[*_parts(row, price, step), *checkout.tax_lines(heads, supply)],
        total=heads.total,
        total_words=_("To pay now"),
        tax_words="",
        differences=differences,
        over=(),
        promise=_("Then %(total)s from %(day)s on.") % told,
        action=_("Go on to pay %(total)s") % {"total": total},
        **shared,
    )


def _renews_at(row: Subscription, price: PlanPrice, step: Step) -> dt.datetime:
    """Return when the whole price falls due: a step to another interval begins a period of its own today."""
    if step.kind != Kind.INTERVAL:
        return row.current_period_end
    return periods.next_end(step.at, price.interval, anchor_day=periods.day_of(step.at).day)


def _parts(row: Subscription, price: PlanPrice, step: Step) -> list[Line]:
    """Return what is new and what is taken off, as they add up."""
    days = _("%(days)s of %(of)s days") % {"days": step.days_left, "of": step.days_of}
    new = Line(_name(price), step.to_pay + step.credit, "" if step.kind == Kind.INTERVAL else days)
    old = Line(_("Left of %(plan)s") % {"plan": row.version.plan.name}, -step.credit, days)
    return [new, old] if step.credit else [new]


def _down(
    row: Subscription, price: PlanPrice, step: Step, differences: Sequence[Difference], shared: dict[str, Any], *,
    member: Membership, now: dt.datetime,
) -> Review:  # fmt: skip
    heads, supply = invoicing.quote(member.organization_id, price.amount, price.currency, now=now)
    allowed = offers.limit_of(price.version, CONNECTIONS)
    accounts = accounts_of(member)
    too_many = allowed is not None and len(accounts) > allowed
    return Review(
        title=_("Change to %(plan)s") % {"plan": _name(price)},
        is_now=False,
        when=_("on %(day)s") % {"day": words.day(step.at)},
        words=_("Nothing is paid now, and nothing is paid back: you keep %(plan)s until then.")
        % {"plan": row.version.plan.name},
        lines=[Line(_name(price), heads.taxable), *checkout.tax_lines(heads, supply)],
        total=heads.total,
        total_words=_("From then on"),
        tax_words=_mandate_words(row),
        differences=differences,
        over=_over(differences),
        promise=_("You can take it back until %(day)s.") % {"day": words.day(step.at)},
        action=_("Change on %(day)s") % {"day": words.day(step.at)},
        allowed=allowed or 0,
        accounts=accounts if too_many else (),
        **shared,
    )


def _mandate_words(row: Subscription) -> str:
    """Say that a smaller sum needs a new mandate, where that is so."""
    known = ABILITIES.get(row.gateway)
    if known is None or known.changes_amount or not row.gateway_subscription_id:
        return ""
    return _("The next page asks your bank for a new mandate, for this sum. Nothing is charged there.")


def accounts_of(member: Membership) -> list[tuple[UUID, str]]:
    """Return the accounts one may choose from, as the app that owns them names them."""
    path = settings.PLAN_CHOICES.get(CONNECTIONS)
    return import_string(path)(member.organization_id) if path else []


def _differences(row: Subscription, price: PlanPrice, uses: Sequence[usage.Use]) -> list[Difference]:
    found = []
    for use in uses:
        before, after = offers.limit_of(row.version, use.meter), offers.limit_of(price.version, use.meter)
        if before == after:
            continue
        is_over = use.meter in metering.STANDING and after is not None and use.used > after
        used, was, then = (words.size_of(use.meter, value) for value in (use.used, before, after))
        found.append(Difference(str(usage.LABELS[use.meter]), used, was, then, is_over))
    return found


def _over(differences: Sequence[Difference]) -> list[str]:
    told = _("%(label)s: %(used)s now, %(after)s then. What is too much stays as it is, and nothing new is added.")
    return [
        told % {"label": each.label, "used": each.used, "after": each.after} for each in differences if each.is_over
    ]


# Paying for it, ending it, and what is due


def ways(keys: Sequence[str], row: Subscription, found: Review) -> list[checkout.Way]:
    """Return by whom an upgrade may be taken; the gateway one has is chosen."""
    return checkout.ways_of(keys, currency=found.currency, country=found.country, chosen=row.gateway)


def ending(row: Subscription) -> dict[str, Any]:
    """Return what becomes of a plan that is ended."""
    day = {"day": words.day(row.current_period_end)}
    return {
        "words": _("You keep everything the plan has until %(day)s. It is not renewed then.") % day,
        "keeps": [
            _("Posts that are due before go out."),
            _("Posts that are due after are held, not deleted: they go on when you choose a plan."),
            _("Everything can be read and exported, and nothing is deleted."),
            _("You can keep the plan after all until %(day)s.") % day,
        ],
    }


def due_of(row: Subscription, keys: Sequence[str], *, now: dt.datetime) -> dict[str, Any]:
    """Return what is due, and by whom it may be taken."""
    assert row.price is not None  # noqa: S101 (asked for where something is due)
    heads, supply = invoicing.quote(row.organization_id, row.amount, row.currency, now=now)
    rows = BillingDetails.objects.filter(organization_id=row.organization_id)
    country = rows.values_list("country", flat=True).first() or INDIA
    sale = checkout.sale_of_plan(row.price, heads, supply, country=country)
    waits = row.renewal == Subscription.Renewal.ACTION and bool(row.action_url)
    late = _("The last payment failed. When it is paid, everything goes on where it stood.")
    asks = _("Your bank wants you to confirm this renewal before it pays.")
    return {
        "title": _("Confirm the renewal") if waits else _("Pay what is due"),
        "words": asks if waits else late,
        "sale": sale,
        "ways": checkout.ways_of(keys, currency=row.currency, country=country, chosen=row.gateway),
        "confirm_url": row.action_url if waits else "",
    }
